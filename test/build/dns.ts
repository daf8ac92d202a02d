/**
 * A DNS encoder that writes what no sane one does: names byte by byte, counts
 * that lie, lengths that do not fit (RFC 1035 §4). Sane messages come from the
 * package dns-packet, which is also the oracle.
 */
import { bytes, u16, u32, type Part } from './bytes.ts';

export interface Header {
  readonly id?: number;
  readonly flags?: number;
  /** Questions, answers, authorities, additionals as the header claims them. */
  readonly counts?: readonly [number, number, number, number];
}

/** Header and body; the counts are one question and nothing else unless told. */
export function message({ id = 1, flags = FLAGS.query, counts = [1, 0, 0, 0] }: Header, ...body: readonly Part[]): Uint8Array {
  return bytes(u16(id), u16(flags), ...counts.map((count) => u16(count)), ...body);
}

/** Labels with the closing zero; each is taken as it is, dots and all. */
export function name(...labels: readonly string[]): Uint8Array {
  return bytes(...labels.flatMap((label) => [label.length, label]), 0);
}

/** Labels that end in a pointer to `offset`. */
export function pointing(offset: number, ...labels: readonly string[]): Uint8Array {
  return bytes(...labels.flatMap((label) => [label.length, label]), u16(0xc000 | offset));
}

export function question(owner: Uint8Array, type: number, klass = 1): Uint8Array {
  return bytes(owner, u16(type), u16(klass));
}

/** `length` lies when it differs from the data's. */
export function record(owner: Uint8Array, type: number, data: Uint8Array, { klass = 1, ttl = 60, length = data.length } = {}): Uint8Array {
  return bytes(owner, u16(type), u16(klass), u32(ttl), u16(length), data);
}

/** Data of an HTTPS or SVCB record (RFC 9460 §2.2). */
export function service(priority: number, target: Uint8Array, parameters: readonly (readonly [key: number, value: Uint8Array])[]): Uint8Array {
  return bytes(u16(priority), target, ...parameters.flatMap(([key, value]) => [u16(key), u16(value.length), value]));
}

/** A message as it stands in a TCP stream. */
export function framed(data: Uint8Array): Uint8Array {
  return bytes(u16(data.length), data);
}

export const FLAGS = { query: 0x0100, response: 0x8180, truncated: 0x8380, nameError: 0x8183 } as const;
