/**
 * IP packets for tests, written the way a person says them:
 * `tcp({ from: '10.0.0.2:40000', to: '203.0.113.7:443', flags: 'S', seq: 1 })`.
 * The family follows from the addresses. Checksums are right for IPv4 headers and
 * 0x1234 for transports unless given. Link headers are in frames.ts.
 */
import ipaddr from 'ipaddr.js';
import { bytes, type Part, u16, u32 } from './bytes.ts';

/** IP fields that any packet may set. */
export interface IpOptions {
  readonly id?: number;
  readonly ttl?: number;
  /** IPv4 options, a multiple of four bytes. */
  readonly ipOptions?: Uint8Array;
  /** The length field as written, when it shall not be the true one (IPv4: total length; IPv6: payload length). */
  readonly lengthField?: number;
  /** IPv6 extension headers in order, each already complete but for its next-header byte; see {@link extension}. */
  readonly extensions?: readonly Extension[];
}

export interface Extension {
  readonly protocol: number;
  /** The header with a zero in its first byte. */
  readonly header: Uint8Array;
}

export interface TcpFields extends IpOptions {
  readonly from: string;
  readonly to: string;
  /** Letters of F S R P A U. */
  readonly flags?: string;
  readonly seq?: number;
  readonly ack?: number;
  readonly payload?: Part;
  /** TCP options, padded to a multiple of four. */
  readonly options?: Uint8Array;
  readonly checksum?: number;
  readonly window?: number;
}

export function tcp(fields: TcpFields): Uint8Array {
  const { from, to, flags = 'A', seq = 0, ack = 0, payload = [], options = bytes(), checksum = 0x1234, window = 65535 } = fields;
  const bits = Array.from(flags).reduce((sum, letter) => sum | (1 << 'FSRPAU'.indexOf(letter)), 0);
  const header = bytes(
    u16(portOf(from)), u16(portOf(to)), u32(seq), u32(ack), (5 + options.length / 4) << 4, bits, u16(window), u16(checksum), u16(0), options,
  );
  return ip(addressOf(from), addressOf(to), 6, bytes(header, payload), fields);
}

export interface UdpFields extends IpOptions {
  readonly from: string;
  readonly to: string;
  readonly payload?: Part;
  readonly checksum?: number;
  /** The length field as written, when it shall not be the true one. */
  readonly udpLength?: number;
}

export function udp(fields: UdpFields): Uint8Array {
  const body = bytes(fields.payload ?? []);
  const length = fields.udpLength ?? body.length + 8;
  return ip(addressOf(fields.from), addressOf(fields.to), 17, bytes(u16(portOf(fields.from)), u16(portOf(fields.to)), u16(length), u16(fields.checksum ?? 0x1234), body), fields);
}

export interface IcmpFields extends IpOptions {
  readonly from: string;
  readonly to: string;
  readonly type: number;
  readonly code?: number;
  /** The four bytes after the checksum: identifier and sequence of an echo, MTU of a too-big. */
  readonly rest?: number;
  /** What follows: an echo's data, the quoted packet of an error. */
  readonly payload?: Part;
}

/** ICMP or ICMPv6, by the family of the addresses (which have no ports here). */
export function icmp(fields: IcmpFields): Uint8Array {
  const protocol = fields.from.includes(':') ? 58 : 1;
  return ip(fields.from, fields.to, protocol, bytes(fields.type, fields.code ?? 0, u16(0x1234), u32(fields.rest ?? 0), fields.payload ?? []), fields);
}

/** An IP packet with any protocol number. */
export function ip(from: string, to: string, protocol: number, body: Uint8Array, options: IpOptions = {}): Uint8Array {
  return from.includes(':') ? ipv6(from, to, protocol, body, options) : ipv4(from, to, protocol, body, options);
}

/** A fragment field (offset in bytes, a multiple of eight) is for {@link fragments}. */
export function ipv4(from: string, to: string, protocol: number, body: Uint8Array, options: IpOptions & { readonly offset?: number; readonly more?: boolean } = {}): Uint8Array {
  const { id = 0, ttl = 64, ipOptions = bytes(), offset = 0, more = false } = options;
  const total = options.lengthField ?? 20 + ipOptions.length + body.length;
  const fragment = (more ? 0x2000 : 0) | (offset >> 3);
  const header = bytes(0x45 + ipOptions.length / 4, 0, u16(total), u16(id), u16(fragment), ttl, protocol, u16(0), address(from), address(to), ipOptions);
  header.set(u16(checksumOf(header)), 10);
  return bytes(header, body);
}

export function ipv6(from: string, to: string, protocol: number, body: Uint8Array, options: IpOptions = {}): Uint8Array {
  const { extensions = [], ttl = 64 } = options;
  const chain = extensions.map(({ header }, index) => bytes(extensions[index + 1]?.protocol ?? protocol, header.subarray(1)));
  const content = bytes(...chain, body);
  return bytes(0x60, 0, 0, 0, u16(options.lengthField ?? content.length), extensions[0]?.protocol ?? protocol, ttl, address(from), address(to), content);
}

/** An IPv6 extension header: hop-by-hop 0, routing 43, destination 60 (8 bytes each), AH 51 (24 bytes), fragment 44. */
export function extension(protocol: number, fragment: { readonly offset?: number; readonly more?: boolean; readonly id?: number } = {}): Extension {
  if (protocol === 51) return { protocol, header: bytes(0, 4, new Uint8Array(22)) };
  if (protocol !== 44) return { protocol, header: bytes(0, 0, 1, 4, 0, 0, 0, 0) };
  return { protocol, header: bytes(0, 0, u16((fragment.offset ?? 0) | (fragment.more === true ? 1 : 0)), u32(fragment.id ?? 0)) };
}

/** The packet cut into fragments that carry `size` bytes each (a multiple of eight), in order. IPv6 packets must have no extension headers. */
export function fragments(packet: Uint8Array, size: number, id = 0x4242): Uint8Array[] {
  const four = (packet[0] ?? 0) >> 4 === 4;
  const header = four ? ((packet[0] ?? 0) & 15) * 4 : 40;
  const body = packet.subarray(header);
  const protocol = packet[four ? 9 : 6] ?? 0;
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset < body.length; offset += size) {
    const part = body.subarray(offset, offset + size);
    const more = offset + size < body.length;
    parts.push(four
      ? ipv4(textOf(packet.subarray(12, 16)), textOf(packet.subarray(16, 20)), protocol, part, { id, offset, more })
      : ipv6(textOf(packet.subarray(8, 24)), textOf(packet.subarray(24, 40)), protocol, part, { extensions: [extension(44, { offset, more, id })] }));
  }
  return parts;
}

/** The 4 or 16 bytes of an address. */
function address(text: string): Uint8Array {
  return Uint8Array.from(ipaddr.parse(text).toByteArray());
}

function textOf(raw: Uint8Array): string {
  return ipaddr.fromByteArray([...raw]).toString();
}

/** `10.0.0.2:40000`, `[2001:db8::1]:443`. */
function addressOf(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf(':')).replaceAll(/[[\]]/g, '');
}

function portOf(endpoint: string): number {
  return Number(endpoint.slice(endpoint.lastIndexOf(':') + 1));
}

function checksumOf(header: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += ((header[at] ?? 0) << 8) | (header[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}
