import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../../../src/core/base/bytes.ts';
import { readStun } from '../../../../../src/core/decode/payloads/stun/message.ts';
import { recogniseDatagram, recogniseStream } from '../../../../../src/core/decode/payloads/stun/recognise.ts';
import { bytes, u16 } from '../../../../build/bytes.ts';
import { attribute, channelData, check, integrity, stun, username, xorAddress } from '../../../../build/stun.ts';

/** RFC 5769 §2.1, §2.2 and §2.3, byte for byte. */
const SAMPLES = {
  request: '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
  response: '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96',
  responseV6: '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c',
};
const sample = (name: keyof typeof SAMPLES): Uint8Array => fromHex(SAMPLES[name]) ?? new Uint8Array();
const read = (data: Uint8Array): ReturnType<typeof readStun> => readStun(data, 0, data.length);

describe('a STUN message', () => {
  it('is read as the vectors of RFC 5769 say', () => {
    expect(read(sample('request'))).toMatchObject({ class: 'request', method: 1, classic: false, software: 'STUN test client', username: 'evtj:h6vY', integrity: true, fingerprint: true });
    expect(read(sample('response'))).toMatchObject({ class: 'success', method: 1, software: 'test vector', mapped: { address: '192.0.2.1', port: 32_853 } });
    expect(read(sample('responseV6'))?.mapped).toEqual({ address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32_853 });
  });

  it('tells its error by class and number', () => {
    expect(read(stun({ type: 0x0113, attributes: [attribute(9, u16(0), 4, 38, 'Stale Nonce'), attribute(0x14, 'example.org')] }))).toMatchObject({ class: 'error', method: 3, error: 438, realm: 'example.org' });
  });

  it('takes nothing that stands behind its integrity', () => {
    const message = read(stun({ type: 0x0101, attributes: [integrity(), xorAddress(0x20, '198.51.100.1', 9)] }));
    expect(message?.mapped).toBeUndefined();
  });

  it('is RFC 3489 without the cookie, with a mapped address in clear', () => {
    expect(read(stun({ type: 0x0101, classic: true, attributes: [attribute(1, 0, 1, u16(1000), 192, 0, 2, 7)] }))).toMatchObject({ classic: true, mapped: { address: '192.0.2.7', port: 1000 } });
  });

  it.each([
    ['a length that is not the datagram\'s', bytes(check(1), 0)],
    ['an attribute that runs over the end', bytes(u16(1), u16(4), check(1).subarray(4, 20), u16(6), u16(5))],
    ['a cut header', check(1).subarray(0, 19)],
    ['a first byte with a high bit', bytes(0x80, check(1).subarray(1))],
    ['more attributes than any message has', stun({ type: 1, attributes: Array.from({ length: 65 }, () => attribute(0x8001)) })],
  ])('is none with %s', (_what, data) => expect(read(data)).toBeUndefined());

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (data, real) => {
      const framed = real ? bytes(u16(1), u16(data.length), check(1).subarray(4, 20), data) : bytes(0xff, data);
      const message = read(framed);
      expect(message?.class ?? 'request').toBe('request');
      for (const turn of [true, false]) {
        recogniseDatagram(framed, [40_000, 3478], turn);
        recogniseStream(framed.subarray(0, 64), [40_000, 3478], turn);
      }
    }), { numRuns: 2000, seed: 7 });
  });
});

describe('recognising STUN', () => {
  const UP = [40_000, 50_000] as const;
  const TO = [40_000, 3478] as const;

  it.each<readonly [what: string, data: Uint8Array, ports: readonly [number, number], turn: boolean, found: string]>([
    ['a Binding request on any port', stun({ type: 1 }), UP, false, 'client'],
    ['its answer', stun({ type: 0x0101 }), UP, false, 'server'],
    ['Allocate', stun({ type: 3 }), UP, true, 'client'],
    ['a Send indication', stun({ type: 0x16 }), UP, true, 'client'],
    ['a Data indication', stun({ type: 0x17 }), UP, true, 'server'],
    ['Allocate as no plain STUN', stun({ type: 3 }), UP, false, 'no'],
    ['an empty RFC 3489 request on the port of STUN', stun({ type: 1, classic: true }), TO, false, 'client'],
    ['the same elsewhere', stun({ type: 1, classic: true }), UP, false, 'no'],
    ['an RFC 3489 change request', stun({ type: 1, classic: true, attributes: [attribute(3, 0, 0, 0, 6)] }), UP, false, 'client'],
    ['ChannelData towards the port of TURN', channelData(0x4001, bytes('abcd')), TO, true, 'client'],
    ['the same elsewhere', channelData(0x4001, bytes('abcd')), UP, true, 'no'],
    ['ChannelData of another length', bytes(channelData(0x4001, bytes('abcd')), 1), TO, true, 'no'],
  ])('knows %s', (_what, data, ports, turn, found) => expect(recogniseDatagram(data, ports, turn)).toBe(found));

  it('tells a stream by its first eight bytes, and asks for more until then', () => {
    const request = stun({ type: 3, attributes: [username('someone')] });
    for (let length = 0; length < 8; length++) expect(recogniseStream(request.subarray(0, length), UP, true)).toBe(length === 0 ? 'no' : 'more');
    expect(recogniseStream(request.subarray(0, 8), UP, true)).toBe('client');
    expect(recogniseStream(bytes(0, 1, 0, 8, 'SSH-'), UP, false)).toBe('no');
    expect(recogniseStream(stun({ type: 0x0113 }), UP, true)).toBe('server');
  });
});
