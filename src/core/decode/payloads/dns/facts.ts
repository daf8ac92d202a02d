/** What DNS messages say, as plain serialisable facts. */
import type { Micros } from '../../../base/time.ts';
import type { WireText } from '../../../base/wire-text.ts';

/** One question and what came of it (RFC 1035, RFC 9460 for HTTPS/SVCB). */
export interface LookupFacts {
  /** Presentation form, labels escaped by RFC 4343 so that a dot inside a label cannot pass for a separator; no trailing dot. */
  readonly name: WireText;
  /** Mnemonic (`A`, `AAAA`, `HTTPS`, …) or `TYPEn`; before it the opcode unless it is QUERY and the class unless it is IN: `UPDATE SOA`, `CH TXT`. */
  readonly type: string;
  readonly typeNumber: number;
  /** Names of the CNAME chain from the question on, in order. */
  readonly cnames: readonly WireText[];
  readonly addresses: readonly LookupAddress[];
  /** HTTPS/SVCB answers. */
  readonly services: readonly ServiceFacts[];
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, …; `none` for a question that got no answer, `unseen` for one put to the link, whose answers come in flows of their own. */
  readonly rcode: string;
  /** Answer records in all, whatever their type. */
  readonly answers: number;
  readonly truncated: boolean;
  /** The response came without its question being seen (capture began later). */
  readonly unasked: boolean;
  readonly asked?: { readonly at: Micros; readonly frame: number } | undefined;
  readonly answered?: { readonly at: Micros; readonly frame: number } | undefined;
  /** How often the question was sent. */
  readonly tries: number;
}

export interface LookupAddress {
  readonly address: string;
  /** Seconds. */
  readonly ttl: number;
}

export interface ServiceFacts {
  readonly priority: number;
  readonly target: WireText;
  readonly alpn: readonly WireText[];
  readonly ech: boolean;
  readonly port?: number | undefined;
  /** Addresses of the target, both families. */
  readonly hints: readonly string[];
  /** Seconds; absent in recordings of egret 0.1. */
  readonly ttl?: number | undefined;
}
