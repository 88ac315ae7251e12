/** How a condition compares. */
export const operators = [
  'has',
  'is',
  'starts',
  'pattern',
  'more',
  'atLeast',
  'less',
  'atMost',
  'there',
  'missing',
] as const;
export type Operator = (typeof operators)[number];

/** One condition on a field; `_msg` is the message. */
export interface Condition {
  field: string;
  operator: Operator;
  /** Empty for `there` and `missing`. */
  value: string;
  not: boolean;
}

/** A filter that chips cannot show in parts; it is kept as it is written. */
export interface WrittenTerm {
  written: string;
}

export type BuilderTerm = Condition | WrittenTerm;

export const measures = ['count', 'count_uniq', 'sum', 'avg', 'min', 'max', 'p95'] as const;
export type Measure = (typeof measures)[number];

/** What is counted or measured in groups. */
export interface Summary {
  /** Fields whose values make the groups. */
  by: string[];
  /** Width of time buckets such as `5m`; empty when not over time. */
  step: string;
  measure: Measure;
  /** The measured field; empty for `count`. */
  field: string;
  /** Name of the result. */
  name: string;
}

export type Order = 'asc' | 'desc';

/** A query as the builder shows it. */
export interface Built {
  /** All groups must match, of each group one of its terms. */
  groups: BuilderTerm[][];
  /** Fields taken out of the message. */
  extracts: ExtractName[];
  summary: Summary | null;
  /** Empty field means no order. */
  sort: { field: string; order: Order };
  /** Rows at most; 0 is no bound. */
  limit: number;
}

export const nothing: Built = {
  groups: [],
  extracts: [],
  summary: null,
  sort: { field: '', order: 'desc' },
  limit: 0,
};

/** Expressions that take a field out of messages that no format reads; each names the field that it gives. */
export const extracts = {
  msg_address: '(?P<msg_address>\\d{1,3}(?:\\.\\d{1,3}){3})',
  msg_user: '\\b(?:for(?: invalid user)?|user)[ =:]+(?P<msg_user>[^ ,;"]+)',
  msg_path: '\\b(?:GET|HEAD|POST|PUT|PATCH|DELETE) (?P<msg_path>[^ ?"]+)',
} as const;
export type ExtractName = keyof typeof extracts;
export const extractNames = Object.keys(extracts) as ExtractName[];

/** Reports whether a name stands for a field taken out of the message. */
export function isExtract(name: string): name is ExtractName {
  return Object.hasOwn(extracts, name);
}

export function isCondition(term: BuilderTerm): term is Condition {
  return 'field' in term;
}

/** Whether the operator compares with a value. */
export function takesValue(operator: Operator): boolean {
  return operator !== 'there' && operator !== 'missing';
}

/** Names the result of a measure: `hits`, `avg_took`. */
export function measureName(measure: Measure, field: string): string {
  return measure === 'count' ? 'hits' : `${measure}_${field.replace(/\W+/g, '_')}`;
}
