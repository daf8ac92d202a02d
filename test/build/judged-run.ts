/** A JudgedRun from a sketch: what the judge would hand to rules and checks, with everything the sketch leaves out in good order. */
import { parseTime, SECOND, type Micros } from '../../src/core/base/time.ts';
import { wireText } from '../../src/core/base/wire-text.ts';
import type { CertificateFacts } from '../../src/core/decode/payloads/tls/facts.ts';
import type { DropUse } from '../../src/core/judge/drop-meter.ts';
import type { JudgedEntry, JudgedLookup, JudgedRun, ScopeFacts } from '../../src/core/judge/context.ts';
import type { Verdict } from '../../src/core/policy/verdict.ts';
import { TELEMETRY_HOSTS } from '../../src/core/knowledge/telemetry-hosts.ts';
import type { Destination } from '../../src/core/judge/destination.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import type { NameMismatch } from '../../src/core/observe/connection.ts';
import type { Coverage } from '../../src/core/observe/coverage.ts';
import { buildPolicy, portRange } from './policy.ts';
import { runSketch, type FullRunSketch, type RunSketch } from './run-sketch.ts';

/** First packet of every built run. */
const STARTED: Micros = parseTime('2026-05-01T12:00:00Z') ?? 0;

/** Builds the run; throws when the sketch has an unknown key. */
export function buildRun(input: RunSketch = {}): JudgedRun {
  const sketch = runSketch.parse(input);
  const policy = buildPolicy(sketch.policy);
  return {
    policy,
    scopes: sketch.scopes.map(scopeOf),
    destinations: sketch.destinations.map(destinationOf),
    lookups: sketch.lookups.flatMap(rowsOf).map(lookupOf),
    entries: sketch.entries.map((entry) => entryOf(policy, entry)),
    coverage: coverageOf(sketch),
    blindSpots: sketch.blindSpots.map(({ code, lowers }) => ({ code, count: 1, text: `the spot ${code}`, lowers })),
  };
}

function scopeOf(sketch: FullRunSketch['scopes'][number], scope: number): ScopeFacts {
  return {
    scope,
    kind: sketch.kind,
    ...(sketch.platform === undefined ? {} : { platform: sketch.platform }),
    first: STARTED,
    last: STARTED + sketch.length * SECOND,
    ...(sketch.phases === undefined ? {} : { phases: sketch.phases.map((one) => (typeof one === 'string' ? { phase: one, from: STARTED } : { phase: one.phase, from: STARTED + one.from * SECOND, to: STARTED + one.to * SECOND })) }),
    ...(sketch.features === undefined ? {} : { features: new Set(sketch.features) }),
    local: [],
    ...(sketch.proxy === undefined ? {} : { proxy: { address: sketch.proxy.address, port: sketch.proxy.port } }),
    ...(sketch.proxy?.variablesSet === true ? { proxyVariables: { noProxy: sketch.proxy.noProxy } } : {}),
    ...(sketch.resolvers === undefined ? {} : { resolvers: new Set(sketch.resolvers) }),
    ...(sketch.roots === undefined ? {} : { roots: sketch.roots }),
    packets: 100,
    isWatchedTwice: sketch.twice,
  };
}

