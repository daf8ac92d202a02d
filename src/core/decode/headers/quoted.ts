/**
 * The packet that an ICMP error quotes: an IP header and, by RFC 792, perhaps
 * no more than eight bytes of what followed. Gives addresses, ports and the
 * TCP sequence number; never payload, for what is quoted was counted before.
 */
import { u16be, u32be } from '../numbers.ts';
import { IpPayload } from './ip-payload.ts';
import { readIpv4 } from './ipv4.ts';
import { readIpv6 } from './ipv6.ts';
import { ICMP, ICMPV6, type Packet, TCP, UDP } from './packet.ts';

/** Fills `quoted` from the headers at `at`; leaves its protocol 0 when none could be read. */
export function readQuoted(bytes: Uint8Array, at: number, end: number, quoted: Packet): void {
  quoted.bytes = bytes;
  quoted.protocol = 0;
  quoted.fromPort = 0;
  quoted.toPort = 0;
  quoted.sequence = 0;
  quoted.acknowledgement = 0;
  quoted.flags = 0;
  quoted.checksum = 0;
  const four = (bytes[at] ?? 0) >> 4 === 4;
  // The quote is cut on purpose, so its own length field is taken at its word.
  const read = four ? readIpv4(bytes, at, end, UNKNOWN, quoted, PAYLOAD) : readIpv6(bytes, at, end, UNKNOWN, quoted, PAYLOAD);
  quoted.payloadStart = end;
  quoted.payloadEnd = end;
  quoted.payloadLength = 0;
  if (!read) return;
  quoted.protocol = PAYLOAD.protocol;
  if (PAYLOAD.offset === 0) readPorts(bytes, quoted);
}

function readPorts(bytes: Uint8Array, quoted: Packet): void {
  const { start, end, protocol } = PAYLOAD;
  if (protocol === TCP || protocol === UDP) {
    if (end - start < 4) return;
    quoted.fromPort = u16be(bytes, start);
    quoted.toPort = u16be(bytes, start + 2);
    if (protocol === TCP && end - start >= 8) quoted.sequence = u32be(bytes, start + 4);
  } else if ((protocol === ICMP || protocol === ICMPV6) && end - start >= 6) {
    quoted.icmpType = bytes[start] ?? 0;
    quoted.icmpCode = bytes[start + 1] ?? 0;
    quoted.fromPort = u16be(bytes, start + 4);
    quoted.toPort = quoted.fromPort;
  }
}

const PAYLOAD = new IpPayload();
const UNKNOWN = -1;
