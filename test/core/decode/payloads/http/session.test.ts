import { describe, expect, it } from 'vitest';
import { PART_CAP } from '../../../../../src/core/decode/payloads/http/parts.ts';
import { down, lost, up, type Passage } from '../../../../build/play-session.ts';
import { lines, play } from './play.ts';

const get = (host: string, extra = ''): string => `GET / HTTP/1.1\r\nHost: ${host}\r\n${extra}\r\n`;
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Name, passages, the parts, the problems' details. */
const CASES: ReadonlyArray<readonly [claim: string, passages: readonly Passage[], parts: readonly string[], problems?: readonly string[]]> = [
  ['one request makes one part', [up(get('a.example')), down(OK)], ['origin GET a.example ×1 200']],
  ['a request without Host has a part without host', [up('GET / HTTP/1.0\r\n\r\n'), down('HTTP/1.0 200 OK\r\n\r\nbody')], ['origin GET - ×1 200']],
  ['a port in Host is kept apart', [up(get('a.example:8000'))], ['origin GET a.example:8000 ×1 -']],
  ['requests to one host in other case are one part', [up(get('a.example')), down(OK), up('POST /x HTTP/1.1\r\nHost: A.EXAMPLE\r\nContent-Length: 5\r\n\r\nhello'), down(OK)], ['origin GET+POST a.example ×2 200']],
  ['each Host on a kept connection is a part', [up(get('a.example')), down(OK), up(get('b.example')), down('HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n')], ['origin GET a.example ×1 200', 'origin GET b.example ×1 404']],
  ['pipelined requests get their responses in order', [up(get('a.example'), get('b.example'), get('c.example')), down(OK, 'HTTP/1.1 204 No\r\n\r\n', 'HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n')],
    ['origin GET a.example ×1 200', 'origin GET b.example ×1 204', 'origin GET c.example ×1 500']],
  ['absolute-form names the port of its scheme', [up('GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n'), down(OK)], ['absolute GET a.example:80 ×1 200']],
  ['several destinations through one proxy connection', [up('GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n'), down(OK), up('GET http://b.example:81/ HTTP/1.1\r\nHost: b.example:81\r\n\r\n'), down(OK)],
    ['absolute GET a.example:80 ×1 200', 'absolute GET b.example:81 ×1 200']],
  ['beside an absolute target Host has no say', [up('GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n')], ['absolute GET a.example:80 ×1 -'], ['conflicting authorities']],
  ['beside a CONNECT target Host has no say', [up('CONNECT a.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\n')], ['authority CONNECT a.example:443 ×1 -'], ['conflicting authorities']],
  ['two Hosts are two parts, since the server chooses', [up('GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n'), down(OK)], ['origin GET a.example ×1 200', 'origin GET b.example ×1 -'], ['conflicting authorities']],
  ['the same Host twice is one part', [up('GET / HTTP/1.1\r\nHost: a.example\r\nHost: a.example\r\n\r\n')], ['origin GET a.example ×1 -']],
  ['an IPv6 Host loses its brackets', [up(get('[2001:db8::1]:8080'))], ['origin GET 2001:db8::1:8080 ×1 -']],
  ['user information is dropped', [up('GET http://user:secret@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n')], ['absolute GET a.example:80 ×1 -']],
  ['a backslash before the @ is told', [up('GET http://evil.example\\@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n')], ['absolute GET a.example:80 ×1 -'], ['authority out of grammar']],
  ['CONNECT without a port is told', [up('CONNECT a.example HTTP/1.1\r\n\r\n')], ['authority CONNECT a.example ×1 -'], ['CONNECT without a port']],
  ['content announced by a CONNECT hides nothing', [up('CONNECT a.example:443 HTTP/1.1\r\nContent-Length: 99\r\n\r\n'), down('HTTP/1.1 407 Auth\r\nContent-Length: 0\r\n\r\n'), up('CONNECT b.example:443 HTTP/1.1\r\n\r\n')],
    ['authority CONNECT a.example:443 ×1 407', 'authority CONNECT b.example:443 ×1 -'], ['content in a CONNECT']],
  ['a bare CR in a field is told', [up('GET / HTTP/1.1\r\nX: a\rHost: b.example\r\nHost: a.example\r\n\r\n')], ['origin GET a.example ×1 -'], ['control byte in a field']],
  ['a body with a request inside is passed over', [up('POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 38\r\n\r\nGET / HTTP/1.1\r\nHost: hidden.example\r\n', get('b.example'))], ['origin POST a.example ×1 -', 'origin GET b.example ×1 -']],
  ['a chunked body with a request inside is passed over', [up('POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n12;x=y\r\nGET / HTTP/1.1\r\n\r\n\r\n0\r\nTrailer: 1\r\n\r\n', get('b.example'))], ['origin POST a.example ×1 -', 'origin GET b.example ×1 -']],
  ['chunked goes before Content-Length, and both together are told', [up('POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', get('b.example'))],
    ['origin POST a.example ×1 -', 'origin GET b.example ×1 -'], ['both Transfer-Encoding and Content-Length']],
  ['the response to HEAD has no body', [up('HEAD / HTTP/1.1\r\nHost: a.example\r\n\r\n', get('b.example')), down('HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n', 'HTTP/1.1 404 No\r\n\r\n')], ['origin HEAD a.example ×1 200', 'origin GET b.example ×1 404']],
  ['304 has no body, whatever its length says', [up(get('a.example'), get('b.example')), down('HTTP/1.1 304 Same\r\nContent-Length: 999\r\n\r\n', OK)], ['origin GET a.example ×1 304', 'origin GET b.example ×1 200']],
  ['interim responses answer nothing', [up(get('a.example')), down('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n', OK)], ['origin GET a.example ×1 200']],
  ['a body until the close holds no responses', [up(get('a.example'), get('b.example')), down('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 404 No\r\n\r\n')], ['origin GET a.example ×1 200', 'origin GET b.example ×1 -']],
  ['chunked responses are followed', [up(get('a.example'), get('b.example')), down('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', OK)], ['origin GET a.example ×1 200', 'origin GET b.example ×1 200']],
  ['empty lines between requests are passed over', [up(get('a.example'), '\r\n\r\n', get('b.example'))], ['origin GET a.example ×1 -', 'origin GET b.example ×1 -']],
  ['bare line feeds end lines', [up('GET / HTTP/1.1\nHost: a.example\n\n')], ['origin GET a.example ×1 -']],
  ['after lost bytes the next segment with a request line counts', [up(get('a.example')), lost('up', 100), up('rest of a body GET / HTTP/1.1\r\n\r\n'), up(get('b.example'))], ['origin GET a.example ×1 -', 'origin GET b.example ×1 -']],
  ['lost bytes inside a body of known length lose nothing', [up('POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\nab'), lost('up', 5), up('xyz', get('b.example'))], ['origin POST a.example ×1 -', 'origin GET b.example ×1 -']],
  ['lost bytes inside a chunk lose nothing', [up('POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\na\r\nab'), lost('up', 5), up('xyz\r\n0\r\n\r\n', get('b.example'))], ['origin POST a.example ×1 -', 'origin GET b.example ×1 -']],
  ['the whole lines of a head cut short count', [up('GET / HTTP/1.1\r\nHost: a.example\r\nUser-Ag'), lost('up', 60), up(get('b.example'))], ['origin GET a.example ×1 -', 'origin GET b.example ×1 -']],
  ['a Host cut short is no host', [up('GET / HTTP/1.1\r\nHost: a.exam')], ['origin GET - ×1 -']],
  ['after a lost response the next answers the newest request', [up(get('a.example')), lost('down', 90), up(get('b.example')), down(OK)], ['origin GET a.example ×1 -', 'origin GET b.example ×1 200']],
  ['bytes that begin no message are no damage when the capture began inside one', [down('middle of a body'), down(OK), up(get('a.example'))], ['origin GET a.example ×1 -']],
  ['bytes that are no request behind one are told', [up(get('a.example'), 'not a request\r\n\r\n'), up(get('b.example'))], ['origin GET a.example ×1 -', 'origin GET b.example ×1 -'], ['request line']],
  ['a length that is none loses the rest of the segment only', [up('POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4x\r\n\r\n', get('hidden.example')), up(get('b.example'))], ['origin POST a.example ×1 -', 'origin GET b.example ×1 -'], ['Content-Length out of grammar']],
];

