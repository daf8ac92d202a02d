/**
 * Findings in egret's one form: seen, why, do, sure, more (design §6). Open
 * ones in full, gravest first; beyond a page's worth by rule, one line each;
 * accepted ones and the baseline are listed too, never silent.
 */
import { formatPosition } from '../../../base/errors.ts';
import { formatTime } from '../../../base/time.ts';
import type { Finding } from '../../../judge/finding.ts';
import { coversSeverity } from '../../../judge/covers-severity.ts';
import { hintWords } from '../../../judge/hints.ts';
import { goneWords } from '../../baseline.ts';
import type { Evidence } from '../../../observe/connection.ts';
import { count, counted, listed } from '../../layout/amounts.ts';
import { type Look, type Role, shown } from '../../layout/look.ts';
import { ROW_CAP, table } from '../../layout/table.ts';
import { pad, widthOf } from '../../layout/width.ts';
import { wrap } from '../../layout/wrap.ts';
import { isOpen } from '../../verdict-exit.ts';
import type { Report } from '../../report.ts';
import { heading, labelled, paragraph } from './page.ts';

/** All findings; a judged report without any says over what that was said. */
export function* findingLines(report: Report, look: Look): Iterable<string> {
  if (report.policy === undefined && report.findings.length === 0) return;
  const open = report.findings.filter(isOpen);
  if (open.length === 0) {
    yield* heading(look, 'Findings', `no open finding in ${counted(report.summary.connections, 'connection')} and ${counted(report.summary.lookups, 'lookup')}; see at the end what was looked at`);
  } else {
    yield* heading(look, 'Findings', severities(open));
    const full = open.slice(0, FULL_CAP);
    for (const [index, finding] of full.entries()) {
      const before = full[index - 1];
      yield '';
      yield* fullFinding(finding, report, look, finding.severity === 'note' && before?.rule === finding.rule ? before : undefined);
    }
    yield* shortened(open.slice(FULL_CAP), look);
  }
  yield* settled(report.findings.filter((finding) => !isOpen(finding)), look);
  const gone = report.baseline === undefined ? '' : goneWords(report.baseline);
  if (gone !== '') {
    yield '';
    yield* paragraph(look, gone);
  }
}

/** `before`: a note of the same rule just above; what it said already is not said again. */
function* fullFinding(finding: Finding, report: Report, look: Look, before: Finding | undefined): Iterable<string> {
  const severity = pad(finding.severity, SEVERITY);
  const subject = shown(look, finding.subject) + (finding.component === undefined ? '' : ` (${shown(look, finding.component)})`);
  const [first = '', ...rest] = wrap(subject, look.columns - SEVERITY, look.columns - SEVERITY - finding.rule.length - 2);
  yield `${look.style(ROLES[finding.severity], severity)}${finding.rule}  ${look.style('strong', first)}`;
  for (const line of rest) yield ' '.repeat(SEVERITY) + look.style('strong', line);
  yield* labelled(look, 'seen', finding.seen, INDENT, LABEL);
  if (finding.evidence.length > 0) yield* labelled(look, '', evidenceWords(finding, report), INDENT, LABEL, 'dim');
  if (before?.why !== finding.why) yield* labelled(look, 'why', whyWords(finding), INDENT, LABEL);
  for (const hint of finding.known ?? []) yield* labelled(look, 'known', hintWords(hint), INDENT, LABEL);
  if (before?.do !== finding.do) yield* labelled(look, 'do', finding.do, INDENT, LABEL);
  if (before === undefined || sureWords(before) !== sureWords(finding)) yield* labelled(look, 'sure', sureWords(finding), INDENT, LABEL);
  if (before === undefined) yield* labelled(look, 'more', `egret explain ${finding.rule}`, INDENT, LABEL, 'dim');
}

/** The confidence once, also where the rule's own sentence begins with it. */
export function sureWords({ confidence, sure }: Finding): string {
  return sure.startsWith(`${confidence}: `) ? sure : `${confidence}: ${sure}`;
}

