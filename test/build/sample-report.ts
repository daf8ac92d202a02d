/** A report rich in everything a report may hold, written by hand, for tests of formats and for looking at. */
import { parseTime } from '../../src/core/base/time.ts';
import { type WireText, wireText } from '../../src/core/base/wire-text.ts';
import type { ClaimResult, ClaimVerdict } from '../../src/core/judge/claim.ts';
import type { JudgedLookup } from '../../src/core/judge/context.ts';
import type { BypassHost, InspectedHost } from '../../src/core/judge/inspected-hosts.ts';
import type { Finding } from '../../src/core/judge/finding.ts';
import type { Connection, Evidence } from '../../src/core/observe/connection.ts';
import type { Destination } from '../../src/core/judge/destination.ts';
import type { ReportParts } from '../../src/core/report/build.ts';
import type { EntryStanding } from '../../src/core/judge/context.ts';
import type { Input } from '../../src/core/report/report.ts';

const START = parseTime('2026-03-31T12:03:11.482117Z') ?? 0;
const POLICY = 'policies/multiclaw.yaml';

export const NO_WISH = { failOn: 'warning', require: { phases: [], claims: [] } } as const;

export function evidence(first: number, last: number = first, source = 0): Evidence {
  return { source, frames: [first, last], at: START + first * 11_300 };
}

export function destination(over: Partial<Destination> = {}): Destination {
  return {
    key: `key ${over.name ?? over.addresses?.[0] ?? ''} ${over.port ?? 443}`,
    scope: 0,
    name: wireText('api.multiclaw.io'),
    how: 'sni',
    confidence: 'high',
    addresses: ['203.0.113.7'],
    addressCount: 1,
    addressClass: 'public',
    port: 443,
    transport: 'tcp',
    protocol: 'tls',
    verdict: { kind: 'declared', entry: 'cloud-api', by: 'name' },
    reached: 'sent',
    outcome: 'app-data',
    outcomes: { 'app-data': 12 },
    count: 12,
    up: 48_213,
    down: 1_204_331,
    first: START + 1_204_000,
    last: START + 912_000_000,
    phases: ['launch', 'task'],
    inbound: false,
    tls: { offered: ['TLS1.3', 'TLS1.2'], version: ['TLS1.3'], alpn: [wireText('h2')], ja4: ['t13d1516h2_8daaf6152771_e5627efa2ab1'], ech: 'none' },
    icmpErrors: [],
    evidence: [evidence(12, 88)],
    ...over,
  };
}

/** The same without TLS, and without a name unless `over` gives one. */
function nameless(over: Partial<Destination> = {}): Destination {
  const { name: _name, how: _how, tls: _tls, ...rest } = destination({ confidence: 'low', ...over });
  return { ...rest, ...(over.name === undefined ? {} : { name: over.name }), ...(over.how === undefined ? {} : { how: over.how }) };
}

export function finding(over: Partial<Finding> = {}): Finding {
  return {
    rule: 'telemetry-host',
    severity: 'error',
    confidence: 'high',
    subject: 'o447951.ingest.sentry.io:443/tcp',
    component: 'desktop',
    seen: 'The desktop component opened 3 connections to o447951.ingest.sentry.io (203.0.113.90) and sent 18.2 kB; the first 4.1 s after launch.',
    why: 'Sentry receives crash reports. The vendor says there are no telemetry, analytics or crash-reporting connections.',
    do: 'Ask the vendor to declare or remove it; to block it meanwhile, deny *.ingest.sentry.io at the firewall and audit again.',
    sure: 'the name stands in the TLS hello and a DNS answer of the same host corroborates it; a process witness would say which code sent it',
    evidence: [evidence(1042, 1061), evidence(2210, 2244)],
    evidenceCount: 3,
    fingerprint: 'b5bb9d8014a0f9b1d61e21e796d78dcc',
    standing: 'open',
    policyAt: { file: POLICY, line: 118, column: 5 },
    claims: ['C12', 'C13'],
    ...over,
  };
}

export function claim(id: string, verdict: ClaimVerdict, text: string, reason: string, over: Partial<ClaimResult> = {}): ClaimResult {
  const at = { file: POLICY, line: 200 + Number(id.slice(1)), column: 5 };
  return { id, text, check: 'entry', verdict, reason, needs: [{ need: 'exercised', met: verdict !== 'unproven' }], findings: [], accepted: false, blindSpots: [], at, ...over };
}

