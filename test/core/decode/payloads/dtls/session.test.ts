import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dtlsDecoder } from '../../../../../src/core/decode/payloads/dtls/session.ts';
import { recogniseDtls } from '../../../../../src/core/decode/payloads/dtls/recognise.ts';
import { bytes, u16 } from '../../../../build/bytes.ts';
import { down, playSession, up, type Passage, type Played } from '../../../../build/play-session.ts';
import { dtlsMessage, dtlsRecord } from '../../../../build/stun.ts';
import { clientHello, extension, serverHello, type HelloWish } from '../../../../build/tls-bytes.ts';

const play = (...passages: readonly Passage[]): Played => playSession(dtlsDecoder, passages);
/** RFC 6347 §4.2.1: behind the session id stands the cookie. */
function helloBody(cookie: Uint8Array = bytes(), extensions: NonNullable<HelloWish['extensions']> = []): Uint8Array {
  const tls = clientHello({ version: 0xfefd, extensions });
  return bytes(tls.subarray(0, 35), cookie.length, cookie, tls.subarray(35));
}
const named = (name: string): NonNullable<HelloWish['extensions']> => [extension.serverName(name), [14, bytes(u16(4), u16(1), u16(7), 0)]];
const handshake = (message: Uint8Array): Uint8Array => dtlsRecord({ type: 22 }, message);
const sealed = dtlsRecord({ type: 23, epoch: 1 }, new Uint8Array(40));
/** RFC 9147 §4: no connection id, two bytes of sequence number, a length. */
const unified = (epoch: number): Uint8Array => bytes(0x2c | epoch, u16(5), u16(20), new Uint8Array(20));
const server = bytes(0xfe, 0xfd, serverHello(0xc02b, [[14, bytes(u16(2), u16(7), 0)]]).subarray(2));

