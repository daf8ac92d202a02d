import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import type { Upstream } from '../../../src/edge/proxy/upstream.ts';
import { bytes, Playbook } from './playbook.ts';

const CONNECT = 'CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n';
const OK = 'client "HTTP/1.1 200 Connection established\\r\\n\\r\\n"';
const status = (lines: readonly string[]): string => /HTTP\/1\.1 (\d{3})/.exec(lines.join('\n'))?.[1] ?? lines.join('\n');
const socks5Name = (name: string, port: number): Uint8Array => Buffer.concat([Uint8Array.of(5, 1, 0, 3, name.length), Buffer.from(name), Uint8Array.of(port >> 8, port & 255)]);

describe('a tunnel by CONNECT', () => {
  it('resolves the name once, dials exactly that address, says yes and passes bytes both ways', () => {
    const play = new Playbook();
    expect(play.client(CONNECT)).toEqual(['resolve api.example.com']);
    expect(play.on({ kind: 'resolved', addresses: ['192.0.2.1', '2001:db8::1'] })).toEqual(['dial 192.0.2.1 443']);
    expect(play.on({ kind: 'connected' })).toEqual([OK]);
    expect(play.client('hello')).toEqual(['server "hello"']);
    expect(play.server('world')).toEqual(['client "world"']);
    expect(play.tunnel.facts()).toEqual({ kind: 'tunnel', host: 'api.example.com', port: 443, by: 'egret', address: '192.0.2.1', failure: undefined });
  });

  it('keeps what the client said early and sends it when the way stands', () => {
    const play = new Playbook();
    expect(play.client(`${CONNECT}early`)).toEqual(['resolve api.example.com']);
    expect(play.client(' bird')).toEqual([]);
    play.on({ kind: 'resolved', addresses: ['192.0.2.1'] });
    expect(play.on({ kind: 'connected' })).toEqual([OK, 'server "early bird"']);
  });

  it('stops reading a client that says too much too early, and reads on later', () => {
    const play = new Playbook();
    play.client(CONNECT);
    expect(play.client('x'.repeat(65_536))).toEqual(['pause client']);
    play.on({ kind: 'resolved', addresses: ['192.0.2.1'] });
    expect(play.on({ kind: 'connected' }).at(-1)).toBe('resume client');
  });

  it('takes a head in single bytes', () => {
    const play = new Playbook();
    expect(CONNECT.split('').flatMap((char) => play.client(char))).toEqual(['resolve api.example.com']);
  });

  it('takes an IPv6 address in brackets', () => {
    const play = new Playbook();
    expect(play.client('CONNECT [2001:db8::7]:8443 HTTP/1.1\r\nHost: [2001:db8::7]:8443\r\n\r\n')).toEqual(['resolve 2001:db8::7']);
    expect(play.on({ kind: 'resolved', addresses: ['2001:db8::7'] })).toEqual(['dial 2001:db8::7 8443']);
  });

  it('tries the next address when one refuses, and says which one it was', () => {
    const play = new Playbook();
    play.client(CONNECT);
    play.on({ kind: 'resolved', addresses: ['192.0.2.1', '192.0.2.2'] });
    expect(play.on({ kind: 'unconnected', failure: 'refused' })).toEqual(['dial 192.0.2.2 443']);
    play.on({ kind: 'connected' });
    expect(play.tunnel.facts()?.address).toBe('192.0.2.2');
  });

  it('tells of a name without an address that it was asked for', () => {
    const asked: unknown[] = [];
    const play = new Playbook({ asked: (question) => asked.push(question) });
    play.client(CONNECT);
    play.on({ kind: 'unresolved', failure: 'not-found' });
    expect(asked).toEqual([{ host: 'api.example.com', port: 443, isUnresolved: true }]);
  });

  it('passes a half-close on and ends when both have ended', () => {
    const play = new Playbook();
    play.reach(CONNECT);
    expect(play.on({ kind: 'end', from: 'client' })).toEqual(['end server']);
    expect(play.server('still here')).toEqual(['client "still here"']);
    expect(play.on({ kind: 'end', from: 'server' })).toEqual(['end client', 'finish']);
  });

  it('reads no faster than the other end takes', () => {
    const play = new Playbook();
    play.reach(CONNECT);
    expect([play.on({ kind: 'blocked', to: 'client' }), play.on({ kind: 'drained', to: 'client' })]).toEqual([['pause server'], ['resume server']]);
    expect([play.on({ kind: 'blocked', to: 'server' }), play.on({ kind: 'drained', to: 'server' })]).toEqual([['pause client'], ['resume client']]);
  });

  it('lets the client take what the server said before it reset', () => {
    const play = new Playbook();
    play.reach(CONNECT);
    expect(play.on({ kind: 'gone', from: 'server' })).toEqual(['finish']);
  });
});

