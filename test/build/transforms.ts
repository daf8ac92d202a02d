/**
 * Other captures of the same traffic: stored in another format, framed by
 * another link, cut into other segments, disordered as networks do. Takes the
 * Ethernet frames of a capture, gives files whose audit must say the same.
 */
import { gzipSync } from 'node:zlib';
import { bytes, u16, u32 } from './bytes.ts';
import { ethernet, mpls, nflog, nullFrame, ppp, pppoe, sll, sll2 } from './frames.ts';
import { pcapFile, type PcapFields } from './pcap.ts';
import { enhanced, interfaceDescription, pcapngFile, section } from './pcapng.ts';

/** A frame with an IP packet in it. */
interface Carried {
  readonly packet: Uint8Array;
  readonly at: number;
}

export interface Transform {
  readonly name: string;
  /** Files by their names: one, or the parts of a rotation. */
  apply(frames: readonly { readonly bytes: Uint8Array; readonly at: number }[]): Readonly<Record<string, Uint8Array>>;
}

export const TRANSFORMS: readonly Transform[] = [
  stored('pcap with microseconds', {}), stored('pcap with nanoseconds', { nanoseconds: true }), stored('pcap of a big-endian machine', { bigEndian: true }),
  stored('pcap of a big-endian machine with nanoseconds', { bigEndian: true, nanoseconds: true }), stored('the modified pcap', { modified: true }),
  file('pcapng', (carried) => pcapngFile(onEthernet(carried))),
  file('pcapng of a big-endian machine', (carried) => pcapngFile(onEthernet(carried), { bigEndian: true })),
  file('pcapng with nanoseconds', (carried) => bytes(section(), interfaceDescription(TICKS), Buffer.concat(onEthernet(carried).map((frame) => enhanced(0, frame, TICKS))))),
  file('pcapng with a section for each half', (carried) => Buffer.concat([pcapngFile(onEthernet(carried.slice(0, carried.length >> 1))), pcapngFile(onEthernet(carried.slice(carried.length >> 1)), { bigEndian: true })])),
  file('gzip', (carried) => gzipSync(pcapFile(onEthernet(carried)))),
  file('gzip of two members', (carried) => {
    const whole = pcapFile(onEthernet(carried));
    return Buffer.concat([gzipSync(whole.subarray(0, whole.length >> 1)), gzipSync(whole.subarray(whole.length >> 1))]);
  }),
  framed('one VLAN', 1, (packet) => ethernet(packet, { vlan: [100] })),
  framed('two VLANs', 1, (packet) => ethernet(packet, { vlan: [100, 7], outerTag: 0x88a8 })),
  framed('MPLS', 1, (packet) => ethernet(mpls(packet, [16, 17]))),
  framed('PPPoE', 1, (packet) => ethernet(pppoe(packet))),
  framed('PPPoE in two VLANs', 1, (packet) => ethernet(pppoe(packet), { vlan: [100, 7] })),
  framed('PPP', 9, (packet) => ppp(packet)),
  framed('Linux cooked capture', 113, (packet) => sll(packet)),
  framed('Linux cooked capture, version 2', 276, (packet) => sll2(packet)),
  framed('raw IP', 101, (packet) => packet),
  framed('BSD loopback', 0, (packet) => nullFrame(packet)),
  framed('OpenBSD loopback', 108, (packet) => nullFrame(packet, { bigEndian: true })),
  framed('NFLOG', 239, (packet) => nflog(packet)),
  file('segments cut in three', (carried) => pcapFile(onEthernet(carried.flatMap(cutInThree)))),
  file('segments disordered within three', (carried) => pcapFile(onEthernet(disordered(carried)))),
  file('every packet captured twice', (carried) => pcapFile(onEthernet(carried.flatMap((one, index) => [one, { ...one, at: one.at + 1 + ((index * 997) % 4_999) }]).sort((one, other) => one.at - other.at)))),
  {
    name: 'two parts of a rotation',
    apply: (frames) => {
      const framesOf = onEthernet(carriedOf(frames));
      // Given in the wrong order: their names say which comes first.
      return { 'x_00002_20261122000001.pcap': pcapFile(framesOf.slice(framesOf.length >> 1)), 'x_00001_20261122000000.pcap': pcapFile(framesOf.slice(0, framesOf.length >> 1)) };
    },
  },
];

function file(name: string, make: (carried: readonly Carried[]) => Uint8Array): Transform {
  return { name, apply: (frames) => ({ x: make(carriedOf(frames)) }) };
}

function stored(name: string, fields: PcapFields): Transform {
  return file(name, (carried) => pcapFile(onEthernet(carried), fields));
}

function framed(name: string, link: number, wrap: (packet: Uint8Array) => Uint8Array): Transform {
  return file(name, (carried) => pcapFile(carried.map(({ packet, at }) => ({ bytes: wrap(packet), at })), { link }));
}

function carriedOf(frames: readonly { readonly bytes: Uint8Array; readonly at: number }[]): Carried[] {
  return frames.filter(({ bytes: frame }) => (frame[12] === 0x08 && frame[13] === 0) || (frame[12] === 0x86 && frame[13] === 0xdd)).map(({ bytes: frame, at }) => ({ packet: frame.subarray(14), at }));
}

function onEthernet(carried: readonly Carried[]): { readonly bytes: Uint8Array; readonly at: number }[] {
  return carried.map(({ packet, at }) => ({ bytes: ethernet(packet), at }));
}

/** IPv4 segments without SYN, FIN, RST and options, and with something to cut. */
function payloadOf({ packet }: Carried): number {
  if (packet[0] !== 0x45 || packet[9] !== 6 || ((packet[33] ?? 0) & 0x07) !== 0) return -1;
  const start = 20 + ((packet[32] ?? 0) >> 4) * 4;
  return start < lengthOf(packet) ? start : -1;
}

function lengthOf(packet: Uint8Array): number {
  return ((packet[2] ?? 0) << 8) | (packet[3] ?? 0);
}

function cutInThree(one: Carried): Carried[] {
  const start = payloadOf(one);
  const end = lengthOf(one.packet);
  if (end - start < 3 || start < 0) return [one];
  const third = Math.max(1, Math.floor((end - start) / 3));
  const bounds = [start, start + third, start + 2 * third, end];
  return bounds.slice(1).map((to, index): Carried => {
    const from = bounds[index] ?? start;
    const head = Uint8Array.from(one.packet.subarray(0, start));
    const view = new DataView(head.buffer);
    head.set(u16(start + to - from), 2);
    // The identification tells the parts apart from copies of one packet.
    head.set(u16((view.getUint16(4) + index * 0x5555) & 0xffff), 4);
    head.set(u32((view.getUint32(24) + from - start) >>> 0), 24);
    return { packet: bytes(head, one.packet.subarray(from, to)), at: one.at };
  });
}

/** Neighbours of one stream change places, two steps at most; the moments stay where they are. */
function disordered(carried: readonly Carried[]): Carried[] {
  const packets = carried.flatMap(cutInThree);
  const streamOf = (one: Carried): string => (payloadOf(one) < 0 ? '' : one.packet.subarray(12, 24).join());
  for (let at = 0; at + 2 < packets.length; at += 3) {
    const [one, other] = [packets[at], packets[at + 2]];
    if (one === undefined || other === undefined || streamOf(one) === '' || streamOf(one) !== streamOf(other) || one.at !== other.at) continue;
    packets[at] = other;
    packets[at + 2] = one;
  }
  return packets;
}

const TICKS = { resolution: 9, ticks: 1000 };
