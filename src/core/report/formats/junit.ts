/**
 * The report as a JUnit XML file, which build servers show as tests: one case
 * per entry of the inventory, one per claim, and one for the audit itself,
 * which fails whenever the exit code is not 0. What could not be seen is
 * skipped with its reason, never passed. No clock: every time is 0.
 */
import type { Position } from '../../base/errors.ts';
import type { ClaimResult } from '../../judge/claim.ts';
import type { EntryStanding } from '../../judge/context.ts';
import type { Finding } from '../../judge/finding.ts';
import { counted, listed } from '../layout/amounts.ts';
import { PLAIN_LOOK, SENTENCE_LIMIT } from '../layout/look.ts';
import { hintWords } from '../../judge/hints.ts';
import type { Report } from '../report.ts';
import { baselineFacts, goneWords } from '../baseline.ts';
import { isOpen, isSettled } from '../verdict-exit.ts';
import type { ReportFormat } from './format.ts';
import { xmlAttributes, xmlText } from './junit/xml.ts';
import { coverageLines } from './text/coverage.ts';
import { standingWords } from './text/entries.ts';
import { evidenceWords, sureWords, whyWords } from './text/findings.ts';

export const junit: ReportFormat = {
  kind: 'report',
  name: 'junit',
  description: 'entries and claims as test cases, for build servers (JUnit XML)',
  needsPolicy: true,
  *render(report) {
    const suites = [auditSuite(report), entrySuite(report), claimSuite(report)];
    yield '<?xml version="1.0" encoding="UTF-8"?>\n';
    yield `<testsuites${xmlAttributes({ name: 'egret', ...countsOf(suites.flatMap(({ cases }) => cases)), time: 0 })}>\n`;
    for (const suite of suites) yield* suiteText(suite);
    yield '</testsuites>\n';
  },
};

interface Case {
  readonly name: string;
  readonly at?: Position;
  /** Failed or skipped; neither: passed. */
  readonly failure?: { readonly type: string; readonly message: string; readonly lines: readonly string[] };
  readonly skipped?: string;
  /** What a reader of the case should know beside its result. */
  readonly out?: readonly string[];
}

interface Suite {
  readonly name: string;
  readonly properties?: readonly (readonly [name: string, value: string])[];
  readonly cases: readonly Case[];
}

/** One case that is never greener than the exit code, so that a policy without claims cannot hide what was found. */
function auditSuite(report: Report): Suite {
  const { exit, because } = report.summary;
  const told = new Set([...report.claims.filter(({ verdict }) => verdict === 'broken'), ...report.entries.filter((entry) => isFailed(entry))].map(({ id }) => id));
  const untold = report.findings.filter((finding) => isOpen(finding) && !told.has(finding.subject) && !finding.claims.some((id) => told.has(id)));
  const failure = { type: exit === 1 ? 'broken' : 'not-enough-evidence', message: `Exit ${exit}: ${because}`, lines: untold.length === 0 && exit === 1 ? ['The cases of entries and claims tell what is broken.'] : [...findingLines(untold, report)] };
  return {
    name: 'audit',
    properties: [
      ['egret', report.tool.version],
      ...(report.policy === undefined ? [] : [['policy', report.policy.path] as const, ['policy.sha256', report.policy.sha256] as const]),
      ...(report.baseline === undefined ? [] : [['baseline', `${report.baseline.path}: ${baselineFacts(report.baseline)}`] as const]),
      ...report.inputs.map((input) => ['recording', `${input.path} sha256 ${input.sha256}`] as const),
    ],
    cases: [{ name: 'exit code', ...(exit === 0 ? {} : { failure }), out: [...goneLines(report), ...coverageLines(report, PLAIN_LOOK)] }],
  };
}

function goneLines({ baseline }: Report): readonly string[] {
  const gone = baseline === undefined ? '' : goneWords(baseline);
  return gone === '' ? [] : [gone];
}

function entrySuite(report: Report): Suite {
  const bySubject = new Map<string, Finding[]>(report.entries.map(({ id }) => [id, []]));
  for (const finding of report.findings) bySubject.get(finding.subject)?.push(finding);
  return { name: 'entries', cases: report.entries.map((entry) => ({ name: `${entry.id}: ${entry.name}`, at: entry.at, ...entryResult(entry, bySubject.get(entry.id) ?? [], report) })) };
}

function entryResult(entry: EntryStanding, findings: readonly Finding[], report: Report): Omit<Case, 'name' | 'at'> {
  const words = standingWords(entry);
  const about = words === '' ? [] : [words];
  if (entry.standing === 'exercised' || entry.standing === 'flaky') return about.length === 0 ? {} : { out: about };
  if (entry.standing === 'unproven') return { skipped: `unproven: the recording holds no connection of this entry${words === '' ? '' : `. ${words}`}` };
  const message = entry.standing === 'missing' ? `missing: ${words}` : words === '' ? 'blocked' : words;
  if (findings.length > 0 && !findings.some(isOpen)) return { skipped: `${message} (${listed(findings.map(acceptanceWords))})` };
  if (!isFailed(entry)) return { skipped: message };
  return { failure: { type: entry.standing, message, lines: [...findingLines(findings, report)] } };
}

