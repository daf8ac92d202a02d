/**
 * Tunnels that carry packets in packets: says what a packet carries and where
 * the inner one stands. Takes a packet whose headers are read; gives a name and
 * sets `network`. What a port alone suggests counts only if the tunnel's own
 * header fits to the last bit.
 */
import { u16be, u32be } from '../numbers.ts';
import { readEthernet, readEthertype } from './ethernet.ts';
import { DAMAGED, type Network, NOT_IP, UNREAD } from './network.ts';
import { type Packet, TCP, UDP } from './packet.ts';

/** Protocols whose packets carry packets; what they carry is judged by itself. */
export const CARRIERS: ReadonlySet<string> = new Set(['ip-in-ip', '6in4', 'gre', 'etherip', 'vxlan', 'geneve', 'gtp-u', 'teredo']);

/** Whether a packet could be a tunnel's; the hot path asks this of every one. */
export function mayCarry({ protocol, fromPort, toPort }: Packet): boolean {
  if (protocol === TCP) return false;
  if (protocol === UDP) return isCarrierPort(toPort) || fromPort === TEREDO || fromPort === GTP_U;
  return protocol === IP_IN_IP || protocol === IPV6_IN_IP || protocol === GRE || protocol === ETHERIP;
}

/** Finds the inner network packet. `network.kind`: 4 or 6; NOT_IP for no IP or no tunnel at all; UNREAD for a tunnel of something else; DAMAGED for a cut header. */
export function readCarrier(packet: Packet, network: Network): void {
  const { bytes, payloadStart: at, payloadEnd: end } = packet;
  network.kind = NOT_IP;
  network.at = at;
  if (packet.protocol === IP_IN_IP || packet.protocol === IPV6_IN_IP) network.kind = end > at ? (packet.protocol === IP_IN_IP ? 4 : 6) : DAMAGED;
  else if (packet.protocol === GRE) readGre(bytes, at, end, network);
  else if (packet.protocol === ETHERIP) readEtherIp(bytes, at, end, network);
  else readDatagramCarrier(bytes, at, end, packet.fromPort, packet.toPort, network);
}

/** The tunnel that a datagram's payload `bytes[at..end)` is a message of, undefined when it is none; sets `network` for what it carries. */
export function readDatagramCarrier(bytes: Uint8Array, at: number, end: number, fromPort: number, toPort: number, network: Network): string | undefined {
  network.kind = NOT_IP;
  network.at = at;
  if (toPort === VXLAN || toPort === VXLAN_LINUX) return readVxlan(bytes, at, end, network);
  if (toPort === GENEVE) return readGeneve(bytes, at, end, network);
  if (toPort === GTP_U || fromPort === GTP_U) return readGtp(bytes, at, end, network);
  if (toPort === TEREDO || fromPort === TEREDO) return readTeredo(bytes, at, end, network);
  return undefined;
}

function isCarrierPort(port: number): boolean {
  return port === VXLAN || port === GENEVE || port === GTP_U || port === TEREDO || port === VXLAN_LINUX;
}

/** RFC 7348 §5: the I flag alone, reserved bits zero, then Ethernet. */
function readVxlan(bytes: Uint8Array, at: number, end: number, network: Network): string | undefined {
  if (end - at < 8 + SHORTEST_ETHERNET || u32be(bytes, at) !== 0x0800_0000 || bytes[at + 7] !== 0) return undefined;
  readCarried(bytes, at + 8, end, TRANSPARENT_ETHERNET, network);
  return 'vxlan';
}

/** RFC 8926 §3.4: version 0, options counted in words, an EtherType. */
function readGeneve(bytes: Uint8Array, at: number, end: number, network: Network): string | undefined {
  const first = bytes[at] ?? 0xff;
  const inner = at + 8 + (first & 0x3f) * 4;
  if (first >> 6 !== 0 || inner > end || ((bytes[at + 1] ?? 0) & 0x3f) !== 0 || bytes[at + 7] !== 0) return undefined;
  const type = u16be(bytes, at + 2);
  if (inner < end) readCarried(bytes, inner, end, type, network);
  return 'geneve';
}

/** 3GPP TS 29.281 §5.1: version 1, protocol type GTP; a G-PDU carries a packet behind optional fields and extension headers. */
function readGtp(bytes: Uint8Array, at: number, end: number, network: Network): string | undefined {
  const flags = bytes[at] ?? 0;
  if (end - at < 8 || (flags & 0xf8) !== 0x30 || u16be(bytes, at + 2) !== end - at - 8) return undefined;
  if (bytes[at + 1] !== G_PDU) {
    if (end - at > SIGNAL_LONGEST) network.kind = UNREAD;
    return 'gtp-u';
  }
  let inner = at + 8;
  if ((flags & 0x07) !== 0) {
    let next = (flags & 0x04) === 0 ? 0 : (bytes[inner + 3] ?? 0);
    inner += 4;
    for (let count = 0; next !== 0 && count < MAX_EXTENSIONS && inner < end; count++) {
      const length = (bytes[inner] ?? 0) * 4;
      if (length === 0) return undefined;
      next = bytes[inner + length - 1] ?? 0;
      inner += length;
    }
  }
  return byNibble(bytes, inner, end, network) ? 'gtp-u' : undefined;
}

