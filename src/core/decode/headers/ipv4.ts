/**
 * IPv4 (RFC 791): addresses and payload of one header, checked as a receiving
 * host would; options are passed over, the header checksum is not verified
 * because senders that offload it leave it empty.
 */
import { u16be, u32be } from '../numbers.ts';
import type { IpPayload } from './ip-payload.ts';
import type { Packet } from './packet.ts';

/** Reads the header at `at` into the cursors; `wire` is what the frame carried from there, -1 if not known. False when it makes no sense. */
export function readIpv4(bytes: Uint8Array, at: number, end: number, wire: number, packet: Packet, payload: IpPayload): boolean {
  const first = bytes[at] ?? 0;
  const header = (first & 0x0f) << 2;
  if (end - at < SHORTEST || first >> 4 !== 4 || header < SHORTEST || end - at < header) return false;
  const declared = u16be(bytes, at + 2);
  // Zero is what segmentation offload leaves when the packet is longer than the field holds.
  const total = declared > 0 ? declared : wire < 0 ? end - at : wire;
  if (total < header) return false;
  payload.overlong = wire >= 0 && total > wire;
  const length = payload.overlong ? Math.max(wire, header) : total;
  const fragment = u16be(bytes, at + 6);
  packet.family = 4;
  packet.from0 = 0;
  packet.from1 = 0;
  packet.from2 = MAPPED;
  packet.from3 = u32be(bytes, at + 12);
  packet.to0 = 0;
  packet.to1 = 0;
  packet.to2 = MAPPED;
  packet.to3 = u32be(bytes, at + 16);
  packet.ipId = u16be(bytes, at + 4);
  payload.id = packet.ipId;
  payload.protocol = bytes[at + 9] ?? 0;
  payload.start = at + header;
  payload.end = Math.min(at + length, end);
  payload.length = length - header;
  payload.offset = (fragment & 0x1fff) << 3;
  payload.more = (fragment & MORE_FRAGMENTS) !== 0;
  return true;
}

const SHORTEST = 20;
const MORE_FRAGMENTS = 0x2000;
/** Third word of a v4-mapped address (RFC 4291 §2.5.5.2). */
const MAPPED = 0xffff;
