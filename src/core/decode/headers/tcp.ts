/** TCP (RFC 9293): ports, numbers, flags and where the payload lies. Options are passed over; the checksum is only kept. */
import { u16be, u32be } from '../numbers.ts';
import type { IpPayload } from './ip-payload.ts';
import type { Packet } from './packet.ts';

/** Fills the packet from the segment; false when its header makes no sense or was not captured. */
export function readTcp(bytes: Uint8Array, payload: IpPayload, packet: Packet): boolean {
  const at = payload.start;
  if (payload.end - at < SHORTEST) return false;
  const header = ((bytes[at + 12] ?? 0) >> 4) << 2;
  if (header < SHORTEST || header > payload.length) return false;
  packet.fromPort = u16be(bytes, at);
  packet.toPort = u16be(bytes, at + 2);
  packet.sequence = u32be(bytes, at + 4);
  packet.acknowledgement = u32be(bytes, at + 8);
  packet.flags = bytes[at + 13] ?? 0;
  packet.checksum = u16be(bytes, at + 16);
  packet.payloadStart = Math.min(at + header, payload.end);
  packet.payloadEnd = payload.end;
  packet.payloadLength = payload.length - header;
  return true;
}

const SHORTEST = 20;
