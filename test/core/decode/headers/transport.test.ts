import { describe, expect, it } from 'vitest';
import { bytes } from '../../../build/bytes.ts';
import { decodeFrames } from '../../../build/decode-packets.ts';
import { icmp, ip, tcp, udp } from '../../../build/packets.ts';
import { ACK, SYN } from '../../../../src/core/decode/headers/packet.ts';

const RAW = 101;
const FROM = '10.0.0.2:40000';
const TO = '203.0.113.7:443';

describe('TCP', () => {
  it('gives ports, numbers, flags, checksum and the payload behind the options', () => {
    const packet = tcp({ from: FROM, to: TO, flags: 'SA', seq: 0xffff_fff0, ack: 0x8000_0000, options: bytes(2, 4, 5, 0xb4), payload: 'data', checksum: 0xbeef });
    expect(decodeFrames([packet], RAW).packets).toMatchObject([
      { from: FROM, to: TO, protocol: 6, flags: SYN | ACK, sequence: 0xffff_fff0, acknowledgement: 0x8000_0000, payload: 'data', payloadLength: 4, checksum: 0xbeef },
    ]);
  });

  it.each([
    ['a header cut before its end', ip('10.0.0.2', '10.0.0.3', 6, new Uint8Array(19))],
    ['a data offset below five words', ip('10.0.0.2', '10.0.0.3', 6, bytes(new Uint8Array(12), 0x40, new Uint8Array(7)))],
    ['a data offset beyond the segment', ip('10.0.0.2', '10.0.0.3', 6, bytes(new Uint8Array(12), 0xf0, new Uint8Array(20)))],
  ])('refuses %s', (_, packet) => {
    expect(decodeFrames([packet], RAW)).toMatchObject({ packets: [undefined], problems: [{ code: 'packet-damaged', detail: 'protocol 6' }] });
  });
});

describe('UDP', () => {
  it('ends the payload where its own length says', () => {
    expect(decodeFrames([udp({ from: FROM, to: TO, payload: 'data and a trailer', udpLength: 12 })], RAW).packets).toMatchObject([{ payload: 'data', payloadLength: 4 }]);
  });

  it('takes all there is when the length is empty', () => {
    expect(decodeFrames([udp({ from: FROM, to: TO, payload: 'data', udpLength: 0 })], RAW)).toMatchObject({ packets: [{ payload: 'data' }], problems: [] });
  });

  it('reports a length beyond what IP carried and does not believe it', () => {
    expect(decodeFrames([udp({ from: FROM, to: TO, payload: 'data', udpLength: 60_000 })], RAW)).toMatchObject({
      packets: [{ payload: 'data', payloadLength: 4 }], problems: [{ code: 'packet-damaged' }],
    });
  });

  it.each([
    ['a length below its header', udp({ from: FROM, to: TO, payload: 'data', udpLength: 7 })],
    ['seven bytes', ip('10.0.0.2', '10.0.0.3', 17, new Uint8Array(7))],
  ])('refuses %s', (_, packet) => {
    expect(decodeFrames([packet], RAW)).toMatchObject({ packets: [undefined], problems: [{ code: 'packet-damaged', detail: 'protocol 17' }] });
  });
});

describe('ICMP', () => {
  it.each([
    ['request', '10.0.0.2', '203.0.113.7', 8],
    ['reply', '10.0.0.2', '203.0.113.7', 0],
    ['request, IPv6', '2001:db8::2', '2001:db8::7', 128],
    ['reply, IPv6', '2001:db8::2', '2001:db8::7', 129],
  ])('echo %s carries its identifier as both ports', (_, from, to, type) => {
    const found = decodeFrames([icmp({ from, to, type, rest: 0x4d2_0001, payload: 'ping' })], RAW).packets[0];
    expect(found).toMatchObject({ icmp: [type, 0], payload: 'ping' });
    expect([found?.from, found?.to].map((text) => text?.split(':').at(-1))).toEqual(['1234', '1234']);
    expect(found).not.toHaveProperty('quoted');
  });

  it.each([
    ['TCP', tcp({ from: FROM, to: TO, flags: 'S', seq: 77 }), { from: FROM, to: TO, protocol: 6, sequence: 77 }],
    ['UDP', udp({ from: FROM, to: TO, payload: 'x' }), { from: FROM, to: TO, protocol: 17 }],
    ['an echo', icmp({ from: '10.0.0.2', to: '203.0.113.7', type: 8, rest: 0x00050000 }), { from: '10.0.0.2:5', to: '203.0.113.7:5', protocol: 1 }],
    ['another protocol', ip('10.0.0.2', '203.0.113.7', 47, bytes('whatever')), { from: '10.0.0.2:0', protocol: 47 }],
  ])('errors quote the first 28 bytes of %s', (_, packet, quoted) => {
    const found = decodeFrames([icmp({ from: '198.51.100.1', to: '10.0.0.2', type: 3, code: 13, payload: packet.subarray(0, 28) })], RAW);
    expect(found).toMatchObject({ packets: [{ from: '198.51.100.1:0', to: '10.0.0.2:0', icmp: [3, 13], quoted }], problems: [] });
  });

  it('IPv6 errors quote IPv6 packets', () => {
    const inner = tcp({ from: '[2001:db8::2]:40000', to: '[2001:db8::7]:443', flags: 'S', seq: 5 });
    const found = decodeFrames([icmp({ from: '2001:db8::1', to: '2001:db8::2', type: 1, code: 4, payload: inner })], RAW);
    expect(found.packets).toMatchObject([{ icmp: [1, 4], quoted: { from: '[2001:db8::2]:40000', to: '[2001:db8::7]:443', protocol: 6, sequence: 5 } }]);
  });

  it('a quote that makes no sense has protocol 0 and does not keep the ports of the one before', () => {
    const good = icmp({ from: '198.51.100.1', to: '10.0.0.2', type: 3, payload: tcp({ from: FROM, to: TO }) });
    const bad = icmp({ from: '198.51.100.1', to: '10.0.0.2', type: 3, payload: 'nonsense' });
    const { packets } = decodeFrames([good, bad], RAW);
    expect(packets.map((packet) => packet?.quoted?.protocol)).toEqual([6, 0]);
    expect(packets[1]?.quoted?.to).toMatch(/:0$/);
  });

  it('a quoted later fragment has no ports', () => {
    const inner = tcp({ from: FROM, to: TO });
    inner.set([0, 5], 6);
    const found = decodeFrames([icmp({ from: '198.51.100.1', to: '10.0.0.2', type: 11, payload: inner })], RAW);
    expect(found.packets).toMatchObject([{ quoted: { from: '10.0.0.2:0', to: '203.0.113.7:0', protocol: 6 } }]);
  });

  it('refuses a message shorter than its header', () => {
    expect(decodeFrames([ip('10.0.0.2', '10.0.0.3', 1, bytes(3, 3, 0, 0))], RAW).problems).toMatchObject([{ code: 'packet-damaged', detail: 'protocol 1' }]);
  });
});
