/** The policy of an audit: read, checked against what the run sheets and flags name, compiled. */
import { formatMistake, type Mistake, UsageError } from '../../core/base/errors.ts';
import { RULE_IDS } from '../../core/judge/explain.ts';
import { TELEMETRY_HOSTS } from '../../core/knowledge/telemetry-hosts.ts';
import { compilePolicy, type CompiledPolicy } from '../../core/policy/compile.ts';
import { readPolicy } from '../../core/policy/document.ts';
import { sheetMistakes } from '../../core/policy/read-sheet.ts';
import type { RunSheet } from '../../core/policy/sheet.ts';

export interface PolicyText {
  readonly file: string;
  readonly text: string;
}

/** Throws UsageError with every mistake of the policy, or of sheets and flags that name what it does not know. */
export function loadPolicy({ file, text }: PolicyText, sheets: readonly RunSheet[], warn: (mistake: Mistake) => void): CompiledPolicy {
  const variables = Object.fromEntries(sheets.flatMap((sheet) => Object.entries(sheet.variables)));
  const { policy, mistakes, warnings } = readPolicy(text, file, variables, { rules: new Set(RULE_IDS), catalogue: TELEMETRY_HOSTS });
  if (policy === undefined) throw new UsageError(mistakes);
  // One sheet may serve several scopes, and flags lie over all of them: each mistake is told once.
  const unknown = new Map(sheets.flatMap((sheet) => sheetMistakes(sheet, policy)).map((mistake) => [formatMistake(mistake), mistake]));
  if (unknown.size > 0) throw new UsageError([...unknown.values()]);
  for (const lint of warnings) if (lint.severity === 'warning') warn(lint);
  return compilePolicy(policy, TELEMETRY_HOSTS);
}
