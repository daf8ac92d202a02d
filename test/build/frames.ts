/**
 * Link headers round an IP packet: `ethernet(tcp(…))`, `ethernet(pppoe(udp(…)), { vlan: [100, 7] })`.
 * Layers that stand behind an EtherType give a {@link Tagged}; plain packets
 * get the EtherType of their IP version.
 */
import { bytes, type Part, padding, u16, u32 } from './bytes.ts';

/** Content with the EtherType that announces it. */
export interface Tagged {
  readonly type: number;
  readonly content: Uint8Array;
}

type Content = Uint8Array | Tagged;

export interface EthernetFields {
  /** VLAN ids, outermost first. */
  readonly vlan?: readonly number[];
  /** EtherType of each tag but the first stays 0x8100; the first is this (0x88a8 and 0x9100 for QinQ). */
  readonly outerTag?: number;
}

export function ethernet(content: Content, fields: EthernetFields = {}): Uint8Array {
  const tagged = tag(content);
  const { vlan = [], outerTag = 0x8100 } = fields;
  const tags = vlan.map((id, index) => bytes(u16(index === 0 ? outerTag : 0x8100), u16(id)));
  return bytes('\u0002\0\0\0\0\u0002', '\u0002\0\0\0\0\u0001', ...tags, u16(tagged.type), tagged.content);
}

/** 802.3 with an 802.2 SNAP header. */
export function snap(content: Content): Uint8Array {
  const tagged = tag(content);
  const body = bytes(0xaa, 0xaa, 3, 0, 0, 0, u16(tagged.type), tagged.content);
  return bytes('\u0002\0\0\0\0\u0002', '\u0002\0\0\0\0\u0001', u16(body.length), body);
}

/** A stack of MPLS labels, outermost first. */
export function mpls(packet: Uint8Array, labels: readonly number[]): Tagged {
  const stack = labels.map((label, index) => u32(label * 0x1000 + (index === labels.length - 1 ? 0x100 : 0) + 64));
  return { type: 0x8847, content: bytes(...stack, packet) };
}

export function pppoe(packet: Uint8Array, session = 1): Tagged {
  return { type: 0x8864, content: bytes(0x11, 0, u16(session), u16(packet.length + 2), u16(pppProtocol(packet)), packet) };
}

export function ppp(packet: Uint8Array, fields: { readonly hdlc?: boolean; readonly short?: boolean } = {}): Uint8Array {
  const protocol = pppProtocol(packet);
  return bytes(fields.hdlc === true ? [0xff, 3] : [], fields.short === true ? protocol : u16(protocol), packet);
}

export function arp(): Tagged {
  return { type: 0x0806, content: new Uint8Array(28) };
}

/** Linux cooked capture, version 1 (LINKTYPE 113). */
export function sll(content: Content): Uint8Array {
  const tagged = tag(content);
  return bytes(u16(4), u16(1), u16(6), '\u0002\0\0\0\0\u0001', u16(0), u16(tagged.type), tagged.content);
}

/** Linux cooked capture, version 2 (LINKTYPE 276). */
export function sll2(content: Content, interfaceIndex = 2): Uint8Array {
  const tagged = tag(content);
  return bytes(u16(tagged.type), u16(0), u32(interfaceIndex), u16(1), 4, 6, '\u0002\0\0\0\0\u0001', u16(0), tagged.content);
}

/** BSD loopback (LINKTYPE 0; 108 is the big-endian one). `family6` differs by system: 10, 24, 28, 30. */
export function nullFrame(packet: Uint8Array, fields: { readonly bigEndian?: boolean; readonly family6?: number } = {}): Uint8Array {
  return bytes(u32(isSix(packet) ? (fields.family6 ?? 30) : 2, fields.bigEndian !== true), packet);
}

/** Linux NFLOG (LINKTYPE 239): attributes in the order of the capturing machine. */
export function nflog(packet: Uint8Array, fields: { readonly bigEndian?: boolean; readonly prefix?: string } = {}): Uint8Array {
  const little = fields.bigEndian !== true;
  const attribute = (type: number, value: Part): Uint8Array => {
    const content = bytes(value);
    return bytes(u16(content.length + 4, little), u16(type, little), content, padding(content.length));
  };
  return bytes(isSix(packet) ? 10 : 2, 0, u16(5), attribute(1, [8, 0, 3, 0]), attribute(10, `${fields.prefix ?? 'egret'}\0`), attribute(11, u32(1000)), attribute(9, packet));
}

function tag(content: Content): Tagged {
  return content instanceof Uint8Array ? { type: isSix(content) ? 0x86dd : 0x0800, content } : content;
}

function isSix(packet: Uint8Array): boolean {
  return (packet[0] ?? 0) >> 4 === 6;
}

function pppProtocol(packet: Uint8Array): number {
  return isSix(packet) ? 0x57 : 0x21;
}
