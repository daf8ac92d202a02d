import { describe, expect, it } from 'vitest';
import { bytes, u16 } from '../../../build/bytes.ts';
import { decodeFrames } from '../../../build/decode-packets.ts';
import { ethernet, nflog } from '../../../build/frames.ts';
import { extension, ip, ipv4, tcp, udp } from '../../../build/packets.ts';

const ENDS = { from: '10.0.0.2:40000', to: '203.0.113.7:443' };
const ENDS6 = { from: '[2001:db8::2]:40000', to: '[2001:db8::7]:443' };
const RAW = 101;

describe('IPv4', () => {
  it('gives addresses, identification and what options and padding stand round', () => {
    const packet = udp({ ...ENDS, id: 0xabcd, ipOptions: bytes(1, 1, 1, 0), payload: 'data' });
    expect(decodeFrames([bytes(ethernet(packet), new Uint8Array(12))]).packets).toMatchObject([{ ...ENDS, ipId: 0xabcd, payload: 'data', payloadLength: 4 }]);
  });

  it('takes the captured length where segmentation offload left the length empty', () => {
    const packet = tcp({ ...ENDS, payload: new Uint8Array(2000), lengthField: 0 });
    expect(decodeFrames([packet], RAW).packets).toMatchObject([{ payloadLength: 2000 }]);
    expect(decodeFrames([nflog(packet)], 239).packets).toMatchObject([{ payloadLength: 2000 }]);
  });

  it('keeps the header’s length of a packet that a snap length cut', () => {
    const packet = ethernet(tcp({ ...ENDS, payload: 'x'.repeat(1000) }));
    const found = decodeFrames([{ bytes: packet.subarray(0, 64), wireLength: packet.length }]);
    expect(found).toMatchObject({ packets: [{ payload: 'x'.repeat(10), payloadLength: 1000 }], problems: [] });
  });

  it('never believes a length beyond what the wire carried', () => {
    const found = decodeFrames([ethernet(udp({ ...ENDS, payload: 'four', lengthField: 60_000, udpLength: 59_980 }))]);
    expect(found).toMatchObject({ packets: [{ payload: 'four', payloadLength: 4 }], problems: [{ code: 'packet-damaged', detail: 'longer than its frame' }] });
  });

  it('keeps the number of a protocol it does not read', () => {
    const found = decodeFrames([ip('10.0.0.2', '203.0.113.7', 50, bytes('sealed'))], RAW);
    expect(found.packets).toMatchObject([{ from: '10.0.0.2:0', to: '203.0.113.7:0', protocol: 50, payload: 'sealed' }]);
  });

  it.each([
    ['nineteen bytes', ipv4('10.0.0.2', '10.0.0.3', 6, bytes()).subarray(0, 19)],
    ['a header length below five words', bytes(0x44, ipv4('10.0.0.2', '10.0.0.3', 6, bytes()).subarray(1))],
    ['options beyond the frame', bytes(0x4f, ipv4('10.0.0.2', '10.0.0.3', 6, bytes()).subarray(1))],
    ['a total length below the header', ipv4('10.0.0.2', '10.0.0.3', 6, bytes('data'), { lengthField: 19 })],
  ])('refuses %s', (_, packet) => {
    expect(decodeFrames([packet], 228)).toMatchObject({ packets: [undefined], problems: [{ code: 'packet-damaged', detail: 'IPv4' }] });
  });
});

describe('IPv6', () => {
  it('walks every kind of extension header', () => {
    const extensions = [0, 60, 43, 51, 60].map((protocol) => extension(protocol));
    const found = decodeFrames([udp({ ...ENDS6, extensions, payload: 'data' })], RAW);
    expect(found).toMatchObject({ packets: [{ ...ENDS6, protocol: 17, payload: 'data', payloadLength: 4 }], problems: [] });
  });

  it('reads an atomic fragment as a whole packet', () => {
    expect(decodeFrames([udp({ ...ENDS6, extensions: [extension(44)], payload: 'data' })], RAW).packets).toMatchObject([{ payload: 'data' }]);
  });

  it('takes the captured length of a jumbo packet', () => {
    const packet = tcp({ ...ENDS6, payload: new Uint8Array(70_000), lengthField: 0 });
    expect(decodeFrames([packet], RAW).packets).toMatchObject([{ payloadLength: 70_000 }]);
  });

  it('ends at "no next header"', () => {
    expect(decodeFrames([ip('2001:db8::1', '2001:db8::2', 59, bytes())], RAW)).toMatchObject({ packets: [{ protocol: 59, payloadLength: 0 }], problems: [] });
  });

  it.each([
    ['thirty-nine bytes', udp(ENDS6).subarray(0, 39)],
    ['an extension header longer than the packet', ip('2001:db8::1', '2001:db8::2', 60, bytes(17, 255, new Uint8Array(20)))],
    ['an extension header that is cut', ip('2001:db8::1', '2001:db8::2', 0, bytes(17, 0, 0))],
    ['a chain without an end', udp({ ...ENDS6, extensions: Array.from({ length: 40 }, () => extension(60)) })],
  ])('refuses %s', (_, packet) => {
    expect(decodeFrames([packet], 229)).toMatchObject({ packets: [undefined], problems: [{ code: 'packet-damaged', detail: 'IPv6' }] });
  });

  it('never believes a length beyond what the wire carried', () => {
    const found = decodeFrames([udp({ ...ENDS6, payload: 'four', lengthField: 60_000, udpLength: 60_000 })], RAW);
    expect(found).toMatchObject({ packets: [{ payloadLength: 4 }], problems: [{ code: 'packet-damaged', detail: 'longer than its frame' }] });
  });
});

describe('the bytes round a packet', () => {
  it('are never taken for its own, at any captured length', () => {
    const packet = ethernet(tcp({ ...ENDS, options: bytes(2, 4, u16(1460)), payload: 'body' }));
    for (let length = 0; length < packet.length; length++) {
      const { packets, problems } = decodeFrames([{ bytes: packet.subarray(0, length), wireLength: packet.length }]);
      // Ethernet 14, IPv4 20, TCP 20: from there on there is a packet, before it a problem.
      expect([packets[0]?.payload, problems.length]).toEqual(length < 54 ? [undefined, 1] : ['body'.slice(0, Math.max(0, length - 58)), 0]);
    }
  });
});
