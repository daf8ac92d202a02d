/**
 * Protocols that begin in clear and may turn to TLS by a command (STARTTLS and
 * its kin): names the protocol, waits for the turn, and reads the TLS behind
 * it. A flow that turned is `tls`; one that did not keeps its protocol's name.
 */
import type { Micros } from '../../../base/time.ts';
import type { Decoder, PayloadFacts, Recognise, Session, SessionSink, Side } from '../session.ts';
import { Tunnel } from '../tunnel.ts';
import { BINARY_GRAMMARS } from './binary.ts';
import type { Dialogue, Grammar } from './dialogue.ts';
import { LINE_GRAMMARS } from './lines.ts';

class StartTlsSession implements Session {
  private readonly grammar: Grammar;
  private readonly sink: SessionSink;
  private readonly recognise: Recognise;
  private readonly depth: number;
  private readonly dialogue: Dialogue;
  private tunnel: Tunnel | undefined;
  private read = 0;
  /** Bytes of the dialogue are missing: TLS may have begun among them. */
  private torn = false;

  constructor(grammar: Grammar, sink: SessionSink, recognise: Recognise, depth: number) {
    this.grammar = grammar;
    this.sink = sink;
    this.recognise = recognise;
    this.depth = depth;
    this.dialogue = grammar.open();
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    if (this.tunnel === undefined) {
      const turn = this.dialogue.read(side, data);
      this.read += data.length;
      if (turn === undefined) return this.read < CLEAR_CAP;
      if (turn === 'over') return false;
      const { sink, recognise, depth } = this;
      this.tunnel = new Tunnel({ sink, recognise, port: 0, depth });
      this.tunnel.push(side, data.subarray(turn), at, frame);
    } else this.tunnel.push(side, data, at, frame);
    return !this.tunnel.done;
  }

  gap(side: Side, length: number): boolean {
    if (this.tunnel === undefined) {
      this.torn = true;
      return false;
    }
    this.tunnel.gap(side, length);
    return !this.tunnel.done;
  }

  held(): number {
    return this.tunnel?.held ?? 0;
  }

  facts(): PayloadFacts {
    const inner = this.tunnel?.close();
    const { protocol } = this.grammar;
    const { credential } = this.dialogue;
    const sent = credential === undefined ? {} : { credentialScheme: credential };
    if (this.torn) return { protocol: 'unknown', ...sent };
    return inner?.tls === undefined ? { protocol, ...sent } : { protocol: 'tls', tls: { ...inner.tls, startedIn: protocol }, ...sent };
  }
}

/** One decoder per protocol; `recognise` finds the TLS. */
export function startTlsDecoders(recognise: Recognise): Decoder[] {
  return [...LINE_GRAMMARS, ...BINARY_GRAMMARS].map((grammar) => ({
    protocol: grammar.protocol,
    transport: 'tcp' as const,
    recognise: (data, ports) => grammar.recognise(data, ports),
    open: (sink, depth) => new StartTlsSession(grammar, sink, recognise, depth),
  }));
}

/** Bytes of both sides before a turn to TLS: a long greeting, capabilities and the command take some kilobytes. */
const CLEAR_CAP = 65_536;
