/**
 * A policy as egret works with it: read, checked, every part knowing its line.
 * Shapes follow design §5; what the YAML leaves out is filled with its default.
 */
import type { Cidr } from '../base/address.ts';
import type { Position } from '../base/errors.ts';
import type { Micros } from '../base/time.ts';
import type { TelemetryClass } from '../knowledge/telemetry.ts';

export type Severity = 'error' | 'warning' | 'note';
export type PolicyTransport = 'tcp' | 'udp';
/** Protocol words of the language; compared at the level that was seen (formats.md "Words"). */
export type PolicyProtocol = 'https' | 'wss' | 'http' | 'ws' | 'tls' | 'turn' | 'turns' | 'stun' | 'stuns' | 'quic' | 'dns' | 'any';

export interface Policy {
  readonly version: 1;
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly sources: ReadonlyMap<string, Source>;
  readonly components: ReadonlyMap<string, Component>;
  readonly features: ReadonlyMap<string, string>;
  readonly phases: readonly string[];
  readonly variables: ReadonlyMap<string, Variable>;
  readonly defaults: Defaults;
  readonly verification?: { readonly store: 'system' | 'bundled' | 'unknown'; readonly pinning: string };
  readonly dns: { readonly resolvers: 'system' | readonly string[]; readonly encrypted: 'violation' | 'review' | 'allow' };
  readonly proxy: 'honoured' | 'ignored' | 'unknown';
  readonly entries: readonly Entry[];
  readonly published: readonly PublishedList[];
  readonly mustNot: readonly Denial[];
  readonly listen: ReadonlyMap<string, readonly string[]>;
  readonly inbound: 'none' | 'any';
  readonly webrtc?: WebRtc;
  readonly local: readonly LocalLeg[];
  readonly files: readonly FilePosture[];
  readonly claims: readonly ClaimLine[];
  readonly accept: readonly Acceptance[];
  /** Severities re-set per rule. */
  readonly rules: ReadonlyMap<string, Severity>;
}

interface Source {
  readonly title: string;
  readonly path?: string;
  readonly updated?: string;
}

export interface Component {
  readonly id: string;
  readonly match: readonly ComponentMatch[];
  /** false: shown, but not held against "the list is complete". */
  readonly covered: boolean;
  readonly at: Position;
}

/** Keys of an item: AND; items of a list: OR. */
interface ComponentMatch {
  readonly exe?: string;
  readonly name?: string;
  readonly args?: string;
  readonly parent?: string;
  readonly uid?: number;
  readonly listens?: string;
}

export interface Variable {
  readonly type: 'endpoints' | 'hosts' | 'text';
  readonly value: readonly string[];
}

interface Defaults {
  readonly unlisted: 'violation' | 'review' | 'allow';
  readonly lan: 'violation' | 'review' | 'allow';
  readonly tls: { readonly min: string; readonly prefer?: string };
  readonly inspection: Inspection;
}

type Inspection = 'must-bypass' | 'tolerates' | 'unknown';

/** One row of the inventory. */
export interface Entry {
  readonly id: string;
  readonly name: string;
  readonly at: Position;
  readonly hosts: readonly HostPattern[];
  readonly addresses: readonly Cidr[];
  /** Address patterns also match connections that have a name. */
  readonly withName: boolean;
  readonly legs: readonly Leg[];
  /** Components that may hold it; empty: any. */
  readonly components: readonly string[];
  readonly when: Condition;
  readonly text?: string;
  readonly required: boolean;
  readonly inspection: Inspection;
  readonly because: readonly string[];
  readonly carries?: string;
  /** Promised absences ("task content"). */
  readonly not: readonly string[];
  readonly blocked?: string;
  readonly source?: string;
  readonly relay?: string;
  readonly closesWithPhase: boolean;
  readonly upload?: { readonly max: number; readonly per: 'run' | 'connection'; readonly assumed: boolean };
  readonly paths: readonly string[];
  readonly trust?: 'public' | 'private';
  readonly reconnects?: 'same-host';
  readonly expires?: string;
  readonly owner?: string;
  /** Telemetry classes the entry itself admits to carry. */
  readonly classes: readonly TelemetryClass[];
  readonly tls?: { readonly min?: string; readonly prefer?: string };
}

export interface HostPattern {
  readonly text: string;
  /** `*.` in front: one or more labels below `host`, never the apex. */
  readonly wildcard: boolean;
  /** Normal form without the wildcard. */
  readonly host: string;
  readonly at: Position;
  /** From a variable: hosts and ports come together (`endpoints`). */
  readonly port?: PortRange;
}

/** A way to reach an entry's host. An entry without `legs:` has one. */
export interface Leg {
  /** For `endpoints` the union of their ports; each pattern's own `port` decides. */
  readonly ports: readonly PortRange[];
  readonly protocols: readonly PolicyProtocol[];
  readonly for?: string;
  readonly when: Condition;
  readonly at: Position;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
  readonly transport: PolicyTransport;
}

/** `when:`; keys AND, lists OR, `not` negates, `any` ORs across keys. */
export type Condition =
  | { readonly kind: 'always' }
  | { readonly kind: 'feature'; readonly anyOf: readonly string[] }
  | { readonly kind: 'phase'; readonly anyOf: readonly string[] }
  | { readonly kind: 'running'; readonly anyOf: readonly string[] }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] };

export interface Denial {
  readonly hosts: readonly HostPattern[];
  readonly classes: readonly TelemetryClass[];
  readonly because: string;
  readonly at: Position;
}

export interface PublishedList {
  readonly id: string;
  readonly source?: string;
  readonly complete: boolean;
  readonly rows: readonly { readonly name?: string; readonly host: HostPattern; readonly ports: readonly PortRange[]; readonly protocols: readonly PolicyProtocol[]; readonly at: Position }[];
}

export interface WebRtc {
  readonly components: readonly string[];
  readonly phases: readonly string[];
  readonly peers: 'any' | 'lan' | 'none';
  readonly stun: 'declared-only' | 'any';
}

export interface LocalLeg {
  readonly component: string;
  readonly to: string;
  readonly address: string;
  readonly protocol: PolicyProtocol;
  readonly at: Position;
}

export interface FilePosture {
  readonly path: string;
  readonly mode?: string;
  /** `none`: no API key may stand in it; `encrypted`: only as `enc:…`. */
  readonly secrets?: 'none' | 'encrypted';
  readonly at: Position;
}

/** A promise, so that reports can point at a line. */
export interface ClaimLine {
  readonly id: string;
  readonly text: string;
  /** Name of a check (core/judge/claims); unknown names are policy errors with the nearest spelling. */
  readonly check: string;
  readonly entries: readonly string[];
  readonly hosts: readonly string[];
  /** Why nothing on the wire can settle it, for `check: not-observable`. */
  readonly reason?: string;
  readonly source?: string;
  readonly at: Position;
}

export interface Acceptance {
  readonly rule: string;
  readonly host?: string;
  readonly entry?: string;
  readonly reason: string;
  readonly until: string;
  readonly untilMicros: Micros;
  readonly owner?: string;
  readonly at: Position;
}
