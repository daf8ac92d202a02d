/**
 * Sketches of policies and judged runs, as fixtures/rules/*.yaml and tests
 * write them by hand: only what matters to the case, the rest is filled in.
 * The schemas are strict, so that a misspelt key fails instead of being ignored.
 */
import * as z from 'zod';

const condition = z.strictObject({
  feature: z.array(z.string()).optional(),
  phase: z.array(z.string()).optional(),
  running: z.array(z.string()).optional(),
});

const entry = z.strictObject({
  id: z.string(),
  hosts: z.array(z.string()).optional(),
  ports: z.array(z.string()).default(['443/tcp']),
  protocols: z.array(z.enum(['https', 'wss', 'http', 'ws', 'dns', 'any'])).default(['any']),
  components: z.array(z.string()).default([]),
  when: condition.optional(),
  required: z.boolean().default(false),
  blocked: z.string().optional(),
  inspection: z.enum(['must-bypass', 'tolerates', 'unknown']).default('unknown'),
  classes: z.array(z.enum(['analytics', 'crash', 'apm', 'flags', 'replay', 'ads'])).default([]),
  tls: z.strictObject({ min: z.string().optional(), prefer: z.string().optional() }).optional(),
  closesWithPhase: z.boolean().default(false),
  upload: z.strictObject({ max: z.number(), per: z.enum(['run', 'connection']).default('connection'), assumed: z.boolean().default(false) }).optional(),
  trust: z.enum(['public', 'private']).optional(),
  relay: z.literal('only-when-no-direct').optional(),
  reconnects: z.literal('same-host').optional(),
});

export const policySketch = z.strictObject({
  unlisted: z.enum(['violation', 'review', 'allow']).default('violation'),
  lan: z.enum(['violation', 'review', 'allow']).default('review'),
  dns: z.strictObject({ resolvers: z.union([z.literal('system'), z.array(z.string())]).default('system'), encrypted: z.enum(['violation', 'review', 'allow']).default('violation') }).prefault({}),
  inbound: z.enum(['none', 'any']).default('none'),
  webrtc: z.strictObject({ components: z.array(z.string()).default([]), phases: z.array(z.string()).default([]), peers: z.enum(['any', 'lan', 'none']).default('any') }).optional(),
  components: z.record(z.string(), z.strictObject({ covered: z.boolean() })).default({}),
  entries: z.array(entry).default([]),
  mustNot: z.array(z.strictObject({ hosts: z.array(z.string()).default([]), classes: entry.shape.classes, because: z.string().default('The vendor says so') })).default([]),
  published: z
    .array(z.strictObject({ id: z.string(), complete: z.boolean().default(true), rows: z.array(z.strictObject({ host: z.string(), ports: z.array(z.string()).default(['443/tcp']) })) }))
    .default([]),
  claims: z
    .array(z.strictObject({ id: z.string(), check: z.string(), entries: z.array(z.string()).default([]), hosts: z.array(z.string()).default([]), reason: z.string().optional() }))
    .default([]),
  accept: z.array(z.strictObject({ rule: z.string(), host: z.string().optional(), entry: z.string().optional(), reason: z.string().default('known'), until: z.string(), owner: z.string().optional() })).default([]),
  rules: z.record(z.string(), z.enum(['error', 'warning', 'note'])).default({}),
});

const verdictKind = z.enum([
  'declared', 'wrong-port', 'wrong-transport', 'wrong-component', 'feature-off', 'wrong-phase', 'used-outside-phase', 'outlives-phase', 'undeclared', 'forbidden', 'environment', 'local',
  'undeclared-local', 'lan', 'webrtc-peer', 'infrastructure', 'inbound', 'unjudged', 'cannot-judge',
]);

const judged = {
  verdict: verdictKind,
  entry: z.string().optional(),
  reason: z.string().optional(),
  conditionUnknown: z.array(z.string()).optional(),
  /** Pattern of the telemetry catalogue, and the name that matched it where that is an alias. */
  telemetry: z.string().optional(),
  alias: z.string().optional(),
  scope: z.number().default(0),
  component: z.string().optional(),
  /** Seconds after the start of the recording. */
  at: z.number().default(1),
  until: z.number().optional(),
  count: z.number().default(1),
};

/** One certificate, leaf first; each is signed by the next, and its key is told from others by `key`. */
const certificate = z.strictObject({
  cn: z.string(),
  o: z.string().optional(),
  ou: z.string().optional(),
  by: z.strictObject({ cn: z.string().optional(), o: z.string().optional(), ou: z.string().optional() }).default({}),
  /** Absent: made of the name. */
  key: z.string().optional(),
  selfSigned: z.boolean().default(false),
  /** The next certificate did not sign it. */
  loose: z.boolean().default(false),
  names: z.array(z.string()).default([]),
  from: z.string().default('2026-01-01'),
  until: z.string().default('2026-12-31'),
});

const relayPeer = z.strictObject({ address: z.string(), port: z.number().default(50_000), up: z.number().default(0), down: z.number().default(0) });

