/** Which ICMP messages end the flow whose packet they quote. Takes a decoded packet; keeps nothing. */
import { ICMP, type Packet } from '../decode/headers/packet.ts';

/** Destination unreachable and time exceeded; "fragmentation needed" and "packet too big" are path discovery at work. */
export function isFailure(packet: Packet): boolean {
  if (packet.protocol === ICMP) return (packet.icmpType === 3 && packet.icmpCode !== 4) || packet.icmpType === 11;
  return packet.icmpType === 1 || packet.icmpType === 3;
}

/** Group membership of the local link, no egress. */
export const IGMP = 2;
