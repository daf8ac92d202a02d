/** What a person calls a connection: one client asking one destination (design §4). Judged, folded, exported. */
import type { AddressClass, Endpoint } from '../base/address.ts';
import type { Micros } from '../base/time.ts';
import type { WireText } from '../base/wire-text.ts';
import type { HttpPart } from '../decode/payloads/http/facts.ts';
import type { MediaFacts } from '../decode/payloads/media-facts.ts';
import type { QuicFacts } from '../decode/payloads/quic/facts.ts';
import type { TlsFacts } from '../decode/payloads/tls/facts.ts';
import type { Transport } from '../base/transport.ts';
import type { Sent } from './upload-trail.ts';
import type { Dialled, DirectionEvidence, Outcome, Process } from './observation.ts';

/** How a name is known, strongest first. Reverse DNS never counts. */
export type NameEvidence = 'connect' | 'sni' | 'quic-sni' | 'http-host' | 'dns' | 'dns-stale' | 'ech-outer';

export type Confidence = 'high' | 'medium' | 'low';

export interface NameClaim {
  /** Seen form: lower case, no trailing dot. */
  readonly name: WireText;
  readonly how: NameEvidence;
  /** What else in this scope says the same; `dialled`: egret's proxy resolved the name itself and went there. */
  readonly corroboratedBy?: 'dns' | 'chain' | 'dialled' | undefined;
}

export interface Evidence {
  readonly source: number;
  readonly frames: readonly [first: number, last: number];
  readonly at: Micros;
}

/** What contradicts the name in a hello (design §4 "Confidence of a name"). */
export interface NameMismatch {
  readonly sni: WireText;
  /** What the proxy was asked for instead; absent where DNS contradicts. */
  readonly asked?: WireText | undefined;
  /** What DNS of the scope gave the name before the connection opened, in the family of the address it went to; a few. */
  readonly addresses: readonly string[];
}

/** Absent facts are keys with the value undefined, as in observations. */
export interface Connection {
  /** `source.flow` or `source.flow.part`; stable over runs. */
  readonly id: string;
  /** Scope the connection belongs to (design §2): files of one rotation share one. */
  readonly scope: number;
  readonly opened: Micros;
  readonly last: Micros;
  readonly closed?: Micros | undefined;
  readonly transport: Transport;
  readonly ipProtocol: number;
  readonly from: Endpoint;
  /** What was asked for: behind a proxy the asked authority's port and, where it is one, its address. */
  readonly to: Endpoint;
  readonly via?: Endpoint | undefined;
  readonly addressClass: AddressClass;
  readonly direction: DirectionEvidence;
  /** The far end opened it towards the scope's own host. */
  readonly inbound: boolean;
  /** A tunnel between others: neither end is one of the scope's own hosts. What it carries is a connection of its own. */
  readonly passing: boolean;
  readonly startSeen: boolean;
  readonly protocol: string;
  /** All candidates; the first is the one shown. Empty: nameless. */
  readonly names: readonly NameClaim[];
  /** Above 0: connections of this scope with the same number bear the same names, known in the same way and as surely. */
  readonly naming: number;
  /** The time for which the names are told. */
  readonly namedAt: Micros;
  readonly confidence: Confidence;
  readonly tls?: TlsFacts | undefined;
  readonly ech: 'none' | 'corroborated' | 'outer';
  readonly mismatch?: NameMismatch | undefined;
  readonly http?: HttpPart | undefined;
  readonly media?: MediaFacts | undefined;
  /** A credential was sent in clear outside HTTP heads: how, never the secret. */
  readonly credentialScheme?: string | undefined;
  readonly quic?: QuicFacts | undefined;
  readonly outcome: Outcome;
  /** When the server's end or the path broke it off in the middle of use; as in the flow observation. */
  readonly dropped?: Micros | undefined;
  /** What egret's own proxy did for it, where that is the witness. */
  readonly dialled?: Dialled | undefined;
  readonly icmpError?: string | undefined;
  readonly up: number;
  readonly down: number;
  /** As in the flow observation; absent for one of several parts of a flow. */
  readonly upBy?: Sent | undefined;
  readonly packets: number;
  readonly process?: Process | undefined;
  /** Component of the policy, when a process witness or the run sheet says so. */
  readonly component?: string | undefined;
  /** Phases at opening; undefined when the scope has no marks. */
  readonly phasesAtOpening?: readonly string[] | undefined;
  readonly evidence: Evidence;
  /** Where packets show the same: the legs of a tunnel of egret's proxy. */
  readonly alsoSeen?: readonly Evidence[] | undefined;
}

/** One name asked of a resolver; judged beside connections. */
export interface Lookup {
  readonly scope: number;
  readonly at: Micros;
  readonly name: WireText;
  readonly type: string;
  /** Names that the answer leads on to: the CNAME chain, then targets of service bindings. */
  readonly cnames: readonly WireText[];
  readonly answers: number;
  /** Answered ones, then hints of service bindings. */
  readonly addresses: readonly string[];
  readonly rcode: string;
  readonly resolver: Endpoint;
  readonly client: Endpoint;
  readonly transport: Transport;
  /** Asked again over TCP, because the answer over UDP was cut (RFC 7766 §5): the same lookup, told before. */
  readonly isRetry?: boolean | undefined;
  /** The answer was cut and held no address: what it says is asked for again. */
  readonly isCut?: boolean | undefined;
  readonly process?: Process | undefined;
  readonly component?: string | undefined;
  readonly phases?: readonly string[] | undefined;
  readonly evidence: Evidence;
}
