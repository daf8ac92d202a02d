/**
 * Passes over a chunked body (RFC 9112 §7.1), trailers included, keeping only
 * a count. Takes bytes in any pieces; says where the body ends or that it broke.
 */
export class Chunks {
  /** `data` is skipped whole; every other state is stepped through byte by byte. */
  private state: 'size' | 'extension' | 'data' | 'data-end' | 'trailer' = 'size';
  private remaining = 0;
  private digits = 0;
  private line = 0;

  /** Position behind the body in `data`, `more` when all of it belongs to the body, `broken` when it makes no sense. */
  skip(data: Uint8Array, from: number): number | 'more' | 'broken' {
    let at = from;
    while (at < data.length) {
      if (this.state === 'data') {
        const step = Math.min(this.remaining, data.length - at);
        at += step;
        this.remaining -= step;
        if (this.remaining === 0) this.enter('data-end');
        continue;
      }
      const done = this.step(data[at++] ?? 0);
      if (done === 'broken') return 'broken';
      if (done === 'end') return at;
    }
    return 'more';
  }

  /** Bytes are missing: false unless they lie inside one chunk's data. */
  gap(length: number): boolean {
    if (this.state !== 'data' || length > this.remaining) return false;
    this.remaining -= length;
    if (this.remaining === 0) this.enter('data-end');
    return true;
  }

  private step(byte: number): 'on' | 'end' | 'broken' {
    if (++this.line > LINE_CAP) return 'broken';
    if (this.state === 'size') return this.stepSize(byte);
    if (this.state === 'extension') return byte === LF ? this.sizeRead() : 'on';
    if (this.state === 'data-end') {
      if (byte === LF) this.enter('size');
      else if (byte !== CR) return 'broken';
      return 'on';
    }
    // Trailer fields: an empty line ends the body.
    if (byte === LF && this.digits === 0) return this.end();
    if (byte === LF) this.digits = 0;
    else if (byte !== CR) this.digits++;
    return 'on';
  }

  private stepSize(byte: number): 'on' | 'end' | 'broken' {
    const digit = HEX.indexOf(String.fromCharCode(byte).toLowerCase());
    if (digit >= 0) {
      if (++this.digits > SIZE_DIGITS) return 'broken';
      this.remaining = this.remaining * 16 + digit;
      return 'on';
    }
    if (this.digits === 0) return 'broken';
    if (byte === LF) return this.sizeRead();
    if (byte !== CR && byte !== SEMICOLON && byte !== SPACE && byte !== TAB) return 'broken';
    this.state = 'extension';
    return 'on';
  }

  private sizeRead(): 'on' {
    const { remaining } = this;
    this.enter(remaining === 0 ? 'trailer' : 'data');
    this.remaining = remaining;
    return 'on';
  }

  private end(): 'end' {
    this.enter('size');
    return 'end';
  }

  private enter(state: Chunks['state']): void {
    this.state = state;
    this.remaining = 0;
    this.digits = 0;
    this.line = 0;
  }
}

const LF = 10;
const CR = 13;
const TAB = 9;
const SPACE = 32;
const SEMICOLON = 59;
const HEX = '0123456789abcdef';
/** 2^48: exact in a JS number, larger than any chunk. */
const SIZE_DIGITS = 12;
/** Size line with extensions, or all trailers; servers refuse far less. */
const LINE_CAP = 16_384;