describe('a tunnel that cannot stand', () => {
  const failing: readonly (readonly [string, string, string, (play: Playbook) => string[]])[] = [
    ['a name that does not resolve', '502', 'not-found', (play) => play.on({ kind: 'unresolved', failure: 'not-found' })],
    ['a resolver that is silent', '504', 'no-resolver', (play) => play.on({ kind: 'late' })],
    ['a closed port', '502', 'refused', (play) => [...play.on({ kind: 'resolved', addresses: ['192.0.2.1'] }), ...play.on({ kind: 'unconnected', failure: 'refused' })]],
    ['a host that is silent', '504', 'timeout', (play) => [...play.on({ kind: 'resolved', addresses: ['192.0.2.1'] }), ...play.on({ kind: 'late' })]],
  ];

  it.each(failing)('answers %s with %s and remembers why: %s', (_, code, failure, run) => {
    const play = new Playbook();
    play.client(CONNECT);
    expect(status(run(play))).toBe(code);
    expect(play.tunnel.facts()?.failure).toBe(failure);
  });

  it('refuses to lead back to itself, by any address', () => {
    const play = new Playbook({ isSelf: (address, port) => address === '127.0.0.1' && port === 443 });
    play.client(CONNECT);
    expect(status(play.on({ kind: 'resolved', addresses: ['192.0.2.1', '127.0.0.1'] }))).toBe('508');
  });

  it('knows its own request again by its Via', () => {
    expect(status(new Playbook().client('GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nVia: 1.1 egret-test\r\n\r\n'))).toBe('508');
  });

  it('leaves strangers no way to this machine', () => {
    const play = new Playbook({ isOffLimits: (address) => address === '127.0.0.1' });
    play.client(CONNECT);
    expect(status(play.on({ kind: 'resolved', addresses: ['127.0.0.1'] }))).toBe('403');
  });

  it('gives up on a head that is never whole', () => {
    const play = new Playbook();
    play.client('CONNECT api.exam');
    expect(status(play.on({ kind: 'late' }))).toBe('400');
    expect(new Playbook().on({ kind: 'late' })).toEqual(['finish']);
  });
});

describe('a proxy that enforces', () => {
  it('denies a forbidden name without looking it up', () => {
    const play = new Playbook({ admit: ({ host }) => (host === 'api.example.com' ? 'it is forbidden' : undefined) });
    const lines = play.client(CONNECT);
    expect(lines[0]).toContain('403 Forbidden');
    expect(lines[0]).toContain('egret: it is forbidden');
    expect(lines.some((one) => one.startsWith('resolve'))).toBe(false);
  });

  it('judges every address before it dials the first', () => {
    const play = new Playbook({ admit: ({ address }) => (address === '10.0.0.1' ? 'that network is not declared' : undefined) });
    play.client(CONNECT);
    expect(status(play.on({ kind: 'resolved', addresses: ['192.0.2.1', '10.0.0.1'] }))).toBe('403');
    expect(play.tunnel.facts()?.failure).toBe('denied');
  });

  it('tells a SOCKS client by code', () => {
    const play = new Playbook({ admit: () => 'no' });
    play.client(Uint8Array.of(5, 1, 0));
    expect(play.client(socks5Name('a.example', 443))[0]).toBe('client "\\u0005\\u0002\\u0000\\u0001\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"');
  });
});

