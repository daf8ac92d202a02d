/**
 * The baseline of an audit: read, and held against the policy in force. One
 * written under another policy is refused; one written under an earlier text
 * of the same policy is used and told, because policies are edited every week.
 */
import { type Mistake, UsageError } from '../../core/base/errors.ts';
import { RULE_IDS } from '../../core/judge/explain.ts';
import type { Baseline } from '../../core/policy/baseline.ts';
import { readBaseline } from '../../core/policy/read-baseline.ts';
import { unlikePolicy } from '../../core/report/baseline.ts';
import { readUserText } from '../files.ts';
import type { World } from '../world.ts';

/** Throws UsageError with every mistake of the file. */
export async function loadBaseline(file: string, world: World): Promise<Baseline> {
  const { baseline, mistakes } = readBaseline(await readUserText(file, 'the baseline', world), file, new Set(RULE_IDS));
  if (baseline === undefined) throw new UsageError(mistakes);
  return baseline;
}

/** Throws UsageError where the baseline is of another policy and nobody said that it may be (`--baseline-any-policy`). */
export function checkBaselinePolicy(baseline: Baseline, policy: { readonly name: string; readonly sha256: string }, anyPolicy: boolean, warn: (mistake: Mistake) => void): void {
  const unlike = unlikePolicy(baseline.policy, policy);
  if (unlike === undefined) return;
  const { name, sha256, at } = baseline.policy;
  const hashes = `sha256 ${short(sha256)} then, ${short(policy.sha256)} now`;
  if (unlike === 'text') {
    warn({ message: `the baseline was written under another text of this policy (${hashes})`, at, help: 'it is used; when the change of the policy was meant, write the baseline again: egret baseline write' });
    return;
  }
  const message = `the baseline was written under another policy: "${name}" then, "${policy.name}" now (${hashes})`;
  if (!anyPolicy) throw new UsageError([{ message, at, help: 'write one under this policy (egret baseline write), or use it all the same with --baseline-any-policy' }]);
  warn({ message, at, help: 'it is used, by --baseline-any-policy' });
}

function short(sha256: string): string {
  return `${sha256.slice(0, HASH_SHOWN)}…`;
}

const HASH_SHOWN = 12;
