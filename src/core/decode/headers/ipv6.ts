/**
 * IPv6 (RFC 8200) with its extension headers: addresses and what the chain
 * ends in. Stops at a fragment header of a real fragment; the chain behind it
 * is read again once the datagram is whole.
 */
import { u16be, u32be } from '../numbers.ts';
import type { IpPayload } from './ip-payload.ts';
import type { Packet } from './packet.ts';

/** Reads the header at `at` into the cursors; `wire` is what the frame carried from there, -1 if not known. False when it makes no sense. */
export function readIpv6(bytes: Uint8Array, at: number, end: number, wire: number, packet: Packet, payload: IpPayload): boolean {
  if (end - at < HEADER || (bytes[at] ?? 0) >> 4 !== 6) return false;
  const declared = u16be(bytes, at + 4);
  // Zero means a jumbogram (RFC 2675) or segmentation offload: the frame's own length is all there is.
  const total = declared > 0 ? declared + HEADER : wire < 0 ? end - at : wire;
  payload.overlong = wire >= 0 && total > wire;
  const length = payload.overlong ? Math.max(wire, HEADER) : total;
  packet.family = 6;
  packet.from0 = u32be(bytes, at + 8);
  packet.from1 = u32be(bytes, at + 12);
  packet.from2 = u32be(bytes, at + 16);
  packet.from3 = u32be(bytes, at + 20);
  packet.to0 = u32be(bytes, at + 24);
  packet.to1 = u32be(bytes, at + 28);
  packet.to2 = u32be(bytes, at + 32);
  packet.to3 = u32be(bytes, at + 36);
  packet.ipId = 0;
  payload.id = 0;
  payload.offset = 0;
  payload.more = false;
  payload.protocol = bytes[at + 6] ?? 0;
  payload.start = at + HEADER;
  payload.end = Math.min(at + length, end);
  payload.length = length - HEADER;
  return readExtensions(bytes, payload);
}

/** Moves the payload past the extension headers it starts with (RFC 8200 §4); false when the chain leaves the packet or has no end. */
export function readExtensions(bytes: Uint8Array, payload: IpPayload): boolean {
  for (let count = 0; count < MAX_EXTENSIONS; count++) {
    const { protocol, start } = payload;
    if (!isExtension(protocol)) return true;
    if (payload.end - start < SHORTEST_EXTENSION) return false;
    const next = bytes[start] ?? 0;
    const units = bytes[start + 1] ?? 0;
    const length = protocol === FRAGMENT ? 8 : protocol === AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
    if (length > payload.length || start + length > payload.end) return false;
    payload.protocol = next;
    payload.start = start + length;
    payload.length -= length;
    if (protocol !== FRAGMENT) continue;
    const field = u16be(bytes, start + 2);
    payload.id = u32be(bytes, start + 4);
    payload.offset = field & 0xfff8;
    payload.more = (field & 1) !== 0;
    // An atomic fragment (RFC 6946) is a whole datagram.
    if (payload.offset !== 0 || payload.more) return true;
  }
  return false;
}

/** Hop-by-hop, routing, fragment, authentication, destination, mobility, HIP, shim6. */
function isExtension(protocol: number): boolean {
  return protocol === 0 || protocol === 43 || protocol === FRAGMENT || protocol === AUTHENTICATION || protocol === 60 || protocol === 135 || protocol === 139 || protocol === 140;
}

const HEADER = 40;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const SHORTEST_EXTENSION = 8;
/** Each kind may stand once, destination options twice (RFC 8200 §4.1): twice that is no honest packet. */
const MAX_EXTENSIONS = 16;