describe('httpDecoder', () => {
  it.each(CASES.map(([claim, passages, parts, problems = []]) => ({ claim, passages, parts, problems })))('$claim', ({ passages, parts, problems }) => {
    const played = play(...passages);
    expect(lines(played.parts)).toEqual(parts);
    expect(played.problems.map((problem) => problem.detail)).toEqual(problems);
    expect(played.facts.protocol).toBe('http');
  });

  it('keeps of a credential nothing but its scheme', () => {
    const basic = play(up(get('a.example', 'Authorization: Basic c2VjcmV0OnNlY3JldA==\r\n')));
    expect(basic.parts[0]?.credentialScheme).toBe('Basic');
    const bare = play(up(get('a.example', 'Proxy-Authorization: c2VjcmV0OnNlY3JldA==\r\n')));
    expect(bare.parts[0]?.credentialScheme).toBe('other');
    expect(JSON.stringify([basic, bare])).not.toContain('c2VjcmV0');
    expect(play(up(get('a.example'))).parts[0]).not.toHaveProperty('credentialScheme');
  });

  it('gives bytes of each side to the part whose heads they follow, lost ones included', () => {
    const first = get('a.example');
    const second = get('b.example');
    const { parts } = play(up(first), down(OK), up(second), down('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'), lost('down', 100));
    expect(parts.map((part) => [part.up, part.down])).toEqual([[first.length, OK.length], [second.length, 40 + 100]]);
    expect(parts.map((part) => [part.first.frame, part.last.frame])).toEqual([[1, 2], [3, 4]]);
  });

  it('counts destinations beyond the cap and says so', () => {
    const requests = Array.from({ length: PART_CAP + 3 }, (_, index) => get(`h${index}.example`)).join('');
    const played = play(up(requests));
    expect(played.parts).toHaveLength(PART_CAP);
    expect(played.facts.http?.moreParts).toBe(3);
    expect(played.problems).toEqual([{ code: 'http-cap', detail: 'destinations' }]);
  });

  it('pairs responses rightly behind more pipelined requests than it keeps', () => {
    const many = 300;
    const { parts } = play(up(get('a.example').repeat(many)), down(OK.repeat(many)), up(get('b.example')), down('HTTP/1.1 418 Tea\r\nContent-Length: 0\r\n\r\n'));
    expect(lines(parts)).toEqual(['origin GET a.example ×300 200', 'origin GET b.example ×1 418']);
  });

  it('reads destination and host of a head longer than the cap, and says that it is cut', () => {
    const long = `GET / HTTP/1.1\r\nHost: a.example\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`;
    for (const pieces of [[up(long)], [up(long.slice(0, 9_000)), up(long.slice(9_000))]]) {
      const played = play(...pieces, up(get('b.example')));
      expect(lines(played.parts)).toEqual(['origin GET a.example ×1 -', 'origin GET b.example ×1 -']);
      expect(played.problems).toEqual([{ code: 'http-cap', detail: 'request head' }]);
    }
  });

  it('tells the same damage once', () => {
    const bad = up(get('a.example', 'no colon\r\n'));
    expect(play(bad, bad, bad).problems).toEqual([{ code: 'http-damaged', detail: 'field line without a colon' }]);
  });

  it('takes all of a cleartext flow', () => {
    expect(play(up(get('a.example')), down(OK), up(get('a.example')), down(OK)).taken).toBe(4);
  });
});
