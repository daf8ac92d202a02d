/**
 * The waist of egret (design §2): plain, versioned, serialisable facts. Left
 * of it is bytes, right of it is meaning. Each carries time, a sequence number
 * and where it was seen; joins accept any order inside ±2 s.
 */
import type { Endpoint } from '../base/address.ts';
import type { ProblemCode } from '../base/problem.ts';
import type { Micros } from '../base/time.ts';
import type { Sent } from './upload-trail.ts';
import type { Transport } from '../base/transport.ts';
import type { WireText } from '../base/wire-text.ts';
import type { LookupFacts } from '../decode/payloads/dns/facts.ts';
import type { HttpFacts } from '../decode/payloads/http/facts.ts';
import type { MediaFacts } from '../decode/payloads/media-facts.ts';
import type { QuicFacts } from '../decode/payloads/quic/facts.ts';
import type { TlsFacts } from '../decode/payloads/tls/facts.ts';

/** How the client side of a flow is known, strongest first; the last three are guesses (design §4). */
export type DirectionEvidence = 'syn' | 'syn-ack' | 'payload' | 'local' | 'port' | 'first-sender';

/** What became of a flow (design §4). UDP: `sent-only` or `answered`. */
export type Outcome =
  | 'attempted'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'abandoned'
  | 'established'
  | 'tls-started'
  | 'rejected-by-client'
  | 'rejected-by-server'
  | 'app-data'
  | 'reset'
  | 'cut'
  | 'sent-only'
  | 'answered';

/** Why egret's proxy did not reach what it was asked for; `denied`: the policy forbids it and egret was to enforce it. */
export type DialFailure = 'not-found' | 'no-resolver' | 'refused' | 'timeout' | 'unreachable' | 'denied' | 'not-served';

/** A process as its witness knew it (design §4 owner). Titles and words are its own choice and prove nothing; absent is what the witness could not see. */
export interface Process {
  readonly pid: number;
  readonly name: WireText;
  /** Path of the program on disk. */
  readonly exe?: WireText | undefined;
  /** Its words, the first being what it was called. */
  readonly args?: readonly WireText[] | undefined;
  readonly uid?: number | undefined;
  /** Nearest first. */
  readonly parents?: readonly Ancestor[] | undefined;
}

export type Ancestor = Omit<Process, 'parents'>;

/** What egret's own proxy did for a flow: whom it was asked for, and where it went. */
export interface Dialled {
  /** As the client wrote it; empty where the client was turned away before it asked for anybody. */
  readonly name: WireText;
  readonly port: number;
  /** `egret`: it resolved the name once and dialled exactly `address`. `upstream`: it handed the request to the user's own proxy and resolved nothing. */
  readonly by: 'egret' | 'upstream';
  /** Absent when nothing was dialled, and behind an upstream proxy. */
  readonly address?: string | undefined;
  /** The proxy's own end of the connection that it made: packets of it are the same connection, seen again. */
  readonly from?: Endpoint | undefined;
  readonly failure?: DialFailure | undefined;
}

interface ObservationBase {
  /** When egret knew it: a flow when it was sealed, a lookup when it was answered or given up. */
  readonly at: Micros;
  readonly seq: number;
  /** Source (index into the recording's sources) and frame or line number. */
  readonly from: readonly [source: number, frame: number];
}

