/**
 * Frames of an Initial packet (RFC 9000 §19): takes the opened payload, hands
 * on handshake bytes and a close. Only the frames that RFC 9000 §12.4 allows
 * there make sense; a receiver ends the connection over any other.
 */
import { numberSize, readNumber } from './long-header.ts';

export interface FrameSink {
  /** Handshake bytes `frames[from…to)` at this offset of their stream. */
  crypto(offset: number, frames: Uint8Array, from: number, to: number): void;
  /** CONNECTION_CLOSE with this transport error. */
  closing(code: number): void;
}

/** Walks the frames of one packet. False when they make no sense; what stood before was handed on. */
export function readFrames(frames: Uint8Array, sink: FrameSink): boolean {
  const cursor = new Cursor(frames);
  while (cursor.at < frames.length) {
    const type = frames[cursor.at++] ?? 0;
    if (type === CRYPTO) {
      const offset = cursor.number();
      const length = cursor.number();
      const from = cursor.at;
      if (!cursor.skip(length)) return false;
      sink.crypto(offset, frames, from, cursor.at);
    } else if (type === ACK || type === ACK_ECN) {
      if (!skipAck(cursor, type === ACK_ECN)) return false;
    } else if (type === CLOSE) {
      const code = cursor.number();
      cursor.number();
      if (!cursor.skip(cursor.number())) return false;
      sink.closing(code);
    } else if (type === PADDING) cursor.at = paddingEnd(frames, cursor.at);
    else if (type !== PING) return false;
  }
  return true;
}

/** Most of a client's packet is padding, one frame a byte. */
function paddingEnd(frames: Uint8Array, from: number): number {
  let at = from;
  while (frames[at] === PADDING) at++;
  return at;
}

class Cursor {
  at = 0;
  short = false;
  private readonly frames: Uint8Array;

  constructor(frames: Uint8Array) {
    this.frames = frames;
  }

  number(): number {
    const { at } = this;
    const size = numberSize(this.frames, at);
    return this.skip(size) ? readNumber(this.frames, at, size) : 0;
  }

  /** False once anything was asked for that is not there. */
  skip(length: number): boolean {
    if (this.at + length > this.frames.length) this.short = true;
    else this.at += length;
    return !this.short;
  }
}

/** Largest acknowledged, delay, count of ranges, first range, the ranges, and three ECN counts (RFC 9000 §19.3). */
function skipAck(cursor: Cursor, hasCounts: boolean): boolean {
  cursor.number();
  cursor.number();
  const ranges = cursor.number();
  const numbers = 1 + ranges * 2 + (hasCounts ? 3 : 0);
  for (let left = numbers; left > 0 && !cursor.short; left--) cursor.number();
  return !cursor.short;
}

const PADDING = 0;
const PING = 1;
const ACK = 2;
const ACK_ECN = 3;
const CRYPTO = 6;
const CLOSE = 0x1c;
