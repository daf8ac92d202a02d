/** Connections folded by what a reader would call the same destination (design §4); rules and reports speak of these. */
import type { AddressClass } from '../base/address.ts';
import type { Micros } from '../base/time.ts';
import type { WireText } from '../base/wire-text.ts';
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
  /** Judged name; absent for nameless ones. */
  readonly name?: WireText;
  readonly how?: NameEvidence;
  readonly confidence: Confidence;
  /** Up to {@link VALUE_SET_CAP} addresses, in order of first sight. */
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
  };
  readonly mismatch?: NameMismatch;
  readonly icmpErrors: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly via?: string;
}

/** Distinct values kept per destination (JA4, ALPN, versions, addresses); more are counted. */
export const VALUE_SET_CAP = 16;
/** Evidence rows kept per destination (formats.md). */
export const EVIDENCE_CAP = 3;
