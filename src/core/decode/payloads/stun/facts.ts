/**
 * What STUN and TURN show in clear on one flow (RFC 8489, RFC 8656), as plain
 * serialisable facts. Pairs are [client to server, server to client] of the
 * flow. Passwords, nonces and the names of TURN accounts are never kept.
 */
import type { Endpoint } from '../../../base/address.ts';
import type { Micros } from '../../../base/time.ts';
import type { WireText } from '../../../base/wire-text.ts';

export type Pair = readonly [up: number, down: number];

export interface StunFacts {
  /** RFC 3489: messages without the magic cookie. */
  readonly classic: boolean;
  /** In order of first sight: `binding`, `allocate`, …; `0xNNN` for a method that no RFC names. */
  readonly methods: readonly string[];
  readonly requests: Pair;
  /** Success responses. */
  readonly answers: Pair;
  readonly indications: Pair;
  /** Error responses, and their distinct codes: 401, 438, … */
  readonly failures: Pair;
  readonly errors: readonly number[];
  readonly clientSoftware?: WireText | undefined;
  readonly serverSoftware?: WireText | undefined;
  readonly realm?: WireText | undefined;
  /** A MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256 was sent; nobody without the password can verify it. */
  readonly integrity: boolean;
  readonly fingerprint: boolean;
  /** Addresses that answers gave as the asker's own. */
  readonly mapped: readonly Endpoint[];
  readonly ice?: IceFacts | undefined;
}

/** Connectivity checks (RFC 8445 §7): Binding requests with the USERNAME of two agents and MESSAGE-INTEGRITY. */
export interface IceFacts {
  /** `responder:requester` user fragments. */
  readonly usernames: readonly WireText[];
  readonly checks: Pair;
  /** Checks of each end that the other end answered with success and MESSAGE-INTEGRITY. */
  readonly answered: Pair;
  /** The first of them. */
  readonly since?: { readonly at: Micros; readonly frame: number } | undefined;
  /** An answered check nominated the pair (USE-CANDIDATE). */
  readonly nominated: boolean;
}

/** What went through a TURN server for its client. */
export interface RelayFacts {
  /** An Allocate request was answered with success. */
  readonly allocated: boolean;
  /** XOR-RELAYED-ADDRESS: where peers reach the client. */
  readonly relayed: readonly Endpoint[];
  /** Addresses that the client asked the relay to let through (CreatePermission). */
  readonly permitted: readonly string[];
  /** Whose payload was relayed, in order of first sight. */
  readonly peers: readonly RelayPeer[];
  /** Peers beyond the cap. */
  readonly morePeers: number;
  /** Bytes handed to the relay for peers, and from them: all of it, and what is no STUN (media and data). */
  readonly bytes: Pair;
  readonly media: Pair;
  /** Media of both directions relayed before some moments, earliest first. */
  readonly mediaBy: readonly (readonly [at: Micros, bytes: number])[];
  /** Kinds of payload that were relayed, by RFC 7983: `stun`, `dtls`, `rtp`, `other`, … */
  readonly carries: readonly string[];
}

export interface RelayPeer {
  readonly address: string;
  readonly port: number;
  readonly up: number;
  readonly down: number;
}
