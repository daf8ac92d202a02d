/**
 * Linux NFLOG (LINKTYPE 239): a small header and attributes in the byte order
 * of the machine that captured, one of which is the packet from its IP header
 * on. Other attributes (prefix, uid) are passed over.
 */
import { u16be, u16le } from '../numbers.ts';
import { DAMAGED, type Network, NOT_IP } from './network.ts';

/** Finds the network packet; gives the index where its captured bytes end, or `end` when there is none. */
export function readNflog(bytes: Uint8Array, start: number, end: number, network: Network): number {
  let at = start + HEADER;
  // Attribute types are small: whichever order makes the first one small is the machine's.
  const little = (u16le(bytes, at + 2) & TYPE_BITS) <= (u16be(bytes, at + 2) & TYPE_BITS);
  network.kind = end - start < HEADER ? DAMAGED : NOT_IP;
  while (end - at >= ATTRIBUTE) {
    const length = little ? u16le(bytes, at) : u16be(bytes, at);
    const type = (little ? u16le(bytes, at + 2) : u16be(bytes, at + 2)) & TYPE_BITS;
    if (length < ATTRIBUTE) {
      network.kind = DAMAGED;
      return end;
    }
    if (type === PAYLOAD) {
      const version = (bytes[at + ATTRIBUTE] ?? 0) >> 4;
      network.at = at + ATTRIBUTE;
      network.kind = length > ATTRIBUTE && (version === 4 || version === 6) ? version : DAMAGED;
      return Math.min(at + length, end);
    }
    at += length + (-length & 3);
  }
  if (at >= end + ATTRIBUTE) network.kind = DAMAGED;
  return end;
}

/** Family, version, resource id. */
const HEADER = 4;
const ATTRIBUTE = 4;
/** NFULA_PAYLOAD. */
const PAYLOAD = 9;
/** The two top bits of a netlink attribute's type are flags. */
const TYPE_BITS = 0x3fff;
