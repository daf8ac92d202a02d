import * as dns from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { readWireFixture } from '../../../../build/wire-fixture.ts';
import { down, lost, up, type Passage } from '../../../../build/play-session.ts';
import { lines, play } from './play.ts';

const CONNECT = 'CONNECT inside.example:443 HTTP/1.1\r\n\r\n';
const LET_THROUGH = 'HTTP/1.1 200 Connection established\r\n\r\n';
const REFUSED = 'HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno';
const UPGRADE = 'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const SWITCHED = 'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n';
const hello = helloBytes();

const SWITCHED_PART = 'authority CONNECT inside.example:443 ×1 200 switched';
const OPEN_PART = 'authority CONNECT inside.example:443 ×1 -';

/** What runs inside by name, and the server name when it is TLS. */
const CASES: ReadonlyArray<readonly [claim: string, passages: readonly Passage[], parts: readonly string[], inner?: string]> = [
  ['TLS behind the answer', [up(CONNECT), down(LET_THROUGH), up(hello)], [SWITCHED_PART], 'tls'],
  ['TLS sent before the answer', [up(CONNECT, hello), down(LET_THROUGH)], [SWITCHED_PART], 'tls'],
  ['TLS sent in pieces around the answer', [up(CONNECT, hello.subarray(0, 3)), up(hello.subarray(3, 40)), down(LET_THROUGH), up(hello.subarray(40))], [SWITCHED_PART], 'tls'],
  ['an answer that announces a length', [up(CONNECT), down('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'), up(hello)], [SWITCHED_PART], 'tls'],
  ['an answer cut short by lost bytes', [up(CONNECT), down('HTTP/1.1 200 OK\r\nVia: a'), lost('down', 20), up(hello)], [SWITCHED_PART], 'tls'],
  ['an answer that was captured before its question', [down(LET_THROUGH), up(CONNECT), up(hello)], [SWITCHED_PART], 'tls'],
  ['an answer that was lost', [up(CONNECT), lost('down', 40), up(hello)], [OPEN_PART], 'tls'],
  ['an answer whose side was not captured', [up(CONNECT), up(hello)], [OPEN_PART], 'tls'],
  ['a refused CONNECT, and early bytes that were no request', [up(CONNECT, hello), down(REFUSED)], ['authority CONNECT inside.example:443 ×1 403']],
  ['a refused CONNECT and another request sent early', [up(CONNECT, 'GET http://b.example/ HTTP/1.1\r\n\r\n'), down(REFUSED), down(REFUSED)], ['authority CONNECT inside.example:443 ×1 403', 'absolute GET b.example:80 ×1 403']],
  ['a second CONNECT while no answer was captured', [up(CONNECT), up('CONNECT b.example:443 HTTP/1.1\r\n\r\n', hello)], [OPEN_PART, 'authority CONNECT b.example:443 ×1 -'], 'tls'],
  ['HTTP inside a tunnel', [up('CONNECT inside.example:80 HTTP/1.1\r\n\r\n'), down(LET_THROUGH), up('GET / HTTP/1.1\r\nHost: Inside.example\r\n\r\n')], ['authority CONNECT inside.example:80 ×1 200 switched'], 'http'],
  ['HTTP inside a tunnel that names another host', [up('CONNECT inside.example:80 HTTP/1.1\r\n\r\n'), down(LET_THROUGH), up('GET / HTTP/1.1\r\nHost: other.example\r\n\r\n')], ['authority CONNECT inside.example:80 ×1 200 switched', 'absolute GET other.example:80 ×1 -'], 'http'],
  ['what nobody recognises', [up(CONNECT), down(LET_THROUGH), up('\u0000\u0001'), down('\u0002\u0003')], [SWITCHED_PART]],
  ['a hello from the wrong end', [up(CONNECT), down(LET_THROUGH, hello), up('\u0000')], [SWITCHED_PART]],
  ['bytes lost before the inside was recognised', [up(CONNECT), down(LET_THROUGH), lost('up', 9), up(hello)], [SWITCHED_PART]],
  ['a WebSocket', [up(UPGRADE), down(SWITCHED), up('\u0081\u0080abcd')], ['origin GET a.example ×1 101 switched'], 'websocket'],
  ['a WebSocket in a tunnel', [up(CONNECT), down(LET_THROUGH), up(UPGRADE.replace('a.example', 'inside.example')), down(SWITCHED)], [SWITCHED_PART], 'websocket'],
  ['TLS behind two proxies', [up(CONNECT), down(LET_THROUGH), up('CONNECT b.example:443 HTTP/1.1\r\n\r\n'), down(LET_THROUGH), up(hello)], [SWITCHED_PART, 'authority CONNECT b.example:443 ×1 200 switched'], 'tls'],
  ['an upgrade that the server passes over', [up(UPGRADE, UPGRADE, 'GET / HTTP/1.1\r\nHost: b.example\r\n\r\n')], ['origin GET a.example ×2 -', 'origin GET b.example ×1 -']],
  ['an upgrade to TLS (RFC 2817)', [up(UPGRADE.replace('websocket', 'TLS/1.2')), down(SWITCHED), up(hello)], ['origin GET a.example ×1 101 switched'], 'tls'],
];

