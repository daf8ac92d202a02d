/**
 * Link types (www.tcpdump.org/linktypes.html) → where the IP packet stands in
 * a frame. One branch per type; Ethernet and NFLOG have files of their own.
 */
import { u16be, u32be, u32le } from '../numbers.ts';
import { readEthernet, readEthertype } from './ethernet.ts';
import { DAMAGED, LINK_UNKNOWN, type Network, NOT_IP } from './network.ts';
import { readPpp } from './ppp.ts';
import { readPrism, readRadiotap, readWifi } from './wifi.ts';

/** Finds the network packet of a frame of the given link type (all but Ethernet and NFLOG come here). */
export function readLink(bytes: Uint8Array, start: number, end: number, link: number, network: Network): void {
  switch (link) {
    case ETHERNET: return readEthernet(bytes, start, end, network);
    case NULL:
    case LOOP: return readLoopback(bytes, start, end, network);
    case RAW_BSD:
    case RAW_OPENBSD:
    case RAW: return readRaw(bytes, start, end, network);
    case IPV4: return at(network, 4, start);
    case IPV6: return at(network, 6, start);
    case SLL: return readCooked(bytes, start, end, 16, u16be(bytes, start + 14), network);
    case SLL2: return readCooked(bytes, start, end, 20, u16be(bytes, start), network);
    case PPP:
    case PPP_HDLC: return readPpp(bytes, start, end, network);
    case WIFI: return readWifi(bytes, start, end, network);
    case WIFI_RADIOTAP: return readRadiotap(bytes, start, end, network);
    case WIFI_PRISM:
    case WIFI_AVS: return readPrism(bytes, start, end, network);
    default: return at(network, LINK_UNKNOWN, start);
  }
}

/** Linux "cooked" headers, two versions: an EtherType, or a small number for what has none. */
function readCooked(bytes: Uint8Array, start: number, end: number, header: number, protocol: number, network: Network): void {
  if (end - start < header) at(network, DAMAGED, start);
  else if (protocol < FIRST_ETHERTYPE) at(network, NOT_IP, start);
  else readEthertype(bytes, start + header, end, protocol, network);
}

/** BSD loopback: the address family in the order of the capturing machine (NULL) or of the network (LOOP); it is small, so either can be told. */
function readLoopback(bytes: Uint8Array, start: number, end: number, network: Network): void {
  if (end - start < FAMILY) return at(network, DAMAGED, start);
  const family = Math.min(u32be(bytes, start), u32le(bytes, start));
  return at(network, family === AF_INET ? 4 : AF_INET6.has(family) ? 6 : NOT_IP, start + FAMILY);
}

function readRaw(bytes: Uint8Array, start: number, end: number, network: Network): void {
  const version = end > start ? (bytes[start] ?? 0) >> 4 : 0;
  at(network, version === 4 || version === 6 ? version : DAMAGED, start);
}

function at(network: Network, kind: Network['kind'], start: number): void {
  network.kind = kind;
  network.at = start;
}

const FAMILY = 4;
const AF_INET = 2;
/** Linux, NetBSD and OpenBSD, FreeBSD, macOS. */
const AF_INET6: ReadonlySet<number> = new Set([10, 24, 28, 30]);
const FIRST_ETHERTYPE = 0x0600;

const NULL = 0;
export const ETHERNET = 1;
const PPP = 9;
const RAW_BSD = 12;
const RAW_OPENBSD = 14;
const PPP_HDLC = 50;
const RAW = 101;
const WIFI = 105;
const LOOP = 108;
const SLL = 113;
const WIFI_PRISM = 119;
const WIFI_RADIOTAP = 127;
const WIFI_AVS = 163;
const IPV4 = 228;
const IPV6 = 229;
export const NFLOG = 239;
const SLL2 = 276;
