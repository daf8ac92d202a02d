/** Bytes by chance and by malice: no throw, bounded answers, and the same answer however the bytes are cut. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOST_CAP } from '../../../../../src/core/decode/payloads/http/authority.ts';
import { PART_CAP } from '../../../../../src/core/decode/payloads/http/parts.ts';
import { readWireFixture, wireFixtures } from '../../../../build/wire-fixture.ts';
import { down, playSession, rechunked, up, type Passage } from '../../../../build/play-session.ts';
import { httpOf, play } from './play.ts';

const RUNS = { seed: 20_260_401, numRuns: 300 };
const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 12 });
const body = fc.constantFrom('', 'Content-Length: 5\r\n\r\nhello', 'Transfer-Encoding: chunked\r\n\r\n5;a\r\nhello\r\n0\r\nX: y\r\n\r\n');
const host = fc.constantFrom('a.example', 'b.example:81', '[2001:db8::1]', 'C.example');
/** A request and its response, framed as they must be: to HEAD, with 204 and 304 no body follows. */
const exchange = fc
  .record({ host, sent: body, received: body, method: fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS'), status: fc.constantFrom(200, 204, 304, 404), proxied: fc.boolean() })
  .map(({ host: to, sent, received, method, status, proxied }) => ({
    request: `${method} ${proxied ? `http://${to}` : ''}/ HTTP/1.1\r\nHost: ${to}\r\n${sent === '' ? '\r\n' : sent}`,
    response: `HTTP/1.1 ${status} X\r\n${received === '' || method === 'HEAD' || status === 204 || status === 304 ? 'Content-Length: 0\r\n\r\n' : received}`,
  }));
const fixtures = wireFixtures('http').map((name) => readWireFixture(name).passages);

describe('the HTTP decoder', () => {
  it('reads the same from any cut of the same bytes', () => {
    fc.assert(fc.property(fc.array(exchange, { minLength: 1, maxLength: 6 }), fc.nat(6), sizes, (exchanges, answered, cut) => {
      const whole = [up(exchanges.map((each) => each.request).join('')), down(exchanges.slice(0, answered).map((each) => each.response).join(''))];
      const expected = play(...whole);
      const got = play(...rechunked(whole, cut));
      expect(got.facts).toEqual(expected.facts);
      expect([...got.problems, ...expected.problems]).toEqual([]);
      expect(total(expected.parts.map((part) => part.requests))).toBe(exchanges.length);
    }), RUNS);
  });

  it('never throws on mutated recordings, and keeps within its caps', () => {
    const edit = fc.record({ passage: fc.nat(9), offset: fc.nat(999), byte: fc.nat(255), kind: fc.constantFrom('set', 'cut', 'double', 'lose') });
    fc.assert(fc.property(fc.constantFrom(...fixtures), fc.array(edit, { minLength: 1, maxLength: 6 }), sizes, (passages, edits, cut) => {
      const { facts } = play(...rechunked(edits.reduce<readonly Passage[]>((now, each) => mutated(now, each), passages), cut));
      expect(facts.http?.parts.length).toBeLessThanOrEqual(PART_CAP);
      for (const part of facts.http?.parts ?? []) expect(part.host?.length ?? 0).toBeLessThanOrEqual(HOST_CAP);
    }), RUNS);
  });

  it('never throws on any bytes', () => {
    fc.assert(fc.property(fc.array(fc.record({ side: fc.constantFrom('up', 'down'), data: fc.oneof(fc.uint8Array({ maxLength: 99 }), fc.nat(999)) }), { maxLength: 9 }), (passages) => {
      expect(play(...passages).facts.http?.parts.length).toBeLessThanOrEqual(9 * 99);
    }), RUNS);
  });

  // Each of these takes minutes when a step of it is quadratic, and the runner's own limit ends it.
  it.each([
    ['a head without a line break, in one piece', [up('GET / HTTP/1.1\r\nHost: a.example\r\nX: ', 'x'.repeat(1_000_000))]],
    ['a head without a line break, byte by byte', rechunked([up('GET / HTTP/1.1\r\nHost: a.example\r\nX: ', 'x'.repeat(1_000_000))], [1])],
    ['a request line without an end', rechunked([up('GET /', 'a'.repeat(1_000_000))], [1460])],
    ['a body of tiny chunks', rechunked([up('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\na\r\n'.repeat(170_000))], [1460])],
    ['tiny requests that offer an upgrade', [up('A / HTTP/1.1\r\nUpgrade: x\r\n\r\n'.repeat(30_000))]],
    ['refused CONNECTs, one behind the other', [up('CONNECT a:1 HTTP/1.1\r\n\r\n'.repeat(40_000)), down('HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n'.repeat(40_000))]],
    ['empty lines', rechunked([up('GET / HTTP/1.1\r\n\r\n', '\r\n'.repeat(500_000))], [1460])],
  ] as const)('takes time in proportion to the length of %s', (_what, passages) => {
    expect(playSession(httpOf(), passages).facts.http?.parts.length).toBeLessThanOrEqual(1);
  });
});

function mutated(passages: readonly Passage[], edit: { passage: number; offset: number; byte: number; kind: string }): Passage[] {
  return passages.flatMap((each, index) => {
    if (index !== edit.passage % passages.length || typeof each.data === 'number' || each.data.length === 0) return [each];
    const offset = edit.offset % each.data.length;
    if (edit.kind === 'set') return [{ ...each, data: each.data.with(offset, edit.byte) }];
    if (edit.kind === 'cut') return [{ ...each, data: each.data.slice(0, offset) }];
    return edit.kind === 'double' ? [each, each] : [{ side: each.side, data: each.data.length }];
  });
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
