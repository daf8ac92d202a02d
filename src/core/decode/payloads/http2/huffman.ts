/**
 * Huffman-coded strings of HPACK (RFC 7541 §5.2). Counts every character and
 * makes text of the first few only, so that a secret is measured, not read.
 */
import { HUFFMAN_LENGTHS } from './tables/huffman-lengths.ts';

export interface Decoded {
  /** The first characters, one per byte. */
  readonly text: string;
  /** Bytes of the whole string. */
  readonly length: number;
}

/** The string coded in `data[start, end)`, its first `keep` characters as text; undefined when it breaks the code or its padding. */
export function readHuffman(data: Uint8Array, start: number, end: number, keep: number): Decoded | undefined {
  let text = '';
  let length = 0;
  let code = 0;
  let bits = 0;
  let ones = true;
  for (let at = start; at < end; at++) {
    const byte = data[at] ?? 0;
    for (let shift = 7; shift >= 0; shift--) {
      const bit = (byte >> shift) & 1;
      code = code * 2 + bit;
      bits++;
      ones &&= bit === 1;
      const index = code - (FIRST_CODES[bits] ?? 0);
      if (index >= (COUNTS[bits] ?? 0)) {
        if (bits === LAST_BITS) return undefined;
        continue;
      }
      const symbol = SYMBOLS[(OFFSETS[bits] ?? 0) + index] ?? END_OF_STRING;
      if (symbol === END_OF_STRING) return undefined;
      if (length < keep) text += String.fromCharCode(symbol);
      length++;
      code = 0;
      bits = 0;
      ones = true;
    }
  }
  // Padding is the beginning of the end-of-string code, all ones, and less than a byte.
  return bits < 8 && ones ? { text, length } : undefined;
}

const END_OF_STRING = 256;
const LAST_BITS = 30;
/** By bits: how many codes, the first of them, and where their symbols stand in {@link SYMBOLS}. */
const COUNTS: readonly number[] = Array.from({ length: LAST_BITS + 1 }, (_, bits) => HUFFMAN_LENGTHS.filter((each) => each === bits).length);
const FIRST_CODES: readonly number[] = firstCodes();
const OFFSETS: readonly number[] = COUNTS.map((_, bits) => COUNTS.slice(0, bits).reduce((sum, count) => sum + count, 0));
const SYMBOLS: readonly number[] = HUFFMAN_LENGTHS.map((bits, symbol) => ({ bits, symbol })).sort((one, other) => one.bits - other.bits || one.symbol - other.symbol).map(({ symbol }) => symbol);

/** Canonical: each length's first code follows the last one of the length before, with zeros behind it. */
function firstCodes(): number[] {
  const first = [0];
  for (let bits = 1; bits <= LAST_BITS; bits++) first.push(((first[bits - 1] ?? 0) + (COUNTS[bits - 1] ?? 0)) * 2);
  return first;
}
