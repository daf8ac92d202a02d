/**
 * Wi-Fi (IEEE 802.11-2020 §9) as captures in monitor mode hold it, behind the
 * headers that drivers add: finds the network packet of data frames. Management
 * and control frames carry none; content that is encrypted, in pieces or
 * several packets in one frame is told as unread. Never decrypts.
 */
import { u16be, u16le, u32be, u32le } from '../numbers.ts';
import { readEthertype } from './ethernet.ts';
import { DAMAGED, type Network, NOT_IP, WIFI_UNREAD } from './network.ts';

/** LINKTYPE_IEEE802_11_RADIOTAP: version 0, length, and fields of which only the flags matter. */
export function readRadiotap(bytes: Uint8Array, start: number, end: number, network: Network): void {
  const length = u16le(bytes, start + 2);
  if (end - start < RADIOTAP || bytes[start] !== 0 || length < RADIOTAP || length > end - start) return damaged(network, start);
  const flags = radiotapFlags(bytes, start, start + length);
  if ((flags & BAD_FCS) !== 0) damaged(network, start);
  else readWifi(bytes, start + length, end, network, (flags & PADDED) !== 0);
}

/** LINKTYPE_IEEE802_11_PRISM and _AVS: both give their own length; some drivers write AVS where Prism is declared. */
export function readPrism(bytes: Uint8Array, start: number, end: number, network: Network): void {
  const isAvs = (u32be(bytes, start) & AVS_MASK) >>> 0 === AVS_MAGIC;
  const length = isAvs || u32be(bytes, start) === PRISM_MAGIC ? u32be(bytes, start + 4) : u32le(bytes, start + 4);
  if (length < PRISM_SHORTEST || length > end - start) damaged(network, start);
  else readWifi(bytes, start + length, end, network, false);
}

/** LINKTYPE_IEEE802_11. `padded`: the driver put zeros between header and content, for a multiple of four. */
export function readWifi(bytes: Uint8Array, start: number, end: number, network: Network, padded = false): void {
  network.at = start;
  network.kind = NOT_IP;
  const [control, flags] = [bytes[start] ?? 0, bytes[start + 1] ?? 0];
  // Version 0, type data, and not one of the subtypes that carry nothing.
  if ((control & 0x0f) !== DATA || (control & NO_DATA) !== 0) return;
  const isQos = (control & QOS) !== 0;
  const addresses = (flags & BOTH_DS) === BOTH_DS ? 4 : 3;
  const plain = addresses === 4 ? HEADER + ADDRESS : HEADER;
  const header = plain + (isQos ? QOS_CONTROL + ((flags & ORDER) === 0 ? 0 : HT_CONTROL) : 0);
  const content = start + (padded ? header + (-header & 3) : header);
  if (content > end) return damaged(network, start);
  if ((flags & PROTECTED) !== 0) return unread(network, 'encrypted');
  if ((flags & MORE_FRAGMENTS) !== 0 || ((bytes[start + 22] ?? 0) & 0x0f) !== 0) return unread(network, 'in pieces');
  if (isQos && ((bytes[start + plain] ?? 0) & AGGREGATE) !== 0) readAggregate(bytes, content, end, network);
  else readSnap(bytes, content, end, network);
}

/** A-MSDU (§9.3.2.2): two addresses, a length, a packet, padding; read when it is the only one. */
function readAggregate(bytes: Uint8Array, at: number, end: number, network: Network): void {
  const length = u16be(bytes, at + 12);
  if (end - at < SUBFRAME + SNAP || length < SNAP) damaged(network, at);
  // A frame check sequence of four bytes may stand behind it.
  else if (end - at - SUBFRAME - length > PADDING + FCS) unread(network, 'several packets in one frame');
  else readSnap(bytes, at + SUBFRAME, end, network);
}

/** 802.2 LLC with SNAP, of RFC 1042 or bridged; other LLC carries no IP. */
function readSnap(bytes: Uint8Array, at: number, end: number, network: Network): void {
  const isSnap = end - at >= SNAP && u16be(bytes, at) === 0xaaaa && bytes[at + 2] === 3 && bytes[at + 3] === 0 && bytes[at + 4] === 0;
  if (isSnap && (bytes[at + 5] === 0 || bytes[at + 5] === BRIDGE_TUNNEL)) readEthertype(bytes, at + SNAP, end, u16be(bytes, at + 6), network);
}

/** The Flags field: behind the words of the bitmap, and behind the 64-bit time where there is one. */
function radiotapFlags(bytes: Uint8Array, start: number, end: number): number {
  const present = u32le(bytes, start + 4);
  if ((present & HAS_FLAGS) === 0) return 0;
  let at = start + 4;
  while (at < end && (u32le(bytes, at) & MORE_WORDS) !== 0) at += 4;
  at += 4;
  if ((present & HAS_TIME) !== 0) at += (-(at - start) & 7) + 8;
  return at < end ? (bytes[at] ?? 0) : 0;
}

function damaged(network: Network, at: number): void {
  network.at = at;
  network.kind = DAMAGED;
}

function unread(network: Network, why: string): void {
  network.kind = WIFI_UNREAD;
  network.why = why;
}

const DATA = 0x08;
const NO_DATA = 0x40;
const QOS = 0x80;
const BOTH_DS = 0x03;
const MORE_FRAGMENTS = 0x04;
const PROTECTED = 0x40;
const ORDER = 0x80;
const AGGREGATE = 0x80;
const HEADER = 24;
const ADDRESS = 6;
const QOS_CONTROL = 2;
const HT_CONTROL = 4;
const SUBFRAME = 14;
const PADDING = 3;
const FCS = 4;
const SNAP = 8;
/** 802.1H: last byte of the organisation in front of the EtherType. */
const BRIDGE_TUNNEL = 0xf8;
const RADIOTAP = 8;
const HAS_TIME = 0x01;
const HAS_FLAGS = 0x02;
const MORE_WORDS = 0x8000_0000;
/** Bits of radiotap's flags. */
const PADDED = 0x20;
const BAD_FCS = 0x40;
const AVS_MAGIC = 0x8021_1000;
const AVS_MASK = 0xffff_f000;
/** Message code of a Prism header in the order of the network; drivers write it in their own. */
const PRISM_MAGIC = 0x44;
/** Message code and length. */
const PRISM_SHORTEST = 8;
