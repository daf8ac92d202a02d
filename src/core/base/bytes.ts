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

/**
 * Bytes as text one char per byte (ISO 8859-1): what was on the wire, nothing replaced. Short texts that were made lately are given
 * again, the same string: names come back with every connection, and one string is hashed, compared and kept once.
 */
export function latin1(data: Uint8Array, start = 0, end = data.length): string {
  const length = end - start;
  if (length > LONGEST_KEPT || length <= 0) return length <= 0 ? '' : flatText(data, start, end);
  let hash = length;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (data[at] ?? 0), 0x01000193);
  const place = (hash ^ (hash >>> 15)) & (TEXT_CACHE - 1);
  const known = kept[place];
  if (known !== undefined && known.length === length && isText(known, data, start)) return known;
  return (kept[place] = flatText(data, start, end));
}

/** The one string that {@link latin1} gives for such bytes, for a text that was put together otherwise. */
export function shared(text: string): string {
  if (text.length > LONGEST_KEPT) return text;
  let hash = text.length;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  const place = (hash ^ (hash >>> 15)) & (TEXT_CACHE - 1);
  const known = kept[place];
  if (known === text) return known;
  return (kept[place] = text);
}

function isText(text: string, data: Uint8Array, start: number): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== data[start + at]) return false;
  return true;
}

/** Adding char to char would leave a tree of pieces behind, which the first comparison has to flatten. */
function flatText(data: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += PIECE) text += String.fromCharCode.apply(undefined, numbersOf(data, at, Math.min(end, at + PIECE)));
  return text;
}

function numbersOf(data: Uint8Array, start: number, end: number): number[] {
  const numbers: number[] = [];
  for (let at = start; at < end; at++) numbers.push(data[at] ?? 0);
  return numbers;
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
/** Texts remembered, each in the one place that its hash gives: a flood of names costs time only. 8192 names of 64 bytes are 0.6 MB. */
const TEXT_CACHE = 8192;
const LONGEST_KEPT = 64;
const kept: (string | undefined)[] = Array.from({ length: TEXT_CACHE });
/** Arguments of one call: far below what any engine takes. */
const PIECE = 4096;
