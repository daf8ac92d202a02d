/** PPP (RFC 1661, RFC 1662): the protocol field, which compression may shorten to one byte, and the HDLC header before it. */
import { u16be } from '../numbers.ts';
import { DAMAGED, type Network, NOT_IP } from './network.ts';

/** Finds the network packet of a PPP frame, with or without address and control bytes. */
export function readPpp(bytes: Uint8Array, start: number, end: number, network: Network): void {
  readPppProtocol(bytes, u16be(bytes, start) === 0xff03 ? start + 2 : start, end, network);
}

/** Finds the network packet behind the protocol field at `at`. */
export function readPppProtocol(bytes: Uint8Array, at: number, end: number, network: Network): void {
  // A protocol's last byte is odd, its first even: an odd first byte is a shortened field (RFC 1661 §6.5).
  const short = ((bytes[at] ?? 0) & 1) === 1;
  const size = short ? 1 : 2;
  if (end - at < size) {
    network.kind = DAMAGED;
    return;
  }
  const protocol = short ? (bytes[at] ?? 0) : u16be(bytes, at);
  network.at = at + size;
  network.kind = protocol === 0x0021 ? 4 : protocol === 0x0057 ? 6 : NOT_IP;
}
