/**
 * Open findings as GitHub annotations: workflow commands on lines of the
 * policy, `::error file=…,line=…,col=…,title=…::message`, then plain lines that
 * say what was looked at. Whatever stands in a name, one finding stays one line
 * and no text becomes a command.
 */
import type { Position } from '../../base/errors.ts';
import { forTerminal } from '../../base/wire-text.ts';
import { hintBrief } from '../../judge/hints.ts';
import type { Severity } from '../../policy/policy.ts';
import { anchors, claimAnchor, relativePath } from '../anchor.ts';
import { count, counted } from '../layout/amounts.ts';
import type { Report } from '../report.ts';
import { baselineFacts, goneWords } from '../baseline.ts';
import { brokenWithoutFinding, isOpen, settledCounts } from '../verdict-exit.ts';
import type { ReportFormat } from './format.ts';

export const github: ReportFormat = {
  kind: 'report',
  name: 'github',
  description: 'open findings as annotations of a GitHub Actions log',
  needsPolicy: true,
  *render(report, _look, cwd = '') {
    for (const severity of SEVERITIES) yield* annotations(report, severity, cwd);
    yield* footer(report);
  },
};

interface Annotation {
  readonly at: Position | undefined;
  readonly title: string;
  readonly lines: readonly string[];
}

/** All of one severity, or as many as GitHub shows, the last of them saying how many more there are. */
function* annotations(report: Report, severity: Severity, cwd: string): Iterable<string> {
  const bare = severity === 'error' ? brokenWithoutFinding(report) : [];
  const open = report.findings.filter((finding) => isOpen(finding) && finding.severity === severity);
  const place = anchors(report);
  const whole = bare.length + open.length;
  const fits = whole <= SHOWN_CAP ? whole : SHOWN_CAP - 1;
  for (const claim of bare.slice(0, fits)) {
    yield command(severity, { at: claimAnchor(claim, report), title: `broken claim ${claim.id}`, lines: [claim.reason] }, cwd);
  }
  for (const finding of open.slice(0, fits - Math.min(bare.length, fits))) {
    const who = finding.component === undefined ? '' : ` (${finding.component})`;
    yield command(severity, { at: place(finding), title: `${finding.rule}: ${finding.subject}${who}`, lines: [`${finding.seen}${hintBrief(finding.known)}`, finding.do] }, cwd);
  }
  if (fits < whole) {
    const lines = [`GitHub shows ${SHOWN_CAP} annotations of a kind in one step; the text report (--format text) and --format json list all.`];
    yield command(severity, { at: undefined, title: `egret: ${count(whole - fits)} more of severity ${severity}`, lines }, cwd);
  }
}

/** One workflow command and its line feed. Title and message are wire text: made visible first, then escaped. */
function command(severity: Severity, { at, title, lines }: Annotation, cwd: string): string {
  const properties = [
    ...(at === undefined ? [] : [`file=${property(forTerminal(relativePath(at.file, cwd), PATH_LIMIT))}`, `line=${at.line}`, `col=${at.column}`]),
    `title=${property(forTerminal(title, TITLE_LIMIT))}`,
  ];
  return `::${COMMANDS[severity]} ${properties.join(',')}::${data(lines.map((line) => forTerminal(line, LINE_LIMIT)).join('\n'))}\n`;
}

/** Never silent: a step without annotations says over what it found nothing. */
function* footer(report: Report): Iterable<string> {
  const { connections, lookups, findings, exit, because } = report.summary;
  const open = findings.error + findings.warning + findings.note;
  const words = settledCounts(findings);
  const settled = words === '' ? '' : `, ${words},`;
  yield plain(`${counted(open, 'open finding')}${settled} in ${counted(connections, 'connection')} and ${counted(lookups, 'lookup')}`);
  const { baseline } = report;
  if (baseline?.unlike !== undefined) yield plain(`${baseline.path}: ${baselineFacts(baseline)}`);
  const gone = baseline === undefined ? '' : goneWords(baseline);
  if (gone !== '') yield plain(gone);
  for (const { text, count: times } of report.blindSpots) yield plain(`could not see: ${text} (${count(times)})`);
  yield plain(`exit ${exit}: ${because}`);
}

/** A line for the log that no runner takes for a command: neither `::` at its start nor the older `##[` anywhere. */
function plain(text: string): string {
  return `egret: ${forTerminal(text, LINE_LIMIT).replaceAll('##[', '## [')}\n`;
}

/** The text after the second `::`. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A value between `=` and `,` or `::`. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];
const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };
/** Annotations of one kind that GitHub shows of a step; it drops the others without a word. */
const SHOWN_CAP = 10;
/** Characters of a title: what its field of the checks API takes. */
const TITLE_LIMIT = 255;
/** Characters of a path: the longest that Linux opens. */
const PATH_LIMIT = 4096;
/** Characters of what was seen, and of what to do: an annotation is read in a narrow box. */
const LINE_LIMIT = 2000;
