/**
 * The report as a GitHub-flavoured Markdown page for a job summary or a
 * comment: the verdict, findings, claims, TLS inspection, destinations, and last what was
 * looked at and what could not be seen. Tables are cut, the verdict and the
 * counts never; the whole page stays below the 1 MiB of a job summary.
 */
import { formatPosition } from '../../base/errors.ts';
import type { ClaimResult, ClaimVerdict } from '../../judge/claim.ts';
import type { Destination } from '../../judge/destination.ts';
import type { Finding } from '../../judge/finding.ts';
import { hintWords } from '../../judge/hints.ts';
import { bytes, count, counted } from '../layout/amounts.ts';
import type { Report } from '../report.ts';
import { baselineFacts, goneWords } from '../baseline.ts';
import { isOpen, settledCounts, settledWord } from '../verdict-exit.ts';
import type { ReportFormat } from './format.ts';
import { code, sentence } from './markdown/escape.ts';
import { inspected } from './markdown/inspected.ts';
import { moreRows, table } from './markdown/table.ts';
import { reasonWords } from './text/claims.ts';
import { coverageFacts, lookedAt } from './text/coverage.ts';
import { standingWords } from './text/entries.ts';
import { evidenceWords } from './text/findings.ts';
import { inputNames, judgedFacts, scopeSentence, unjudgedFacts, verdictWord, wasWatched } from './text/header.ts';

export const markdown: ReportFormat = {
  kind: 'report',
  name: 'markdown',
  description: 'a page for a job summary or a comment (GitHub-flavoured Markdown)',
  needsPolicy: false,
  *render(report) {
    yield* verdict(report);
    if (report.policy !== undefined) yield* findings(report);
    yield* claims(report);
    yield* entries(report);
    yield* inspected(report);
    yield* destinations(report);
    yield* seenAndUnseen(report);
  },
};

function* verdict(report: Report): Iterable<string> {
  const { inputs, policy, summary } = report;
  const against = policy === undefined ? 'without a policy' : `against ${code(policy.path)} (${sentence(policy.name)})`;
  yield `## egret: ${verdictWord(report).word}\n\n`;
  yield `**${sentence(policy === undefined ? unjudgedFacts(report) : judgedFacts(report), FACTS_LIMIT)}**\n\n`;
  yield `Exit ${summary.exit}: ${sentence(summary.because, FACTS_LIMIT)}.\n\n`;
  yield `${wasWatched(inputs) ? 'Watched' : 'Audited'} ${inputNames(inputs, code)} ${against}. ${sentence(scopeSentence(inputs), FACTS_LIMIT)}\n`;
  if (report.baseline !== undefined) yield `\nBaseline ${code(report.baseline.path)}: ${sentence(baselineFacts(report.baseline), FACTS_LIMIT)}.\n`;
}

function* findings(report: Report): Iterable<string> {
  const open = report.findings.filter(isOpen);
  const settled = report.findings.filter((finding) => !isOpen(finding));
  yield '\n### Findings\n\n';
  if (open.length === 0) {
    yield `No open finding in ${counted(report.summary.connections, 'connection')} and ${counted(report.summary.lookups, 'lookup')}; what was looked at stands below.\n`;
  } else {
    yield* table(['severity', 'rule', 'subject', 'seen', 'do', 'breaks'], open, FINDING_CAP, (finding) => findingCells(finding, report));
  }
  const gone = report.baseline === undefined ? '' : goneWords(report.baseline);
  if (gone !== '') yield `\n${sentence(gone, FACTS_LIMIT)}\n`;
  if (settled.length === 0) return;
  yield `\n${settledCounts(report.summary.findings)}; they do not count against the exit code.\n\n`;
  yield* table(['severity', 'rule', 'subject', 'standing', 'until', 'reason'], settled, SETTLED_CAP, ({ severity, rule, subject, standing, acceptance }) => [
    severity,
    rule,
    code(subject),
    standing === 'baseline' ? 'in the baseline' : standing,
    sentence(`${acceptance?.until ?? ''}${acceptance?.owner === undefined ? '' : ` (${acceptance.owner})`}`),
    sentence(acceptance?.reason ?? ''),
  ]);
}

function findingCells(finding: Finding, report: Report): readonly string[] {
  const place = finding.evidence.length === 0 ? '' : `(${evidenceWords(finding, report)})`;
  const expired = finding.standing === 'expired' && finding.acceptance !== undefined ? `Its acceptance expired on ${finding.acceptance.until}. ` : '';
  const at = finding.policyAt === undefined ? '' : code(formatPosition(finding.policyAt));
  return [
    finding.severity,
    finding.rule,
    code(finding.subject) + (finding.component === undefined ? '' : ` (${sentence(finding.component)})`),
    `${sentence(expired + finding.seen, SEEN_LIMIT)} ${sentence(place)}`.trimEnd(),
    [sentence(finding.do, SEEN_LIMIT), ...(finding.known ?? []).map((hint) => sentence(`Known: ${hintWords(hint)}`, SEEN_LIMIT))].join(' '),
    `${sentence(finding.claims.join(' '))} ${at}`.trim(),
  ];
}

