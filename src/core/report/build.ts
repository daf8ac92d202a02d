/**
 * Puts a report together: everything sorted into its fixed order, the summary
 * counted, the exit code decided. Takes what judging gave; pure, so equal parts
 * give equal reports in whatever order they arrive.
 */
import type { ClaimResult } from '../judge/claim.ts';
import type { JudgedLookup } from '../judge/context.ts';
import type { Finding } from '../judge/finding.ts';
import type { Destination } from '../judge/destination.ts';
import type { BypassHost, InspectedHost } from '../judge/inspected-hosts.ts';
import { byClaim, byDestination, byEntry, byFinding, byLookup, compare } from './order.ts';
import type { Baseline } from '../policy/baseline.ts';
import { baselineUse } from './baseline.ts';
import type { BlindSpot, Coverage } from '../observe/coverage.ts';
import type { EntryStanding } from '../judge/context.ts';
import type { Input, LookupRow, Report, Settings, Summary } from './report.ts';
import { type ExitWish, isOpen, verdictExit } from './verdict-exit.ts';

export interface ReportParts {
  readonly version: string;
  /** As given on the command line; their order is kept, evidence refers to it. */
  readonly inputs: readonly Input[];
  readonly policy?: Report['policy'];
  /** What its findings were held against when they were judged. */
  readonly baseline?: Baseline;
  readonly settings: Settings;
  readonly claims: readonly ClaimResult[];
  readonly entries: readonly EntryStanding[];
  readonly findings: readonly Finding[];
  readonly destinations: readonly Destination[];
  readonly lookups: readonly JudgedLookup[];
  readonly inspected: readonly InspectedHost[];
  readonly bypass: readonly BypassHost[];
  readonly coverage: Coverage;
  readonly blindSpots: readonly BlindSpot[];
}

/** The report of these parts under `--fail-on` and `--require`. */
export function buildReport(parts: ReportParts, wish: ExitWish): Report {
  const { exit, because } = verdictExit(
    {
      judged: parts.policy !== undefined,
      packets: parts.inputs.reduce((sum, input) => sum + input.packets, 0),
      lookups: parts.lookups.length,
      coverage: parts.coverage,
      settings: parts.settings,
      claims: parts.claims,
      entries: parts.entries,
      findings: parts.findings,
    },
    wish,
  );
  return {
    schema: 'egret.report/1',
    tool: { name: 'egret', version: parts.version },
    inputs: parts.inputs,
    ...(parts.policy === undefined ? {} : { policy: parts.policy }),
    ...(parts.baseline === undefined ? {} : { baseline: baselineUse(parts.baseline, parts.policy, parts.findings) }),
    settings: parts.settings,
    summary: { exit, because, ...tally(parts) },
    claims: parts.claims.toSorted(byClaim),
    entries: parts.entries.toSorted(byEntry),
    findings: parts.findings.toSorted(byFinding),
    destinations: parts.destinations.toSorted(byDestination),
    lookups: parts.lookups.toSorted(byLookup).map(lookupRow),
    listeners: [],
    inspected: parts.inspected,
    bypass: parts.bypass,
    coverage: parts.coverage,
    blindSpots: parts.blindSpots.filter((spot) => spot.count > 0).sort((a, b) => compare(a.code, b.code) || compare(a.text, b.text)),
  };
}

function tally(parts: ReportParts): Omit<Summary, 'exit' | 'because'> {
  const claims = (verdict: ClaimResult['verdict']): number => parts.claims.filter((claim) => claim.verdict === verdict).length;
  const open = parts.findings.filter(isOpen);
  const settled = (standing: Finding['standing']): number => parts.findings.filter((finding) => finding.standing === standing).length;
  const findings = (severity: Finding['severity']): number => open.filter((finding) => finding.severity === severity).length;
  return {
    claims: { holds: claims('holds'), broken: claims('broken'), unproven: claims('unproven'), notObservable: claims('not-observable') },
    findings: { error: findings('error'), warning: findings('warning'), note: findings('note'), accepted: settled('accepted'), baseline: settled('baseline') },
    connections: parts.coverage.connections,
    lookups: parts.lookups.reduce((sum, lookup) => sum + lookup.count, 0),
    destinations: parts.destinations.length,
  };
}

function lookupRow(lookup: JudgedLookup): LookupRow {
  return {
    name: lookup.name,
    types: lookup.types,
    cnames: lookup.cnames,
    answers: lookup.answers,
    rcode: lookup.rcode,
    resolver: lookup.resolver,
    count: lookup.count,
    verdict: lookup.verdict.kind,
    ...(lookup.verdict.entry === undefined ? {} : { entry: lookup.verdict.entry }),
    ...(lookup.component === undefined ? {} : { component: lookup.component }),
    scope: lookup.scope,
    connected: lookup.connected,
  };
}