/** `capture.pcapng frames 1042–1061 at 12:03:11.482 UTC; 2 more`. */
export function evidenceWords(finding: Finding, report: Report): string {
  const shownRows = finding.evidence.map((row) => evidencePlace(row, report));
  const left = finding.evidenceCount - finding.evidence.length;
  return shownRows.join('; ') + (left > 0 ? `; and ${count(left)} more` : '');
}

function evidencePlace(row: Evidence, report: Report): string {
  const [first, last] = row.frames;
  const frames = first === last ? `frame ${first}` : `frames ${first}–${last}`;
  const source = report.inputs.length > 1 ? `${report.inputs[row.source]?.path ?? `source ${row.source}`} ` : '';
  return `${source}${frames} at ${formatTime(row.at).slice(TIME_FROM, TIME_TO)} UTC`;
}

/** Why it matters, the claims it breaks, and an acceptance that has run out. */
export function whyWords(finding: Finding): string {
  const at = finding.policyAt === undefined ? '' : formatPosition(finding.policyAt);
  const breaks = finding.claims.length === 0 ? (at === '' ? '' : ` See ${at}.`) : ` Breaks ${listed(finding.claims, 12)}${at === '' ? '' : ` (${at})`}.`;
  const expired = finding.standing === 'expired' && finding.acceptance !== undefined ? ` Its acceptance (${finding.acceptance.reason}) expired on ${finding.acceptance.until}.` : '';
  const graver = finding.inBaseline !== undefined && !coversSeverity({ severity: finding.inBaseline }, finding.severity) ? ` The baseline has it as ${finding.inBaseline} only.` : '';
  return `${finding.why}${breaks}${expired}${graver}`;
}

/** What no longer fits on a page: one row per finding, the rule's text being above. */
function* shortened(rest: readonly Finding[], look: Look): Iterable<string> {
  if (rest.length === 0) return;
  yield '';
  yield* paragraph(look, `${count(rest.length)} more, shortened:`);
  const columns = [{ title: 'severity' }, { title: 'rule' }, { title: 'subject', min: 24, cut: 'start' as const }, { title: 'breaks', min: 6, word: (claims: string) => `breaks ${claims}` }];
  yield* table(look, columns, rest, (finding) => ({
    cells: [
      { text: finding.severity, role: ROLES[finding.severity] },
      { text: finding.rule },
      { text: shown(look, finding.subject) },
      { text: shown(look, finding.claims.join(' ')) },
    ],
  }));
}

function* settled(findings: readonly Finding[], look: Look): Iterable<string> {
  const accepted = findings.filter((finding) => finding.standing === 'accepted');
  const baseline = findings.filter((finding) => finding.standing === 'baseline');
  if (accepted.length > 0) {
    yield '';
    yield* paragraph(look, `${count(accepted.length)} accepted in the policy; they do not count against the exit code:`);
    for (const finding of accepted.slice(0, ROW_CAP)) {
      const { reason = '', until = '', owner } = finding.acceptance ?? {};
      yield* labelled(look, `${finding.severity} `, `${finding.rule} ${finding.subject}: ${reason} (until ${until}${owner === undefined ? '' : `, ${owner}`})`, 2, SEVERITY);
    }
    if (accepted.length > ROW_CAP) yield* paragraph(look, `… and ${count(accepted.length - ROW_CAP)} more (--format json lists all)`, 2, 'dim');
  }
  if (baseline.length > 0) {
    yield '';
    yield* paragraph(look, `${counted(baseline.length, 'finding')} in the baseline: ${listed([...new Set(baseline.map((finding) => finding.rule))].sort())}; not counted in the exit code (--format json lists all)`);
  }
}

function severities(findings: readonly Finding[]): string {
  return (['error', 'warning', 'note'] as const)
    .map((severity) => ({ severity, number: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ number }) => number > 0)
    .map(({ severity, number }) => counted(number, severity))
    .join(', ');
}

const ROLES: Readonly<Record<Finding['severity'], Role>> = { error: 'bad', warning: 'warn', note: 'note' };
/** Findings told in full: what a person reads before looking for a pattern. */
const FULL_CAP = 25;
const SEVERITY = widthOf('warning') + 2;
const INDENT = 4;
const LABEL = 7;
/** Where the time of day stands in RFC 3339 text, down to milliseconds. */
const TIME_FROM = 11;
const TIME_TO = 23;
