/**
 * The report as JSON, `egret.report/1` (docs/report.schema.json): fixed key
 * order, one row per line, streamed in pieces so that twenty thousand
 * destinations are never one string. Hostile text leaves as `\u` escapes.
 */
import { jsonSafe } from '../../base/wire-text.ts';
import type { ClaimResult } from '../../judge/claim.ts';
import type { Finding } from '../../judge/finding.ts';
import type { Destination, RelayedBytes } from '../../judge/destination.ts';
import type { EntryStanding } from '../../judge/context.ts';
import type { InspectedHost } from '../../judge/inspected-hosts.ts';
import type { Input, LookupRow, Report, Settings } from '../report.ts';
import { certificateJson, distinguishedName, evidenceJson, type Json, peerJson, timeJson, verdictJson } from './facts-json.ts';
import type { ReportFormat } from './format.ts';

export const json: ReportFormat = {
  kind: 'report',
  name: 'json',
  description: 'the whole report for machines (docs/report.schema.json)',
  needsPolicy: false,
  *render(report) {
    yield '{\n';
    let separator = '';
    for (const [key, value] of members(report)) {
      if (value === undefined) continue;
      yield `${separator}  ${JSON.stringify(key)}: `;
      if (isRows(value)) yield* rows(value);
      else yield jsonSafe(JSON.stringify(value));
      separator = ',\n';
    }
    yield '\n}\n';
  },
};

/** An array that is written row by row; rows are made when they are written. */
interface Rows {
  readonly rows: Iterable<Json>;
}

function* rows(value: Rows): Iterable<string> {
  let separator = '[\n';
  for (const row of value.rows) {
    yield `${separator}    ${jsonSafe(JSON.stringify(row))}`;
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]' : '\n  ]';
}

function members(report: Report): readonly (readonly [string, Json | Rows | undefined])[] {
  return [
    ['schema', report.schema],
    ['tool', { name: report.tool.name, version: report.tool.version }],
    ['inputs', { rows: mapped(report.inputs, inputJson) }],
    ['policy', report.policy === undefined ? undefined : { path: report.policy.path, sha256: report.policy.sha256, name: report.policy.name }],
    ['baseline', report.baseline === undefined ? undefined : baselineJson(report.baseline)],
    ['settings', settingsJson(report.settings)],
    ['summary', { ...report.summary, claims: { ...report.summary.claims }, findings: { ...report.summary.findings } }],
    ['claims', { rows: mapped(report.claims, claimJson) }],
    ['entries', { rows: mapped(report.entries, entryJson) }],
    ['findings', { rows: mapped(report.findings, findingJson) }],
    ['destinations', { rows: mapped(report.destinations, destinationJson) }],
    ['lookups', { rows: mapped(report.lookups, lookupJson) }],
    ['listeners', { rows: report.listeners }],
    ['inspected', { rows: mapped(report.inspected, inspectedJson) }],
    ['bypass', { rows: mapped(report.bypass, ({ host, kind, entry, because, interception, seen }) => ({ host, kind, entry, because, interception, seen })) }],
    ['coverage', { ...report.coverage, confidence: { ...report.coverage.confidence } }],
    ['blindSpots', { rows: mapped(report.blindSpots, (spot) => ({ code: spot.code, count: spot.count, text: spot.text, lowers: spot.lowers })) }],
  ];
}

function inputJson(input: Input): Json {
  const { path, sha256, bytes, packets, cutAt, scope, sheet, recording, witness } = input;
  return { path, sha256, bytes, packets, first: timeJson(input.first), last: timeJson(input.last), cutAt, scope, sheet, recording, witness };
}

function baselineJson({ path, sha256, policy, unlike, recorded, findings, gone }: NonNullable<Report['baseline']>): Json {
  return { path, sha256, policy: { name: policy.name, sha256: policy.sha256 }, unlike, recorded, findings, gone: gone.map(({ fingerprint, rule, severity, subject, component }) => ({ fingerprint, rule, severity, subject, component })) };
}

function settingsJson(settings: Settings): Json {
  return {
    features: settings.features,
    phases: settings.phases.map(({ phase, from, to }) => ({ phase, from: timeJson(from), to: timeJson(to) })),
    variables: Object.fromEntries(Object.keys(settings.variables).sort().map((name) => [name, settings.variables[name]])),
    local: settings.local,
    roots: settings.roots,
    overridden: settings.overridden,
    telemetryLists: settings.telemetryLists?.map((list) => ({ ...list })),
  };
}

