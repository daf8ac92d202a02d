/**
 * Writes pcapng blocks, little-endian: a section header, an interface with
 * microseconds, enhanced packet blocks. Takes plain values, gives bytes; a
 * file is the blocks one after another. Does no I/O.
 */
import type { Micros } from '../../base/time.ts';
import { BYTE_ORDER, ENHANCED_PACKET, INTERFACE, OPTION_IF_NAME, SECTION } from './pcapng-blocks.ts';

/** The block every file starts with (§4.1); `application` names the writer. */
export function sectionBlock(application?: string): Uint8Array {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, BYTE_ORDER, true);
  view.setUint16(4, 1, true);
  // Section length not given (§4.1): all ones.
  view.setUint32(8, 0xffff_ffff, true);
  view.setUint32(12, 0xffff_ffff, true);
  return block(SECTION, [body, ...options(OPTION_USER_APPLICATION, application)]);
}

/** An interface (§4.2); packets name it by its position among the section's interfaces, from 0. `snapLength` 0 = no limit. */
export function interfaceBlock(link: number, name?: string, snapLength = 0): Uint8Array {
  const body = new Uint8Array(8);
  const view = new DataView(body.buffer);
  view.setUint16(0, link, true);
  view.setUint32(4, snapLength, true);
  return block(INTERFACE, [body, ...options(OPTION_IF_NAME, name)]);
}

/** One frame (§4.3) at `at` µs; `wireLength` when less than the whole frame was captured. */
export function packetBlock(interfaceId: number, at: Micros, bytes: Uint8Array, wireLength = bytes.length): Uint8Array {
  const body = new Uint8Array(20);
  const view = new DataView(body.buffer);
  view.setUint32(0, interfaceId, true);
  view.setUint32(4, Math.floor(at / 0x1_0000_0000), true);
  view.setUint32(8, at % 0x1_0000_0000, true);
  view.setUint32(12, bytes.length, true);
  view.setUint32(16, wireLength, true);
  return block(ENHANCED_PACKET, [body, bytes]);
}

/** A text option and the end of options (§3.5), or nothing. */
function options(code: number, text: string | undefined): Uint8Array[] {
  if (text === undefined) return [];
  const value = new TextEncoder().encode(text).subarray(0, MAX_OPTION);
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint16(0, code, true);
  new DataView(head.buffer).setUint16(2, value.length, true);
  return [head, value, new Uint8Array((-value.length & 3) + 4)];
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const content = parts.reduce((sum, part) => sum + part.length, 0);
  const length = 12 + content + (-content & 3);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  view.setUint32(length - 4, length, true);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const OPTION_USER_APPLICATION = 4;
/** An option's length has 16 bits; names are cut well before. */
const MAX_OPTION = 4096;
