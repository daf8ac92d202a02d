/**
 * Options at the end of a pcapng block (draft-ietf-opsawg-pcapng §3.5): finds
 * one by its code without building a list. A length that leaves the block ends
 * the search; nothing is thrown.
 */
import { u16be, u16le, u32be, u32le } from '../numbers.ts';

/** Index of the first value with this code and at least `least` bytes in `bytes[at..end)`, or -1. */
export function findOption(bytes: Uint8Array, from: number, end: number, big: boolean, code: number, least: number): number {
  let at = from;
  while (at + OPTION_HEADER <= end) {
    const found = big ? u16be(bytes, at) : u16le(bytes, at);
    const length = big ? u16be(bytes, at + 2) : u16le(bytes, at + 2);
    if (found === END_OF_OPTIONS || at + OPTION_HEADER + length > end) return -1;
    if (found === code && length >= least) return at + OPTION_HEADER;
    at += OPTION_HEADER + length + (-length & 3);
  }
  return -1;
}

/** Length of the value that {@link findOption} found at `value`. */
export function optionLength(bytes: Uint8Array, value: number, big: boolean): number {
  return big ? u16be(bytes, value - 2) : u16le(bytes, value - 2);
}

/** An unsigned 64-bit counter; undefined for all ones, which some writers mean as "not known". */
export function counterAt(bytes: Uint8Array, at: number, big: boolean): number | undefined {
  const high = big ? u32be(bytes, at) : u32le(bytes, at + 4);
  const low = big ? u32be(bytes, at + 4) : u32le(bytes, at);
  return high === ALL_ONES && low === ALL_ONES ? undefined : high * 0x1_0000_0000 + low;
}

const END_OF_OPTIONS = 0;
const OPTION_HEADER = 4;
const ALL_ONES = 0xffff_ffff;
