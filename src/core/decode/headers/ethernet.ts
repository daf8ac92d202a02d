/**
 * Ethernet and what may stand between it and IP: VLAN tags (802.1Q, QinQ),
 * MPLS labels, PPPoE, 802.2 SNAP. Nested in any order, up to a bound.
 */
import { u16be } from '../numbers.ts';
import { DAMAGED, type Network, NOT_IP } from './network.ts';
import { readPppProtocol } from './ppp.ts';

/** Finds the network packet of the Ethernet frame `bytes[start..end)`. */
export function readEthernet(bytes: Uint8Array, start: number, end: number, network: Network): void {
  if (end - start < ETHERNET) {
    network.kind = DAMAGED;
    return;
  }
  readEthertype(bytes, start + ETHERNET, end, u16be(bytes, start + 12), network);
}

/** Finds the network packet behind an EtherType whose content starts at `at`. */
export function readEthertype(bytes: Uint8Array, from: number, end: number, firstType: number, network: Network): void {
  let at = from;
  let type = firstType;
  for (let layers = 0; layers <= MAX_LAYERS; layers++) {
    network.at = at;
    if (type === 0x0800 || type === 0x86dd) {
      network.kind = type === 0x0800 ? 4 : 6;
      return;
    }
    if (type === 0x8100 || type === 0x88a8 || type === 0x9100) {
      if (end - at < VLAN_TAG) break;
      type = u16be(bytes, at + 2);
      at += VLAN_TAG;
    } else if (type < FIRST_ETHERTYPE && isSnap(bytes, at, end)) {
      type = u16be(bytes, at + 6);
      at += SNAP;
    } else {
      readOther(bytes, at, end, type, network);
      return;
    }
  }
  network.kind = DAMAGED;
}

function readOther(bytes: Uint8Array, at: number, end: number, type: number, network: Network): void {
  if (type === 0x8847 || type === 0x8848) readMpls(bytes, at, end, network);
  else if (type === 0x8864) readPppoe(bytes, at, end, network);
  else network.kind = NOT_IP;
}

/** RFC 3032: labels to the bottom of the stack; what follows says by its first nibble what it is (RFC 4928). */
function readMpls(bytes: Uint8Array, from: number, end: number, network: Network): void {
  network.kind = DAMAGED;
  for (let at = from, labels = 0; end - at > MPLS_LABEL && labels < MAX_LABELS; at += MPLS_LABEL, labels++) {
    if (((bytes[at + 2] ?? 0) & 1) === 0) continue;
    const version = (bytes[at + MPLS_LABEL] ?? 0) >> 4;
    network.at = at + MPLS_LABEL;
    network.kind = version === 4 || version === 6 ? version : NOT_IP;
    return;
  }
}

/** RFC 2516 §4, session stage: version and type 1, code 0, session, length, then PPP. */
function readPppoe(bytes: Uint8Array, at: number, end: number, network: Network): void {
  if (end - at < PPPOE || bytes[at] !== 0x11) network.kind = DAMAGED;
  else if (bytes[at + 1] === 0) readPppProtocol(bytes, at + PPPOE, end, network);
  else network.kind = NOT_IP;
}

function isSnap(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= SNAP && u16be(bytes, at) === 0xaaaa && bytes[at + 2] === 0x03 && bytes[at + 3] === 0 && u16be(bytes, at + 4) === 0;
}

const ETHERNET = 14;
const VLAN_TAG = 4;
const SNAP = 8;
const MPLS_LABEL = 4;
const PPPOE = 6;
/** Smaller values of the field are an 802.3 length. */
const FIRST_ETHERTYPE = 0x0600;
/** Tags on a frame: two is QinQ, more than a handful is no network's doing. */
const MAX_LAYERS = 8;
/** Label stacks of real networks stay under ten. */
const MAX_LABELS = 16;
