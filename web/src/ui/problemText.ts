import type { ParseKeys } from 'i18next';
import { type Problem, unreachable } from '../api/problem';

/** How a problem is worded: the text's key, and whether the server's own words add something. */
export interface ProblemText {
  key: ParseKeys;
  withDetail: boolean;
}

const keys: Readonly<Record<string, { key: ParseKeys; withDetail: boolean }>> = {
  'query.syntax': { key: 'problem.querySyntax', withDetail: true },
  'query.unsupported': { key: 'problem.queryUnsupported', withDetail: true },
  'query.too_long': { key: 'problem.queryTooLong', withDetail: true },
  'query.scope': { key: 'problem.queryScope', withDetail: false },
  'query.too_much_memory': { key: 'problem.queryTooMuchMemory', withDetail: true },
  'audit.unavailable': { key: 'problem.auditUnavailable', withDetail: true },
  'deletion.unbounded': { key: 'problem.deletionUnbounded', withDetail: false },
  'saved.full': { key: 'problem.savedFull', withDetail: false },
  'query.cancelled': { key: 'problem.queryCancelled', withDetail: false },
  'request.invalid': { key: 'problem.requestInvalid', withDetail: true },
  'setting.invalid': { key: 'problem.settingInvalid', withDetail: true },
  'rule.invalid': { key: 'problem.ruleInvalid', withDetail: true },
  conflict: { key: 'problem.conflict', withDetail: false },
  busy: { key: 'problem.busy', withDetail: true },
  stopping: { key: 'problem.stopping', withDetail: false },
  forbidden: { key: 'problem.forbidden', withDetail: true },
  'access.required': { key: 'problem.accessRequired', withDetail: false },
  'access.credentials': { key: 'problem.accessCredentials', withDetail: false },
  'access.second_factor': { key: 'problem.accessSecondFactor', withDetail: false },
  'access.throttled': { key: 'problem.accessThrottled', withDetail: true },
  'access.disabled': { key: 'problem.accessDisabled', withDetail: false },
  'access.password_rules': { key: 'problem.accessPasswordRules', withDetail: true },
  'access.must_change': { key: 'problem.accessMustChange', withDetail: false },
  'access.setup_done': { key: 'problem.accessSetupDone', withDetail: false },
  'access.setup_token': { key: 'problem.accessSetupToken', withDetail: false },
  'access.last_admin': { key: 'problem.accessLastAdmin', withDetail: false },
  'access.expired': { key: 'problem.accessExpired', withDetail: false },
  'access.denied': { key: 'problem.accessDenied', withDetail: true },
  'access.view_only': { key: 'problem.accessViewOnly', withDetail: false },
  'access.invalid': { key: 'problem.accessInvalid', withDetail: true },
  not_found: { key: 'problem.notFound', withDetail: true },
  internal: { key: 'problem.internal', withDetail: true },
  [unreachable]: { key: 'problem.unreachable', withDetail: false },
};

/** Words a problem by its code; an unknown code is worded as a failure with the server's own words. */
export function problemText({ code, status }: Problem): ProblemText {
  const known = keys[code ?? ''];
  if (known) return known;
  const key = status === undefined || status >= 500 ? 'problem.internal' : 'problem.requestInvalid';
  return { key, withDetail: true };
}
