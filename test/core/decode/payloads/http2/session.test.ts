/** What HTTP/2 in clear says of destinations, by frames written by hand; malice and chance. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recogniseHttp2 } from '../../../../../src/core/decode/payloads/http2/recognise.ts';
import { PART_CAP } from '../../../../../src/core/decode/payloads/http/parts.ts';
import { bytes } from '../../../../build/bytes.ts';
import { lost, rechunked, up, down, type Passage } from '../../../../build/play-session.ts';
import { clientHello, message, record } from '../../../../build/tls-bytes.ts';
import { block, frame, OPENING, play, request, SETTINGS, shown } from './play.ts';

const HELLO = record(22, message(1, clientHello()));
const GET = { ':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'a.example' };

describe('HTTP/2 in clear', () => {
  it.each<[string, readonly Passage[], readonly unknown[]]>([
    ['one part per authority', [OPENING, up(request(1, GET), request(3, { ...GET, ':authority': 'b.example:81' }), request(5, GET))], ['origin GET a.example ×2 -', 'origin GET b.example:81 ×1 -']],
    ['Host where there is no :authority', [OPENING, up(request(1, { ':method': 'GET', host: 'c.example' }))], ['origin GET c.example ×1 -']],
    ['Host that says something else as a second destination, and the conflict', [OPENING, up(request(1, { ...GET, host: 'evil.example' }))], ['origin GET a.example ×1 -', 'origin GET evil.example ×1 -', { code: 'http-damaged', detail: 'conflicting authorities' }]],
    ['user information as a credential', [OPENING, up(request(1, { ...GET, ':authority': 'me:s3cr3t@a.example' }))], ['origin GET a.example ×1 - (userinfo)']],
    ['no destination in trailers', [OPENING, up(request(1, GET, 0x04), frame(0, 0, 1, 'body'), request(1, { 'x-sum': '1' }))], ['origin GET a.example ×1 -']],
    ['padding and priority', [OPENING, up(frame(1, 0x2c, 1, 3, bytes(0, 0, 0, 0, 9), block(GET), 'pad'))], ['origin GET a.example ×1 -']],
    ['a block in three frames', [OPENING, up(frame(1, 0x01, 1, block(GET).subarray(0, 5)), frame(9, 0, 1), frame(9, 4, 1, block(GET).subarray(5)))], ['origin GET a.example ×1 -']],
    ['no destination in what a server would push', [OPENING, up(request(1, GET)), SETTINGS, down(frame(5, 4, 1, bytes(0, 0, 0, 2), block({ ...GET, ':authority': 'pushed.example' })), frame(1, 4, 1, 0x88))], ['origin GET a.example ×1 200']],
    ['the status behind an interim one', [OPENING, up(request(1, GET)), SETTINGS, down(frame(1, 4, 1, block({ ':status': '103' })), frame(1, 5, 1, block({ ':status': '421' })))], ['origin GET a.example ×1 421']],
    ['the status behind 407', [OPENING, up(request(1, GET), request(3, GET)), down(frame(1, 5, 1, block({ ':status': '407' })), frame(1, 5, 3, block({ ':status': '403' })))], ['origin GET a.example ×2 403']],
    ['a request without a method', [OPENING, up(request(1, { ':authority': 'a.example' }))], [{ code: 'http-damaged', detail: 'request without a method' }]],
    ['a CONNECT without a port', [OPENING, up(request(1, { ':method': 'CONNECT', ':authority': 'a.example' }))], ['authority CONNECT a.example ×1 -', { code: 'http-damaged', detail: 'CONNECT without a port' }]],
    ['a block that another frame interrupts', [OPENING, up(frame(1, 0, 1, block(GET)), frame(6, 0, 0, '12345678'))], [{ code: 'http-damaged', detail: 'request frames' }]],
    ['a block that never ends', [OPENING, up(frame(1, 0, 1, 'x'), ...Array.from({ length: 9 }, () => frame(9, 0, 1, 'x'.repeat(9000))))], [{ code: 'http-cap', detail: 'request header block' }]],
    ['a preface that breaks off into something else', [up('PRI * HTTP/2.0\r\n\r\nSM\r\n\rX', request(1, GET))], [{ code: 'http-damaged', detail: 'request frames' }]],
  ])('shows %s', (_what, flow, expected) => expect(shown(flow)).toEqual(expected));

  it.each<[string, readonly (readonly [stream: number, content: Uint8Array])[], string | undefined]>([
    ['TLS where every tunnel is', [[1, HELLO], [3, HELLO]], 'tls'],
    ['TLS where another tunnel was never used', [[1, HELLO], [3, bytes()]], 'tls'],
    ['what is in clear where one tunnel is', [[1, HELLO], [3, bytes('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n')]], 'http'],
    ['nothing that is known where one tunnel is not', [[1, HELLO], [3, bytes('\u0081 nobody knows this')]], 'unknown'],
    ['nothing that is known where a tunnel was one too many to read', Array.from({ length: 17 }, (_, index) => [index * 2 + 1, HELLO] as const), 'unknown'],
  ])('says of several tunnels to one destination: %s', (_what, tunnels, inner) => {
    const flow = [
      OPENING, up(...tunnels.map(([stream]) => request(stream, { ':method': 'CONNECT', ':authority': 'a.example:443' }, 0x04))), SETTINGS,
      down(...tunnels.map(([stream]) => frame(1, 4, stream, 0x88))), up(...tunnels.map(([stream, content]) => frame(0, 0, stream, content))),
    ];
    expect(play(...flow).facts.http?.inner).toBe(inner);
  });

  it('reads on behind lost bytes of a body, and no further where a head may be lost', () => {
    const body = frame(0, 0, 1, 'x'.repeat(100));
    expect(shown([OPENING, up(request(1, GET, 0x04), body.subarray(0, 50)), lost('up', 59), up(request(3, { ...GET, ':authority': 'b.example' }))])).toEqual(['origin GET a.example ×1 -', 'origin GET b.example ×1 -']);
    expect(shown([OPENING, up(request(1, GET)), lost('up', 9), up(request(3, { ...GET, ':authority': 'b.example' }))])).toEqual(['origin GET a.example ×1 -']);
  });

  it('counts the bytes of each destination', () => {
    const first = request(1, GET, 0x04);
    const other = request(3, { ...GET, ':authority': 'b.example' });
    const { parts } = play(OPENING, up(first, other, frame(0, 1, 1, 'x'.repeat(70))), down(frame(1, 4, 3, 0x88), frame(0, 1, 3, 'y'.repeat(30)), frame(1, 5, 1, 0x88)));
    expect(parts.map(({ up: sent, down: got }) => [sent, got])).toEqual([[first.length + 79, 10], [other.length, 10 + 39]]);
  });

  it('keeps no path and no secret', () => {
    const { facts } = play(OPENING, up(request(1, { ...GET, ':path': '/s3cr3t', authorization: 'Basic s3cr3t', cookie: 's3cr3t', 'x-key': 's3cr3t' })));
    expect(JSON.stringify(facts)).not.toContain('s3cr3t');
    expect(facts.http?.parts[0]?.credentialScheme).toBe('Basic');
  });
});

describe('whose first bytes these are', () => {
  it.each([
    ['the preface', OPENING.data, 'client'],
    ['half of it', bytes('PRI * HTTP'), 'more'],
    ['another method', bytes('PRIX * HTTP/2.0'), 'no'],
    ['settings', frame(4, 0, 0, 0, 3, 0, 0, 0, 100), 'server'],
    ['a greased setting', frame(4, 0, 0, 0x5a, 0x9a, 0, 0, 0, 1), 'server'],
    ['empty settings', frame(4, 0, 0), 'server'],
    ['settings of a stream', frame(4, 0, 1, 0, 3, 0, 0, 0, 100), 'no'],
    ['an acknowledgement', frame(4, 1, 0), 'no'],
    ['settings that are none', frame(4, 0, 0, 'abcdef'), 'no'],
    ['a length that is no multiple', frame(4, 0, 0, 'abcde'), 'no'],
  ])('%s', (_what, data, expected) => expect(data instanceof Uint8Array ? recogniseHttp2(data) : '').toBe(expected));
});

const RUNS = { seed: 20_260_402, numRuns: 300 };
const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 9 });
const piece = fc.oneof(
  fc.record({ type: fc.nat(12), flags: fc.nat(255), stream: fc.nat(6), payload: fc.uint8Array({ maxLength: 60 }) }).map(({ type, flags, stream, payload }) => frame(type, flags, stream, payload)),
  fc.record({ stream: fc.nat(6), authority: fc.constantFrom('a.example', 'b.example:1', ''), method: fc.constantFrom('GET', 'CONNECT') }).map(({ stream, authority, method }) => request(stream, { ':method': method, ':authority': authority })),
  fc.uint8Array({ maxLength: 30 }),
);
const flows = fc.array(fc.record({ side: fc.constantFrom('up', 'down'), pieces: fc.array(piece, { minLength: 1, maxLength: 5 }) }), { maxLength: 8 })
  .map((list): Passage[] => [OPENING].concat(list.map(({ side, pieces }) => ({ side, data: bytes(...pieces) }))));

describe('any bytes behind the preface', () => {
  it('are read the same from any cut, without a throw', () => {
    fc.assert(fc.property(flows, sizes, (flow, cut) => {
      const whole = play(...flow);
      const pieces = play(...rechunked(flow, cut));
      expect(pieces.facts).toEqual(whole.facts);
      expect(pieces.problems).toEqual(whole.problems);
    }), RUNS);
  });
});

/** A field of 4000 bytes, and references to it. */
function bomb(references: number): Uint8Array {
  return frame(1, 4, 3, bytes(0x40, 1, 'x', 0x7f, 0x80 | ((4000 - 127) % 128), 30, 'y'.repeat(4000)), new Uint8Array(references).fill(0xbe));
}

describe('attacks', () => {
  // Each of these takes minutes when a step of it is quadratic, and the runner's own limit ends it.
  it.each<[string, readonly Passage[]]>([
    ['a header block that refers to its largest field fifty thousand times', [OPENING, ...Array.from({ length: 20 }, () => up(bomb(50_000)))]],
    ['blocks that fill and empty the table', [OPENING, up(...Array.from({ length: 400 }, () => frame(1, 4, 1, ...Array.from({ length: 500 }, () => bytes(0x41, 0))))), up(frame(1, 4, 1, 0x20))]],
    ['empty frames', rechunked([OPENING, up(new Uint8Array(900_000))], [1460])],
    ['streams that are never answered', [OPENING, up(...Array.from({ length: 20_000 }, (_, index) => request(index * 2 + 1, { ':method': 'CONNECT', ':authority': `h${index}:1` })))]],
    ['one continuation after the other', [OPENING, up(frame(1, 0, 1, 'x')), ...Array.from({ length: 500 }, () => up(...Array.from({ length: 100 }, () => frame(9, 0, 1))))]],
  ])('%s takes time in proportion to its length', (_what, flow) => {
    expect(play(...flow).facts.http?.parts.length).toBeLessThanOrEqual(PART_CAP);
  });
});
