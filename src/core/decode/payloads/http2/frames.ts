/**
 * One side of an HTTP/2 connection as a run of frames (RFC 9113 §4): puts
 * header blocks together from HEADERS, PUSH_PROMISE and CONTINUATION, hands
 * DATA on as it comes, passes over the rest. Knows framing, not meaning.
 */
import type { Micros } from '../../../base/time.ts';
import { HeldBytes } from '../held-bytes.ts';

export interface FrameListener {
  /** A frame of a stream begins; what is counted next is its bytes. */
  begins(stream: number): void;
  /** A whole header block in `data[start, end)`, with time and frame number of its first byte. False when nothing after it can be read. */
  block(stream: number, pushed: boolean, data: Uint8Array, start: number, end: number, at: Micros, frame: number): boolean;
  /** Content of a DATA frame, without padding, in pieces; valid inside the call. */
  content(stream: number, data: Uint8Array): void;
  /** Nothing more of this stream comes from this side, or, when `reset`, from either. */
  ends(stream: number, reset: boolean): void;
  /** Bytes of the content of a DATA frame are missing. */
  lost(stream: number, length: number): void;
  /** Bytes of this side passed; those of a header block when it is whole. */
  took(length: number): void;
}

export class Frames {
  /** Why nothing more can be read: bytes make no sense, a header block is longer than {@link BLOCK_CAP}, or bytes are missing. */
  broken: 'damaged' | 'cap' | 'lost' | undefined;
  private readonly listener: FrameListener;
  /** Bytes of the preface still to come. */
  private preface: number;
  private readonly header = new HeldBytes(HEADER);
  private inPayload = false;
  private type = 0;
  private flags = 0;
  private stream = 0;
  private length = 0;
  private remaining = 0;
  /** DATA: bytes of padding at its end; -1 until its first byte said so. */
  private padding = 0;
  private readonly payload = new HeldBytes(BLOCK_CAP);
  private readonly block = new HeldBytes(BLOCK_CAP);
  /** Stream whose header block goes on in CONTINUATION; 0 for none. */
  private continued = 0;
  private pushed = false;
  private endsStream = false;
  private blockAt: Micros = 0;
  private blockFrame = 0;
  /** Bytes that passed and belong to the frame or header block at hand. */
  private uncounted = 0;

  /** `preface`: this side begins with the client's connection preface (RFC 9113 §3.4). */
  constructor(listener: FrameListener, preface: boolean) {
    this.listener = listener;
    this.preface = preface ? PREFACE.length : 0;
  }

  /** Memory that an unfinished frame or header block takes. */
  get held(): number {
    return this.header.size + this.payload.size + this.block.size;
  }

  /** Gives the position up to which the bytes were read: less than the length only when {@link broken}. */
  push(data: Uint8Array, at: Micros, frame: number): number {
    let from = 0;
    while (from < data.length && this.broken === undefined) {
      const before = from;
      if (this.preface > 0) from = this.passPreface(data, from);
      else if (this.inPayload) from = this.readPayload(data, from);
      else from = this.readHeader(data, from, at, frame);
      this.uncounted += from - before;
      if (this.inPayload && this.remaining === 0) this.endFrame();
      if (this.preface > 0 || (this.inPayload ? !BLOCK_FRAMES.has(this.type) : this.header.length === 0 && this.continued === 0)) this.count();
    }
    if (this.broken !== undefined) this.count();
    return from;
  }

  /** Bytes are missing: reading goes on only when they lie inside what is passed over anyway. */
  gap(length: number): void {
    this.uncounted += length;
    this.count();
    if (this.inPayload && this.type === DATA && this.padding >= 0 && length <= this.remaining) {
      this.remaining -= length;
      this.listener.lost(this.stream, length);
      if (this.remaining === 0) this.endFrame();
    } else this.broken ??= 'lost';
  }

  private count(): void {
    this.listener.took(this.uncounted);
    this.uncounted = 0;
  }

  private passPreface(data: Uint8Array, start: number): number {
    let at = start;
    for (; at < data.length && this.preface > 0; at++, this.preface--) {
      if (data[at] === PREFACE.charCodeAt(PREFACE.length - this.preface)) continue;
      this.broken = 'damaged';
      break;
    }
    return at;
  }

