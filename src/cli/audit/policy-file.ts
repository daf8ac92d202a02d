/** The policy of an audit: read, checked against what the run sheets and flags name, compiled. */
import { formatMistake, type Mistake, UsageError } from '../../core/base/errors.ts';
import { RULE_IDS } from '../../core/judge/explain.ts';
import { TELEMETRY_HOSTS } from '../../core/knowledge/telemetry-hosts.ts';
import { compilePolicy, type CompiledPolicy } from '../../core/policy/compile.ts';
import { readPolicy } from '../../core/policy/document.ts';
import { sheetMistakes } from '../../core/policy/read-sheet.ts';
import type { TelemetryList } from '../../core/policy/read-telemetry-list.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { RunSheet } from '../../core/policy/sheet.ts';
import { listed } from '../../core/report/layout/amounts.ts';

/** Names told in one warning. */
const STRANGE_LIST_CAP = 12;

export interface PolicyText {
  readonly file: string;
  readonly text: string;
}

/** One policy judges all recordings, so its variables have one value. Throws UsageError where run sheets differ. */
export function agreeOnVariables(sheets: readonly RunSheet[]): void {
  const known = new Map<string, string>();
  for (const sheet of sheets) {
    for (const [name, values] of Object.entries(sheet.variables)) {
      const text = values.join(',');
      const before = known.get(name) ?? text;
      if (before !== text) throw new UsageError(`the recordings differ in the variable ${name}: ${before} and ${text}`, `give one value for all (--set ${name}=…), or audit them one by one`);
      known.set(name, text);
    }
  }
}

/** What is known of one scope, and whether a recording said it: its author may have had another policy in mind. */
export interface KnownSheet {
  readonly sheet: RunSheet;
  readonly isRecorded: boolean;
}

/**
 * Throws UsageError with every mistake of the policy, or of sheets and flags
 * that name what it does not know; names that only a recording brings are
 * warnings, since recordings are there to be judged under other policies.
 */
export function loadPolicy({ file, text }: PolicyText, known: readonly KnownSheet[], lists: readonly TelemetryList[], warn: (mistake: Mistake) => void): CompiledPolicy {
  agreeOnVariables(known.map(({ sheet }) => sheet));
  const stated = known.filter(({ isRecorded }) => !isRecorded).map(({ sheet }) => sheet);
  const recorded = known.filter(({ isRecorded }) => isRecorded).map(({ sheet }) => sheet);
  const surroundings = { rules: new Set(RULE_IDS), catalogue: TELEMETRY_HOSTS };
  const first = readPolicy(text, file, variablesOf(stated), surroundings);
  if (first.policy === undefined) throw new UsageError(first.mistakes);
  const brought = Object.entries(variablesOf(recorded)).filter(([name]) => first.policy?.variables.has(name));
  const { policy, mistakes, warnings } = brought.length === 0 ? first : readPolicy(text, file, { ...variablesOf(stated), ...Object.fromEntries(brought) }, surroundings);
  if (policy === undefined) throw new UsageError(mistakes);
  const wrong = unknownNames(stated, policy);
  if (wrong.length > 0) throw new UsageError(wrong);
  const strange = unknownNames(recorded, policy).map(({ message }) => message.replace('there is no ', ''));
  if (strange.length > 0) warn({ message: `the recording speaks of what this policy does not declare: ${listed(strange, STRANGE_LIST_CAP)}`, help: 'what it says of features or phases in other words counts as unknown; say it in the words of the policy with --sheet or --with' });
  for (const lint of warnings) if (lint.severity === 'warning') warn(lint);
  return compilePolicy(policy, TELEMETRY_HOSTS, lists);
}

/**
 * What a recording says of its run, as far as it speaks the policy's words. A
 * set of features or phases in other words is unknown, because taking it at
 * its word would call everything else off (design §5: unknown is not off).
 */
export function fitRecorded(sheet: RunSheet, policy: Policy): RunSheet {
  const { features, phases, ...rest } = sheet;
  return {
    ...rest,
    ...(features?.every((feature) => policy.features.has(feature)) === true ? { features } : {}),
    ...(phases?.every(({ phase }) => policy.phases.includes(phase)) === true ? { phases } : {}),
    components: sheet.components.filter(({ component }) => policy.components.has(component)),
  };
}

function variablesOf(sheets: readonly RunSheet[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(sheets.flatMap((sheet) => Object.entries(sheet.variables)));
}

/** One sheet may serve several scopes, and flags lie over all of them: each mistake is told once. */
function unknownNames(sheets: readonly RunSheet[], policy: Policy): readonly Mistake[] {
  return [...new Map(sheets.flatMap((sheet) => sheetMistakes(sheet, policy)).map((mistake) => [formatMistake(mistake), mistake])).values()];
}
