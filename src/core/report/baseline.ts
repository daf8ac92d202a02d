/**
 * Baselines as reports speak of them: what of one came up in a run, how its
 * policy compares, and the words for both. Never decides a standing: judging
 * has done that.
 */
import type { Finding } from '../judge/finding.ts';
import type { Baseline, BaselineRow } from '../policy/baseline.ts';
import { count, counted, listed } from './layout/amounts.ts';
import type { BaselineUse, Report } from './report.ts';

/** What of the baseline came up among these findings, whatever their standing. */
export function baselineUse(baseline: Baseline, policy: Report['policy'], findings: readonly Pick<Finding, 'fingerprint'>[]): BaselineUse {
  const seen = new Set(findings.map(({ fingerprint }) => fingerprint));
  const { file, sha256, policy: written, recorded, findings: rows } = baseline;
  const unlike = policy === undefined ? undefined : unlikePolicy(written, policy);
  return {
    path: file,
    sha256,
    policy: { name: written.name, sha256: written.sha256 },
    ...(unlike === undefined ? {} : { unlike }),
    ...(recorded === undefined ? {} : { recorded }),
    findings: rows.size,
    gone: [...rows.values()].filter(({ fingerprint }) => !seen.has(fingerprint)),
  };
}

/** How two policies differ; undefined when they are one. */
export function unlikePolicy(one: { readonly name: string; readonly sha256: string }, other: { readonly name: string; readonly sha256: string }): BaselineUse['unlike'] | undefined {
  if (one.name !== other.name) return 'name';
  return one.sha256 === other.sha256 ? undefined : 'text';
}

/** `5 findings known by 2026-03-31, written under another text of the policy (sha256 …)`. */
export function baselineFacts({ findings, recorded, policy, unlike }: BaselineUse): string {
  const by = recorded === undefined ? '' : ` by ${recorded.slice(0, DAY)}`;
  const under = unlike === undefined ? '' : unlike === 'text' ? `; WRITTEN UNDER ANOTHER TEXT OF THE POLICY (sha256 ${policy.sha256.slice(0, HASH_SHOWN)}…)` : `; WRITTEN UNDER ANOTHER POLICY (${policy.name}, sha256 ${policy.sha256.slice(0, HASH_SHOWN)}…)`;
  return `${counted(findings, 'finding')} known${by}${under}`;
}

/** What of the baseline did not come up, and what to do about it; empty when all did. */
export function goneWords({ gone, findings, path }: BaselineUse): string {
  if (gone.length === 0) return '';
  const rows = listed(gone.map(rowWords), GONE_CAP);
  return `${count(gone.length)} of the ${counted(findings, 'finding')} in ${path} did not come up here: ${rows}. Fixed, or not exercised by this recording. If they are fixed, write the baseline again (egret baseline write), or they hide it when they come back.`;
}

/** `telemetry-host stats.pusher.com:443/tcp (desktop)`. */
export function rowWords({ rule, subject, component }: Pick<BaselineRow, 'rule' | 'subject' | 'component'>): string {
  return `${rule} ${subject}${component === undefined ? '' : ` (${component})`}`;
}

/** Length of `2026-03-31`. */
const DAY = 10;
const HASH_SHOWN = 12;
/** A sentence stays readable with eight; JSON lists all. */
const GONE_CAP = 8;