/** RFC 4380 §5.1.1: optional authentication and origin headers, then IPv6 from or to the Teredo prefix, or a bubble of it. */
function readTeredo(bytes: Uint8Array, from: number, end: number, network: Network): string | undefined {
  let at = from;
  if (end - at > 4 && u16be(bytes, at) === 1) at += 13 + (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0);
  if (end - at > 8 && u16be(bytes, at) === 0) at += 8;
  if (end - at < IPV6_HEADER || (bytes[at] ?? 0) >> 4 !== 6 || u16be(bytes, at + 4) !== end - at - IPV6_HEADER) return undefined;
  if (u32be(bytes, at + 8) !== TEREDO_PREFIX && u32be(bytes, at + 24) !== TEREDO_PREFIX && u16be(bytes, at + 8) !== 0xfe80) return undefined;
  network.kind = 6;
  network.at = at;
  return 'teredo';
}

/** RFC 2784, RFC 2890: optional checksum, key and sequence number, then an EtherType; version 1 (RFC 2637) carries PPP and is not read. */
function readGre(bytes: Uint8Array, at: number, end: number, network: Network): void {
  const flags = u16be(bytes, at);
  if (end - at < 4) {
    network.kind = DAMAGED;
    return;
  }
  if ((flags & 0x4007) !== 0) {
    network.kind = UNREAD;
    return;
  }
  const hasSequence = (flags & 0x1000) !== 0;
  const inner = at + 4 + ((flags & 0x8000) === 0 ? 0 : 4) + ((flags & 0x2000) === 0 ? 0 : 4) + (hasSequence ? 4 : 0);
  const type = u16be(bytes, at + 2);
  if (inner > end) network.kind = DAMAGED;
  // ERSPAN type I has no header of its own, type II eight bytes and a sequence number, type III twelve and perhaps eight more.
  // What a switch mirrors is any frame of a network, as in a capture of its own: no program put it there.
  else if (type === ERSPAN) readEthernet(bytes, inner + (hasSequence ? 8 : 0), end, network);
  else if (type === ERSPAN_III) readEthernet(bytes, inner + 12 + (((bytes[inner + 11] ?? 0) & 1) === 0 ? 0 : 8), end, network);
  // A keep-alive is a header without content.
  else if (inner < end) readCarried(bytes, inner, end, type, network);
}

/** RFC 3378 §3: version 3 and twelve zero bits. */
function readEtherIp(bytes: Uint8Array, at: number, end: number, network: Network): void {
  if (end - at >= 2 && u16be(bytes, at) === 0x3000) readCarried(bytes, at + 2, end, TRANSPARENT_ETHERNET, network);
  else network.kind = DAMAGED;
}

/** What a tunnel carries behind an EtherType. Any program can put bytes there: but for ARP, what is no IP has not been read. */
function readCarried(bytes: Uint8Array, at: number, end: number, type: number, network: Network): void {
  const isFrame = type === TRANSPARENT_ETHERNET;
  if (isFrame) readEthernet(bytes, at, end, network);
  else readEthertype(bytes, at, end, type, network);
  if (network.kind === NOT_IP && !(isFrame && isArp(bytes, network.at, end))) network.kind = UNREAD;
}

/** RFC 826 for IPv4 on Ethernet, with the zeros that fill a frame. `at`: behind its EtherType. */
function isArp(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < ARP || u16be(bytes, at - 2) !== ARP_TYPE || u32be(bytes, at) !== 0x0001_0800 || u16be(bytes, at + 4) !== 0x0604) return false;
  for (let rest = at + ARP; rest < end; rest++) if (bytes[rest] !== 0) return false;
  return true;
}

function byNibble(bytes: Uint8Array, at: number, end: number, network: Network): boolean {
  const version = at < end ? (bytes[at] ?? 0) >> 4 : 0;
  network.kind = version === 4 || version === 6 ? version : NOT_IP;
  network.at = at;
  return network.kind !== NOT_IP;
}

const IP_IN_IP = 4;
const IPV6_IN_IP = 41;
const GRE = 47;
const ETHERIP = 97;
const VXLAN = 4789;
/** Linux's port before the registration, which it still defaults to. */
const VXLAN_LINUX = 8472;
const GENEVE = 6081;
const GTP_U = 2152;
const TEREDO = 3544;
const TEREDO_PREFIX = 0x2001_0000;
const TRANSPARENT_ETHERNET = 0x6558;
const ERSPAN = 0x88be;
const ERSPAN_III = 0x22eb;
const G_PDU = 255;
const SHORTEST_ETHERNET = 14;
const IPV6_HEADER = 40;
const ARP = 28;
const ARP_TYPE = 0x0806;
/** GTP-U messages that carry no packet (echo, error indication, end marker) have a few fields; more is content. */
const SIGNAL_LONGEST = 40;
/** GTP-U defines five kinds of extension header, each at most once. */
const MAX_EXTENSIONS = 8;