function destinationOf(sketch: FullRunSketch['destinations'][number], index: number): Destination {
  const { from, transport } = portRange(sketch.port);
  const hasTls = sketch.protocol === 'tls' || sketch.version !== undefined || sketch.alpn.length > 0;
  return {
    key: `${sketch.scope}/${index}`,
    scope: sketch.scope,
    ...(sketch.component === undefined ? {} : { component: sketch.component }),
    ...(sketch.name === undefined ? {} : { name: wireText(sketch.name), how: sketch.how ?? 'sni' }),
    confidence: sketch.confidence,
    addresses: sketch.addresses,
    addressCount: sketch.addresses.length,
    addressClass: sketch.addressClass,
    port: from,
    transport,
    protocol: sketch.protocol,
    verdict: verdictOf(sketch),
    reached: sketch.reached,
    outcome: sketch.outcome,
    outcomes: { [sketch.outcome]: sketch.count },
    count: sketch.count,
    up: sketch.up,
    down: sketch.down,
    ...spanOf(sketch),
    ...(sketch.phases === undefined ? {} : { phases: sketch.phases }),
    inbound: sketch.inbound,
    ...(hasTls
      ? { tls: { offered: sketch.offered, version: sketch.version === undefined ? [] : [sketch.version], alpn: sketch.alpn.map(wireText), ja4: [], ech: sketch.ech, ...(sketch.chain === undefined ? {} : { chain: chainOf(sketch.chain) }), ...(sketch.weakOffered === undefined ? {} : { weakOffered: sketch.weakOffered }), ...(sketch.weakChosen === undefined ? {} : { weakChosen: sketch.weakChosen }) } }
      : {}),
    ...(sketch.mismatch === undefined ? {} : { mismatch: mismatchOf(sketch.mismatch) }),
    ...(sketch.handshakes === undefined ? {} : { handshakes: sketch.handshakes }),
    ...(sketch.upgrades === undefined ? {} : { upgrades: sketch.upgrades }),
    ...(sketch.ice === undefined ? {} : { ice: sketch.ice }),
    ...(sketch.relayed === undefined ? {} : { relayed: sketch.relayed }),
    ...(sketch.credentials === undefined ? {} : { credentials: sketch.credentials }),
    ...(sketch.via === undefined ? {} : { via: sketch.via }),
    ...(sketch.programs.length === 0 ? {} : { programs: sketch.programs.map(wireText) }),
    icmpErrors: sketch.icmpErrors,
    evidence: [{ source: 0, frames: [index * 10 + 1, index * 10 + 9], at: STARTED + sketch.at * SECOND }],
  };
}

function chainOf(chain: NonNullable<FullRunSketch['destinations'][number]['chain']>): readonly CertificateFacts[] {
  return chain.map(({ cn, o, ou, by, key, selfSigned, loose, names, from, until }, index) => ({
    subject: nameOf({ cn, o, ou }),
    issuer: selfSigned ? nameOf({ cn, o, ou }) : nameOf(by),
    sha256: `certificate of ${cn} by ${by.cn ?? ''}`,
    spki: key ?? `key of ${cn}`,
    notBefore: parseTime(`${from}T00:00:00Z`) ?? 0,
    notAfter: parseTime(`${until}T00:00:00Z`) ?? 0,
    dnsNames: names.map(wireText),
    selfSigned,
    ...(index === chain.length - 1 ? {} : { signedByNext: !loose }),
  }));
}

function nameOf({ cn, o, ou }: { readonly cn?: string | undefined; readonly o?: string | undefined; readonly ou?: string | undefined }): CertificateFacts['subject'] {
  return { ...(cn === undefined ? {} : { CN: wireText(cn) }), ...(o === undefined ? {} : { O: wireText(o) }), ...(ou === undefined ? {} : { OU: wireText(ou) }) };
}

function mismatchOf({ sni, asked, addresses }: NonNullable<FullRunSketch['destinations'][number]['mismatch']>): NameMismatch {
  return { sni: wireText(sni), ...(asked === undefined ? {} : { asked: wireText(asked) }), addresses };
}

/** Encoded data of a fixed series, another in each row. */
function rowsOf(sketch: FullRunSketch['lookups'][number]): FullRunSketch['lookups'] {
  const { data, name } = sketch;
  if (data === undefined) return [sketch];
  return Array.from({ length: data.rows }, (_, row) => ({ ...sketch, name: name.replace('DATA', encodedLabels(row + 1, data.length, data.alphabet)) }));
}

/** Pseudo-random characters, told by the seed: labels of at most 63. */
function encodedLabels(seed: number, length: number, alphabet: 'hex' | 'base32'): string {
  const letters = alphabet === 'hex' ? '0123456789abcdef' : 'abcdefghijklmnopqrstuvwxyz234567';
  let state = seed * 2_654_435_761;
  let text = '';
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + at + seed) >>> 0;
    if (at > 0 && at % 60 === 0) text += '.';
    text += letters[(state >>> 8) % letters.length] ?? '';
  }
  return text;
}

