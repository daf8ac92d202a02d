/**
 * Whether bytes that a protocol says are encrypted can be read as text: of what
 * a cipher gives, 38 of 100 bytes are printable by chance, 32 in a row never.
 * Bytes that cannot be read prove nothing.
 */

/** Whether `data[from, to)` begins with so much printable ASCII that no cipher made it. */
export function isReadable(data: Uint8Array, from: number, to: number): boolean {
  if (to - from < ENOUGH) return false;
  for (let at = from; at < from + ENOUGH; at++) {
    const byte = data[at] ?? 0;
    if ((byte < 0x20 && byte !== 0x0a && byte !== 0x0d) || byte > 0x7e) return false;
  }
  return true;
}

/** 97 of 256 values count: 32 of them in a row come once in 10^13 packets. */
const ENOUGH = 32;
