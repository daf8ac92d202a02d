/**
 * The packet cursor: headers of one frame, decoded into a reused object whose
 * fields are plain numbers. Addresses are four 32-bit words, IPv4 as
 * v4-mapped (0, 0, 0xffff, address), so that flow keys have one shape.
 */
import type { Micros } from '../../base/time.ts';

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const ICMPV6 = 58;

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

export class Packet {
  bytes: Uint8Array = new Uint8Array(0);
  at: Micros = 0;
  frame = 0;
  interfaceId = 0;
  process = -1;
  /** 4 or 6. */
  family = 4;
  /** IP protocol of what follows the last IP header (6, 17, 1, 58 or another). */
  protocol = 0;
  from0 = 0;
  from1 = 0;
  from2 = 0;
  from3 = 0;
  to0 = 0;
  to1 = 0;
  to2 = 0;
  to3 = 0;
  /** 0 for protocols without ports; ICMP echo: the identifier in both. */
  fromPort = 0;
  toPort = 0;
  /** IPv4 identification, 0 for IPv6 (part of the duplicate signature). */
  ipId = 0;
  /** TCP or UDP checksum as sent (part of the duplicate signature). */
  checksum = 0;
  flags = 0;
  sequence = 0;
  acknowledgement = 0;
  /** Captured payload: `bytes[payloadStart..payloadEnd)`. */
  payloadStart = 0;
  payloadEnd = 0;
  /** Payload length by the IP and transport headers; more than captured when the frame was cut. */
  payloadLength = 0;
  icmpType = 0;
  icmpCode = 0;
  /** For ICMP errors: a packet of its own with the headers the error quotes; `quoted.protocol` 0 when none could be read. */
  quoted: Packet | undefined;
  /** The packet that this one carries, when it is a tunnel's; a cursor of its own. */
  inner: Packet | undefined;
}
