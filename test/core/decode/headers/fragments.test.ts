import { array, assert, integer, nat, property, shuffledSubarray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_BYTES, MAX_DATAGRAMS, MAX_PIECES } from '../../../../src/core/decode/headers/fragments.ts';
import { PacketDecoder } from '../../../../src/core/decode/headers/decode.ts';
import type { ProblemCode } from '../../../../src/core/base/problem.ts';
import { bytes } from '../../../build/bytes.ts';
import { decodeFrames, keep } from '../../../build/decode-packets.ts';
import { START } from '../../../build/pcap.ts';
import { extension, fragments, ipv4, ipv6, tcp, udp } from '../../../build/packets.ts';

const RAW = 101;
const BODY = 'abcdefghijklmnopqrstuvwxyz'.repeat(20);
const FOUR = udp({ from: '10.0.0.2:5000', to: '203.0.113.7:53', payload: BODY });
const SIX = udp({ from: '[2001:db8::2]:5000', to: '[2001:db8::7]:53', payload: BODY });

function codes(problems: readonly { code: ProblemCode }[]): ProblemCode[] {
  return problems.map((problem) => problem.code);
}

/** Eight bytes of one datagram. */
function at(offset: number, more: boolean): Uint8Array {
  return ipv4('10.0.0.2', '10.0.0.3', 17, new Uint8Array(8), { offset, more });
}

function first(id: number, size: number): Uint8Array {
  return ipv4('10.0.0.2', '10.0.0.3', 17, new Uint8Array(size), { id, more: true });
}

describe.each([['IPv4', FOUR], ['IPv6', SIX]])('%s fragments', (_, packet) => {
  const parts = fragments(packet, 128);

  it('give the packet at the part that completes it, in any order', () => {
    const order = shuffledSubarray(parts, { minLength: parts.length });
    assert(property(order, (shuffled) => {
      const found = decodeFrames(shuffled, RAW);
      expect(found.packets.slice(0, -1).every((one) => one === undefined)).toBe(true);
      expect(found.packets.at(-1)).toMatchObject({ protocol: 17, payload: BODY, payloadLength: BODY.length, frame: parts.length });
      expect(found.problems).toEqual([]);
      expect(found.leftovers).toEqual([]);
    }), { seed: 1, numRuns: 40 });
  });

  it('count once when every part was captured twice', () => {
    const found = decodeFrames(parts.flatMap((part) => [part, part]), RAW);
    expect(found.packets.filter((one) => one !== undefined)).toMatchObject([{ payload: BODY }]);
    expect(found).toMatchObject({ problems: [], leftovers: [] });
  });

  it('that overlap with other bytes or lengths are refused, with all that follow', () => {
    const [head, second] = parts;
    const other = Uint8Array.from(second ?? []);
    other.fill(0x58, other.length - 8);
    const found = decodeFrames([head ?? bytes(), second ?? bytes(), other, ...parts.slice(2)], RAW);
    expect(found.packets.every((one) => one === undefined)).toBe(true);
    expect(codes(found.problems)).toEqual(['fragment-overlap']);
  });

  it('without the last part give what the first one tells, at the end or 30 s later', () => {
    const found = decodeFrames(parts.slice(0, -1), RAW);
    expect(codes(found.problems)).toEqual(['fragment-incomplete']);
    expect(found.leftovers).toMatchObject([{ protocol: 17, payload: BODY.slice(0, 128 * 4 - 8), payloadLength: BODY.length, frame: 1, at: START }]);
  });

  it('without the first part give nothing but a problem', () => {
    const found = decodeFrames(parts.slice(1), RAW);
    expect(codes(found.problems)).toEqual(['fragment-incomplete']);
    expect(found.leftovers).toEqual([]);
  });

  it('cut by the snap length give the first part as a packet and count the rest', () => {
    const found = decodeFrames(parts.map((part) => ({ bytes: part.subarray(0, 80), wireLength: part.length })), RAW);
    expect(found.packets[0]).toMatchObject({ protocol: 17, payloadLength: BODY.length });
    expect(found.packets.slice(1).every((one) => one === undefined)).toBe(true);
    expect(new Set(codes(found.problems))).toEqual(new Set(['fragment-incomplete']));
  });
});

