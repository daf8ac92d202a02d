/** Connections folded by what a reader would call the same destination (design §4); rules and reports speak of these. */
import type { AddressClass } from '../base/address.ts';
import type { Micros } from '../base/time.ts';
import type { WireText } from '../base/wire-text.ts';
import type { RelayPeer } from '../decode/payloads/stun/facts.ts';
import type { CertificateFacts } from '../decode/payloads/tls/facts.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { Confidence, Evidence, NameEvidence, NameMismatch } from '../observe/connection.ts';
import type { Transport } from '../base/transport.ts';
import type { Outcome } from '../observe/observation.ts';

export type Reached = 'looked-up' | 'attempted' | 'established' | 'sent';

export interface Destination {
  readonly key: string;
  readonly scope: number;
  readonly component?: string;
  /** Paths of the programs whose processes held them, names where the path was not seen; at most {@link VALUE_SET_CAP}, sorted. Absent: none is known. */
  readonly programs?: readonly WireText[];
  /** Judged name; absent for nameless ones. */
  readonly name?: WireText;
  readonly how?: NameEvidence;
  readonly confidence: Confidence;
  /** Up to {@link VALUE_SET_CAP} addresses, those seen first, sorted: connections of one moment end in any order. */
  readonly addresses: readonly string[];
  readonly addressCount: number;
  readonly addressClass: AddressClass;
  readonly port: number;
  readonly transport: Transport;
  readonly protocol: string;
  readonly verdict: Verdict;
  readonly reached: Reached;
  /** Of the first connection. */
  readonly outcome: Outcome;
  /** How many connections ended how. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly count: number;
  readonly up: number;
  readonly down: number;
  readonly first: Micros;
  readonly last: Micros;
  readonly phases?: readonly string[];
  readonly inbound: boolean;
  readonly tls?: {
    readonly offered: readonly string[];
    /** Negotiated. */
    readonly version: readonly string[];
    readonly alpn: readonly WireText[];
    readonly ja4: readonly string[];
    readonly ech: 'none' | 'corroborated' | 'outer';
    readonly chain?: readonly CertificateFacts[];
    /** Suites that protect nothing or too little (RFC 9325 §4.1): those that the client offered, and those that the server chose; absent: none. */
    readonly weakOffered?: readonly number[];
    readonly weakChosen?: readonly number[];
  };
  /** Absent: nothing of it was seen. */
  readonly handshakes?: HandshakeCounts;
  /** Requests in clear that asked for an upgrade to WebSocket (RFC 6455 §4.1); absent: none. */
  readonly upgrades?: { readonly asked: number; readonly switched: number };
  /** ICE checks that were sent here, and how many were answered; absent: none. */
  readonly ice?: { readonly checks: number; readonly answered: number };
  /** What TURN relayed here; absent: nothing. */
  readonly relayed?: RelayedBytes;
  /** Connections with payload that nothing recognised beside STUN, DTLS or RTP, or within TURN; absent: none. */
  readonly unread?: number;
  /** Authentication schemes of requests in clear, lower case; absent: none. */
  readonly credentials?: readonly string[];
  readonly mismatch?: NameMismatch;
  readonly icmpErrors: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly via?: string;
}

/** Payload that a TURN server passed on; `media` of it is no STUN. */
export interface RelayedBytes {
  readonly up: number;
  readonly down: number;
  readonly media: number;
  /** In order of first sight, at most {@link VALUE_SET_CAP}; `morePeers` counts the rest. */
  readonly peers: readonly RelayPeer[];
  readonly morePeers: number;
}

/** Connections of which the wire shows what inspection or breakage may be read from. */
export interface HandshakeCounts {
  /** Offered h2 and were answered h2; known under TLS 1.2 and older only. */
  readonly h2Chosen: number;
  /** Offered h2 and were answered something else, or no protocol. */
  readonly h2Dropped: number;
  /** Offered TLS 1.3 and got an older version with the downgrade mark (RFC 8446 §4.1.3). */
  readonly downgraded: number;
  /** Ended by an alert of the client in clear that names the certificate (RFC 8446 §6.2). */
  readonly certificateAlerts: number;
  /** Ended by what has the length of an encrypted alert, right after the server's flight. */
  readonly hiddenAlerts: number;
  /** Both sides spoke, and it was over within {@link BRIEF_LIFE}. */
  readonly brief: number;
  /** TLS 1.2 or older came up, carried no data, and was over within {@link BRIEF_LIFE} without an alert that says why. */
  readonly unused: number;
  /** A chain stood in clear, and with it signed certificate timestamps (RFC 6962 §3.3), unverified. */
  readonly withSct: number;
  /** A chain stood in clear, and timestamps in none of their places. */
  readonly withoutSct: number;
}

/** A WebSocket that lives has its next ping far later; one that is turned away has closed by then. */
export const BRIEF_LIFE: Micros = 5_000_000;
/** Distinct values kept per destination (JA4, ALPN, versions, addresses); more are counted. */
export const VALUE_SET_CAP = 16;
/** Evidence rows kept per destination (formats.md). */
export const EVIDENCE_CAP = 3;