describe('plain HTTP in absolute form', () => {
  const GET = 'GET http://a.example:8080/x?y=1#z HTTP/1.1\r\nHost: other.example\r\nProxy-Authorization: Basic c2VjcmV0\r\nProxy-Connection: keep-alive\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nAccept: */*\r\n\r\n';

  it('goes on in origin form, with the Host of its target and nothing of this hop', () => {
    const play = new Playbook();
    expect(play.reach(GET)).toEqual([
      'resolve a.example',
      'dial 192.0.2.1 8080',
      'server "GET /x?y=1 HTTP/1.1\\r\\nHost: a.example:8080\\r\\nAccept: */*\\r\\nVia: 1.1 egret-test\\r\\nConnection: close\\r\\n\\r\\n"',
    ]);
  });

  it('passes on its body and not a byte more', () => {
    const play = new Playbook();
    const lines = play.reach('POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\n\r\nbodyGET http://b.example/ HTTP/1.1\r\n\r\n');
    expect(lines.at(-1)).toBe('server "body"');
    expect(play.client('GET / HTTP/1.1\r\n\r\n')).toEqual([]);
  });

  it('passes on chunks to their end', () => {
    const play = new Playbook();
    play.reach('POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n');
    expect(play.client('3\r\nabc\r\n0\r\n\r\nGET')).toEqual(['server "3\\r\\nabc\\r\\n0\\r\\n\\r\\n"']);
    expect(play.client('more')).toEqual([]);
  });

  it('keeps an upgrade and all that follows it', () => {
    const play = new Playbook();
    expect(play.reach('GET ws://a.example/s HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n').at(-1)).toContain('Upgrade: websocket\\r\\nVia: 1.1 egret-test\\r\\nConnection: Upgrade');
    expect(play.client('frame')).toEqual(['server "frame"']);
  });

  it('ends with the server\'s last byte', () => {
    const play = new Playbook();
    play.reach('GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n');
    expect([play.server('HTTP/1.0 200 OK\r\n\r\nhi'), play.on({ kind: 'end', from: 'server' })]).toEqual([['client "HTTP/1.0 200 OK\\r\\n\\r\\nhi"'], ['end client', 'finish']]);
  });
});

