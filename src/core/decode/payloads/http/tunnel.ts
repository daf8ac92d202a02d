/**
 * What runs inside a CONNECT tunnel or after an upgrade: recognises the first
 * bytes of either end and feeds the session that knows them. HTTP inside HTTP
 * is only named: its Host speaks of the tunnel's far end, not of this flow's,
 * and tunnels in tunnels could be nested without end.
 */
import type { Micros } from '../../../base/time.ts';
import { RECOGNISE_LIMIT, type PayloadFacts, type Recognise, type Session, type SessionSink, type Side } from '../session.ts';
import { HeldBytes } from './held-bytes.ts';

export class Tunnel {
  /** No more bytes are wanted. */
  done = false;
  private readonly sink: SessionSink;
  private readonly recognise: Recognise;
  private readonly port: number;
  private readonly heads = { up: new HeldBytes(HEAD_ROOM), down: new HeldBytes(HEAD_ROOM) };
  private readonly dead = { up: false, down: false };
  private misses = 0;
  private inner: Session | undefined;
  private found: PayloadFacts | undefined;

  /** `port` is the one asked for, 0 when unknown. */
  constructor(sink: SessionSink, recognise: Recognise, port: number) {
    this.sink = sink;
    this.recognise = recognise;
    this.port = port;
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): void {
    if (this.done || data.length === 0) return;
    if (this.inner !== undefined) this.feed(this.inner, side, data, at, frame);
    else if (!this.dead[side]) this.look(side, data, at, frame);
    else if (++this.misses > MISSES) this.finish();
  }

  gap(side: Side, length: number): void {
    if (this.done) return;
    if (this.inner === undefined) this.giveUp(side);
    else if (!this.inner.gap(side, length)) this.finish();
  }

  /** Ends the inner session; facts of the inner protocol, undefined when it was not recognised. */
  close(): PayloadFacts | undefined {
    this.finish();
    return this.found;
  }

  private look(side: Side, data: Uint8Array, at: Micros, frame: number): void {
    const held = this.heads[side];
    const room = held.length === 0 ? data : this.joined(held, data);
    const found = this.recognise('tcp', room.subarray(0, RECOGNISE_LIMIT), side === 'up' ? [0, this.port] : [this.port, 0]);
    if (found === 'more') {
      if (held.length === 0) held.add(data, 0, data.length);
    } else if (found === 'none' || (found.sender === 'client') !== (side === 'up')) {
      this.giveUp(side);
    } else if (found.decoder.protocol === 'http') {
      this.found = { protocol: 'http' };
      this.finish();
    } else {
      const inner = found.decoder.open(this.sink);
      this.inner = inner;
      const other = side === 'up' ? 'down' : 'up';
      this.feed(inner, other, this.heads[other].release(), at, frame);
      this.feed(inner, side, room, at, frame);
      held.release();
    }
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

const HEAD_ROOM = RECOGNISE_LIMIT;
/** Pieces from an end whose first bytes are unknown while the other is silent: then it stays unknown. */
const MISSES = 4;
