/**
 * Whether first bytes are DNS. Takes bytes and ports, gives who sent them by
 * the QR bit. On port 53 a sane header is enough; anywhere else the question
 * must be in sight and look like a host's, since any bytes can be a DNS header.
 */
import { RECOGNISE_LIMIT, type Recognition } from '../session.ts';
import { isNamedType } from './mnemonics.ts';
import { HEADER_LENGTH } from './name.ts';

type Ports = readonly [from: number, to: number];

/** One datagram. Multicast and NetBIOS names travel in the same format and are never a resolver's. */
export function recogniseDatagram(data: Uint8Array, ports: Ports): Recognition {
  if (NOT_A_RESOLVER.has(ports[0]) || NOT_A_RESOLVER.has(ports[1])) return 'no';
  const sender = headerSender(data, 0, RESOLVER_QUESTIONS);
  if (sender === 'no' || atPort53(sender, ports)) return sender;
  return plausible(data, 0, data.length) === 'yes' ? sender : 'no';
}

/** The start of a TCP stream: a 2-byte length, then the message (RFC 1035 §4.2.2). */
export function recogniseStream(data: Uint8Array, ports: Ports): Recognition {
  const cap = ports.includes(DNS_PORT) ? 0xffff : FIRST_LENGTH_CAP;
  if (data.length < 2) return (data[0] ?? 0) << 8 > cap ? 'no' : 'more';
  const length = word(data, 0);
  if (length < HEADER_LENGTH || length > cap) return 'no';
  if (data.length < 2 + HEADER_LENGTH) return 'more';
  const sender = headerSender(data, 2, RESOLVER_QUESTIONS);
  if (sender === 'no' || atPort53(sender, ports)) return sender;
  const found = plausible(data, 2, 2 + length);
  return found === 'yes' ? sender : found;
}

/** Multicast DNS (RFC 6762) or LLMNR (RFC 4795): the protocol's own port and a sane header. */
export function recogniseOnPort(port: number, data: Uint8Array, ports: Ports): Recognition {
  return ports.includes(port) ? headerSender(data, 0, MULTICAST_QUESTIONS) : 'no';
}

/**
 * The NetBIOS name service (RFC 1002 §4.2): its port and, where its first name stands, question's and answer's alike,
 * 32 letters that encode 16 bytes.
 */
export function recogniseNetbios(data: Uint8Array, ports: Ports): Recognition {
  if (!ports.includes(NBNS_PORT) || data.length < HEADER_LENGTH + 1 + NETBIOS_LETTERS || data[HEADER_LENGTH] !== NETBIOS_LETTERS) return 'no';
  for (let at = HEADER_LENGTH + 1; at <= HEADER_LENGTH + NETBIOS_LETTERS; at++) {
    const letter = data[at] ?? 0;
    if (letter < 0x41 || letter > 0x50) return 'no';
  }
  return ((data[2] ?? 0) & 0x80) === 0 ? 'client' : 'server';
}

/** The sender by a header that could be DNS: known opcode, zero Z bit, few questions, no answers in a plain query. */
function headerSender(data: Uint8Array, at: number, questions: number): 'client' | 'server' | 'no' {
  if (data.length < at + HEADER_LENGTH) return 'no';
  const flags = word(data, at + 2);
  const opcode = (flags >> 11) & 0xf;
  if (opcode > 6 || opcode === 3 || (flags & 0x0040) !== 0 || word(data, at + 4) > questions) return 'no';
  if ((flags & 0x8000) !== 0) return 'server';
  // RFC 6762 §7.1: only a multicast query, whose id is zero, lists answers that it knows already.
  const answersFit = opcode !== 0 || word(data, at + 6) === 0 || (questions === MULTICAST_QUESTIONS && word(data, at) === 0);
  return answersFit ? 'client' : 'no';
}

function atPort53(sender: 'client' | 'server', [from, to]: Ports): boolean {
  return (sender === 'client' ? to : from) === DNS_PORT;
}

/** Evidence that needs no port: one question for a host-like name of a known type in class IN, with the counts and flags of a stub or its resolver. */
function plausible(data: Uint8Array, start: number, end: number): 'yes' | 'no' | 'more' {
  const flags = word(data, start + 2);
  const query = (flags & 0x8000) === 0;
  const records = word(data, start + 6) + word(data, start + 8) + word(data, start + 10);
  if (word(data, start + 4) !== 1 || (flags & 0x7800) !== 0 || (query && (flags & NOT_IN_A_QUERY) !== 0)) return 'no';
  if (records > (query ? QUERY_RECORDS : RESPONSE_RECORDS) || (flags & 0xf) > LAST_RCODE) return 'no';
  let at = start + HEADER_LENGTH;
  while (at < data.length && data[at] !== 0) {
    const next = at + 1 + (data[at] ?? 0);
    if (next - at > 64 || !areHostBytes(data, at + 1, Math.min(next, data.length))) return 'no';
    at = next;
  }
  if (at === start + HEADER_LENGTH && at < data.length) return 'no';
  if (at + 5 > end) return 'no';
  if (at + 5 > data.length) return data.length < RECOGNISE_LIMIT ? 'more' : 'yes';
  return isNamedType(word(data, at + 1)) && word(data, at + 3) === CLASS_IN ? 'yes' : 'no';
}

function areHostBytes(data: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = data[at] ?? 0;
    const lower = byte | 0x20;
    if (!((lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x5f)) return false;
  }
  return true;
}

function word(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
}

export const MDNS_PORT = 5353;
export const LLMNR_PORT = 5355;
const NBNS_PORT = 137;
const DNS_PORT = 53;
/** NetBIOS names and datagrams (RFC 1002) share the format, too. */
const NOT_A_RESOLVER: ReadonlySet<number> = new Set([MDNS_PORT, LLMNR_PORT, NBNS_PORT, 138]);
/** RFC 1001 §14.1: each half of the 16 bytes of a name is a letter from A to P. */
const NETBIOS_LETTERS = 32;
const CLASS_IN = 1;
/** AA, TC, RA, Z and the response code: a stub sets only RD, AD and CD. */
const NOT_IN_A_QUERY = 0x06cf;
/** OPT and TSIG. */
const QUERY_RECORDS = 2;
const RESPONSE_RECORDS = 200;
/** RFC 2136's NOTZONE; later codes do not fit a resolver's answer without EDNS. */
const LAST_RCODE = 10;
/** Resolvers are asked one question; real multicast queries pack some dozens. */
const RESOLVER_QUESTIONS = 4;
const MULTICAST_QUESTIONS = 64;
/** Off port 53 the first message is a query or a modest answer; a larger length is more likely another protocol's text. */
const FIRST_LENGTH_CAP = 4095;
