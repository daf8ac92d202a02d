/**
 * Saved reports held against a baseline: what is new, what is graver than it
 * was, what is known, what did not come up, and the exit code. For reports that
 * were judged without it; `egret audit --baseline` does the same while judging.
 */
import { coversSeverity } from '../judge/covers-severity.ts';
import type { Baseline } from '../policy/baseline.ts';
import { baselineFacts, baselineUse, goneWords, rowWords } from './baseline.ts';
import { compare } from './order.ts';
import { count, counted } from './layout/amounts.ts';
import { type Look, shown } from './layout/look.ts';
import { heading, paragraph } from './formats/text/page.ts';
import type { SavedFinding, SavedReport } from './saved-report.ts';
import type { BaselineUse } from './report.ts';
import type { FailOn } from './verdict-exit.ts';

export interface Held {
  readonly exit: 0 | 1 | 2;
  readonly because: string;
  readonly use: BaselineUse;
  /** Open findings that the baseline does not cover, gravest first. */
  readonly news: readonly SavedFinding[];
  readonly known: number;
  readonly accepted: number;
  readonly broken: readonly string[];
  readonly connections: number;
  readonly lookups: number;
}

/** `reports` were all judged under `policy`. */
export function holdAgainst(baseline: Baseline, reports: readonly SavedReport[], policy: { readonly name: string; readonly sha256: string }, failOn: FailOn): Held {
  const findings = unique(reports.flatMap((report) => report.findings));
  const accepted = findings.filter(({ standing }) => standing === 'accepted').length;
  const counting = findings.filter(({ standing }) => standing !== 'accepted');
  const news = counting.filter((finding) => !isCovered(baseline, finding));
  const connections = sum(reports, ({ summary }) => summary.connections);
  const lookups = sum(reports, ({ summary }) => summary.lookups);
  return {
    ...exitOf(news, failOn, connections + lookups),
    use: baselineUse(baseline, { path: '', ...policy }, findings),
    news: news.toSorted((a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity) || compare(a.rule, b.rule) || compare(a.subject, b.subject)),
    known: counting.length - news.length,
    accepted,
    broken: [...new Set(reports.flatMap(({ claims }) => claims.filter(({ verdict }) => verdict === 'broken').map(({ id }) => id)))],
    connections,
    lookups,
  };
}

/** What is new row by row, then what is known and what is gone, then what was looked at and the exit code. */
export function* heldLines(held: Held, baseline: Baseline, look: Look): Iterable<string> {
  const { news, use, known, accepted, broken } = held;
  yield* paragraph(look, `${use.path}: ${baselineFacts(use)}, policy ${use.policy.name}`);
  yield '';
  yield* heading(look, news.length === 0 ? 'NOTHING NEW' : 'NEW', news.length === 0 ? 'every open finding stands in the baseline, or there is none' : `${counted(news.length, 'open finding')} that the baseline does not cover`);
  for (const finding of news.slice(0, ROW_LIMIT)) {
    const before = baseline.findings.get(finding.fingerprint);
    const why = finding.standing === 'expired' ? '  its acceptance has expired' : before === undefined ? '' : `  was ${before.severity}`;
    yield `  ${finding.severity.padEnd(SEVERITY)}${shown(look, rowWords(finding), ROW_WIDTH)}${why}`;
  }
  if (news.length > ROW_LIMIT) yield `  … and ${count(news.length - ROW_LIMIT)} more (egret audit --baseline --format json lists all)`;
  yield '';
  const claims = broken.length === 0 ? '' : ` ${counted(broken.length, 'claim')} ${broken.length === 1 ? 'is' : 'are'} broken, whatever the baseline says: ${broken.join(', ')}.`;
  yield* paragraph(look, `${counted(known, 'finding')} known${accepted === 0 ? '' : `, ${count(accepted)} accepted in the policy`}.${claims}`);
  const gone = goneWords(use);
  if (gone !== '') yield* paragraph(look, gone);
  yield '';
  yield* paragraph(look, `Looked at ${counted(held.connections, 'connection')} and ${counted(held.lookups, 'lookup')}; the reports say what could not be seen.`);
  yield* paragraph(look, `Exit ${held.exit}: ${held.because}.`);
}

/** An expired acceptance has a day that somebody set, and no baseline extends it. */
function isCovered(baseline: Baseline, finding: SavedFinding): boolean {
  const row = baseline.findings.get(finding.fingerprint);
  return row !== undefined && finding.standing !== 'expired' && coversSeverity(row, finding.severity);
}

function exitOf(news: readonly SavedFinding[], failOn: FailOn, observed: number): Pick<Held, 'exit' | 'because'> {
  const counting = failOn === 'never' ? [] : news.filter(({ severity }) => GRAVITY.indexOf(severity) <= GRAVITY.indexOf(failOn));
  if (counting.length > 0) return { exit: 1, because: `${counted(counting.length, 'finding')} outside the baseline at or above --fail-on ${failOn}` };
  if (observed === 0) return { exit: 2, because: 'nothing was observed: no connection and no lookup' };
  if (news.length > 0) return { exit: 0, because: failOn === 'never' ? '--fail-on never counts no finding' : `${counted(news.length, 'finding')} outside the baseline, all below --fail-on ${failOn}` };
  return { exit: 0, because: 'no open finding outside the baseline' };
}

/** One finding of several reports is one; the gravest of them stands for all, an open one before an accepted one. */
function unique(findings: readonly SavedFinding[]): readonly SavedFinding[] {
  const rows = new Map<string, SavedFinding>();
  for (const finding of findings) {
    const known = rows.get(finding.fingerprint);
    if (known === undefined || weight(finding) > weight(known)) rows.set(finding.fingerprint, finding);
  }
  return [...rows.values()];
}

function weight({ severity, standing }: SavedFinding): number {
  return (standing === 'accepted' ? 0 : GRAVITY.length) + GRAVITY.length - GRAVITY.indexOf(severity);
}

function sum(reports: readonly SavedReport[], of: (report: SavedReport) => number): number {
  return reports.reduce((total, report) => total + of(report), 0);
}

const GRAVITY: readonly SavedFinding['severity'][] = ['error', 'warning', 'note'];
const SEVERITY = 9;
/** Rows shown: a page; the report lists all. */
const ROW_LIMIT = 40;
const ROW_WIDTH = 200;
