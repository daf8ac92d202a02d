/** A Policy value from a sketch, as the reader would make it from YAML; every part stands on a line of its own. */
import type { Position } from '../../src/core/base/errors.ts';
import { parseTime } from '../../src/core/base/time.ts';
import type { Acceptance, ClaimLine, Condition, Entry, HostPattern, Policy, PortRange } from '../../src/core/policy/policy.ts';
import { policySketch, type FullPolicySketch, type PolicySketch } from './run-sketch.ts';

/** Builds the policy; throws when the sketch has an unknown key. */
export function buildPolicy(input: PolicySketch = {}): Policy {
  const sketch = policySketch.parse(input);
  return {
    version: 1,
    name: 'A product',
    file: 'policy.yaml',
    sha256: '0'.repeat(64),
    sources: new Map(),
    components: new Map(Object.entries(sketch.components).map(([id, { covered }]) => [id, { id, match: [], covered, at: line(1) }])),
    features: new Map(),
    phases: [],
    variables: new Map(),
    defaults: { unlisted: sketch.unlisted, lan: sketch.lan, tls: { min: '1.2', prefer: '1.3' }, inspection: 'unknown' },
    dns: sketch.dns,
    proxy: 'honoured',
    entries: sketch.entries.map(entryOf),
    published: sketch.published.map((list) => ({
      id: list.id,
      complete: list.complete,
      rows: list.rows.map((row, index) => ({ host: pattern(row.host, line(40 + index)), ports: row.ports.map(portRange), protocols: [], at: line(40 + index) })),
    })),
    mustNot: sketch.mustNot.map((denial, index) => ({ hosts: denial.hosts.map((host) => pattern(host, line(60 + index))), classes: denial.classes, because: denial.because, at: line(60 + index) })),
    listen: new Map(),
    inbound: sketch.inbound,
    ...(sketch.webrtc === undefined ? {} : { webrtc: { ...sketch.webrtc, stun: 'declared-only' as const } }),
    local: [],
    files: [],
    claims: sketch.claims.map(claimOf),
    accept: sketch.accept.map(acceptanceOf),
    rules: new Map(Object.entries(sketch.rules)),
  };
}

/** `443/tcp`, `3478-3481/udp`. */
export function portRange(text: string): PortRange {
  const match = /^(\d+)(?:-(\d+))?\/(tcp|udp)$/.exec(text);
  if (match === null) throw new Error(`not a port range: ${text}`);
  const from = Number(match[1]);
  return { from, to: match[2] === undefined ? from : Number(match[2]), transport: match[3] === 'udp' ? 'udp' : 'tcp' };
}

function entryOf(sketch: FullPolicySketch['entries'][number], index: number): Entry {
  const at = line(10 + index);
  const when = conditionOf(sketch.when);
  const tls = sketch.tls;
  return {
    id: sketch.id,
    name: `Entry ${sketch.id}`,
    at,
    hosts: (sketch.hosts ?? [`${sketch.id}.example`]).map((host) => pattern(host, at)),
    addresses: [],
    withName: false,
    legs: [{ ports: sketch.ports.map(portRange), protocols: sketch.protocols, when: { kind: 'always' }, at }],
    components: sketch.components,
    when,
    required: sketch.required,
    inspection: sketch.inspection,
    because: [],
    not: [],
    ...(sketch.blocked === undefined ? {} : { blocked: sketch.blocked }),
    closesWithPhase: sketch.closesWithPhase,
    ...(sketch.upload === undefined ? {} : { upload: sketch.upload }),
    ...(sketch.relay === undefined ? {} : { relay: sketch.relay }),
    ...(sketch.reconnects === undefined ? {} : { reconnects: sketch.reconnects }),
    paths: [],
    classes: sketch.classes,
    ...(sketch.trust === undefined ? {} : { trust: sketch.trust }),
    ...(tls === undefined ? {} : { tls: { ...(tls.min === undefined ? {} : { min: tls.min }), ...(tls.prefer === undefined ? {} : { prefer: tls.prefer }) } }),
  };
}

function conditionOf(sketch: FullPolicySketch['entries'][number]['when']): Condition {
  const kinds = ['feature', 'phase', 'running'] as const;
  const parts = kinds.flatMap((kind): Condition[] => {
    const anyOf = sketch?.[kind];
    return anyOf === undefined ? [] : [{ kind, anyOf }];
  });
  const [only] = parts;
  if (only === undefined) return { kind: 'always' };
  return parts.length === 1 ? only : { kind: 'all', of: parts };
}

function claimOf(sketch: FullPolicySketch['claims'][number], index: number): ClaimLine {
  return {
    id: sketch.id,
    text: `The promise ${sketch.id}`,
    check: sketch.check,
    entries: sketch.entries,
    hosts: sketch.hosts,
    ...(sketch.reason === undefined ? {} : { reason: sketch.reason }),
    at: line(80 + index),
  };
}

function acceptanceOf(sketch: FullPolicySketch['accept'][number], index: number): Acceptance {
  const untilMicros = parseTime(`${sketch.until}T23:59:59Z`);
  if (untilMicros === undefined) throw new Error(`not a date: ${sketch.until}`);
  return {
    rule: sketch.rule,
    ...(sketch.host === undefined ? {} : { host: sketch.host }),
    ...(sketch.entry === undefined ? {} : { entry: sketch.entry }),
    reason: sketch.reason,
    until: sketch.until,
    untilMicros,
    ...(sketch.owner === undefined ? {} : { owner: sketch.owner }),
    at: line(100 + index),
  };
}

function pattern(text: string, at: Position): HostPattern {
  const wildcard = text.startsWith('*.');
  return { text, wildcard, host: wildcard ? text.slice(2) : text, at };
}

function line(number: number): Position {
  return { file: 'policy.yaml', line: number, column: 5 };
}
