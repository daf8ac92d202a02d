/**
 * What runs inside another protocol from some byte on — a CONNECT or SOCKS
 * tunnel, an upgrade, STARTTLS: recognises the first bytes of either end and
 * feeds the session that knows them. Which decoders exist is handed in.
 */
import type { Micros } from '../../base/time.ts';
import { RECOGNISE_LIMIT, type Decoder, type PayloadFacts, type Recognise, type Session, type SessionSink, type Side } from './session.ts';
import { HeldBytes } from './held-bytes.ts';

export interface TunnelOptions {
  readonly sink: SessionSink;
  readonly recognise: Recognise;
  /** Port asked for, 0 when unknown. */
  readonly port: number;
  /** Protocols around the one that opens this. */
  readonly depth: number;
}

export class Tunnel {
  /** No more bytes are wanted. */
  done = false;
  /** Either end sent something. */
  isUsed = false;
  private readonly options: TunnelOptions;
  private readonly heads = { up: new HeldBytes(HEAD_ROOM), down: new HeldBytes(HEAD_ROOM) };
  private readonly dead = { up: false, down: false };
  private misses = 0;
  private inner: Session | undefined;
  private found: PayloadFacts | undefined;

  constructor(options: TunnelOptions) {
    this.options = options;
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): void {
    if (this.done || data.length === 0) return;
    this.isUsed = true;
    if (this.inner !== undefined) this.feed(this.inner, side, data, at, frame);
    else if (!this.dead[side]) this.look(side, data, at, frame);
    else if (++this.misses > MISS_CAP) this.finish();
  }

  gap(side: Side, length: number): void {
    if (this.done) return;
    if (this.inner === undefined) this.giveUp(side);
    else if (!this.inner.gap(side, length)) this.finish();
  }

  /** Bytes kept, those of the inner session with them. */
  get held(): number {
    return this.heads.up.size + this.heads.down.size + (this.inner?.held?.() ?? 0);
  }

  /** Ends the inner session; facts of the inner protocol, undefined when it was not recognised. */
  close(): PayloadFacts | undefined {
    this.finish();
    return this.found;
  }

  private look(side: Side, data: Uint8Array, at: Micros, frame: number): void {
    const held = this.heads[side];
    const room = held.length === 0 ? data : this.joined(held, data);
    const { recognise, port } = this.options;
    const found = recognise('tcp', room.subarray(0, RECOGNISE_LIMIT), side === 'up' ? [0, port] : [port, 0]);
    if (found === 'more') {
      if (held.length === 0) held.add(data, 0, data.length);
    } else if (found === 'none' || (found.sender === 'client') !== (side === 'up')) {
      this.giveUp(side);
    } else this.begin(found.decoder, side, room, at, frame);
  }

  private begin(decoder: Decoder, side: Side, first: Uint8Array, at: Micros, frame: number): void {
    const { depth, sink } = this.options;
    if (depth >= NEST_CAP) {
      this.found = { protocol: decoder.protocol };
      this.finish();
      return;
    }
    const inner = decoder.open(sink, depth + 1);
    this.inner = inner;
    const other = side === 'up' ? 'down' : 'up';
    this.feed(inner, other, this.heads[other].release(), at, frame);
    this.feed(inner, side, first, at, frame);
    this.heads[side].release();
  }

  /** Only fewer than {@link RECOGNISE_LIMIT} bytes are ever held, so this copies little. */
  private joined(held: HeldBytes, data: Uint8Array): Uint8Array {
    if (held.length + data.length <= HEAD_ROOM) {
      held.add(data, 0, data.length);
      return held.view();
    }
    const both = new Uint8Array(held.length + data.length);
    both.set(held.view());
    both.set(data, held.length);
    return both;
  }

  private feed(inner: Session, side: Side, data: Uint8Array, at: Micros, frame: number): void {
    if (!this.done && data.length > 0 && !inner.push(side, data, at, frame)) this.finish();
  }

  private giveUp(side: Side): void {
    this.dead[side] = true;
    this.heads[side].release();
    if (this.dead.up && this.dead.down) this.finish();
  }

  private finish(): void {
    this.done = true;
    this.found ??= this.inner?.facts();
    this.inner = undefined;
  }
}

/** HTTP in a tunnel in a tunnel happens behind chained proxies; deeper is an attack on the stack. */
const NEST_CAP = 3;
/** What the recognisers may ask to see. */
const HEAD_ROOM = RECOGNISE_LIMIT;
/** Pieces from an end whose first bytes are unknown while the other is silent: then it stays unknown. */
const MISS_CAP = 4;
