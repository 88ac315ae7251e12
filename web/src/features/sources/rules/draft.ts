import type { Rule } from '../../../api/rules';

/** A rule as the form holds it: every part is a text. */
export interface Draft {
  if: string;
  /** Field that is read; empty means the message. */
  from: string;
  kind: 'grok' | 'regexp';
  pattern: string;
  /** What the pattern does not match becomes a dead letter. */
  required: boolean;
  /** `old=new` pairs, separated by commas. */
  rename: string;
  /** Names of fields, separated by commas. */
  drop: string;
  dropRecord: boolean;
}

export const emptyDraft: Draft = {
  if: '',
  from: '',
  kind: 'grok',
  pattern: '',
  required: false,
  rename: '',
  drop: '',
  dropRecord: false,
};

function parts(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Returns the rule that a draft says; parts that say nothing are left out. */
export function toRule(draft: Draft): Rule {
  const rename = Object.fromEntries(
    parts(draft.rename).map((pair) => {
      const [old = '', ...rest] = pair.split('=');
      return [old.trim(), rest.join('=').trim()];
    }),
  );
  const drop = parts(draft.drop);
  return {
    ...(draft.if.trim() !== '' && { if: draft.if.trim() }),
    ...(draft.pattern !== '' && {
      extract: {
        ...(draft.from.trim() !== '' && { from: draft.from.trim() }),
        [draft.kind]: draft.pattern,
        ...(draft.required && { required: true }),
      },
    }),
    ...(Object.keys(rename).length > 0 && { rename }),
    ...(drop.length > 0 && { drop }),
    ...(draft.dropRecord && { drop_record: true }),
  };
}

/** Returns the draft of a rule. */
export function toDraft(rule: Rule): Draft {
  const { extract } = rule;
  return {
    if: rule.if ?? '',
    from: extract?.from ?? '',
    kind: extract?.regexp ? 'regexp' : 'grok',
    pattern: extract?.regexp ?? extract?.grok ?? '',
    required: extract?.required ?? false,
    rename: Object.entries(rule.rename ?? {})
      .map((pair) => pair.join('='))
      .join(', '),
    drop: (rule.drop ?? []).join(', '),
    dropRecord: rule.drop_record ?? false,
  };
}

/** Reports whether a rule does anything. */
export function acts(rule: Rule): boolean {
  return Boolean(rule.extract || rule.rename || rule.drop || rule.drop_record);
}

/** Reads the rule that the URL holds; null when it holds none. */
export function parseDraft(text: string | undefined): Draft | null {
  if (!text) return null;
  try {
    const rule: unknown = JSON.parse(text);
    return typeof rule === 'object' && rule !== null ? toDraft(rule as Rule) : null;
  } catch {
    return null; // cut short on its way
  }
}

/** Says in one line what a rule does, in the words of the configuration. */
export function ruleLine(rule: Rule): string {
  const { extract, rename, drop, drop_record } = rule;
  const said = [
    rule.if && `if ${rule.if}`,
    extract && `${extract.required ? 'require' : 'extract'} ${extract.grok ?? extract.regexp}`,
    rename &&
      `rename ${Object.entries(rename)
        .map((pair) => pair.join(' → '))
        .join(', ')}`,
    drop && `drop ${drop.join(', ')}`,
    drop_record && 'drop_record',
  ];
  return said.filter(Boolean).join(' · ');
}