describe('a request that two readers could take differently', () => {
  it.each([
    ['two lengths', 'POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['lengths that differ', 'POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n'],
    ['a bare LF', 'CONNECT a.example:443 HTTP/1.1\nHost: a.example:443\r\n\r\n'],
    ['an empty line of bare LFs', 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\n\n'],
    ['a folded field', 'GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n b\r\n\r\n'],
    ['a space before a colon', 'GET http://a.example/ HTTP/1.1\r\nHost : a.example\r\n\r\n'],
    ['two Hosts', 'GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nHost: a.example\r\n\r\n'],
    ['a NUL in a field', 'GET http://a.example/ HTTP/1.1\r\nHost: a\0.example\r\n\r\n'],
    ['content in a CONNECT', 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nContent-Length: 4\r\n\r\nabcd'],
    ['a coding that is not chunked last', 'POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked, gzip\r\n\r\n'],
    ['two authorities in one', 'CONNECT a.example@b.example@c.example:443 HTTP/1.1\r\n\r\n'],
    ['CONNECT without a port', 'CONNECT a.example HTTP/1.1\r\nHost: a.example\r\n\r\n'],
    ['port 0', 'CONNECT a.example:0 HTTP/1.1\r\nHost: a.example:0\r\n\r\n'],
    ['https:// to be opened by the proxy', 'GET https://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n'],
    ['a request for a page of the proxy', 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n'],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\r\n\r\n'],
  ])('is refused: %s', (_, text) => {
    const play = new Playbook();
    expect(status(play.client(text))).toBe('400');
    expect(play.tunnel.facts()).toBeUndefined();
  });

  it('is refused when its head has no end', () => {
    expect(status(new Playbook().client(`CONNECT a.example:443 HTTP/1.1\r\nX: ${'y'.repeat(40_000)}`))).toBe('431');
  });

  it('cannot have its framing taken away by Connection', () => {
    expect(new Playbook().reach('POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nConnection: Content-Length\r\nContent-Length: 4\r\n\r\n').at(-1)).toContain('Content-Length: 4');
  });
});

describe('SOCKS', () => {
  it('5 by name', () => {
    const play = new Playbook();
    expect(play.client(Uint8Array.of(5, 2, 0, 2))).toEqual(['client "\\u0005\\u0000"']);
    expect(play.client(socks5Name('a.example', 443))).toEqual(['resolve a.example']);
    play.on({ kind: 'resolved', addresses: ['192.0.2.1'] });
    expect(play.on({ kind: 'connected' })[0]).toMatch(/^client "\\u0005\\u0000/);
    expect(play.client('hello')).toEqual(['server "hello"']);
  });

  it('5 by IPv6 address, its messages in one piece', () => {
    const request = Uint8Array.of(5, 1, 0, 5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0xbb);
    expect(new Playbook().client(request)).toEqual(['client "\\u0005\\u0000"', 'resolve 2001:db8::1']);
  });

  it('4a by name and 4 by address', () => {
    expect(new Playbook().client(Buffer.from('\x04\x01\x01\xbb\0\0\0\x01me\0a.example\0', 'latin1'))).toEqual(['resolve a.example']);
    expect(new Playbook().client(Uint8Array.of(4, 1, 1, 0xbb, 192, 0, 2, 1, 0))).toEqual(['resolve 192.0.2.1']);
  });

  it('refuses BIND and a client that insists on a password', () => {
    const play = new Playbook();
    play.client(Uint8Array.of(5, 1, 0));
    expect(play.client(Uint8Array.of(5, 2, 0, 1, 192, 0, 2, 1, 1, 0xbb))[0]).toMatch(/^client "\\u0005\\u0007/);
    expect(new Playbook().client(Uint8Array.of(5, 1, 2))[0]).toBe('client "\\u0005ÿ"');
  });
});

describe('an upstream proxy', () => {
  const http: Upstream = { scheme: 'http', host: 'proxy.corp', port: 3128, user: 'me', password: 'p:w' };
  const basic = Buffer.from('me:p:w').toString('base64');

  it('is asked by CONNECT with the user\'s own credential, and the name goes on unresolved', () => {
    const play = new Playbook({ route: () => http });
    expect(play.reach(CONNECT)).toEqual([
      'resolve proxy.corp',
      'dial 192.0.2.1 3128',
      `server "CONNECT api.example.com:443 HTTP/1.1\\r\\nHost: api.example.com:443\\r\\nVia: 1.1 egret-test\\r\\nProxy-Authorization: Basic ${basic}\\r\\n\\r\\n"`,
    ]);
    expect(play.server('HTTP/1.1 200 OK\r\n')).toEqual([]);
    expect(play.server('\r\nfirst')).toEqual([OK, 'client "first"']);
    expect(play.tunnel.facts()).toMatchObject({ by: 'upstream', address: undefined });
  });

  it('answers an HTTP client itself when it refuses', () => {
    const play = new Playbook({ route: () => http });
    play.reach(CONNECT);
    const refusal = play.server('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Connection: keep-alive\r\nContent-Length: 4\r\n\r\nno');
    expect(refusal).toEqual(['client "HTTP/1.1 407 Proxy Authentication Required\\r\\nProxy-Authenticate: Negotiate\\r\\nContent-Length: 4\\r\\nConnection: close\\r\\n\\r\\nno"', 'end server']);
    expect(play.server('pe')).toEqual(['client "pe"']);
    expect(play.client('CONNECT b.example:443 HTTP/1.1\r\n\r\n')).toEqual([]);
  });

  it('gets a plain request in absolute form, with what the client sent to authenticate', () => {
    const play = new Playbook({ route: () => ({ scheme: 'http', host: 'proxy.corp', port: 3128 }) });
    expect(play.reach('GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: Negotiate abc\r\n\r\n').at(-1)).toBe(
      'server "GET http://a.example/x HTTP/1.1\\r\\nHost: a.example\\r\\nVia: 1.1 egret-test\\r\\nConnection: close\\r\\nProxy-Authorization: Negotiate abc\\r\\n\\r\\n"',
    );
  });

  it('may be a SOCKS 5 server with a password', () => {
    const play = new Playbook({ route: () => ({ ...http, scheme: 'socks5', port: 1080 }) });
    expect(play.reach(CONNECT).at(-1)).toBe('server "\\u0005\\u0002\\u0000\\u0002"');
    expect(play.server(Uint8Array.of(5, 2))).toEqual(['server "\\u0001\\u0002me\\u0003p:w"']);
    expect(play.server(Uint8Array.of(1, 0))).toEqual(['server "\\u0005\\u0001\\u0000\\u0003\\u000fapi.example.com\\u0001»"']);
    expect(play.server(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))).toEqual([OK]);
  });

  it('that hangs up or talks nonsense is a bad gateway', () => {
    const hung = new Playbook({ route: () => http });
    hung.reach(CONNECT);
    expect(status(hung.on({ kind: 'end', from: 'server' }))).toBe('502');
    const odd = new Playbook({ route: () => http });
    odd.reach(CONNECT);
    expect(status(odd.server('220 mail.example ESMTP\r\n\r\n'))).toBe('502');
  });
});

describe('whatever a client says', () => {
  it('never throws, and contacts nobody whom it did not name', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(CONNECT, 'GET http://a.example/ HTTP/1.1\r\n', 'Host: a\r\n', '\r\n', '\x05\x01\x00', '\x04\x01')), { maxLength: 12 }), (pieces) => {
        const play = new Playbook();
        const dialled = pieces.flatMap((piece) => play.client(bytes(piece))).filter((one) => one.startsWith('dial'));
        expect(dialled).toEqual([]);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