const destination = z.strictObject({
  ...judged,
  name: z.string().optional(),
  how: z.enum(['connect', 'sni', 'quic-sni', 'http-host', 'dns', 'dns-stale', 'ech-outer']).optional(),
  confidence: z.enum(['high', 'medium', 'low']).default('high'),
  addresses: z.array(z.string()).default(['203.0.113.7']),
  programs: z.array(z.string()).default([]),
  addressClass: z.enum(['loopback', 'private', 'link-local', 'public', 'multicast']).default('public'),
  port: z.string().default('443/tcp'),
  protocol: z.string().default('tls'),
  reached: z.enum(['looked-up', 'attempted', 'established', 'sent']).default('sent'),
  outcome: z.enum(['attempted', 'refused', 'unreachable', 'timeout', 'abandoned', 'app-data', 'reset', 'cut', 'rejected-by-client', 'sent-only', 'answered']).default('app-data'),
  up: z.number().default(0),
  down: z.number().default(0),
  phases: z.array(z.string()).optional(),
  inbound: z.boolean().default(false),
  version: z.string().optional(),
  offered: z.array(z.string()).default([]),
  alpn: z.array(z.string()).default([]),
  weakOffered: z.array(z.number()).optional(),
  weakChosen: z.array(z.number()).optional(),
  ech: z.enum(['none', 'corroborated', 'outer']).default('none'),
  chain: z.array(certificate).optional(),
  handshakes: z
    .strictObject({ h2Chosen: z.number().default(0), h2Dropped: z.number().default(0), downgraded: z.number().default(0), certificateAlerts: z.number().default(0), hiddenAlerts: z.number().default(0), brief: z.number().default(0), unused: z.number().default(0), withSct: z.number().default(0), withoutSct: z.number().default(0) })
    .optional(),
  upgrades: z.strictObject({ asked: z.number(), switched: z.number().default(0) }).optional(),
  ice: z.strictObject({ checks: z.number(), answered: z.number() }).optional(),
  relayed: z.strictObject({ up: z.number().default(0), down: z.number().default(0), media: z.number(), peers: z.array(relayPeer).default([]), morePeers: z.number().default(0) }).optional(),
  credentials: z.array(z.string()).optional(),
  icmpErrors: z.array(z.string()).default([]),
  via: z.string().optional(),
  /** The name in the hello and what contradicts it. */
  mismatch: z.strictObject({ sni: z.string(), asked: z.string().optional(), addresses: z.array(z.string()).default([]) }).optional(),
});

const lookup = z.strictObject({
  ...judged,
  name: z.string(),
  /** So many rows, the names of which begin with encoded data in place of `DATA`: so many characters, in labels of up to 63. */
  data: z.strictObject({ rows: z.number(), length: z.number(), alphabet: z.enum(['hex', 'base32']).default('base32') }).optional(),
  types: z.array(z.string()).default(['A']),
  resolver: z.string().default('10.0.0.53'),
  addresses: z.array(z.string()).default(['203.0.113.7']),
  rcode: z.string().default('NOERROR'),
  connected: z.boolean().default(false),
});

const judgedEntry = z.strictObject({
  id: z.string(),
  standing: z.enum(['exercised', 'unproven', 'blocked', 'flaky', 'missing']),
  layer: z.string().optional(),
  tries: z.number().default(0),
  upload: z.strictObject({ measured: z.number(), over: z.number(), most: z.number() }).optional(),
  relay: z.strictObject({ media: z.number(), whileDirect: z.number(), broken: z.boolean(), direct: z.array(z.string()).default([]), stillAlive: z.boolean().default(true), peers: z.array(relayPeer).default([]) }).optional(),
  /** Hosts that were lost, in whatever scope, and whether the same one was opened again; hosts that were spoken to instead. */
  drops: z.strictObject({ lost: z.array(z.strictObject({ host: z.string(), scope: z.number().default(0), isBack: z.boolean().default(true) })), fallbacks: z.array(z.strictObject({ host: z.string(), component: z.string().optional(), isName: z.boolean().default(true), after: z.number().default(1) })).default([]) }).optional(),
  leftOpen: z.number().default(0),
  interception: z.enum(['not-seen', 'possible', 'likely', 'proven']).default('not-seen'),
});

const scope = z.strictObject({
  kind: z.enum(['app', 'machine', 'assumed-app']).default('app'),
  platform: z.enum(['linux', 'macos', 'windows']).optional(),
  features: z.array(z.string()).optional(),
  /** Names of phases that never end, or ranges in seconds after the start. */
  phases: z.array(z.union([z.string(), z.strictObject({ phase: z.string(), from: z.number().default(0), to: z.number() })])).optional(),
  resolvers: z.array(z.string()).optional(),
  roots: z.array(z.strictObject({ cn: z.string(), o: z.string().default(''), ou: z.string().default(''), spki: z.string() })).optional(),
  proxy: z.strictObject({ address: z.string(), port: z.number(), variablesSet: z.boolean().default(true), noProxy: z.array(z.string()).default([]) }).optional(),
  /** egret's proxy and packets both watched it. */
  twice: z.boolean().default(false),
  /** Seconds. */
  length: z.number().default(60),
});

export const runSketch = z.strictObject({
  policy: policySketch.prefault({}),
  scopes: z.array(scope).prefault([{}]),
  destinations: z.array(destination).default([]),
  lookups: z.array(lookup).default([]),
  entries: z.array(judgedEntry).default([]),
  coverage: z
    .strictObject({ dnsClear: z.boolean().optional(), dnsEncrypted: z.number().optional(), midStream: z.number().optional(), dropped: z.number().optional(), certificatesHidden: z.number().optional() })
    .default({}),
  blindSpots: z.array(z.strictObject({ code: z.string(), lowers: z.array(z.string()) })).default([]),
});

export type PolicySketch = z.input<typeof policySketch>;
export type RunSketch = z.input<typeof runSketch>;
export type FullPolicySketch = z.output<typeof policySketch>;
export type FullRunSketch = z.output<typeof runSketch>;