/** What the product cannot do without did not come up; blocking the rest has the effect that the vendor names. */
function isFailed({ standing, required }: EntryStanding): boolean {
  return standing === 'missing' || (standing === 'blocked' && required === true);
}

function claimSuite(report: Report): Suite {
  const byPrint = new Map(report.findings.map((finding) => [finding.fingerprint, finding]));
  return {
    name: 'claims',
    cases: report.claims.map((claim) => {
      const findings = claim.findings.flatMap((print) => byPrint.get(print) ?? []);
      return { name: `${claim.id}: ${claim.text}`, ...(claim.at === undefined ? {} : { at: claim.at }), ...claimResult(claim, findings, report) };
    }),
  };
}

function claimResult(claim: ClaimResult, findings: readonly Finding[], report: Report): Omit<Case, 'name' | 'at'> {
  const reason = claim.reason.startsWith(claim.verdict.replace('-', ' ')) ? claim.reason : `${claim.verdict.replace('-', ' ')}: ${claim.reason}`;
  if (claim.verdict === 'holds') return { out: [reason] };
  if (claim.verdict !== 'broken') return { skipped: reason, out: needLines(claim) };
  if (isSettled(claim)) return { out: [`${claim.accepted ? 'Accepted' : 'In the baseline'}, so it passes here; the claim stays broken.`, reason, ...findings.slice(0, FINDING_CAP).map((finding) => `${finding.rule} ${finding.subject}: ${acceptanceWords(finding)}`)] };
  return { failure: { type: 'broken', message: reason, lines: [...findingLines(findings, report)] } };
}

function needLines({ needs }: ClaimResult): string[] {
  return needs.filter(({ need, met }) => !met && need !== 'exercised').map(({ need, why, supply }) => [`needs ${need}`, why, supply].filter((part) => part !== undefined && part !== '').join('; '));
}

function acceptanceWords({ standing, acceptance }: Finding): string {
  if (acceptance === undefined) return standing === 'baseline' ? 'in the baseline' : standing;
  return `${standing} until ${acceptance.until}${acceptance.owner === undefined ? '' : ` by ${acceptance.owner}`}: ${acceptance.reason}`;
}

/** Findings in the form of the text report, one field a line; open ones first. */
function* findingLines(findings: readonly Finding[], report: Report): Iterable<string> {
  for (const finding of findings.slice(0, FINDING_CAP)) {
    const { severity, rule, subject, component } = finding;
    yield `${severity} ${rule} ${subject}${component === undefined ? '' : ` (${component})`}${isOpen(finding) ? '' : `, ${acceptanceWords(finding)}`}`;
    yield `  seen  ${finding.seen}`;
    if (finding.evidence.length > 0) yield `        ${evidenceWords(finding, report)}`;
    yield `  why   ${whyWords(finding)}`;
    for (const hint of finding.known ?? []) yield `  known ${hintWords(hint)}`;
    yield `  do    ${finding.do}`;
    yield `  sure  ${sureWords(finding)}`;
    yield `  more  egret explain ${rule}`;
  }
  if (findings.length > FINDING_CAP) yield `and ${counted(findings.length - FINDING_CAP, 'finding')} more (--format json lists all)`;
}

function* suiteText({ name, properties = [], cases }: Suite): Iterable<string> {
  yield `  <testsuite${xmlAttributes({ name, ...countsOf(cases), time: 0 })}>\n`;
  if (properties.length > 0) yield `    <properties>\n${properties.map(([key, value]) => `      <property${xmlAttributes({ name: key, value })}/>\n`).join('')}    </properties>\n`;
  for (const one of cases) yield caseText(name, one);
  yield '  </testsuite>\n';
}

function caseText(suite: string, { name, at, failure, skipped, out = [] }: Case): string {
  const head = `    <testcase${xmlAttributes({ classname: `egret.${suite}`, name, file: at?.file, line: at?.line, time: 0 })}`;
  const inner = [
    ...(failure === undefined ? [] : [`      <failure${xmlAttributes({ type: failure.type, message: failure.message })}>${block(failure.lines)}</failure>\n`]),
    ...(skipped === undefined ? [] : [`      <skipped${xmlAttributes({ message: skipped })}/>\n`]),
    ...(out.length === 0 ? [] : [`      <system-out>${block(out)}</system-out>\n`]),
  ];
  return inner.length === 0 ? `${head}/>\n` : `${head}>\n${inner.join('')}    </testcase>\n`;
}

/** Lines of our own making; a line feed inside one of them is shown, not obeyed. */
function block(lines: readonly string[]): string {
  return lines.map((line) => xmlText(line, SENTENCE_LIMIT)).join('\n');
}

function countsOf(cases: readonly Case[]): { readonly tests: number; readonly failures: number; readonly errors: number; readonly skipped: number } {
  return { tests: cases.length, failures: cases.filter(({ failure }) => failure !== undefined).length, errors: 0, skipped: cases.filter(({ skipped }) => skipped !== undefined).length };
}

/** Findings told in one case; as many as the text report tells in full. */
const FINDING_CAP = 25;
