/**
 * Findings as SARIF results (SARIF 2.1.0 §3.27): what was seen and what to do,
 * at the policy's line, told apart by egret's own fingerprint. Open ones come
 * first, and accepted ones are suppressed, never left out. Holds wire text,
 * made fit for reading.
 */
import type { Position } from '../../../base/errors.ts';
import { fingerprint } from '../../../base/fingerprint.ts';
import type { ClaimResult } from '../../../judge/claim.ts';
import type { Finding } from '../../../judge/finding.ts';
import { hintBrief, hintWords } from '../../../judge/hints.ts';
import { anchors, claimAnchor } from '../../anchor.ts';
import type { Report } from '../../report.ts';
import { brokenWithoutFinding, isOpen } from '../../verdict-exit.ts';
import { evidenceJson, type Json } from '../facts-json.ts';
import { BROKEN_CLAIM, RULE_INDEX } from './rules.ts';
import { pathUri, sarifText, TEXT_LIMIT } from './text.ts';

/** How many results there are before any limit. */
export function resultCount(report: Report): number {
  return report.findings.length + brokenWithoutFinding(report).length;
}

/** At most {@link RESULT_CAP} results: what is open before what is settled, each in report order. */
export function* results(report: Report, cwd: string): Iterable<Json> {
  let left = RESULT_CAP;
  for (const result of all(report, cwd)) {
    if (left-- <= 0) return;
    yield result;
  }
}

function* all(report: Report, cwd: string): Iterable<Json> {
  const place = anchors(report);
  for (const claim of brokenWithoutFinding(report)) yield claimResult(claim, claimAnchor(claim, report), cwd, report.baseline);
  for (const finding of report.findings) if (isOpen(finding)) yield findingResult(finding, place(finding), cwd, report.baseline);
  for (const finding of report.findings) if (!isOpen(finding)) yield findingResult(finding, place(finding), cwd, report.baseline);
}

function findingResult(finding: Finding, at: Position | undefined, cwd: string, baseline: Report['baseline']): Json {
  const { rule, severity, confidence, component, evidence, evidenceCount, claims } = finding;
  return {
    ruleId: rule,
    ruleIndex: RULE_INDEX.get(rule),
    level: severity,
    message: { text: message(finding) },
    locations: locations(at, cwd),
    partialFingerprints: prints(finding.fingerprint),
    suppressions: suppressions(finding),
    baselineState: baseline === undefined ? undefined : baselineState(finding),
    properties: {
      confidence,
      subject: sarifText(finding.subject),
      component: component === undefined ? undefined : sarifText(component),
      standing: finding.standing,
      why: sarifText(finding.why),
      known: finding.known?.map((hint) => sarifText(hintWords(hint))),
      sure: sarifText(finding.sure),
      claims: claims.map((id) => sarifText(id)),
      evidence: evidence.map(evidenceJson),
      evidenceCount,
    },
  };
}

function claimResult(claim: ClaimResult, at: Position | undefined, cwd: string, baseline: Report['baseline']): Json {
  return {
    ruleId: BROKEN_CLAIM,
    ruleIndex: RULE_INDEX.get(BROKEN_CLAIM),
    level: 'error',
    message: { text: sarifText(`Claim ${claim.id} is broken: ${claim.reason}`) },
    locations: locations(at, cwd),
    partialFingerprints: prints(fingerprint([BROKEN_CLAIM, claim.id])),
    suppressions: [],
    baselineState: baseline === undefined ? undefined : 'new',
    properties: { claims: [sarifText(claim.id)] },
  };
}

/** Seen, then do. Where both are too long, what was seen is cut first: what to do is pasted. */
function message(finding: Finding): string {
  const expired = finding.standing === 'expired' && finding.acceptance !== undefined ? ` Its acceptance expired on ${finding.acceptance.until}.` : '';
  const remedy = sarifText(`${finding.do}${expired}`, TEXT_LIMIT - SEEN_LEAST - PARAGRAPH.length);
  return `${sarifText(`${finding.seen}${hintBrief(finding.known)}`, TEXT_LIMIT - remedy.length - PARAGRAPH.length)}${PARAGRAPH}${remedy}`;
}

/** GitHub wants an end too (its table of supported properties); only the start is known, so the place is one character. */
function locations(at: Position | undefined, cwd: string): Json {
  if (at === undefined) return [];
  const region = { startLine: at.line, startColumn: at.column, endLine: at.line, endColumn: at.column + 1 };
  return [{ physicalLocation: { artifactLocation: { uri: pathUri(at.file, cwd) }, region } }];
}

/** GitHub compares the first alone; left out, it would hash the policy's line, and all findings on one line would be one. */
function prints(print: string): Json {
  return { primaryLocationLineHash: print, 'egret/v1': print };
}

/** On every result of a run that was held against a baseline, or on none (§3.27.24). */
function baselineState({ inBaseline, severity }: Finding): string {
  if (inBaseline === undefined) return 'new';
  return inBaseline === severity ? 'unchanged' : 'updated';
}

/** An empty list says that nobody suppressed it; a missing one, that nobody knows (§3.27.23). */
function suppressions(finding: Finding): Json {
  if (isOpen(finding)) return [];
  const { acceptance } = finding;
  const owner = acceptance?.owner === undefined ? '' : `, ${acceptance.owner}`;
  const justification = acceptance === undefined ? 'It stands in the baseline.' : `${acceptance.reason} (until ${acceptance.until}${owner})`;
  return [{ kind: 'external', status: 'accepted', justification: sarifText(justification) }];
}

/** Results of one run that GitHub takes; a file with more is refused whole. */
export const RESULT_CAP = 25_000;
const PARAGRAPH = '\n\n';
/** Characters kept for what was seen, however long the remedy is. */
const SEEN_LEAST = 256;
