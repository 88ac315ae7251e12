/** Severities from the highest to the lowest, as `_severity` has them. */
export const severities = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export type Severity = (typeof severities)[number];

/** Reports whether a value of `_severity` is one that the console draws. */
export function isSeverity(value: string | undefined): value is Severity {
  return (severities as readonly string[]).includes(value ?? '');
}
