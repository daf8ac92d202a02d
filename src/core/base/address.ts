/**
 * IP addresses as text in one canonical form (dotted quad, RFC 5952 for IPv6,
 * v4-mapped folded to IPv4), their class, and CIDR blocks.
 */
import ipaddr from 'ipaddr.js';

/** Where an address lives. Documentation ranges (RFC 5737, RFC 3849) count as public: the lab's servers stand there. */
export type AddressClass = 'loopback' | 'private' | 'link-local' | 'carrier-nat' | 'multicast' | 'broadcast' | 'unspecified' | 'reserved' | 'public';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface Cidr {
  readonly text: string;
  readonly base: ipaddr.IPv4 | ipaddr.IPv6;
  readonly length: number;
}

/** Canonical text of an address a person or a header wrote; undefined unless it is strictly one (no `127.1`, no `010.0.0.1`). */
export function canonicalAddress(text: string): string | undefined {
  // Most are dotted quads that come again and again; a general parser takes a hundred times as long to say so.
  return CANONICAL_V4.test(text) ? text : parseStrict(text)?.toString();
}

/** The class of a canonical address; `public` for what is none of the special ranges. */
export function classOf(address: string): AddressClass {
  const four = wordOfV4(address);
  if (four !== undefined) return classOfV4(four);
  const known = classes.get(address);
  if (known !== undefined) return known;
  const parsed = parseStrict(address);
  const found = parsed === undefined ? 'reserved' : CLASS_OF_RANGE[parsed.range()] ?? 'public';
  const ruled = parsed !== undefined && found === 'reserved' && isDocumentation(parsed) ? 'public' : found;
  if (classes.size >= CLASS_CACHE) classes.clear();
  classes.set(address, ruled);
  return ruled;
}

/** The 32-bit word of a dotted quad in canonical form; undefined for anything else. */
function wordOfV4(address: string): number | undefined {
  let word = 0;
  let octet = 0;
  let dots = 0;
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at);
    if (code === 0x2e) {
      word = (word << 8) | octet;
      octet = 0;
      dots++;
    } else if (code >= 0x30 && code <= 0x39) octet = octet * 10 + code - 0x30;
    else return undefined;
  }
  return dots === 3 ? ((word << 8) | octet) >>> 0 : undefined;
}

/** The IANA special-purpose registry (RFC 6890) as comparisons: half of all classes asked for are of fresh addresses. */
function classOfV4(word: number): AddressClass {
  const top = word >>> 24;
  if (top === 127) return 'loopback';
  if (top === 10 || word >>> 20 === 0xac1 || word >>> 16 === 0xc0a8) return 'private';
  if (word >>> 16 === 0xa9fe) return 'link-local';
  if (word >>> 22 === 0x64_40 >>> 6) return 'carrier-nat';
  if (top >= 224) return word === 0xffff_ffff ? 'broadcast' : top < 240 ? 'multicast' : 'reserved';
  if (top === 0) return word === 0 ? 'unspecified' : 'reserved';
  return word >>> 8 === 0xc0_00_00 || word >>> 17 === 0xc612 >>> 1 ? 'reserved' : 'public';
}

/** `10.0.0.0/8`, `fd00::/8` or a single address (full length); undefined when it is neither or has bits set below the prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const base = parseStrict(slash < 0 ? text : text.slice(0, slash));
  if (base === undefined) return undefined;
  const full = base.kind() === 'ipv4' ? 32 : 128;
  const lengthText = slash < 0 ? String(full) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(lengthText) || Number(lengthText) > full) return undefined;
  const cidr = { text, base, length: Number(lengthText) };
  return inBlock(base, cidr) && hasHostBits(base, cidr.length) ? undefined : cidr;
}

/** Whether a canonical address lies in the block; families never match each other. */
export function contains(cidr: Cidr, address: string): boolean {
  const parsed = parseStrict(address);
  return parsed !== undefined && inBlock(parsed, cidr);
}

/** `203.0.113.7:443`, `[2001:db8::1]:443`. */
export function formatEndpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Dotted quad of a 32-bit word. */
export function formatV4(word: number): string {
  return formatWords(0, 0, 0xffff, word);
}

function writeV4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}

