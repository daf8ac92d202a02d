/**
 * The record layer of one side (RFC 8446 §5.1, RFC 5246 §6.2): takes contiguous
 * bytes in any pieces, tells of every record at its header and hands on the
 * body only of those that are wanted; the rest is skipped by counting. Knows
 * no handshake and holds nothing but a header.
 */
import type { Side } from '../session.ts';

/** Who listens to the records of a side. */
export interface RecordSink {
  /** A record header was read. Returns whether its body is wanted. */
  record(side: Side, type: number, length: number): boolean;
  /** A piece of a wanted body, valid only inside the call; `first` for its first piece, empty bodies give none. */
  body(side: Side, type: number, data: Uint8Array, from: number, to: number): void;
  /** What stands where a record should begin is none. */
  noRecord(side: Side): void;
  /** Whether nothing more is to be read. */
  readonly done: boolean;
}

export class RecordReader {
  /** Bytes are missing: the rest of this side cannot be read. */
  lost = false;
  private readonly side: Side;
  private readonly sink: RecordSink;
  private readonly header = new Uint8Array(HEADER);
  private have = 0;
  private type = 0;
  private left = 0;
  private wanted = false;
  private started = false;

  constructor(side: Side, sink: RecordSink) {
    this.side = side;
    this.sink = sink;
  }

  /** Ready for the records of another connection. */
  reset(): void {
    this.have = this.type = this.left = 0;
    this.lost = this.wanted = this.started = false;
  }

  push(data: Uint8Array): void {
    let at = 0;
    while (at < data.length && !this.sink.done) {
      if (this.left === 0) {
        this.header[this.have++] = data[at++] ?? 0;
        if (this.have === HEADER) this.begin();
        continue;
      }
      const piece = Math.min(this.left, data.length - at);
      this.left -= piece;
      if (this.wanted) this.sink.body(this.side, this.type, data, at, at + piece);
      at += piece;
    }
  }

  /** `length` bytes are missing. Goes on only where they lie in a body that nobody wants. */
  gap(length: number): void {
    if (this.left >= length && !this.wanted) this.left -= length;
    else this.lost = true;
  }

  private begin(): void {
    const { header } = this;
    // By index: taking an array apart runs an iterator, and this stands before every record.
    const type = header[0] ?? 0;
    const major = header[1] ?? 0;
    const minor = header[2] ?? 0;
    const high = header[3] ?? 0;
    const low = header[4] ?? 0;
    const first = !this.started;
    this.started = true;
    this.have = 0;
    if (first && this.side === 'up' && isSslv2Hello(type, minor, high, low)) {
      this.beginSslv2(((type & 0x7f) << 8) | major);
      return;
    }
    const length = (high << 8) | low;
    if (!isRecordHeader(type, major, minor, length)) {
      this.sink.noRecord(this.side);
      return;
    }
    this.type = type;
    this.left = length;
    this.wanted = this.sink.record(this.side, type, length);
  }

  /** The header of such a hello has two bytes, so three of its body were read with it. */
  private beginSslv2(length: number): void {
    if (length < SSLV2_LEAST) {
      this.sink.noRecord(this.side);
      return;
    }
    this.type = RECORD.sslv2Hello;
    this.left = length - (HEADER - 2);
    this.wanted = this.sink.record(this.side, this.type, length);
    if (this.wanted) this.sink.body(this.side, this.type, this.header, 2, HEADER);
  }
}

/** Whether four fields can head a record: known type, major version 3, a length that RFC 5246 §6.2.3 allows. */
export function isRecordHeader(type: number, major: number, minor: number, length: number): boolean {
  return type >= RECORD.changeCipherSpec && type <= RECORD.heartbeat && major === 3 && minor <= 4 && length <= LONGEST_RECORD;
}

/** Whether bytes 0, 2, 3 and 4 of a stream begin an SSL 2.0 CLIENT-HELLO (RFC 5246 appendix E.2) for 2.0 or 3.x. */
export function isSslv2Hello(lengthHigh: number, message: number, major: number, minor: number): boolean {
  return (lengthHigh & 0x80) !== 0 && message === 1 && ((major === 3 && minor <= 4) || (major === 0 && minor === 2));
}

/** ContentType (RFC 8446 §B.1); the last is ours for a hello without a record around it. */
export const RECORD = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23, heartbeat: 24, sslv2Hello: 128 } as const;

const HEADER = 5;
/** RFC 5246 §6.2.3: 2^14 and at most 2048 for compression and cipher. */
const LONGEST_RECORD = 16_384 + 2048;
/** Fixed fields, one cipher and the shortest challenge. */
export const SSLV2_LEAST = 9 + 3 + 16;