/** What is broken in the open, the rest folded: dozens of promises nobody can see must not hide the destinations below. */
function* claims({ claims: all, summary }: Report): Iterable<string> {
  if (all.length === 0) return;
  const { holds, broken, unproven, notObservable } = summary.claims;
  yield `\n### Claims\n\n${count(broken)} broken, ${count(notObservable)} not observable, ${count(unproven)} unproven, ${count(holds)} ${holds === 1 ? 'holds' : 'hold'}, within this recording.\n\n`;
  const titles = ['verdict', 'claim', 'text', 'reason'];
  const first = all.filter((claim) => claim.verdict === 'broken');
  const rest = FOLDED.flatMap((word) => all.filter((claim) => claim.verdict === word));
  if (first.length > 0) yield* table(titles, first, CLAIM_CAP, claimCells);
  if (rest.length === 0) return;
  yield `${first.length > 0 ? '\n' : ''}<details><summary>${first.length > 0 ? 'The other ' : 'All '}${counted(rest.length, 'claim')}</summary>\n\n`;
  yield* table(titles, rest, CLAIM_CAP, claimCells);
  yield '\n</details>\n';
}

function claimCells(claim: ClaimResult): readonly string[] {
  const word = claim.verdict.replace('-', ' ');
  const shownWord = claim.verdict === 'broken' ? `**${word}**${settledWord(claim)}` : word;
  return [shownWord, sentence(claim.id), sentence(claim.text), sentence(reasonWords(claim))];
}

/** Counts of all, rows only of those that did not come up as the inventory says. */
function* entries({ entries: all }: Report): Iterable<string> {
  if (all.length === 0) return;
  const counts = new Map<string, number>();
  for (const { standing } of all) counts.set(standing, (counts.get(standing) ?? 0) + 1);
  yield `\n### Entries\n\n${count(all.length)} in the inventory: ${[...counts].map(([standing, number]) => `${count(number)} ${standing}`).join(', ')}.\n`;
  const rows = all.filter(({ standing }) => standing !== 'exercised' && standing !== 'unproven');
  if (rows.length === 0) return;
  yield '\n';
  yield* table(['standing', 'entry', 'name', 'what it means'], rows, ENTRY_CAP, (entry) => [entry.standing + (entry.required === true ? ', required' : ''), code(entry.id), sentence(entry.name), sentence(standingWords(entry))]);
}

function* destinations(report: Report): Iterable<string> {
  if (report.destinations.length === 0) return;
  yield `\n### Destinations\n\n${count(report.destinations.length)} from ${counted(report.summary.connections, 'connection')}${report.policy === undefined ? '; facts only: without a policy nothing was judged' : ', what breaks the policy first'}.\n\n`;
  yield* table(['verdict', 'destination', 'port', 'protocol', 'component', 'reached', 'connections:', 'up:', 'down:'], report.destinations, DESTINATION_CAP, destinationCells);
}

function destinationCells(destination: Destination): readonly string[] {
  const { verdict: judged, addressCount, addresses, tls, port, transport } = destination;
  const more = destination.name === undefined && addressCount > 1 ? ` +${count(addressCount - 1)}` : '';
  const telemetry = judged.telemetry === undefined ? '' : `, telemetry (${sentence(judged.telemetry.organisation)})`;
  const unknown = (judged.conditionUnknown?.length ?? 0) > 0 ? ' if its condition held' : '';
  return [
    `${judged.kind}${unknown}${telemetry}`,
    `${destination.inbound ? 'from ' : ''}${code(destination.name ?? addresses[0] ?? 'unknown')}${more}`,
    transport === 'tcp' || transport === 'udp' ? `${port}/${transport}` : transport,
    sentence([destination.protocol, ...(tls?.version ?? []).map((version) => version.replace(/^D?TLS/, ''))].join(' ')),
    sentence(destination.component ?? ''),
    destination.reached === 'sent' ? 'sent' : `${destination.reached}, ${destination.outcome}`,
    count(destination.count),
    bytes(destination.up),
    bytes(destination.down),
  ];
}

/** Always last: "nothing found" means no more than these lines say. */
function* seenAndUnseen(report: Report): Iterable<string> {
  yield `\n### Looked at\n\n${sentence(lookedAt(report))}.\n`;
  const facts = coverageFacts(report.coverage, report.inputs.some(({ witness }) => witness === undefined));
  if (facts.length > 0) yield `\n${facts.map(([label, words]) => `- ${label}: ${sentence(words)}\n`).join('')}`;
  yield '\n### Could not see\n\n';
  yield 'Paths, bodies and credentials inside TLS are never visible to egret.';
  const { blindSpots } = report;
  if (blindSpots.length === 0) yield ' No blind spot was counted.\n';
  else yield `\n\n${blindSpots.slice(0, SPOT_CAP).map(spotLine).join('')}`;
  if (blindSpots.length > SPOT_CAP) yield `\n${moreRows(blindSpots.length - SPOT_CAP)}`;
}

function spotLine({ count: times, text, lowers }: Report['blindSpots'][number]): string {
  return `- ${count(times)} × ${sentence(text)}${lowers.length === 0 ? '' : ` ${sentence(`(lowers ${lowers.join(', ')})`)}`}\n`;
}

/** As in the text report. */
const FOLDED: readonly ClaimVerdict[] = ['not-observable', 'unproven', 'holds'];
/** Rows of the tables: with the cells' limits, no report reaches the 1 MiB that GitHub takes of a job summary. */
const FINDING_CAP = 40;
const SETTLED_CAP = 40;
const CLAIM_CAP = 100;
const ENTRY_CAP = 40;
const DESTINATION_CAP = 40;
const SPOT_CAP = 40;
const FACTS_LIMIT = 600;
/** What was seen and what to do are what a finding is read for. */
const SEEN_LIMIT = 400;