describe('reassembly', () => {
  it('keeps datagrams apart by identification, addresses and, for IPv4, protocol', () => {
    const other = udp({ from: '10.0.0.3:5000', to: '203.0.113.7:53', payload: BODY });
    const asTcp = tcp({ from: '10.0.0.2:5000', to: '203.0.113.7:53', payload: BODY });
    const [a, b, c, d] = [fragments(FOUR, 400, 1), fragments(FOUR, 400, 2), fragments(other, 400, 1), fragments(asTcp, 400, 1)];
    const mixed = [0, 1].flatMap((index) => [a, b, c, d].map((parts) => parts[index] ?? bytes()));
    const found = decodeFrames(mixed, RAW);
    expect(found.packets.slice(4).map((one) => [one?.from, one?.protocol, one?.ipId])).toEqual([
      ['10.0.0.2:5000', 17, 1], ['10.0.0.2:5000', 17, 2], ['10.0.0.3:5000', 17, 1], ['10.0.0.2:5000', 6, 1],
    ]);
    expect(found.problems).toEqual([]);
  });

  it('takes a later datagram with the same identification for a new one', () => {
    const parts = fragments(FOUR, 400);
    const again = parts.map((part) => ({ bytes: part, at: START + 20_000 }));
    const found = decodeFrames([...parts, ...again], RAW);
    expect(found.packets.filter((one) => one !== undefined)).toHaveLength(2);
    expect(found.problems).toEqual([]);
  });

  it('gives up an open datagram after 30 s of frame time and not before', () => {
    const problems: ProblemCode[] = [];
    const decoder = new PacketDecoder((problem) => problems.push(problem.code));
    const part = fragments(FOUR, 400)[0] ?? bytes();
    decoder.decode({ bytes: part, start: 0, end: part.length, wireLength: part.length, at: START, link: RAW, interfaceId: 3, index: 9, process: 5 });
    expect(decoder.leftover(START + 29_999_999)).toBeUndefined();
    expect(problems).toEqual([]);
    const packet = decoder.leftover(START + 30_000_000);
    expect(packet).toMatchObject({ interfaceId: 3, frame: 9, process: 5, at: START });
    expect(packet === undefined ? undefined : keep(packet)).toMatchObject({ from: '10.0.0.2:5000', payload: BODY.slice(0, 392) });
    expect(decoder.leftover(START + 30_000_000)).toBeUndefined();
    expect(problems).toEqual(['fragment-incomplete']);
  });

  it('starts anew when the identification comes back after 30 s', () => {
    const [head, last] = fragments(FOUR, 400);
    const found = decodeFrames([head ?? bytes(), { bytes: last ?? bytes(), at: START + 31_000_000 }, { bytes: head ?? bytes(), at: START + 31_000_001 }], RAW);
    expect(found.packets[2]).toMatchObject({ payload: BODY });
    expect(codes(found.problems)).toEqual(['fragment-incomplete']);
  });

  it('reads the extension headers that a reassembled IPv6 datagram starts with', () => {
    const options = extension(60);
    const body = bytes(17, options.header.subarray(1), SIX.subarray(40));
    const parts = [0, 256].map((offset) => ipv6('2001:db8::2', '2001:db8::7', 60, body.subarray(offset, offset === 0 ? 256 : undefined), { extensions: [extension(44, { offset, more: offset === 0, id: 7 })] }));
    expect(decodeFrames(parts, RAW)).toMatchObject({ packets: [undefined, { protocol: 17, payload: BODY }], problems: [] });
  });

  it.each([
    ['a part that ends past 64 KiB', ipv4('10.0.0.2', '10.0.0.3', 17, new Uint8Array(200), { offset: 65_528, more: false })],
    ['a part that is no multiple of eight', ipv4('10.0.0.2', '10.0.0.3', 17, new Uint8Array(9), { more: true })],
    ['an empty part', ipv4('10.0.0.2', '10.0.0.3', 17, bytes(), { offset: 8 })],
    ['a part longer than its frame', ipv4('10.0.0.2', '10.0.0.3', 17, new Uint8Array(8), { more: true, lengthField: 1020 })],
  ])('refuses %s', (_, part) => {
    expect(decodeFrames([part], RAW)).toMatchObject({ packets: [undefined], problems: [{ code: 'packet-damaged' }], leftovers: [] });
  });

  it('refuses two different ends and parts behind the end', () => {
    expect(codes(decodeFrames([at(16, false), at(24, false)], RAW).problems)).toEqual(['fragment-overlap']);
    expect(codes(decodeFrames([at(16, false), at(24, true)], RAW).problems)).toEqual(['fragment-overlap']);
    expect(codes(decodeFrames([at(24, true), at(16, false)], RAW).problems)).toEqual(['fragment-overlap']);
  });

  it('bounds open datagrams, their bytes and their parts', () => {
    const many = decodeFrames(Array.from({ length: MAX_DATAGRAMS + 3 }, (_, id) => first(id, 8)), RAW);
    expect(many.problems.filter((problem) => problem.code === 'fragment-cap')).toHaveLength(3);
    const size = 60_000;
    const fit = Math.floor(MAX_BYTES / size);
    const large = decodeFrames(Array.from({ length: fit + 2 }, (_, id) => first(id, size)), RAW);
    expect(large.problems.filter((problem) => problem.code === 'fragment-cap')).toHaveLength(2);
    const tiny = decodeFrames(Array.from({ length: MAX_PIECES + 5 }, (_, index) => ipv4('10.0.0.2', '10.0.0.3', 17, new Uint8Array(8), { offset: index * 8, more: true })), RAW);
    expect(codes(tiny.problems)).toEqual(['fragment-cap']);
  });

  it('never throws, loops or keeps bytes of a refused datagram, whatever the parts', () => {
    const part = array(nat({ max: 40 }), { minLength: 3, maxLength: 3 });
    assert(property(array(part, { minLength: 1, maxLength: 60 }), integer({ min: 1, max: 4 }), (list, ids) => {
      const frames = list.map(([offset = 0, length = 0, kind = 0]) => ipv4('10.0.0.2', '10.0.0.3', 17, new Uint8Array(length * 8).fill(kind), { offset: offset * 8, more: kind > 3, id: kind % ids }));
      const found = decodeFrames(frames, RAW);
      expect(found.packets).toHaveLength(list.length);
    }), { seed: 1, numRuns: 100 });
  });
});
