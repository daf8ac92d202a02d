/**
 * Turns chunks of any size into whole records for a capture reader. A record
 * that lies inside one chunk is read where it lies; only one that straddles a
 * chunk's end is copied. Holds at most one record; knows no file format.
 */
import type { Problem, ProblemCode } from '../../base/problem.ts';
import type { CaptureReader, CaptureSink } from './frame.ts';

export abstract class ChunkedReader implements CaptureReader {
  protected readonly sink: CaptureSink;
  /** File offset of index 0 of the bytes that `read` was last given. */
  protected base = 0;
  /** Set by `read` when it stops early: bytes it wants, counted from where it stopped. */
  protected needed = 0;
  /** File offset of a record whose end `read` has still to check although its body is passed over; -1 for none. */
  protected openAt = -1;
  /** True once the file's own header was read. */
  protected started = false;
  #stopped = false;
  #ended = false;
  #pending: Uint8Array = new Uint8Array(FIRST_PENDING);
  #held = 0;
  #skip = 0;
  #offset = 0;

  constructor(sink: CaptureSink) {
    this.sink = sink;
  }

  /**
   * Reads whole records in `bytes[start..end)`. Gives the index behind the last one (beyond `end` to have bytes
   * passed over) and, when bytes are left, sets `needed` to more than those.
   */
  protected abstract read(bytes: Uint8Array, start: number, end: number): number;

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#stopped) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
      } else if (this.#held > 0) {
        at = this.#fill(chunk, at);
      } else {
        this.#readFrom(chunk, at);
        at = chunk.length;
      }
    }
    this.#offset += chunk.length;
  }

  end(): void {
    if (this.#stopped || this.#ended) return;
    this.#ended = true;
    if (this.openAt >= 0) this.problem('file-cut', this.openAt);
    else if (this.#held > 0 || !this.started) this.problem('file-cut', this.#offset - this.#held);
  }

  protected problem(code: ProblemCode, offset: number, detail?: string): void {
    const problem: Problem = detail === undefined ? { code, offset } : { code, offset, detail };
    this.sink.problem(problem);
  }

  /** The framing itself makes no sense: says so, reads nothing any more, and gives the index to return from `read`. */
  protected stop(at: number, detail: string): number {
    this.problem('file-damaged', this.base + at, detail);
    this.#stopped = true;
    this.#pending = NOTHING;
    return at;
  }

  /** Completes the straddling record from `chunk`; gives the index of the first byte not taken. */
  #fill(chunk: Uint8Array, at: number): number {
    const step = Math.min(this.needed - this.#held, chunk.length - at);
    this.#hold(chunk, at, at + step);
    if (this.#held < this.needed) return at + step;
    const held = this.#held;
    this.base = this.#offset + at + step - held;
    const stop = this.read(this.#pending, 0, held);
    this.#held = Math.max(0, held - stop);
    this.#skip = Math.max(0, stop - held);
    if (stop > 0 && this.#held > 0) this.#pending.copyWithin(0, stop, held);
    return at + step;
  }

  #readFrom(chunk: Uint8Array, start: number): void {
    this.base = this.#offset;
    const stop = this.read(chunk, start, chunk.length);
    if (stop > chunk.length) this.#skip = stop - chunk.length;
    else if (stop < chunk.length && !this.#stopped) this.#hold(chunk, stop, chunk.length);
  }

  #hold(chunk: Uint8Array, from: number, to: number): void {
    const size = Math.max(this.needed, this.#held + to - from);
    if (this.#pending.length < size) {
      const larger = new Uint8Array(Math.max(size, this.#pending.length * 2));
      larger.set(this.#pending.subarray(0, this.#held));
      this.#pending = larger;
    }
    this.#pending.set(chunk.subarray(from, to), this.#held);
    this.#held += to - from;
  }
}

/** Enough for an ordinary frame with its headers, so that most files never grow it. */
const FIRST_PENDING = 4096;
const NOTHING = new Uint8Array(0);

/**
 * More captured bytes than this in one frame is damage, not traffic: libpcap's own limit is 256 KiB, and the
 * largest packet a kernel hands over in one piece (BIG TCP) stays under 512 KiB.
 */
export const MAX_FRAME = 1 << 20;
