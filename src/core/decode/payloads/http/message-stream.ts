/**
 * One side of an HTTP/1.x connection as a run of messages: collects heads,
 * passes over bodies, finds its way back after lost or damaged bytes at the
 * next segment that starts a message. Knows framing, not meaning.
 */
import type { Micros } from '../../../base/time.ts';
import { Chunks } from './chunks.ts';
import type { Body } from './head.ts';

export interface Listener {
  /** A head in `data[start, end)`, with the time and frame of its first byte; `cut`: longer than {@link HEAD_CAP}, so only its beginning. Tells what follows. */
  head(data: Uint8Array, start: number, end: number, at: Micros, frame: number, cut: boolean): Next;
  /** Bytes of this side passed, the head's after it was told. */
  took(length: number): void;
}

export interface Next {
  readonly body: Body;
  /** Stop behind the body until {@link MessageStream.resume}. */
  readonly stop: boolean;
}

export class MessageStream {
  private readonly listener: Listener;
  private readonly starts: (data: Uint8Array) => boolean;
  private state: 'head' | 'length' | 'chunked' | 'close' | 'lost' | 'stopped' = 'head';
  private stopAfterBody = false;
  private remaining = 0;
  private chunks = new Chunks();
  private held = NOTHING;
  private heldLength = 0;
  private headAt: Micros = 0;
  private headFrame = 0;
  private lineLength = 0;
  private started = false;

  /** `starts` says whether a segment begins with a message of this side. */
  constructor(listener: Listener, starts: (data: Uint8Array) => boolean) {
    this.listener = listener;
    this.starts = starts;
  }

  get stopped(): boolean {
    return this.state === 'stopped';
  }

  /** Takes the next bytes; gives the position up to which they belong to messages: less than the length only when stopped. */
  push(data: Uint8Array, at: Micros, frame: number): number {
    if (this.state === 'lost' && this.starts(data)) this.expectHead();
    let from = 0;
    while (from < data.length && this.state !== 'stopped') {
      if (this.state === 'head') from = this.readHead(data, from, at, frame);
      else from = this.skipBody(data, from);
    }
    return from;
  }

  /** `length` bytes are missing. False when what comes next is no longer known. */
  gap(length: number): boolean {
    this.listener.took(length);
    if (this.state === 'close') return true;
    if (this.state === 'length' && length <= this.remaining) {
      this.remaining -= length;
      if (this.remaining === 0) this.endBody();
      return true;
    }
    if (this.state === 'chunked' && this.chunks.gap(length)) return true;
    if (this.state !== 'stopped') this.lose();
    return false;
  }

  /** Takes back the wish to stop: a head is next, at once or behind the body that is still coming. */
  resume(): void {
    this.stopAfterBody = false;
    if (this.state === 'stopped') this.expectHead();
  }

  private expectHead(): void {
    this.state = 'head';
    if (this.heldLength > 0) this.held = NOTHING;
    this.heldLength = 0;
    this.lineLength = 0;
    this.started = false;
  }

  private readHead(data: Uint8Array, from: number, at: Micros, frame: number): number {
    if (this.heldLength === 0) {
      this.headAt = at;
      this.headFrame = frame;
    }
    const end = this.headEnd(data, from);
    const to = end < 0 ? data.length : end;
    if (end < 0 || this.heldLength > 0) {
      this.hold(data, from, to);
      if (end >= 0 || this.heldLength > HEAD_CAP) this.tell(this.held, 0, Math.min(this.heldLength, HEAD_CAP), to - from);
    } else this.tell(data, from, to, to - from);
    return to;
  }

  /** Tells a head of which the last `fresh` bytes came now; earlier ones were kept back for this moment. */
  private tell(data: Uint8Array, start: number, end: number, fresh: number): void {
    const length = this.heldLength === 0 ? fresh : this.heldLength;
    const next = this.listener.head(data, start, end, this.headAt, this.headFrame, this.heldLength > HEAD_CAP);
    this.listener.took(length);
    this.expectHead();
    this.stopAfterBody = next.stop;
    if (next.body === 0) this.endBody();
    else if (next.body === 'lost') this.lose();
    else if (next.body === 'close') this.state = 'close';
    else if (next.body === 'chunked') {
      this.state = 'chunked';
      this.chunks = new Chunks();
    } else {
      this.state = 'length';
      this.remaining = next.body;
    }
  }

  /** Position behind the empty line that ends a head; -1 when it has not come. Empty lines before the first line do not end one. */
  private headEnd(data: Uint8Array, from: number): number {
    for (let at = from; at < data.length; at++) {
      const byte = data[at];
      if (byte === LF) {
        if (this.lineLength === 0 && this.started) return at + 1;
        this.lineLength = 0;
      } else if (byte !== CR) {
        this.lineLength++;
        this.started = true;
      }
    }
    return -1;
  }

  private skipBody(data: Uint8Array, from: number): number {
    let end = data.length;
    if (this.state === 'length') {
      end = from + Math.min(this.remaining, data.length - from);
      this.remaining -= end - from;
      if (this.remaining === 0) this.endBody();
    } else if (this.state === 'chunked') {
      const found = this.chunks.skip(data, from);
      if (found === 'broken') this.lose();
      else if (found !== 'more') {
        end = found;
        this.endBody();
      }
    }
    this.listener.took(end - from);
    return end;
  }

  private endBody(): void {
    this.expectHead();
    if (this.stopAfterBody) this.state = 'stopped';
  }

  private lose(): void {
    this.expectHead();
    this.state = 'lost';
  }

  private hold(data: Uint8Array, start: number, end: number): void {
    const needed = this.heldLength + end - start;
    if (needed > this.held.length) {
      const larger = new Uint8Array(Math.max(needed, this.held.length * 2));
      larger.set(this.held.subarray(0, this.heldLength));
      this.held = larger;
    }
    this.held.set(data.subarray(start, end), this.heldLength);
    this.heldLength = needed;
  }
}

const NOTHING = new Uint8Array(0);
const LF = 10;
const CR = 13;
/** Node's and most servers' own limit for a head. */
export const HEAD_CAP = 16_384;