/** RFC 5952 text of four 32-bit words; v4-mapped (RFC 4291 §2.5.5.2) folds to IPv4. */
export function formatWords(a: number, b: number, c: number, d: number): string {
  // The hosts of one capture come again and again; a probe costs less than a new string.
  const at = (Math.imul(d ^ Math.imul(a, 31) ^ Math.imul(b, 13) ^ Math.imul(c, 7), 0x9e3779b1) >>> SHOWN_SHIFT) * 4;
  const text = shownText[at >>> 2];
  if (text !== undefined && shownWords[at] === a >>> 0 && shownWords[at + 1] === b >>> 0 && shownWords[at + 2] === c >>> 0 && shownWords[at + 3] === d >>> 0) return text;
  const fresh = writeWords(a, b, c, d);
  shownWords[at] = a;
  shownWords[at + 1] = b;
  shownWords[at + 2] = c;
  shownWords[at + 3] = d;
  shownText[at >>> 2] = fresh;
  return fresh;
}

function writeWords(a: number, b: number, c: number, d: number): string {
  if (a === 0 && b === 0 && c >>> 0 === 0xffff) return writeV4(d);
  const groups = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff, c >>> 16, c & 0xffff, d >>> 16, d & 0xffff];
  const [from, length] = longestZeroRun(groups);
  if (length < 2) return groups.map((group) => group.toString(16)).join(':');
  const head = groups.slice(0, from).map((group) => group.toString(16)).join(':');
  const tail = groups.slice(from + length).map((group) => group.toString(16)).join(':');
  return `${head}::${tail}`;
}

function longestZeroRun(groups: readonly number[]): [from: number, length: number] {
  let best: [number, number] = [0, 0];
  let from = 0;
  for (let at = 0; at <= groups.length; at++) {
    if (groups[at] === 0) continue;
    if (at - from > best[1]) best = [from, at - from];
    from = at + 1;
  }
  return best;
}

function parseStrict(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const last = text.charCodeAt(text.length - 1);
  // Most texts asked about are host names, which end in a letter.
  if ((last < 0x30 || last > 0x39) && !text.includes(':')) return undefined;
  if (DOTTED_QUAD.test(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const six = ipaddr.IPv6.parse(text);
  return six.isIPv4MappedAddress() ? six.toIPv4Address() : six;
}

function inBlock(address: ipaddr.IPv4 | ipaddr.IPv6, cidr: Cidr): boolean {
  if (address instanceof ipaddr.IPv4) return cidr.base instanceof ipaddr.IPv4 && address.match(cidr.base, cidr.length);
  return cidr.base instanceof ipaddr.IPv6 && address.match(cidr.base, cidr.length);
}

function hasHostBits(base: ipaddr.IPv4 | ipaddr.IPv6, length: number): boolean {
  return base.toByteArray().some((byte, index) => (byte & (0xff >> Math.min(8, Math.max(0, length - index * 8)))) !== 0);
}

function isDocumentation(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return DOCUMENTATION.some((cidr) => inBlock(address, cidr));
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const DOTTED_QUAD = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

const CLASS_OF_RANGE: Readonly<Record<string, AddressClass>> = {
  unspecified: 'unspecified',
  broadcast: 'broadcast',
  multicast: 'multicast',
  linkLocal: 'link-local',
  loopback: 'loopback',
  carrierGradeNat: 'carrier-nat',
  private: 'private',
  uniqueLocal: 'private',
  reserved: 'reserved',
};

const DOCUMENTATION = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32']
  .map(parseCidr)
  .filter((cidr) => cidr !== undefined);

/** Addresses formatted lately, each in the one place that a hash of its words gives: about 1 MB when full. */
const SHOWN_CACHE = 16_384;
const SHOWN_SHIFT = 32 - Math.log2(SHOWN_CACHE);
const shownWords = new Uint32Array(SHOWN_CACHE * 4);
const shownText: (string | undefined)[] = Array.from({ length: SHOWN_CACHE });
/** Addresses whose class is remembered; the cache starts over when full, so a flood of addresses costs time, not memory. */
const CLASS_CACHE = 4096;
const classes = new Map<string, AddressClass>();
/** Canonical already: four octets without a leading zero. */
const CANONICAL_V4 = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;
