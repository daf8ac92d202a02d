/**
 * One bounds-checked reader for untrusted bytes. Reads past the end never
 * throw: they return zero values and set `short`, so a decoder checks once at
 * the end of a structure instead of before every field. Big-endian, as on the wire.
 */
export class Bytes {
  /** True once any read asked for more than was there; everything read after that is meaningless. */
  short = false;
  readonly data: Uint8Array;
  at: number;
  readonly end: number;

  constructor(data: Uint8Array, start = 0, end = data.length) {
    this.data = data;
    this.at = Math.max(0, start);
    this.end = Math.min(end, data.length);
  }

  get left(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.has(1) ? (this.data[this.at++] ?? 0) : 0;
  }

  u16(): number {
    if (!this.has(2)) return 0;
    const value = ((this.data[this.at] ?? 0) << 8) | (this.data[this.at + 1] ?? 0);
    this.at += 2;
    return value;
  }

  u24(): number {
    return (this.u8() << 16) | this.u16();
  }

  u32(): number {
    return this.u16() * 0x1_0000 + this.u16();
  }

  /** The next `length` bytes as a view (no copy); an empty view when they are not there. */
  take(length: number): Uint8Array {
    if (!this.has(length)) return EMPTY;
    const view = this.data.subarray(this.at, this.at + length);
    this.at += length;
    return view;
  }

  skip(length: number): void {
    if (this.has(length)) this.at += length;
  }

  /** A reader over the next `length` bytes, which this one then stands behind. Short when they are not all there. */
  sub(length: number): Bytes {
    const inside = new Bytes(this.data, this.at, Math.min(this.at + length, this.end));
    if (!this.has(length)) {
      inside.short = true;
      return inside;
    }
    this.at += length;
    return inside;
  }

  private has(length: number): boolean {
    if (length >= 0 && this.at + length <= this.end) return true;
    this.short = true;
    this.at = this.end;
    return false;
  }
}

/** Bytes as text one char per byte (ISO 8859-1): what was on the wire, nothing replaced. */
export function latin1(data: Uint8Array, start = 0, end = data.length): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(data[at] ?? 0);
  return text;
}

export function toHex(data: Uint8Array): string {
  let text = '';
  for (const byte of data) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** The bytes of hexadecimal text; white space is skipped. Undefined when it is not hexadecimal. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}

const EMPTY = new Uint8Array(0);