  private readHeader(data: Uint8Array, from: number, at: Micros, frame: number): number {
    if (this.header.length === 0 && this.continued === 0) {
      this.blockAt = at;
      this.blockFrame = frame;
    }
    const to = Math.min(data.length, from + HEADER - this.header.length);
    this.header.add(data, from, to);
    if (this.header.length === HEADER) this.begin(this.header.view());
    return to;
  }

  private begin(header: Uint8Array): void {
    const [a = 0, b = 0, c = 0, type = 0, flags = 0, d = 0, e = 0, f = 0, g = 0] = header;
    this.header.restart();
    this.length = (a << 16) | (b << 8) | c;
    this.remaining = this.length;
    this.type = type;
    this.flags = flags;
    this.stream = ((d & 0x7f) << 24) | (e << 16) | (f << 8) | g;
    this.inPayload = true;
    this.padding = type === DATA && (flags & PADDED) !== 0 ? -1 : 0;
    this.payload.restart();
    const onConnection = STREAM_FRAMES.has(type) && this.stream === 0;
    if (onConnection || (this.continued === 0) === (type === CONTINUATION) || (type === CONTINUATION && this.stream !== this.continued)) this.broken = 'damaged';
    else this.listener.begins(this.stream);
  }

  private readPayload(data: Uint8Array, from: number): number {
    const to = Math.min(data.length, from + this.remaining);
    this.remaining -= to - from;
    if (BLOCK_FRAMES.has(this.type)) {
      if (this.payload.add(data, from, to) > 0) this.broken = 'cap';
    } else if (this.type === DATA) this.readContent(data, from, to);
    return to;
  }

  private readContent(data: Uint8Array, start: number, to: number): void {
    let from = start;
    if (this.padding < 0 && from < to) this.padding = data[from++] ?? 0;
    // Padding stands at the end of the frame: of what has come, all but what may still be content is handed on.
    const end = Math.min(to, to + this.remaining - this.padding);
    if (end > from) this.listener.content(this.stream, data.subarray(from, end));
  }

  private endFrame(): void {
    this.inPayload = false;
    if (BLOCK_FRAMES.has(this.type)) this.addFragment();
    else if (this.type === RST_STREAM) this.listener.ends(this.stream, true);
    else if (this.type === DATA && (this.flags & END_STREAM) !== 0) this.listener.ends(this.stream, false);
  }

  /** The part of a header block in this frame (§6.2, §6.6, §6.10), behind padding length, priority and promised stream. */
  private addFragment(): void {
    const payload = this.payload.view();
    let start = 0;
    let end = payload.length;
    if (this.type !== CONTINUATION) {
      if ((this.flags & PADDED) !== 0) end -= payload[start++] ?? 0;
      if (this.type === PUSH_PROMISE) start += PROMISED;
      else if ((this.flags & PRIORITY) !== 0) start += PRIORITY_FIELDS;
      this.pushed = this.type === PUSH_PROMISE;
      this.endsStream = !this.pushed && (this.flags & END_STREAM) !== 0;
    }
    if (start > end) {
      this.broken = 'damaged';
      return;
    }
    const isWhole = (this.flags & END_HEADERS) !== 0;
    if (isWhole && this.block.length === 0) this.tell(payload, start, end);
    else if (this.block.add(payload, start, end) > 0) this.broken = 'cap';
    else if (isWhole) this.tell(this.block.view(), 0, this.block.length);
    else this.continued = this.stream;
  }

  private tell(data: Uint8Array, start: number, end: number): void {
    this.continued = 0;
    if (!this.listener.block(this.stream, this.pushed, data, start, end, this.blockAt, this.blockFrame)) this.broken = 'damaged';
    this.block.restart();
    if (this.endsStream) this.listener.ends(this.stream, false);
  }
}

/** RFC 9113 §3.4. */
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const HEADER = 9;
const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const PUSH_PROMISE = 5;
const CONTINUATION = 9;
const BLOCK_FRAMES: ReadonlySet<number> = new Set([HEADERS, PUSH_PROMISE, CONTINUATION]);
/** Frames that belong to a stream: on the connection itself they make no sense. */
const STREAM_FRAMES: ReadonlySet<number> = new Set([DATA, HEADERS, RST_STREAM, PUSH_PROMISE, CONTINUATION]);
const END_STREAM = 0x01;
const END_HEADERS = 0x04;
const PADDED = 0x08;
const PRIORITY = 0x20;
const PROMISED = 4;
const PRIORITY_FIELDS = 5;
/** Bytes of a header block as sent: servers refuse far less, nghttp2 at 64 KiB. */
const BLOCK_CAP = 65_536;