/** Absent facts are keys with the value undefined: hundreds of thousands of these share one hidden class, and JSON leaves them out. */
export interface FlowObservation extends ObservationBase {
  readonly kind: 'flow';
  /** Number of the flow in its scope, from 1 in order of first packets. */
  readonly flow: number;
  readonly transport: Transport;
  /** IP protocol number; tells the `ip` transports apart. */
  readonly ipProtocol: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly direction: DirectionEvidence;
  /** First packet. */
  readonly opened: Micros;
  readonly last: Micros;
  /** FIN from both sides or RST was seen. */
  readonly closed?: Micros | undefined;
  readonly lastFrame: number;
  /** TCP: the SYN was seen; UDP: the flow did not exist in the first seconds of the capture. */
  readonly startSeen: boolean;
  readonly outcome: Outcome;
  /** TCP: when the server's end or the path broke it off, by a reset from there or an ICMP error, after data had passed both ways and before either end was done. */
  readonly dropped?: Micros | undefined;
  /** Payload bytes client to server; TCP in sequence space. */
  readonly up: number;
  readonly down: number;
  /** Long flows: bytes up before some moments of their life, earliest first. */
  readonly upBy?: Sent | undefined;
  readonly packetsUp: number;
  readonly packetsDown: number;
  /** Packets left out because the same packet was captured twice. */
  readonly duplicates: number;
  readonly protocol: string;
  readonly tls?: TlsFacts | undefined;
  readonly http?: HttpFacts | undefined;
  readonly media?: MediaFacts | undefined;
  /** A credential was sent in clear outside HTTP: how, never the secret. */
  readonly credentialScheme?: string | undefined;
  readonly quic?: QuicFacts | undefined;
  /** ICMP error that ended it, as `type/code` of its family. */
  readonly icmpError?: string | undefined;
  /** Bytes are missing before the flow was understood. */
  readonly gap?: boolean | undefined;
  readonly process?: Process | undefined;
  /** Set where egret's own proxy is the witness. */
  readonly dialled?: Dialled | undefined;
}

export interface LookupObservation extends ObservationBase, LookupFacts {
  readonly kind: 'lookup';
  readonly client: Endpoint;
  readonly resolver: Endpoint;
  readonly transport: Transport;
  readonly process?: Process | undefined;
}

/** `mark start|end PHASE`. */
export interface MarkObservation extends ObservationBase {
  readonly kind: 'mark';
  readonly phase: string;
  readonly edge: 'start' | 'end';
}

/** Frame time passed a whole second; live, with the bytes so far of tunnels that moved some since the last one. */
export interface TickObservation extends ObservationBase {
  readonly kind: 'tick';
  readonly moved?: readonly (readonly [flow: number, up: number, down: number])[] | undefined;
}

/**
 * egret's own proxy begins something for a client. Told as it goes, while the
 * flow is told only at its end: by it, packets and lookups of the same are
 * known to be egret's doing, and a run that breaks off still has its tunnels.
 */
export interface TunnelObservation extends ObservationBase {
  readonly kind: 'tunnel';
  /** Number of the flow that this source tells at its end. */
  readonly flow: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly opened: Micros;
  readonly form: 'absolute' | 'authority';
  /** As far as it is known by now. */
  readonly dialled: Dialled;
  /** A name that egret looks up now by itself. */
  readonly looksUp?: WireText | undefined;
  /** A connection that egret makes now: the two ends of its socket. */
  readonly leg?: { readonly from: Endpoint; readonly to: Endpoint } | undefined;
}

export interface BlindSpotObservation extends ObservationBase {
  readonly kind: 'blind-spot';
  readonly code: ProblemCode;
  readonly count: number;
  readonly detail?: string;
}

/** Totals of one source, told once at its end. */
export interface SourceObservation extends ObservationBase {
  readonly kind: 'source';
  readonly packets: number;
  readonly first?: Micros;
  readonly last?: Micros;
  /** Byte offset of the record that the file ends in. */
  readonly cutAt?: number;
  readonly duplicates: number;
  /** Flows whose first packet was not their start. */
  readonly midStream: number;
  /** Loss counted by the capturing system; undefined when the file does not say. */
  readonly dropped?: number;
  /** Frames whose captured bytes are fewer than were on the wire. */
  readonly snapped: number;
  readonly linkTypes: readonly number[];
}

export type Observation =
  | FlowObservation
  | LookupObservation
  | MarkObservation
  | TickObservation
  | TunnelObservation
  | BlindSpotObservation
  | SourceObservation;

export type ObservationSink = (observation: Observation) => void;

/** Ancestors and words of a process that are kept: enough to find the app it belongs to. */
export const ANCESTOR_CAP = 32;
export const WORD_CAP = 64;
/** Tunnels whose bytes one tick tells; of those that move bytes in the same second the rest is told by the next. */
export const MOVED_CAP = 1024;
