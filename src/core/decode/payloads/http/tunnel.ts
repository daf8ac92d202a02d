/**
 * What runs inside a connection that has left HTTP/1 (CONNECT, upgrade): its
 * first bytes are recognised like those of any flow and fed to that protocol's
 * session. Which decoders exist is handed in, so that no import goes round.
 */
import type { Micros } from '../../../base/time.ts';
import { RECOGNISE_LIMIT, type PayloadFacts, type Recognise, type Session, type SessionSink, type Side } from '../session.ts';

export interface TunnelOptions {
  readonly sink: SessionSink;
  readonly recognise: Recognise;
  /** Port that was asked for, 0 when it was not written. */
  readonly port: number;
  /** Opens HTTP inside HTTP; undefined when that is nested too deep to follow. */
  readonly openHttp: (() => Session) | undefined;
}

export class Tunnel {
  /** Name of the protocol inside, once recognised. */
  protocol: string | undefined;
  private readonly options: TunnelOptions;
  private inner: Session | undefined;
  /** The inner client is the outer server. */
  private flipped = false;
  private readonly first: Record<Side, Uint8Array> = { up: NOTHING, down: NOTHING };

  constructor(options: TunnelOptions) {
    this.options = options;
  }

  /** False when nothing more can be learnt. */
  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    if (this.inner !== undefined) return this.inner.push(this.innerSide(side), data, at, frame);
    const bytes = this.first[side].length === 0 ? data : joined(this.first[side], data);
    const { port, recognise, sink, openHttp } = this.options;
    const found = recognise('tcp', bytes.subarray(0, RECOGNISE_LIMIT), side === 'up' ? [0, port] : [port, 0]);
    if (found === 'none') return false;
    if (found === 'more') {
      this.first[side] = bytes === data ? data.slice() : bytes;
      return true;
    }
    this.protocol = found.decoder.protocol;
    this.inner = found.decoder.protocol === HTTP ? openHttp?.() : found.decoder.open(sink);
    if (this.inner === undefined) return false;
    this.flipped = (found.sender === 'client') !== (side === 'up');
    const other = side === 'up' ? 'down' : 'up';
    const early = this.first[other];
    const wanted = this.inner.push(this.innerSide(side), bytes, at, frame);
    return wanted && (early.length === 0 || this.inner.push(this.innerSide(other), early, at, frame));
  }

  /** False when the inner protocol cannot go on, or was not yet known. */
  gap(side: Side, length: number): boolean {
    return this.inner !== undefined && this.inner.gap(this.innerSide(side), length);
  }

  facts(): PayloadFacts | undefined {
    return this.inner?.facts();
  }

  private innerSide(side: Side): Side {
    return this.flipped ? (side === 'up' ? 'down' : 'up') : side;
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

const HTTP = 'http';
const NOTHING = new Uint8Array(0);
