import { describe, expect, it } from 'vitest';
import { bytes, u16, u32 } from '../../../build/bytes.ts';
import { decodeFrames } from '../../../build/decode-packets.ts';
import { arp, ethernet, mpls, nflog, nullFrame, ppp, pppoe, sll, sll2, snap } from '../../../build/frames.ts';
import { tcp } from '../../../build/packets.ts';

const FOUR = tcp({ from: '10.0.0.2:40000', to: '203.0.113.7:443', payload: 'hello' });
const SIX = tcp({ from: '[2001:db8::2]:40000', to: '[2001:db8::7]:443', payload: 'hello' });

describe('link types', () => {
  it.each([
    ['Ethernet', 1, ethernet],
    ['Ethernet with a VLAN tag', 1, (packet: Uint8Array) => ethernet(packet, { vlan: [100] })],
    ['QinQ (0x88a8)', 1, (packet: Uint8Array) => ethernet(packet, { vlan: [100, 7], outerTag: 0x88a8 })],
    ['QinQ (0x9100)', 1, (packet: Uint8Array) => ethernet(packet, { vlan: [100, 7], outerTag: 0x9100 })],
    ['802.3 with SNAP', 1, snap],
    ['MPLS', 1, (packet: Uint8Array) => ethernet(mpls(packet, [16, 17, 18]))],
    ['MPLS multicast', 1, (packet: Uint8Array) => ethernet({ ...mpls(packet, [16]), type: 0x8848 })],
    ['PPPoE in QinQ', 1, (packet: Uint8Array) => ethernet(pppoe(packet), { vlan: [1, 2], outerTag: 0x88a8 })],
    ['Linux cooked', 113, sll],
    ['Linux cooked, version 2', 276, sll2],
    ['PPPoE in Linux cooked', 113, (packet: Uint8Array) => sll(pppoe(packet))],
    ['BSD loopback, little-endian', 0, nullFrame],
    ['BSD loopback, big-endian', 0, (packet: Uint8Array) => nullFrame(packet, { bigEndian: true })],
    ['BSD loopback of FreeBSD', 0, (packet: Uint8Array) => nullFrame(packet, { family6: 28 })],
    ['OpenBSD loopback', 108, (packet: Uint8Array) => nullFrame(packet, { bigEndian: true, family6: 24 })],
    ['raw IP', 101, (packet: Uint8Array) => packet],
    ['raw IP (12)', 12, (packet: Uint8Array) => packet],
    ['raw IP (14)', 14, (packet: Uint8Array) => packet],
    ['NFLOG, little-endian', 239, nflog],
    ['NFLOG, big-endian', 239, (packet: Uint8Array) => nflog(packet, { bigEndian: true, prefix: 'a longer prefix' })],
    ['PPP', 9, ppp],
    ['PPP with HDLC header', 50, (packet: Uint8Array) => ppp(packet, { hdlc: true })],
    ['PPP with a short protocol field', 9, (packet: Uint8Array) => ppp(packet, { short: true })],
  ])('%s (%i) carries both families', (_, link, wrap) => {
    const found = decodeFrames([wrap(FOUR), wrap(SIX)], link);
    expect(found.problems).toEqual([]);
    expect(found.packets).toMatchObject([
      { from: '10.0.0.2:40000', to: '203.0.113.7:443', protocol: 6, payload: 'hello', payloadLength: 5 },
      { from: '[2001:db8::2]:40000', to: '[2001:db8::7]:443', protocol: 6, payload: 'hello', payloadLength: 5 },
    ]);
  });

  it('link types for one family carry that family only', () => {
    expect(decodeFrames([FOUR], 228).packets).toMatchObject([{ payload: 'hello' }]);
    expect(decodeFrames([SIX], 229).packets).toMatchObject([{ payload: 'hello' }]);
    expect(decodeFrames([SIX], 228).problems).toMatchObject([{ code: 'packet-damaged', detail: 'IPv4' }]);
  });

  it.each([
    ['ARP', 1, ethernet(arp())],
    ['ARP in a VLAN', 1, ethernet(arp(), { vlan: [9] })],
    ['spanning tree (802.3 without SNAP)', 1, bytes(new Uint8Array(12), u16(38), 0x42, 0x42, 3, new Uint8Array(35))],
    ['PPPoE discovery', 1, ethernet({ type: 0x8863, content: bytes(0x11, 9, 0, 0, 0, 0) })],
    ['an Ethernet pseudo-wire in MPLS', 1, ethernet({ type: 0x8847, content: bytes(0, 1, 0x01, 64, 0, 0, 0, 0) })],
    ['PPP link control', 9, bytes(0xc0, 0x21, 1, 1, 0, 4)],
    ['a cooked frame without EtherType', 113, bytes(u16(0), u16(1), u16(6), new Uint8Array(8), u16(4), 'llc')],
    ['an address family other than IP', 0, bytes(u32(16, true), 'appletalk')],
    ['NFLOG without a packet', 239, bytes(2, 0, 0, 5)],
  ])('%s is counted as not IP, without a problem', (_, link, frame) => {
    expect(decodeFrames([frame], link)).toMatchObject({ packets: [undefined], problems: [], nonIp: 1 });
  });

  it.each([
    ['an Ethernet frame of 13 bytes', 1, new Uint8Array(13)],
    ['a VLAN tag that is cut', 1, bytes(new Uint8Array(12), u16(0x8100), 0, 1)],
    ['more VLAN tags than any network has', 1, ethernet(FOUR, { vlan: Array.from({ length: 20 }, () => 1) })],
    ['an MPLS stack without an end', 1, ethernet({ type: 0x8847, content: new Uint8Array(400) })],
    ['an MPLS stack with nothing below', 1, ethernet(mpls(bytes(), [16]))],
    ['a PPPoE header that is cut', 1, ethernet({ type: 0x8864, content: bytes(0x11, 0, 0) })],
    ['a PPP frame without protocol', 9, bytes(0xff, 3)],
    ['a cooked header that is cut', 113, new Uint8Array(15)],
    ['a cooked header, version 2, that is cut', 276, new Uint8Array(19)],
    ['three bytes of loopback', 0, bytes(2, 0, 0)],
    ['raw IP of version 5', 101, bytes(0x50, 'x')],
    ['no raw IP at all', 101, bytes()],
    ['an NFLOG attribute shorter than its header', 239, bytes(2, 0, 0, 5, 3, 0, 1, 0)],
    ['an NFLOG attribute that leaves the frame', 239, bytes(2, 0, 0, 5, 200, 0, 1, 0)],
    ['three bytes of NFLOG', 239, bytes(2, 0, 0)],
  ])('%s is a damaged packet', (_, link, frame) => {
    expect(decodeFrames([frame], link)).toMatchObject({ packets: [undefined], problems: [{ code: 'packet-damaged', detail: 'link' }], nonIp: 0 });
  });

  it('names a link type it does not read', () => {
    expect(decodeFrames([FOUR], 147).problems).toMatchObject([{ code: 'link-unknown', detail: '147' }]);
  });
});
