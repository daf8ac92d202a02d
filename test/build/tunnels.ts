/** Tunnels round an IP packet, one function each, by their specifications: `vxlan(tcp(…))` is a datagram between two tunnel ends. */
import { bytes, type Part, u16, u32 } from './bytes.ts';
import { ethernet } from './frames.ts';
import { ip, udp } from './packets.ts';

const FROM = '198.51.100.1';
const TO = '198.51.100.2';
const V6 = ['2001:db8:f::1', '2001:db8:f::2'] as const;
const version = (packet: Uint8Array): number => (packet[0] ?? 0) >> 4;
const ethertype = (packet: Uint8Array): number => (version(packet) === 4 ? 0x0800 : 0x86dd);
const datagram = (port: number, ...payload: readonly Part[]): Uint8Array => udp({ from: `${FROM}:50000`, to: `${TO}:${port}`, payload: bytes(...payload) });

/** RFC 2003 or RFC 4213, by the family of what is carried. */
export const ipInIp = (packet: Uint8Array): Uint8Array => ip(FROM, TO, version(packet) === 4 ? 4 : 41, packet);
export const ipInIp6 = (packet: Uint8Array): Uint8Array => ip(V6[0], V6[1], version(packet) === 4 ? 4 : 41, packet);
/** RFC 2784 and RFC 2890. */
export const gre = (packet: Uint8Array): Uint8Array => ip(FROM, TO, 47, bytes(u16(0), u16(ethertype(packet)), packet));
export const greWithAll = (packet: Uint8Array): Uint8Array => ip(FROM, TO, 47, bytes(u16(0xb000), u16(ethertype(packet)), u32(0), u32(7), u32(1), packet));
export const greEthernet = (packet: Uint8Array): Uint8Array => ip(FROM, TO, 47, bytes(u16(0x2000), u16(0x6558), u32(7), ethernet(packet, { vlan: [5] })));
/** Types II and III of the mirror format; type I has no header of its own. */
export const erspan1 = (packet: Uint8Array): Uint8Array => ip(FROM, TO, 47, bytes(u16(0), u16(0x88be), ethernet(packet)));
export const erspan2 = (packet: Uint8Array): Uint8Array => ip(FROM, TO, 47, bytes(u16(0x1000), u16(0x88be), u32(9), u32(0x1000_0001), u32(0), ethernet(packet)));
export const erspan3 = (packet: Uint8Array): Uint8Array => ip(FROM, TO, 47, bytes(u16(0x1000), u16(0x22eb), u32(9), u32(0x2000_0001), u32(0), u32(1), u32(0), u32(0), ethernet(packet)));
/** RFC 3378. */
export const etherIp = (packet: Uint8Array): Uint8Array => ip(FROM, TO, 97, bytes(u16(0x3000), ethernet(packet)));
/** RFC 7348. */
export const vxlan = (packet: Uint8Array): Uint8Array => datagram(4789, u32(0x0800_0000), u32(42 << 8), ethernet(packet));
/** RFC 8926, with one option of eight bytes. */
export const geneve = (packet: Uint8Array): Uint8Array => datagram(6081, 0x02, 0, u16(0x6558), u32(42 << 8), u16(0x0102), 0x80, 1, u32(7), ethernet(packet));
export const genevePlain = (packet: Uint8Array): Uint8Array => datagram(6081, 0, 0, u16(ethertype(packet)), u32(42 << 8), packet);
/** 3GPP TS 29.281, with a sequence number and one extension header. */
export const gtp = (packet: Uint8Array): Uint8Array => datagram(2152, 0x30, 255, u16(packet.length), u32(1), packet);
export const gtpExtended = (packet: Uint8Array): Uint8Array => datagram(2152, 0x36, 255, u16(packet.length + 8), u32(1), u16(5), 0, 0x85, 1, u16(0x0100), 0, packet);
/** RFC 4380; what is carried must be IPv6 from the Teredo prefix. */
export const teredo = (packet: Uint8Array): Uint8Array => datagram(3544, packet);
export const teredoWithOrigin = (packet: Uint8Array): Uint8Array => datagram(3544, u16(1), 0, 0, new Uint8Array(9), u16(0), u16(0x1234), u32(0x01020304), packet);