export function entry(id: string, line: number, over: Partial<EntryStanding> = {}): EntryStanding {
  return { id, name: id, standing: 'exercised', hosts: [`${id}.multiclaw.io`], connections: 12, established: 12, interception: 'not-seen', at: { file: POLICY, line, column: 5 }, ...over };
}

export function inspectedHost(host: string, over: Partial<InspectedHost> = {}): InspectedHost {
  return {
    scope: 0, host, ports: [443], verdict: 'proven', signals: [{ id: 'cert.product-issuer', weight: 'strong', says: 'the issuer is one of Zscaler ("Zscaler Root CA")' }],
    breaks: [{ what: 'certificate', sure: 'seen', says: 'TLS: the client refused the certificate in 2 connections' }], entry: 'cloud-websocket', inspection: 'must-bypass', because: ['websocket'],
    effect: 'The gateway cannot sync configuration.', evidence: [evidence(12, 88)], ...over,
  };
}

export function bypassHost(host: string, over: Partial<BypassHost> = {}): BypassHost {
  return { host, kind: host.startsWith('*.') ? 'wildcard' : 'host', entry: 'cloud-websocket', because: ['websocket'], interception: 'not-seen', seen: [], ...over };
}

export function input(over: Partial<Input> = {}): Input {
  return { path: 'capture.pcapng', sha256: '3f1a9c55d27be0f1'.repeat(4), bytes: 62_413_884, packets: 81_204, first: START, last: START + 989_120_000, scope: 'assumed-app', ...over };
}

export function lookup(name: WireText, over: Partial<JudgedLookup> = {}): JudgedLookup {
  return {
    scope: 0, name, types: ['A', 'AAAA'], cnames: [], addresses: ['203.0.113.7'], answers: 1, rcode: 'NOERROR', resolver: '10.0.0.1:53', count: 2,
    first: START, last: START + 1_000_000, verdict: { kind: 'declared', entry: 'cloud-api' }, connected: true, evidence: [evidence(3, 4)], ...over,
  };
}

