/**
 * The exit code of a report and why it is that (design §8). Takes the judged
 * parts, `--fail-on` and `--require`; gives one of 0, 1, 2. Codes of failures
 * (3, 4, 5, 70) belong to the command line, which ranks them with
 * {@link graver}.
 */
import type { ClaimResult } from '../judge/claim.ts';
import type { Finding } from '../judge/finding.ts';
import type { Severity } from '../policy/policy.ts';
import type { Coverage } from '../observe/coverage.ts';
import type { EntryStanding } from '../judge/context.ts';
import type { Settings } from './report.ts';
import { count, counted, listed, percent } from './layout/amounts.ts';
import type { Requirements } from './require.ts';

export type FailOn = Severity | 'never';

export const FAIL_ON: readonly FailOn[] = ['error', 'warning', 'note', 'never'];

export interface ExitParts {
  /** A policy was given. */
  readonly judged: boolean;
  readonly packets: number;
  /** All of it was seen by egret's proxy: `packets` are the connections to it. */
  readonly isProxied?: boolean;
  readonly lookups: number;
  readonly coverage: Coverage;
  readonly settings: Pick<Settings, 'phases'>;
  readonly claims: readonly ClaimResult[];
  readonly entries: readonly EntryStanding[];
  readonly findings: readonly Finding[];
}

export interface ExitWish {
  /** `egret run`: how the observed command failed (`ended with code 3`). */
  readonly failedCommand?: string;
  readonly failOn: FailOn;
  readonly require: Requirements;
}

/** 1 for what is broken at or above the threshold, else 2 for too little evidence, else 5 for a command that failed, else 0; with the sentence that says why. */
export function verdictExit(parts: ExitParts, wish: ExitWish): { readonly exit: 0 | 1 | 2 | 5; readonly because: string } {
  const broken = brokenAt(parts, wish.failOn);
  if (broken.length > 0) return { exit: 1, because: `${listed(broken)} at or above --fail-on ${wish.failOn}` };
  if (parts.coverage.connections === 0 && parts.lookups === 0) {
    const looked = parts.isProxied === true ? `${counted(parts.packets, 'connection')} to the proxy` : counted(parts.packets, 'packet');
    return { exit: 2, because: `nothing was observed: ${parts.packets === 0 ? looked : `no connection and no lookup in ${looked}`}` };
  }
  const missing = unmet(parts, wish.require);
  if (missing.length > 0) return { exit: 2, because: `not enough evidence: ${missing.join('; ')}` };
  if (wish.failedCommand !== undefined) return { exit: 5, because: `nothing is broken, but the observed command ${wish.failedCommand}` };
  if (!parts.judged) return { exit: 0, because: 'no policy was given, so nothing was judged' };
  return { exit: 0, because: quiet(parts, wish.failOn) };
}

/** The graver of two exit codes: 70 > 4 > 3 > 1 > 2 > 5 > 0. A code that is not in the table counts as a bug. */
export function graver(one: number, other: number): number {
  return rank(one) <= rank(other) ? one : other;
}

/** A finding that counts against the exit code: nobody has accepted it, or the acceptance has run out. */
export function isOpen(finding: Finding): boolean {
  return finding.standing === 'open' || finding.standing === 'expired';
}

/** A broken claim of which every finding is accepted or in the baseline. It stays broken, and does not count. */
export function isSettled(claim: Pick<ClaimResult, 'accepted' | 'baseline'>): boolean {
  return claim.accepted || claim.baseline === true;
}

/** ` (accepted)`, ` (baseline)` or nothing: what stands behind the word *broken*. */
export function settledWord(claim: ClaimResult): string {
  if (claim.verdict !== 'broken' || !isSettled(claim)) return '';
  return claim.accepted ? ' (accepted)' : ' (baseline)';
}

/** `2 accepted, 3 in the baseline`; empty for none. */
export function settledCounts({ accepted, baseline }: { readonly accepted: number; readonly baseline: number }): string {
  return [...(accepted > 0 ? [`${count(accepted)} accepted`] : []), ...(baseline > 0 ? [`${count(baseline)} in the baseline`] : [])].join(', ');
}

/** Broken claims that no finding explains. They must not pass: judging promises a finding, and an audit does not rest on that. */
export function brokenWithoutFinding({ claims, findings }: Pick<ExitParts, 'claims' | 'findings'>): readonly ClaimResult[] {
  const known = new Set(findings.map((finding) => finding.fingerprint));
  return claims.filter((claim) => claim.verdict === 'broken' && !isSettled(claim) && !claim.findings.some((print) => known.has(print)));
}

function brokenAt(parts: ExitParts, failOn: FailOn): string[] {
  if (failOn === 'never') return [];
  const counts = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1).map((severity) => ({
    severity,
    number: parts.findings.filter((finding) => isOpen(finding) && finding.severity === severity).length,
  }));
  const said = counts.filter(({ number }) => number > 0).map(({ severity, number }) => counted(number, severity));
  const bare = brokenWithoutFinding(parts);
  return bare.length === 0 ? said : [...said, `${counted(bare.length, 'broken claim')} without a finding`];
}

function unmet(parts: ExitParts, require: Requirements): string[] {
  const missing: string[] = [];
  const exercised = parts.entries.filter((entry) => entry.standing === 'exercised' || entry.standing === 'flaky').length;
  if (require.entries !== undefined && !reaches(exercised, parts.entries.length, require.entries)) {
    missing.push(`${share(exercised, parts.entries.length)} entries exercised, --require asks for ${Math.round(require.entries * 100)} %`);
  }
  const { named, nameable } = parts.coverage;
  if (require.named !== undefined && !reaches(named, nameable, require.named)) {
    missing.push(`${share(named, nameable)} connections to public addresses named, --require asks for ${Math.round(require.named * 100)} %`);
  }
  const phases = new Set(parts.settings.phases.map(({ phase }) => phase));
  const unseen = require.phases.filter((phase) => !phases.has(phase));
  if (unseen.length > 0) missing.push(`no phase ${listed(unseen)} was recorded`);
  for (const id of require.claims) {
    const claim = parts.claims.find((candidate) => candidate.id === id);
    if (claim === undefined) missing.push(`claim ${id} is not in the policy`);
    else if (claim.verdict === 'unproven' || claim.verdict === 'not-observable') missing.push(`claim ${id} is ${claim.verdict.replace('-', ' ')}`);
  }
  return missing;
}

/** Of nothing, no share is reached but 0 %. */
function reaches(part: number, whole: number, wanted: number): boolean {
  return whole === 0 ? wanted === 0 : part / whole >= wanted;
}

function share(part: number, whole: number): string {
  return `${count(part)} of ${count(whole)} (${percent(part, whole)})`;
}

function quiet(parts: ExitParts, failOn: FailOn): string {
  const open = parts.findings.filter(isOpen);
  if (failOn === 'never' && open.length > 0) return `--fail-on never; ${counted(open.length, 'open finding')} did not count`;
  if (open.length > 0) return `${counted(open.length, 'open finding')}, all below --fail-on ${failOn}`;
  const settled = (standing: Finding['standing']): number => parts.findings.filter((finding) => finding.standing === standing).length;
  return parts.findings.length > 0 ? `no open finding; ${settledCounts({ accepted: settled('accepted'), baseline: settled('baseline') })}` : 'no finding in what was looked at';
}

function rank(code: number): number {
  const at = PRECEDENCE.indexOf(code);
  return at < 0 ? 0 : at;
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];
/** Gravest first (design §8). */
const PRECEDENCE = [70, 4, 3, 1, 2, 5, 0];