function claimJson(claim: ClaimResult): Json {
  return {
    id: claim.id,
    text: claim.text,
    verdict: claim.verdict,
    accepted: claim.accepted,
    baseline: claim.baseline,
    reason: claim.reason,
    check: claim.check,
    source: claim.source,
    needs: claim.needs.map(({ need, met, why, supply }) => ({ need, met, why, supply })),
    findings: claim.findings,
    blindSpots: claim.blindSpots,
    at: claim.at === undefined ? undefined : { ...claim.at },
  };
}

function entryJson(entry: EntryStanding): Json {
  const { id, name, standing, effect, layer, hosts, connections, established, interception, conditionUnknown } = entry;
  return { id, name, standing, effect, layer, hosts, connections, established, interception, conditionUnknown, at: { ...entry.at } };
}

function findingJson(finding: Finding): Json {
  return {
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    subject: finding.subject,
    component: finding.component,
    seen: finding.seen,
    why: finding.why,
    known: finding.known?.map((hint) => ({ ...hint })),
    do: finding.do,
    sure: finding.sure,
    evidence: finding.evidence.map(evidenceJson),
    evidenceCount: finding.evidenceCount,
    fingerprint: finding.fingerprint,
    standing: finding.standing,
    inBaseline: finding.inBaseline,
    acceptance: finding.acceptance === undefined ? undefined : { ...finding.acceptance },
    policyAt: finding.policyAt === undefined ? undefined : { ...finding.policyAt },
    claims: finding.claims,
  };
}

function destinationJson(destination: Destination): Json {
  const { scope, component, programs, name, how, confidence, addresses, addressCount, addressClass, port, transport, protocol, via, tls } = destination;
  return {
    scope, component, programs, name, how, confidence, addresses, addressCount, addressClass, port, transport, protocol, via,
    ...verdictJson(destination.verdict),
    reached: destination.reached,
    outcome: destination.outcome,
    outcomes: destination.outcomes,
    count: destination.count,
    up: destination.up,
    down: destination.down,
    first: timeJson(destination.first),
    last: timeJson(destination.last),
    phases: destination.phases,
    inbound: destination.inbound,
    tls: tls === undefined ? undefined : destinationTlsJson(tls),
    ice: destination.ice === undefined ? undefined : { checks: destination.ice.checks, answered: destination.ice.answered },
    relayed: destination.relayed === undefined ? undefined : relayedJson(destination.relayed),
    icmpErrors: destination.icmpErrors,
    evidence: destination.evidence.map(evidenceJson),
  };
}

function relayedJson({ up, down, media, peers, morePeers }: RelayedBytes): Json {
  return { up, down, media, peers: peers.map(peerJson), morePeers };
}

function destinationTlsJson(tls: NonNullable<Destination['tls']>): Json {
  const top = tls.chain?.at(-1);
  return {
    offered: tls.offered,
    version: tls.version,
    alpn: tls.alpn,
    ja4: tls.ja4,
    ech: tls.ech,
    issuer: top === undefined ? undefined : distinguishedName(top.issuer),
    chain: tls.chain?.map(certificateJson),
  };
}

function lookupJson(row: LookupRow): Json {
  const { scope, component, name, types, cnames, answers, rcode, resolver, count, verdict, entry, connected } = row;
  return { scope, component, name, types, cnames, answers, rcode, resolver, count, verdict, entry, connected };
}

function inspectedJson({ scope, component, host, ports, verdict, signals, breaks, entry, inspection, because, effect, evidence }: InspectedHost): Json {
  return {
    scope, component, host, ports, verdict,
    signals: signals.map(({ id, weight, says }) => ({ id, weight, says })),
    breaks: breaks.map(({ what, sure, says }) => ({ what, sure, says })),
    entry, inspection, because, effect,
    evidence: evidence.map(evidenceJson),
  };
}

function* mapped<T>(items: readonly T[], toJson: (item: T) => Json): Iterable<Json> {
  for (const item of items) yield toJson(item);
}

function isRows(value: Json | Rows): value is Rows {
  return typeof value === 'object' && 'rows' in value;
}
