/**
 * GREASE values (RFC 8701): reserved numbers that clients scatter over their
 * lists so that servers keep ignoring what they do not know. They carry no
 * meaning and change from hello to hello, so every list is read without them.
 */

/** Whether a 16-bit cipher, extension, group, version or signature scheme is one of 0x0a0a, 0x1a1a … 0xfafa. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);
}
