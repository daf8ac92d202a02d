/**
 * The contract of payload decoders: a decoder recognises the first bytes of a
 * flow and opens a session, which is fed contiguous bytes until it has
 * understood what it came for. Sessions publish facts; they know no flows.
 */
import type { Problem } from '../../base/problem.ts';
import type { Micros } from '../../base/time.ts';
import type { HttpFacts } from './http/facts.ts';
import type { LookupFacts } from './dns/facts.ts';
import type { MediaFacts } from './media-facts.ts';
import type { QuicFacts } from './quic/facts.ts';
import type { TlsFacts } from './tls/facts.ts';

/** up: client to server. */
export type Side = 'up' | 'down';

/** Whose first bytes these are in this protocol: what a client or a server sends, neither, or too few to tell. */
export type Recognition = 'client' | 'server' | 'no' | 'more';

export interface PayloadFacts {
  readonly protocol: string;
  readonly tls?: TlsFacts | undefined;
  readonly http?: HttpFacts;
  readonly media?: MediaFacts;
  /** A credential was sent in clear outside HTTP: how, in a word of egret's own, never the secret. */
  readonly credentialScheme?: string;
  readonly quic?: QuicFacts;
  /** Who is the client was told by ports alone. */
  readonly isGuessed?: true | undefined;
}

/** What a session may tell while it runs. */
export interface SessionSink {
  lookup(facts: LookupFacts): void;
  problem(problem: Problem): void;
  /** An identifier by which the client will address its server, from whatever address (RFC 9000 §5.1). Valid for good. */
  connectionId?(id: Uint8Array): void;
}

export interface Session {
  /**
   * TCP: the next contiguous bytes of one side. UDP: one datagram. `data` is
   * valid only inside the call. Returns false when no more bytes are wanted.
   */
  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean;
  /** TCP: `length` bytes of this side are missing here. Returns false when the session cannot go on. */
  gap(side: Side, length: number): boolean;
  /** Bytes it keeps of the flow now, about; absent for a session that keeps next to none. */
  held?(): number;
  /** Called when the flow is sealed or the session said it wants no more; facts may be partial. A settled session may be asked before. */
  facts(): PayloadFacts;
  /** Called after `facts`, when the caller has let go of the session: it may serve another flow. */
  recycle?(): void;
  /** UDP: it waits for nothing, so that another session of its decoder would go on as this one does. */
  readonly isIdle?: boolean;
  /** UDP: only datagrams with a QUIC long header are still wanted. */
  readonly settled?: boolean;
  /** UDP: whether this datagram begins another connection between the same ends. Asked before it is pushed. */
  begins?(side: Side, data: Uint8Array): boolean;
}

export interface Decoder {
  /** Name of the protocol as reports show it: `tls`, `dns`, `http`. */
  readonly protocol: string;
  readonly transport: 'tcp' | 'udp';
  /** Looks at the first bytes of one sender: of a stream at most {@link RECOGNISE_LIMIT}, a datagram whole; `ports` are the sender's and the receiver's. */
  recognise(data: Uint8Array, ports: readonly [from: number, to: number]): Recognition;
  /** `depth`: protocols around this one, 0 for the flow's own. */
  open(sink: SessionSink, depth: number): Session;
}

/** The decoder of first bytes and who sent them; `more`: too few bytes to tell, `none`: no decoder's. */
export type Recognised = { readonly decoder: Decoder; readonly sender: 'client' | 'server' } | 'more' | 'none';

/** Asks all decoders of a transport about the first bytes of one sender. */
export type Recognise = (transport: Decoder['transport'], data: Uint8Array, ports: readonly [from: number, to: number]) => Recognised;

/** First bytes of a stream's sender that a decoder may ask to see before it must decide. */
export const RECOGNISE_LIMIT = 64;