function lookupOf(sketch: FullRunSketch['lookups'][number], index: number): JudgedLookup {
  const addresses = sketch.rcode === 'NOERROR' ? sketch.addresses : [];
  return {
    scope: sketch.scope,
    ...(sketch.component === undefined ? {} : { component: sketch.component }),
    name: wireText(sketch.name),
    types: sketch.types,
    cnames: sketch.alias === undefined ? [] : [wireText(sketch.alias)],
    addresses,
    answers: addresses.length,
    rcode: sketch.rcode,
    resolver: sketch.resolver,
    count: sketch.count,
    ...spanOf(sketch),
    verdict: verdictOf(sketch),
    connected: sketch.connected,
    evidence: [{ source: 0, frames: [1000 + index, 1000 + index], at: STARTED + sketch.at * SECOND }],
  };
}

function spanOf({ at, until }: { readonly at: number; readonly until?: number | undefined }): { first: Micros; last: Micros } {
  return { first: STARTED + at * SECOND, last: STARTED + (until ?? at) * SECOND };
}

function verdictOf(sketch: FullRunSketch['destinations'][number] | FullRunSketch['lookups'][number]): Verdict {
  const row = TELEMETRY_HOSTS.find(({ pattern }) => pattern === sketch.telemetry);
  if (sketch.telemetry !== undefined && row === undefined) throw new Error(`not in the catalogue: ${sketch.telemetry}`);
  return {
    kind: sketch.verdict,
    ...(sketch.entry === undefined ? {} : { entry: sketch.entry }),
    ...(sketch.reason === undefined ? {} : { reason: sketch.reason }),
    ...(sketch.conditionUnknown === undefined ? {} : { conditionUnknown: sketch.conditionUnknown }),
    ...(row === undefined ? {} : { telemetry: { ...row, matched: sketch.alias ?? sketch.name ?? '' } }),
  };
}

function entryOf(policy: Policy, sketch: FullRunSketch['entries'][number]): JudgedEntry {
  const at = policy.entries.find(({ id }) => id === sketch.id)?.at ?? { file: 'policy.yaml', line: 1, column: 1 };
  return {
    id: sketch.id,
    name: `Entry ${sketch.id}`,
    standing: sketch.standing,
    ...(sketch.layer === undefined ? {} : { layer: sketch.layer }),
    hosts: [],
    connections: 0,
    established: 0,
    interception: sketch.interception,
    at,
    tries: sketch.tries,
    failed: 0,
    broken: {},
    evidence: [],
    ...(sketch.upload === undefined ? {} : { upload: { ...sketch.upload, evidence: [{ source: 0, frames: [1, 9], at: STARTED + SECOND }], evidenceCount: sketch.upload.over } }),
    ...(sketch.relay === undefined ? {} : { relay: { ...sketch.relay, directSince: STARTED + SECOND, evidence: [{ source: 0, frames: [1, 9], at: STARTED + SECOND }], evidenceCount: 2 } }),
    ...(sketch.drops === undefined ? {} : { drops: dropsOf(sketch.drops) }),
    leftOpen: sketch.leftOpen,
  };
}

function dropsOf({ lost, fallbacks }: NonNullable<FullRunSketch['entries'][number]['drops']>): DropUse {
  return {
    drops: lost.map(({ host, scope, isBack }) => ({ scope, host, at: STARTED + SECOND, isBack })),
    fallbacks: fallbacks.map(({ host, component, isName, after }) => ({
      ...(component === undefined ? {} : { component }),
      host, isName, port: 443, transport: 'tcp', after, lost: lost.map((each) => each.host), delay: 2 * SECOND, evidence: [{ source: 0, frames: [1, 9], at: STARTED + SECOND }], count: after + 1,
    })),
  };
}

function coverageOf({ destinations, coverage }: FullRunSketch): Coverage {
  return {
    connections: destinations.reduce((sum, { count }) => sum + count, 0),
    nameable: destinations.length,
    named: destinations.filter(({ name }) => name !== undefined).length,
    dnsClear: coverage.dnsClear ?? true,
    dnsEncrypted: coverage.dnsEncrypted ?? 0,
    tls: destinations.filter(({ protocol }) => protocol === 'tls').length,
    certificatesHidden: coverage.certificatesHidden ?? 0,
    midStream: coverage.midStream ?? 0,
    duplicates: 0,
    ...(coverage.dropped === undefined ? {} : { dropped: coverage.dropped }),
    processesKnown: 0,
    confidence: { high: destinations.length, medium: 0, low: 0 },
  };
}
