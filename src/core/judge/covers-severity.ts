import type { Severity } from '../policy/policy.ts';

/** Whether what the row knows covers a finding of this severity: a warning that became an error is news. */
export function coversSeverity(row: { readonly severity: Severity }, severity: Severity): boolean {
  return GRAVITY[severity] <= GRAVITY[row.severity];
}

const GRAVITY: Readonly<Record<Severity, number>> = { error: 2, warning: 1, note: 0 };
