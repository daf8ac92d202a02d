/**
 * ICMP (RFC 792) and ICMPv6 (RFC 4443): type, code, the identifier of an echo,
 * and which types are errors that quote the packet they speak of.
 */
import { u16be } from '../numbers.ts';
import type { IpPayload } from './ip-payload.ts';
import { ICMP, type Packet } from './packet.ts';

/** Fills the packet from the message, an echo's identifier standing in for both ports; false when it is too short. */
export function readIcmp(bytes: Uint8Array, payload: IpPayload, packet: Packet): boolean {
  const at = payload.start;
  if (payload.end - at < HEADER || payload.length < HEADER) return false;
  packet.icmpType = bytes[at] ?? 0;
  packet.icmpCode = bytes[at + 1] ?? 0;
  const identifier = isEcho(payload.protocol, packet.icmpType) ? u16be(bytes, at + 4) : 0;
  packet.fromPort = identifier;
  packet.toPort = identifier;
  packet.sequence = 0;
  packet.acknowledgement = 0;
  packet.flags = 0;
  packet.checksum = u16be(bytes, at + 2);
  packet.payloadStart = at + HEADER;
  packet.payloadEnd = payload.end;
  packet.payloadLength = payload.length - HEADER;
  return true;
}

/** Whether a message of this type carries the head of the packet that caused it. */
export function isIcmpError(protocol: number, type: number): boolean {
  if (protocol === ICMP) return type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
  return type >= 1 && type <= 4;
}

function isEcho(protocol: number, type: number): boolean {
  return protocol === ICMP ? type === 0 || type === 8 : type === 128 || type === 129;
}

const HEADER = 8;