describe('a DTLS handshake', () => {
  it('shows hello, version, fingerprint and SRTP', () => {
    const { facts, problems } = play(up(handshake(dtlsMessage(1, 0, helloBody(bytes(), named('media.example'))))), down(handshake(dtlsMessage(2, 0, server))), up(sealed), down(sealed));
    expect(problems).toEqual([]);
    expect(facts.tls).toMatchObject({ hello: { sni: 'media.example', version: 'DTLS1.2' }, server: { version: 'DTLS1.2', cipher: 0xc02b }, applicationData: 'both' });
    expect(facts.tls?.hello?.ja4.startsWith('dd2d0102')).toBe(true);
    expect(facts.media?.dtls).toEqual({ helloFrom: 'client', verified: false, srtp: [1, 7], srtpChosen: 7 });
  });

  it('joins the second hello behind a cookie', () => {
    const first = helloBody(bytes(), named('media.example'));
    const second = helloBody(bytes('cookie!'), named('media.example'));
    const { facts, problems } = play(up(handshake(dtlsMessage(1, 0, first))), down(handshake(dtlsMessage(3, 0, bytes(0xfe, 0xff, 7, 'cookie!')))), up(handshake(dtlsMessage(1, 1, second))), down(handshake(dtlsMessage(2, 1, server))));
    expect(problems).toEqual([]);
    expect(facts.media?.dtls?.verified).toBe(true);
    expect(facts.tls?.hello?.length).toBe(first.length);
  });

  it('tells when the second hello names another host', () => {
    const { problems } = play(up(handshake(dtlsMessage(1, 0, helloBody(bytes(), named('a.example'))))), up(handshake(dtlsMessage(1, 1, helloBody(bytes('c'), named('b.example'))))));
    expect(problems).toEqual([{ code: 'dtls-damaged', detail: 'the second ClientHello names another host' }]);
  });

  it('is put together from fragments in any order, repeated and overlapping', () => {
    const body = helloBody(bytes(), named('fragmented.example'));
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(body.length), fc.nat(body.length)), { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.nat()), (more, size, order) => {
      const spans: [number, number][] = more.map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
      for (let from = 0; from < body.length; from += size) spans.push([from, Math.min(body.length, from + size)]);
      const shuffled = spans.map((span) => ({ span, key: order.next().value })).toSorted((a, b) => a.key - b.key).map(({ span }) => span);
      const { facts, problems } = play(...shuffled.map(([from, to]) => up(handshake(dtlsMessage(1, 0, body, from, to)))));
      expect(facts.tls?.hello?.sni ?? problems[0]?.code).toBe(shuffled.length > 64 ? 'dtls-cap' : 'fragmented.example');
    }), { numRuns: 200, seed: 5 });
  });

  it('holds what has come and not what a length promises', () => {
    const huge = bytes(1, 0xff, 0xff, 0xff, u16(0), 0, 0, 0, 0, 0, 1, 0);
    expect(play(up(handshake(huge))).problems).toEqual([{ code: 'dtls-cap' }]);
    const far = bytes(1, 0, 0xff, 0xff, u16(0), 0, 0xff, 0xf0, 0, 0, 1, 0);
    expect(play(up(handshake(far))).problems).toEqual([]);
  });

  it('keeps the alert that ended it', () => {
    const { facts } = play(up(handshake(dtlsMessage(1, 0, helloBody()))), down(dtlsRecord({ type: 21 }, bytes(2, 40))));
    expect(facts.tls?.alert).toEqual({ from: 'server', level: 2, code: 40 });
  });

  it('reads several records of a datagram, and stops at bytes that are none', () => {
    const both = bytes(handshake(dtlsMessage(2, 0, server)), handshake(dtlsMessage(14, 1, bytes())));
    expect(play(up(handshake(dtlsMessage(1, 0, helloBody()))), down(both)).facts.tls?.server).toMatchObject({ version: 'DTLS1.2', resumed: false });
    expect(play(up(bytes(handshake(dtlsMessage(1, 0, helloBody())), 'tail'))).problems).toEqual([{ code: 'dtls-damaged', detail: 'record' }]);
  });

  it('counts DTLS 1.3 records of the application\'s epoch only as application data', () => {
    const { facts } = play(up(handshake(dtlsMessage(1, 0, helloBody()))), up(unified(2)), down(unified(2)));
    expect(facts.tls?.applicationData).toBe('none');
    expect(play(up(handshake(dtlsMessage(1, 0, helloBody()))), up(unified(3)), down(unified(3))).facts.tls?.applicationData).toBe('both');
  });

  it('never throws, whatever the bytes', () => {
    const passage = fc.record({ side: fc.constantFrom('up' as const, 'down' as const), data: fc.uint8Array({ maxLength: 80 }), as: fc.constantFrom('raw', 'record', 'message') });
    fc.assert(fc.property(fc.array(passage, { maxLength: 10 }), (passages) => {
      const { facts } = play(...passages.map(({ side, data, as }): Passage => ({ side, data: as === 'raw' ? data : dtlsRecord({ type: 20 + (data.length % 7) }, as === 'record' ? data : dtlsMessage(data.length % 16, data.length % 3, data)) })));
      expect(facts.protocol).toMatch(/^(?:dtls|stun|unknown)$/);
    }), { numRuns: 2000, seed: 9 });
  });
});

describe('recognising DTLS', () => {
  it.each<readonly [what: string, data: Uint8Array, found: string]>([
    ['a ClientHello', handshake(dtlsMessage(1, 0, helloBody())), 'client'],
    ['a first fragment of one', handshake(dtlsMessage(1, 0, helloBody(), 0, 10)), 'client'],
    ['a HelloVerifyRequest', handshake(dtlsMessage(3, 0, bytes(0xfe, 0xff, 0))), 'server'],
    ['encrypted records that fill the datagram', bytes(sealed, sealed), 'client'],
    ['the same with a tail', bytes(sealed, 0), 'no'],
    ['TLS over UDP', bytes(22, 3, 3, u16(40), new Uint8Array(40)), 'no'],
    ['a record longer than its datagram', handshake(dtlsMessage(1, 0, helloBody())).subarray(0, 40), 'no'],
    ['a fragment beyond its message', handshake(bytes(1, 0, 0, 4, u16(0), 0, 0, 3, 0, 0, 4, 'abcd')), 'no'],
    ['a lone first byte', bytes(22), 'no'],
  ])('says of %s whose it is', (_what, data, found) => expect(recogniseDtls(data, [50_000, 40_000])).toBe(found));
});
