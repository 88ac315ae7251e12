import type { Retention, RetentionRules } from '../../../api/system';

/** A rule as it is being written; the id keeps its row while others come and go. */
export interface DraftRule {
  id: number;
  dataset: string;
  filter: string;
  retention: string;
}

export interface Draft {
  retention: string;
  maxSize: string;
  rules: readonly DraftRule[];
}

/** Begins with what holds. */
export function draftOf({ default: rest, rules }: RetentionRules): Draft {
  return {
    retention: rest.retention,
    maxSize: rest.max_size,
    rules: rules.map(({ dataset = '', filter, retention }, id) => ({
      id,
      dataset,
      filter,
      retention,
    })),
  };
}

/** Returns the draft as the server takes it. */
export function rulesOf({ retention, maxSize, rules }: Draft): RetentionRules {
  return {
    default: { retention: retention.trim(), max_size: maxSize.trim() },
    rules: rules.map((rule) => ({
      ...(rule.dataset.trim() ? { dataset: rule.dataset.trim() } : {}),
      filter: rule.filter.trim() || '*',
      retention: rule.retention.trim(),
    })),
  };
}

/** Adds an empty rule. */
export function withRule(draft: Draft): Draft {
  const id = Math.max(-1, ...draft.rules.map((rule) => rule.id)) + 1;
  return { ...draft, rules: [...draft.rules, { id, dataset: '', filter: '', retention: '7d' }] };
}

/** Changes one rule. */
export function withChange(draft: Draft, id: number, change: Partial<DraftRule>): Draft {
  return {
    ...draft,
    rules: draft.rules.map((rule) => (rule.id === id ? { ...rule, ...change } : rule)),
  };
}

/** Takes one rule out. */
export function withoutRule(draft: Draft, id: number): Draft {
  return { ...draft, rules: draft.rules.filter((rule) => rule.id !== id) };
}

/** Reports whether the draft says something else than what holds. */
export function isChanged(draft: Draft, retention: Retention): boolean {
  return JSON.stringify(rulesOf(draft)) !== JSON.stringify(rulesOf(draftOf(retention)));
}
