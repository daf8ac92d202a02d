/** Byte strings for tests: joins numbers, text (one byte per character) and other bytes. */
export type Part = number | string | Uint8Array | readonly number[];

export function bytes(...parts: readonly Part[]): Uint8Array {
  const joined: number[] = [];
  for (const part of parts) {
    if (typeof part === 'number') joined.push(part);
    else if (typeof part === 'string') for (const char of part) joined.push(char.charCodeAt(0));
    else for (const byte of part) joined.push(byte);
  }
  return Uint8Array.from(joined);
}

export function u16(value: number, little = false): Uint8Array {
  return little ? bytes(value & 0xff, (value >> 8) & 0xff) : bytes((value >> 8) & 0xff, value & 0xff);
}

export function u32(value: number, little = false): Uint8Array {
  const high = u16(value >>> 16, little);
  const low = u16(value & 0xffff, little);
  return little ? bytes(low, high) : bytes(high, low);
}

export function u64(value: number | bigint, little = false): Uint8Array {
  const whole = BigInt.asUintN(64, BigInt(value));
  const high = u32(Number(whole >> 32n), little);
  const low = u32(Number(whole & 0xffff_ffffn), little);
  return little ? bytes(low, high) : bytes(high, low);
}

/** Zeros up to the next multiple of four. */
export function padding(length: number): Uint8Array {
  return new Uint8Array(-length & 3);
}
