/**
 * One side of an HTTP/1.x connection as a run of messages: collects heads,
 * passes over bodies, finds its way back after lost or damaged bytes at the
 * next segment that starts a message. Knows framing, not meaning.
 */
import type { Micros } from '../../../base/time.ts';
import { Chunks } from './chunks.ts';
import type { Body } from './head.ts';
import { HeldBytes } from '../held-bytes.ts';
import type { Start } from './recognise.ts';

/** Why a head is told without its end: longer than {@link HEAD_CAP}, or the rest of it was lost. */
export type Cut = 'cap' | 'lost';

export interface Listener {
  /** A head in `data[start, end)`, with the time and frame of its first byte; when `cut`, only its beginning. Tells what follows. */
  head(data: Uint8Array, start: number, end: number, at: Micros, frame: number, cut: Cut | undefined): Next;
  /** Bytes of this side passed, the head's after it was told. */
  took(length: number): void;
}

export interface Next {
  readonly body: Body;
  /** Stop behind the body until {@link MessageStream.goOn}. */
  readonly stop: boolean;
}

export class MessageStream {
  private readonly listener: Listener;
  private readonly starts: (data: Uint8Array) => Start;
  private state: 'head' | 'length' | 'chunked' | 'close' | 'lost' | 'stopped' = 'head';
  /** Whether a head is known to begin where the bytes of this one do; else they must first look like one. */
  private sure = false;
  private stopAfterBody = false;
  private remaining = 0;
  private chunks = new Chunks();
  private readonly held = new HeldBytes(HEAD_CAP);
  private headLength = 0;
  private headAt: Micros = 0;
  private headFrame = 0;
  private lineLength = 0;
  private started = false;

  /** `starts` says whether bytes begin a message of this side. */
  constructor(listener: Listener, starts: (data: Uint8Array) => Start) {
    this.listener = listener;
    this.starts = starts;
  }

  get stopped(): boolean {
    return this.state === 'stopped';
  }

  /** Whether the next bytes must look like a message before they count as one, after bytes were lost or broken. */
  get lost(): boolean {
    return this.state === 'lost';
  }

  /** Memory that an unfinished head takes. */
  get size(): number {
    return this.held.size;
  }

  /** Takes the next bytes, `data` from `start` on; gives the position up to which they belong to messages: less than the length only when stopped. */
  push(data: Uint8Array, start: number, at: Micros, frame: number): number {
    if (this.state === 'lost') this.expectHead(false);
    let from = start;
    while (from < data.length && this.state !== 'stopped') {
      if (this.state === 'head') from = this.readHead(data, from, at, frame);
      else from = this.skipBody(data, from);
    }
    return from;
  }

  /** `length` bytes are missing; what was read of a head before them is told. */
  gap(length: number): void {
    if (this.state === 'head') this.endCut('lost');
    this.listener.took(length);
    if (this.state === 'close' || this.state === 'stopped') return;
    if (this.state === 'length' && length <= this.remaining) {
      this.remaining -= length;
      if (this.remaining === 0) this.endBody();
    } else if (this.state !== 'chunked' || !this.chunks.gap(length)) this.state = 'lost';
  }

  /** Nothing more will come: tells what was read of a last head. */
  close(): void {
    if (this.state === 'head') this.endCut('lost');
  }

  /** What was stopped for did not happen: messages go on behind the body. */
  goOn(): void {
    this.stopAfterBody = false;
    if (this.state === 'stopped') this.expectHead(true);
  }

  private expectHead(sure: boolean): void {
    this.state = 'head';
    this.sure = sure;
    this.held.release();
    this.headLength = 0;
    this.lineLength = 0;
    this.started = false;
  }

  private readHead(data: Uint8Array, from: number, at: Micros, frame: number): number {
    if (this.headLength === 0) {
      this.headAt = at;
      this.headFrame = frame;
    }
    const end = this.headEnd(data, from);
    const to = end < 0 ? data.length : end;
    const whole = end >= 0 && this.headLength === 0 && to - from <= HEAD_CAP;
    this.headLength += to - from;
    if (!whole) this.held.add(data, from, to);
    if (!this.sure && !this.looksLikeHead(whole ? data.subarray(from, to) : this.held.view())) {
      if (this.state === 'lost') this.listener.took(data.length - to);
      return this.state === 'lost' ? data.length : to;
    }
    if (whole) this.tell(data, from, to, undefined);
    else if (this.headLength > HEAD_CAP) this.endCut('cap');
    else if (end >= 0) this.tell(this.held.view(), 0, this.held.length, undefined);
    return to;
  }

  /** False when more bytes must tell, or when these are passed over because they begin no message. */
  private looksLikeHead(data: Uint8Array): boolean {
    const found = this.starts(data);
    this.sure = found === 'yes';
    if (found === 'no') {
      this.listener.took(this.headLength);
      this.expectHead(false);
      this.state = 'lost';
    }
    return this.sure;
  }

  /** Tells the whole lines of a head whose end cannot be read. */
  private endCut(cut: Cut): void {
    const data = this.held.view();
    const end = data.lastIndexOf(LF) + 1;
    if (this.sure && end > 0) this.tell(data, 0, end, cut);
    else if (this.headLength > 0) {
      if (this.sure && cut === 'cap') this.listener.head(data, 0, 0, this.headAt, this.headFrame, cut);
      this.listener.took(this.headLength);
      this.expectHead(false);
      this.state = 'lost';
    }
  }

  private tell(data: Uint8Array, start: number, end: number, cut: Cut | undefined): void {
    const length = this.headLength;
    const next = this.listener.head(data, start, end, this.headAt, this.headFrame, cut);
    this.listener.took(length);
    this.expectHead(true);
    this.stopAfterBody = next.stop;
    if (next.body === 0) this.endBody();
    else if (next.body === 'lost' || next.body === 'close') this.state = next.body;
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
      if (found === 'broken') this.state = 'lost';
      else if (found !== 'more') {
        end = found;
        this.endBody();
      }
    }
    this.listener.took(end - from);
    return end;
  }

  private endBody(): void {
    this.expectHead(true);
    if (this.stopAfterBody) this.state = 'stopped';
  }
}

const LF = 10;
const CR = 13;
/** Node's and most servers' own limit for a head. */
const HEAD_CAP = 16_384;
