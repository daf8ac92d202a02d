import { array, assert, constantFrom, nat, property, tuple, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketDecoder } from '../../../../src/core/decode/headers/decode.ts';
import { openCapture } from '../../../../src/core/decode/files/open.ts';
import { bytes } from '../../../build/bytes.ts';
import { decodeFrames, keep, type DecodedPacket } from '../../../build/decode-packets.ts';
import { ethernet, mpls, nflog, nullFrame, ppp, pppoe, sll, sll2 } from '../../../build/frames.ts';
import { extension, fragments, icmp, tcp, udp } from '../../../build/packets.ts';
import { readSample, sampleCaptures } from '../../../captures.ts';

const FOUR = tcp({ from: '10.0.0.2:40000', to: '203.0.113.7:443', flags: 'PA', payload: 'hello' });
const SIX = udp({ from: '[2001:db8::2]:5353', to: '[2001:db8::7]:53', extensions: [extension(0), extension(60)], payload: 'hello' });

const SEEDS: readonly (readonly [link: number, frame: Uint8Array])[] = [
  [1, ethernet(FOUR, { vlan: [1, 2] })], [1, ethernet(mpls(SIX, [1, 2]))], [1, ethernet(pppoe(FOUR))], [113, sll(SIX)], [276, sll2(FOUR)],
  [0, nullFrame(SIX)], [239, nflog(FOUR)], [9, ppp(SIX)], [101, icmp({ from: '10.0.0.1', to: '10.0.0.2', type: 3, payload: FOUR })],
  [101, fragments(FOUR, 16)[0] ?? bytes()], [101, fragments(udp({ from: '[2001:db8::2]:1', to: '[2001:db8::7]:2', payload: 'abcdefghijkl' }), 8)[1] ?? bytes()],
];

describe('PacketDecoder', () => {
  it('hands on what the frame says of itself', () => {
    const decoder = new PacketDecoder(() => undefined);
    const frame = { bytes: FOUR, start: 0, end: FOUR.length, wireLength: FOUR.length, at: 123, link: 101, interfaceId: 4, index: 77, process: 6 };
    expect(decoder.decode(frame)).toMatchObject({ at: 123, frame: 77, interfaceId: 4, process: 6, family: 4 });
  });

  it('keeps nothing of the packet before in its cursor', () => {
    const quoting = icmp({ from: '198.51.100.1', to: '10.0.0.2', type: 3, payload: FOUR });
    const plain = udp({ from: '10.0.0.2:1', to: '10.0.0.3:2', payload: 'x' });
    const alone = decodeFrames([{ bytes: plain, at: 0 }], 101).packets[0];
    const after = decodeFrames([FOUR, SIX, quoting, { bytes: plain, at: 0 }], 101).packets[3];
    expect(after).toEqual({ ...alone, frame: 4 });
  });

  it('never throws on changed, cut or random bytes, and never gives bytes from outside the frame', () => {
    const edits = array(tuple(nat({ max: 4000 }), nat({ max: 255 })), { maxLength: 6 });
    assert(property(constantFrom(...SEEDS), edits, nat({ max: 200 }), ([link, frame], changes, cut) => {
      const damaged = Uint8Array.from(frame.subarray(0, Math.max(1, frame.length - Math.max(0, cut - 100))));
      for (const [at, value] of changes) damaged[at % damaged.length] = value;
      expectSound(decodeFrames([damaged], link), damaged.length);
    }), { seed: 1, numRuns: 2000 });
    assert(property(uint8Array({ maxLength: 120 }), constantFrom(0, 1, 9, 12, 101, 108, 113, 228, 229, 239, 276), (frame, link) => {
      expectSound(decodeFrames([frame], link), frame.length);
    }), { seed: 1, numRuns: 2000 });
  });
});

/** At most one problem a frame, and a payload that fits in it (0xdd fills what lies round the frame). */
function expectSound(found: ReturnType<typeof decodeFrames>, length: number): void {
  expect(found.problems.length).toBeLessThanOrEqual(1);
  const given = [...found.packets, ...found.leftovers].filter((packet) => packet !== undefined);
  expect(given.filter(({ payload, payloadLength }) => payload.length > length || payload.length > payloadLength)).toEqual([]);
}

describe('packets of the sample captures', () => {
  const samples = sampleCaptures();

  it.skipIf(samples === undefined)('are at hand (set EGRET_CAPTURES where they are not)', () => {
    expect(samples?.length).toBeGreaterThan(0);
  });

  it.each(samples ?? [])('all decode: $name', ({ name, file }) => {
    const { packets, problems, nonIp, fragmented } = decodeSample(name, file.fmt);
    const unexplained = file.packets - packets.length - nonIp - fragmented;
    // Frame 4 of this capture is the last fragment of a datagram whose others were not captured.
    const expected = name === 'dns-ipv6-fragments.pcap' ? [{ code: 'fragment-incomplete' }] : [];
    expect({ problems, unexplained }).toEqual({ problems: expected, unexplained: 0 });
  });

  it.each((samples ?? []).filter((sample) => sample.tls !== undefined && sample.tls.length > 0 && !sample.name.includes('geneve')))('reach the servers tshark saw: $name', ({ name, file, tls }) => {
    const { packets } = decodeSample(name, file.fmt);
    const reached = new Set(packets.map((packet) => packet.to));
    const missing = (tls ?? []).map(({ dst, port }) => (dst.includes(':') ? `[${dst}]:${port}` : `${dst}:${port}`)).filter((server) => !reached.has(server));
    expect(missing).toEqual([]);
  });
});

function decodeSample(name: string, kind: 'pcap' | 'pcapng') {
  const packets: DecodedPacket[] = [];
  const problems: unknown[] = [];
  let fragmented = 0;
  const decoder = new PacketDecoder((problem) => problems.push(problem));
  const reader = openCapture(kind, {
    frame(frame) {
      const before = decoder.nonIp + problems.length;
      const packet = decoder.decode(frame);
      if (packet !== undefined) packets.push(keep(packet));
      else if (decoder.nonIp + problems.length === before) fragmented++;
    },
    interfaceSeen: () => undefined,
    processSeen: () => undefined,
    dropped: () => undefined,
    problem: (problem) => problems.push(problem),
  });
  reader.push(readSample(name));
  reader.end();
  expect(decoder.leftover(Infinity)).toBeUndefined();
  return { packets, problems, nonIp: decoder.nonIp, fragmented };
}
