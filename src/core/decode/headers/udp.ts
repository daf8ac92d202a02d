/** UDP (RFC 768): ports and payload, bounded by its own length field. */
import { u16be } from '../numbers.ts';
import type { IpPayload } from './ip-payload.ts';
import type { Packet } from './packet.ts';

/**
 * Fills the packet from the datagram; false when its header makes no sense or was not captured. A length field that
 * claims more than IP carried sets `payload.overlong`, unless this is the first fragment of more.
 */
export function readUdp(bytes: Uint8Array, payload: IpPayload, packet: Packet): boolean {
  const at = payload.start;
  if (payload.end - at < HEADER) return false;
  const declared = u16be(bytes, at + 4);
  // Zero: the datagram is longer than the field holds (RFC 2675 §4).
  const length = declared === 0 ? payload.length : declared;
  if (length < HEADER) return false;
  if (length > payload.length && !payload.more) payload.overlong = true;
  packet.fromPort = u16be(bytes, at);
  packet.toPort = u16be(bytes, at + 2);
  packet.sequence = 0;
  packet.acknowledgement = 0;
  packet.flags = 0;
  packet.checksum = u16be(bytes, at + 6);
  packet.payloadStart = at + HEADER;
  packet.payloadEnd = Math.min(at + length, payload.end);
  packet.payloadLength = (payload.more ? length : Math.min(length, payload.length)) - HEADER;
  return true;
}

const HEADER = 8;
