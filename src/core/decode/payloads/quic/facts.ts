/**
 * What a QUIC connection shows in clear besides its TLS hellos, as plain
 * serialisable facts. Absent ones are keys with the value undefined, as in
 * the facts of TLS.
 */
import type { Micros } from '../../../base/time.ts';
import type { WireText } from '../../../base/wire-text.ts';

/** `v1`, `v2`, `draft-29`, `Q043` (Google), `mvfst-2` (Meta), `grease`; any other is `0xNNNNNNNN`. */
export type QuicVersionLabel = string;

export interface QuicFacts {
  /** What the connection runs: of the server's packets where there are any, else of the client's last. */
  readonly version: QuicVersionLabel;
  /** What the client asked with first, where that was another one. */
  readonly asked?: QuicVersionLabel | undefined;
  /** Versions of a Version Negotiation packet (RFC 9000 §17.2.1): what the server would have taken. */
  readonly serverVersions?: readonly QuicVersionLabel[] | undefined;
  /** The server had the client prove its address first (RFC 9000 §17.2.5). */
  readonly retry?: true | undefined;
  /** CONNECTION_CLOSE in an Initial packet: the handshake ended before it began (RFC 9000 §20). */
  readonly close?: QuicClose | undefined;
  /** Server name of a Google QUIC hello, which has no TLS in it. */
  readonly sni?: WireText | undefined;
  /** Number of the flow, in this scope, that this one carries on from another address of the client (RFC 9000 §9), and when that one opened. */
  readonly continues?: { readonly flow: number; readonly opened: Micros } | undefined;
}

export interface QuicClose {
  readonly from: 'client' | 'server';
  /** Transport error code; 0x100 to 0x1ff are TLS alerts. */
  readonly code: number;
}