describe('inside tunnels', () => {
  it.each(CASES.map(([claim, passages, parts, inner]) => ({ claim, passages, parts, inner })))('understands $claim', ({ passages, parts, inner }) => {
    const played = play(...passages);
    expect(lines(played.parts)).toEqual(parts);
    expect(played.facts.http?.inner).toBe(inner);
    expect(played.facts.tls?.hello?.sni).toBe(inner === 'tls' ? 'inside.example' : undefined);
    expect(played.facts.protocol).toBe('http');
  });

  it('tells a 101 that nobody asked for', () => {
    expect(play(up('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n'), down(SWITCHED)).problems).toEqual([{ code: 'http-damaged', detail: 'unasked 101' }]);
  });

  it('tells lookups of DNS inside a tunnel', () => {
    const query = dns.streamEncode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'a.example' }] });
    const answer = dns.streamEncode({ type: 'response', id: 7, questions: [{ type: 'A', name: 'a.example' }], answers: [{ type: 'A', name: 'a.example', data: '192.0.2.1', ttl: 5 }] });
    const played = play(up('CONNECT ns.example:53 HTTP/1.1\r\n\r\n'), down(LET_THROUGH), up(query), down(answer));
    expect(played.facts.http?.inner).toBe('dns');
    expect(played.lookups.map(({ name, addresses }) => [name, addresses])).toEqual([['a.example', [{ address: '192.0.2.1', ttl: 5 }]]]);
  });

  it('keeps a bounded part of what comes before the answer and treats the rest as lost', () => {
    const flood = up(CONNECT, hello, 'x'.repeat(100_000));
    const played = play(flood, down(LET_THROUGH));
    expect(played.facts.tls?.hello?.sni).toBe('inside.example');
    expect(lines(play(flood, down(REFUSED), up('CONNECT b.example:443 HTTP/1.1\r\n\r\n')).parts)).toEqual(['authority CONNECT inside.example:443 ×1 403', 'authority CONNECT b.example:443 ×1 -']);
  });

  it('wants no more once the inside is known, but goes on counting for several parts', () => {
    const inside = [down(LET_THROUGH), up('\u00ff\u00ff\u00ff'), down('\u00ff\u00ff\u00ff'), up('123'), down('4567')];
    expect(play(up(CONNECT), ...inside).taken).toBe(4);
    const two = play(up('CONNECT z.example:443 HTTP/1.1\r\n\r\n'), down(REFUSED), up(CONNECT), ...inside);
    expect(two.taken).toBe(8);
    expect(two.parts.map((part) => [part.up, part.down])).toEqual([[34, REFUSED.length], [CONNECT.length + 6, LET_THROUGH.length + 7]]);
  });

  it('shows a credential inside a tunnel at its destination', () => {
    const { parts } = play(up('CONNECT inside.example:80 HTTP/1.1\r\n\r\n'), down(LET_THROUGH), up('GET / HTTP/1.1\r\nHost: inside.example\r\nAuthorization: Bearer abc\r\n\r\n'));
    expect(parts.map((part) => part.credentialScheme)).toEqual(['Bearer']);
  });

  it('does not descend into tunnels without end', () => {
    const nested = CONNECT.repeat(10_000);
    const played = play(up(CONNECT), down(LET_THROUGH), up(nested), down(LET_THROUGH.repeat(10_000)));
    expect(lines(played.parts)).toEqual([SWITCHED_PART]);
    expect(played.facts.http?.inner).toBe('http');
  });
});

function helloBytes(): Uint8Array {
  const { passages } = readWireFixture('http/connect-tls.hex');
  const found = passages.find((passage) => passage.side === 'up' && passage.data instanceof Uint8Array && passage.data[0] === 22);
  if (!(found?.data instanceof Uint8Array)) throw new Error('the fixture has no ClientHello');
  return found.data;
}