export function connection(over: Partial<Connection> = {}): Connection {
  return {
    id: '0.17', scope: 0, opened: START, last: START + 2_000_000, closed: START + 2_000_000, transport: 'tcp', ipProtocol: 6,
    from: { address: '10.0.0.5', port: 50_123 }, to: { address: '203.0.113.7', port: 443 }, addressClass: 'public', direction: 'syn', inbound: false, passing: false,
    startSeen: true, protocol: 'tls', names: [{ name: wireText('api.multiclaw.io'), how: 'sni', corroboratedBy: 'dns' }], naming: 0, namedAt: START + 20_000, confidence: 'high',
    tls: {
      hello: { version: 'TLS1.3', offered: ['TLS1.3', 'TLS1.2'], sni: wireText('api.multiclaw.io'), alpn: [wireText('h2')], ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1', ech: false, keyShareGroups: [29], length: 512, resumptionOffered: false },
      server: { version: 'TLS1.3', cipher: 0x1301, group: 29, extensions: [43, 51], helloRetry: false },
      applicationData: 'both',
    },
    ech: 'none', outcome: 'app-data', up: 1800, down: 12_004, packets: 31, phasesAtOpening: ['launch'], evidence: evidence(12, 88), ...over,
  };
}

const NEED_MARKS = { need: 'marks-present', met: false, why: 'the recording has no phase marks', supply: 'give the phases as time ranges in capture.run.yaml' } as const;
const NEED_FEATURES = { need: 'condition-known', met: false, why: 'it was not stated which features were on', supply: 'say so with --with a,b or --with none' } as const;
const NEED_PROCESS = { need: 'process-complete', met: false, why: 'packets do not say which process sent them', supply: 'record with egret run, or give component hints in the run sheet' } as const;

function claims(): ClaimResult[] {
  return [
    claim('C12', 'broken', 'The list of external connections is complete', '2 hosts are in no entry: o447951.ingest.sentry.io, redirector.gvt1.com', { findings: ['b5bb9d8014a0f9b1d61e21e796d78dcc'] }),
    claim('C13', 'broken', 'MultiClaw makes no telemetry, analytics, or crash-reporting connections', 'o447951.ingest.sentry.io (Sentry, crash) was sent 18.2 kB in 3 connections', { findings: ['b5bb9d8014a0f9b1d61e21e796d78dcc'] }),
    claim('C22', 'broken', 'After a drop it reconnects to the same hosts', 'one reconnect went to backup.multiclaw.io', { accepted: true }),
    claim('C03', 'not-observable', 'cdn.multiclaw.io is contacted on launch and on a manual update check, and is sent only version and operating system', 'phases are unknown, and what is sent lies inside TLS', { needs: [NEED_MARKS] }),
    claim('C05', 'not-observable', 'api.openai.com is contacted only if an OpenAI key is configured', 'whether the feature openai was on is unknown', { needs: [NEED_FEATURES] }),
    claim('C06', 'not-observable', 'api.anthropic.com is contacted only if an Anthropic key is configured', 'whether the feature anthropic was on is unknown', { needs: [NEED_FEATURES] }),
    claim('C21', 'not-observable', 'The gateway, not the desktop app, calls the model provider', 'no process witness', { needs: [NEED_PROCESS] }),
    claim('C04', 'unproven', 'turn.multiclaw.io is used only while a cloud desktop is open', 'no connection to turn.multiclaw.io was seen'),
    claim('C08', 'unproven', 'Pusher is used only during SOP generation', 'no connection to *.pusher.com was seen'),
    claim('C01', 'holds', 'api.multiclaw.io: HTTPS on port 443 while the gateway is running', '12 connections, all as declared'),
    claim('C14', 'holds', 'TLS 1.2 at least, 1.3 preferred', '21 handshakes seen: 19 TLS 1.3, 2 TLS 1.2'),
    claim('C15', 'holds', 'Nothing is unencrypted except on loopback', 'no application protocol in clear off loopback'),
  ];
}

function findings(): Finding[] {
  return [
    finding(),
    finding({
      rule: 'undeclared-host', severity: 'error', confidence: 'medium', subject: 'redirector.gvt1.com:80/tcp', standing: 'accepted', fingerprint: 'aa', claims: ['C12'],
      acceptance: { reason: 'Chromium spell-check dictionary', until: '2027-01-31', owner: 'it-sec' },
    }),
    finding({
      rule: 'blocked-required', severity: 'error', subject: 'cloud-websocket', seen: '4 tries to ws.multiclaw.io:443/tcp, none established: 4 refused by a TCP reset within 2 ms.',
      why: 'The policy says the entry is required. The gateway cannot sync configuration or receive task assignments. Core app functionality stops.',
      do: 'Allow ws.multiclaw.io:443/tcp outbound; egret probe tests it from this network.', sure: 'the resets came back faster than the server answers elsewhere; a capture on the far side would tell who sent them',
      evidence: [evidence(301, 302), evidence(340, 341), evidence(377, 378)], evidenceCount: 4, fingerprint: 'cc', claims: ['C02'], policyAt: { file: POLICY, line: 31, column: 5 },
    }),
    finding({
      rule: 'ip-literal', severity: 'warning', confidence: 'medium', subject: '198.51.100.23:8443/tcp', seen: 'A hello without a server name went to 198.51.100.23, which no DNS answer of this recording gave.',
      why: 'An address without a name cannot be reviewed or allowed by name.', do: 'Find out whose it is, then add an entry with ip: 198.51.100.23, or have the app use a name.',
      sure: 'lookups were in clear and the start was recorded; a resolver over HTTPS would hide the answer', evidence: [evidence(4003, 4019)], evidenceCount: 1, fingerprint: 'dd', claims: [],
      standing: 'expired', acceptance: { reason: 'test appliance', until: '2026-02-28' },
    }),
    finding({
      rule: 'tls-below-preferred', severity: 'note', subject: 'cdn.multiclaw.io:443/tcp', seen: '2 connections negotiated TLS 1.2 although the client offered 1.3.', why: 'The vendor prefers TLS 1.3.',
      do: 'Enable TLS 1.3 on the CDN.', sure: 'the server hello is in clear', evidence: [evidence(92)], evidenceCount: 2, fingerprint: 'ee', claims: ['C14'],
    }),
  ];
}

function destinations(): Destination[] {
  const sentry = { class: 'crash', organisation: 'Sentry', pattern: '*.ingest.sentry.io', source: 'https://docs.sentry.io/', date: '2026-11-01', matched: 'o447951.ingest.sentry.io' } as const;
  return [
    destination({ component: 'gateway' }),
    destination({ name: wireText('o447951.ingest.sentry.io'), component: 'desktop', addresses: ['203.0.113.90'], count: 3, up: 18_213, down: 1104, verdict: { kind: 'undeclared', telemetry: sentry }, evidence: [evidence(1042, 1061)] }),
    nameless({ name: wireText('redirector.gvt1.com'), component: 'desktop', port: 80, protocol: 'http', how: 'http-host', confidence: 'medium', count: 1, up: 412, down: 48_220, addresses: ['198.51.100.7'], verdict: { kind: 'undeclared' } }),
    nameless({ name: wireText('ws.multiclaw.io'), how: 'dns', protocol: 'unknown', confidence: 'medium', component: 'gateway', outcome: 'refused', reached: 'attempted', count: 4, up: 0, down: 0, verdict: { kind: 'declared', entry: 'cloud-websocket', by: 'name' } }),
    destination({ name: wireText('cdn.multiclaw.io'), component: 'desktop', count: 2, up: 2210, down: 48_204_117, verdict: { kind: 'declared', entry: 'cdn', by: 'name', conditionUnknown: ['phase:launch'] }, tls: { offered: ['TLS1.3'], version: ['TLS1.2'], alpn: [], ja4: [], ech: 'none' } }),
    nameless({ addresses: ['198.51.100.23'], port: 8443, protocol: 'tls', count: 1, up: 517, down: 0, verdict: { kind: 'cannot-judge', reason: 'unnamed' }, outcome: 'reset', reached: 'established' }),
    nameless({ addresses: ['10.0.0.1'], addressClass: 'private', port: 53, transport: 'udp', protocol: 'dns', count: 31, up: 1204, down: 4412, verdict: { kind: 'infrastructure' }, outcome: 'answered' }),
    nameless({ addresses: ['127.0.0.1'], addressClass: 'loopback', port: 18_789, protocol: 'http', count: 6, up: 4804, down: 91_204, verdict: { kind: 'local' } }),
  ];
}

/** What judging the sample run gave; `over` replaces whole parts. */
export function sampleParts(over: Partial<ReportParts> = {}): ReportParts {
  return {
    version: '0.1.0',
    inputs: [input()],
    policy: { path: POLICY, sha256: '77'.repeat(32), name: 'MultiClaw desktop app and gateway' },
    settings: { phases: [], variables: { mcp_hosts: ['mcp.corp.example:443/tcp'] }, local: ['10.0.0.0/8'], roots: ['CN=Lab Root CA'], overridden: [] },
    claims: claims(),
    entries: [
      entry('cloud-api', 20, { name: 'MultiClaw API', hosts: ['api.multiclaw.io'] }),
      entry('cloud-websocket', 31, { name: 'MultiClaw Cloud (WebSocket)', standing: 'blocked', layer: 'tcp refused', effect: 'The gateway cannot sync configuration or receive task assignments. Core app functionality stops.', hosts: ['ws.multiclaw.io'], connections: 4, established: 0 }),
      entry('cdn', 42, { name: 'Downloads and updates', connections: 2, established: 2, conditionUnknown: ['phase:launch', 'phase:update-check'] }),
      entry('turn', 53, { name: 'TURN relay', standing: 'unproven', hosts: [], connections: 0, established: 0 }),
      entry('openai', 64, { name: 'OpenAI', standing: 'flaky', hosts: ['api.openai.com'], connections: 9, established: 7, interception: 'possible' }),
      entry('pusher', 75, { name: 'Pusher', standing: 'missing', hosts: [], connections: 0, established: 0 }),
    ],
    findings: findings(),
    destinations: destinations(),
    lookups: [
      lookup(wireText('api.multiclaw.io')),
      lookup(wireText('stats.pusher.com'), { connected: false, verdict: { kind: 'undeclared' }, cnames: [wireText('stats.pusher.com.cdn.example')], count: 1 }),
      lookup(wireText('wpad.corp.example'), { connected: false, verdict: { kind: 'undeclared' }, rcode: 'NXDOMAIN', answers: 0, addresses: [], types: ['A'] }),
    ],
    inspected: [],
    bypass: [bypassHost('ws.multiclaw.io')],
    coverage: { connections: 60, nameable: 41, named: 22, dnsClear: true, dnsEncrypted: 0, tls: 23, certificatesHidden: 19, midStream: 2, duplicates: 14, processesKnown: 0, confidence: { high: 21, medium: 1, low: 38 } },
    blindSpots: [
      { code: 'stream-gap', count: 2, text: 'flows with bytes missing before they were understood', lowers: ['names-complete'] },
      { code: 'frame-snapped', count: 1204, text: 'frames were captured in part (snap length)', lowers: [] },
    ],
    ...over,
  };
}
