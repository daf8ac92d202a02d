/** Writes DNS messages byte by byte: what dns-packet cannot write (SVCB) and what no honest encoder would. */
import { bytes, u16, u32, type Part } from './bytes.ts';

export interface HeaderParts {
  readonly id?: number;
  readonly flags?: number;
  readonly counts: readonly [questions: number, answers: number, authorities: number, additionals: number];
}

export const QUERY = 0x0100;
export const RESPONSE = 0x8180;

export function header({ id = 0x1234, flags = QUERY, counts }: HeaderParts): Uint8Array {
  return bytes(u16(id), u16(flags), ...counts.map((count) => u16(count)));
}

/** Labels as they stand in the argument: a dot inside one stays a dot. */
export function name(...labels: readonly Part[]): Uint8Array {
  const parts = labels.map((label) => bytes(label));
  return bytes(...parts.flatMap((part): Part[] => [part.length, part]), 0);
}

export function pointer(offset: number): Uint8Array {
  return u16(0xc000 | offset);
}

export function question(owner: Uint8Array, type: number, klass = 1): Uint8Array {
  return bytes(owner, u16(type), u16(klass));
}

export function record(owner: Uint8Array, type: number, data: Uint8Array, ttl = 300, klass = 1): Uint8Array {
  return bytes(owner, u16(type), u16(klass), u32(ttl), u16(data.length), data);
}

/** Data of an HTTPS or SVCB record. */
export function service(priority: number, target: Uint8Array, parameters: readonly (readonly [key: number, value: Uint8Array])[] = []): Uint8Array {
  return bytes(u16(priority), target, ...parameters.flatMap(([key, value]) => [u16(key), u16(value.length), value]));
}

/** A message with its length before it, as TCP carries it. */
export function framed(message: Uint8Array): Uint8Array {
  return bytes(u16(message.length), message);
}
