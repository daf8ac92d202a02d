/** Challenges of an upstream proxy, which its client answers on the same two connections; and upstreams that are no plain HTTP. */
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import type { Upstream } from '../../../src/edge/proxy/upstream.ts';
import { UpstreamAnswer } from '../../../src/edge/proxy/upstream-answer.ts';
import { Playbook } from './playbook.ts';

const CORP: Upstream = { scheme: 'http', host: 'proxy.corp', port: 3128 };
const OK = 'client "HTTP/1.1 200 Connection established\\r\\n\\r\\n"';
const connect = (credentials?: string, host = 'api.example.com'): string => `CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n${credentials === undefined ? '' : `Proxy-Authorization: ${credentials}\r\n`}\r\n`;
const passed = (credentials?: string): string => `server ${JSON.stringify(`CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\nVia: 1.1 egret-test\r\nProxy-Connection: keep-alive\r\n${credentials === undefined ? '' : `Proxy-Authorization: ${credentials}\r\n`}\r\n`)}`;
const challenge = (scheme: string, more = 'Content-Length: 4\r\n', body = 'nope', version = '1.1'): string => `HTTP/${version} 407 Proxy Authentication Required\r\nProxy-Authenticate: ${scheme}\r\n${more}\r\n${body}`;
const post = (credentials: string, body: string): string => `POST http://a.example/x HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${body.length}\r\nProxy-Authorization: ${credentials}\r\n\r\n${body}`;
const head = (credentials: string, length: number): string => `server ${JSON.stringify(`POST http://a.example/x HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${length}\r\nVia: 1.1 egret-test\r\nConnection: keep-alive\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: ${credentials}\r\n\r\n`)}`;
const told = (scheme: string): string => `client ${JSON.stringify(`HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ${scheme}\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nnope`)}`;
const play = (upstream: Upstream = CORP): Playbook => new Playbook({ route: () => upstream });
const challenged = (): Playbook => {
  const one = play();
  one.reach(connect());
  one.server(challenge('NTLM'));
  return one;
};

/** What the client is told of it, and how it ends. */
const heard = (pieces: readonly string[], method: string): string => {
  const answer = new UpstreamAnswer({ method, mayPair: true });
  let text = '';
  for (const piece of pieces) {
    const one = answer.hear(Buffer.from(piece, 'latin1'));
    if (one.kind === 'answer') text += Buffer.from(one.bytes).toString('latin1');
    if (one.kind === 'through' || one.kind === 'refused') return `${one.kind} ${text}`;
    if (one.kind === 'answer' && one.next !== 'more') return `${one.next} ${text}`;
  }
  return `more ${text}`;
};

describe('a challenge to CONNECT', () => {
  it('is answered in three rounds on one pair of connections, with credentials passed as they are', () => {
    const one = play();
    expect(one.reach(connect('NTLM TlRMTVNTUAABAAAA')).at(-1)).toBe(passed('NTLM TlRMTVNTUAABAAAA'));
    expect(one.server(challenge('NTLM TlRMTVNTUAACAAAA'))).toEqual([told('NTLM TlRMTVNTUAACAAAA')]);
    expect(one.client(connect('NTLM TlRMTVNTUAADAAAA'))).toEqual([passed('NTLM TlRMTVNTUAADAAAA')]);
    expect(one.server('HTTP/1.1 200 OK\r\n\r\n')).toEqual([OK]);
    expect([one.client('hello'), one.server('world')]).toEqual([['server "hello"'], ['client "world"']]);
    expect(one.tunnel.facts()).toEqual({ kind: 'tunnel', host: 'api.example.com', port: 443, by: 'upstream', address: undefined, failure: undefined });
  });

  it('has the policy asked once for the one destination', () => {
    const asked: string[] = [];
    const one = new Playbook({ route: () => CORP, asked: ({ host }) => void asked.push(host) });
    one.reach(connect());
    one.server(challenge('Negotiate'));
    one.client(connect('Negotiate YII='));
    expect(asked).toEqual(['api.example.com']);
  });

  it('may come in any pieces', () => {
    const one = play();
    one.reach(connect());
    const lines = challenge('Basic realm="x"').split('').flatMap((char) => one.server(char));
    expect(`client "${lines.map((line) => line.slice('client "'.length, -1)).join('')}"`).toBe(told('Basic realm="x"'));
    expect(connect('Basic eA==').split('').flatMap((char) => one.client(char))).toEqual([passed('Basic eA==')]);
  });

  it('may have a body in chunks, or none', () => {
    const one = play();
    one.reach(connect());
    expect(one.server(challenge('NTLM', 'Transfer-Encoding: chunked\r\n', '4\r\nno'))[0]).toContain('4\\r\\nno');
    expect(one.server('pe\r\n0\r\n\r\n')).toEqual(['client "pe\\r\\n0\\r\\n\\r\\n"']);
    expect(one.client(connect('NTLM a'))).toEqual([passed('NTLM a')]);
    expect(one.server(challenge('NTLM b', 'Content-Length: 0\r\n', ''))).toHaveLength(1);
    expect(one.client(connect('NTLM c'))).toEqual([passed('NTLM c')]);
  });

  it('may have interim answers before it, which are not for the client of a tunnel', () => {
    const one = play();
    one.reach(connect());
    expect(one.server(`HTTP/1.1 102 Processing\r\n\r\n${challenge('NTLM')}`)).toEqual([told('NTLM')]);
  });

  it.each([
    ['it says so', challenge('NTLM', 'Connection: close\r\nContent-Length: 4\r\n')],
    ['it says so as older proxies do', challenge('NTLM', 'Proxy-Connection: Close\r\nContent-Length: 4\r\n')],
    ['it speaks HTTP/1.0', challenge('NTLM', undefined, undefined, '1.0')],
    ['its body ends with the connection', challenge('NTLM', '')],
    ['its length can be read in two ways', challenge('NTLM', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n')],
  ])('ends with the connection where %s', (_, answer) => {
    const one = play();
    one.reach(connect());
    const lines = one.server(answer);
    expect([lines[0]?.includes('Connection: close'), lines[0]?.includes('keep-alive'), lines[1]]).toEqual([true, false, 'end server']);
    expect(one.client(connect('NTLM a'))).toEqual([]);
    expect(one.on({ kind: 'end', from: 'server' })).toEqual(['end client', 'finish']);
  });

  it('by a proxy of HTTP/1.0 that keeps the connection keeps it', () => {
    const one = play();
    one.reach(connect());
    expect(one.server(challenge('NTLM', 'Proxy-Connection: keep-alive\r\nContent-Length: 4\r\n', 'nope', '1.0'))).toEqual([told('NTLM')]);
  });

  it('brings the last word of Negotiate to the client', () => {
    const one = play();
    one.reach(connect('Negotiate YII='));
    expect(one.server('HTTP/1.1 200 OK\r\nProxy-Authenticate: Negotiate oYG\r\nX: y\r\n\r\n')).toEqual(['client "HTTP/1.1 200 Connection established\\r\\nProxy-Authenticate: Negotiate oYG\\r\\n\\r\\n"']);
  });

  it('is not the client\'s matter where the user gave egret a password', () => {
    const one = play({ ...CORP, user: 'me', password: 'pw' });
    one.reach(connect('NTLM abc'));
    expect(one.server(challenge('NTLM'))[0]).toContain('Connection: close');
  });

  it('is a refusal to a SOCKS client', () => {
    const one = play();
    one.client(Uint8Array.of(5, 1, 0));
    one.reach(Buffer.concat([Uint8Array.of(5, 1, 0, 3, 9), Buffer.from('a.example'), Uint8Array.of(1, 187)]));
    expect(one.server(challenge('NTLM'))[0]).toMatch(/^client "\\u0005\\u0004/);
  });
});

describe('a client with a challenge', () => {
  it.each([
    ['another host', connect('NTLM a', 'other.example')],
    ['a plain request', 'GET http://api.example.com:443/ HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n'],
  ])('that asks for %s is left unanswered, so that it comes anew', (_, request) => {
    expect(challenged().client(request)).toEqual(['finish']);
  });

  it('that begins to speak another language is not understood', () => {
    expect(challenged().client(Uint8Array.of(4, 1, 1, 0xbb, 192, 0, 2, 1, 0))).toEqual(['finish']);
  });

  it('that says nothing is dropped in the end, and so is one whose proxy hangs up', () => {
    expect(challenged().on({ kind: 'late' })).toEqual(['finish']);
    expect(challenged().on({ kind: 'end', from: 'server' })).toEqual(['finish']);
    expect(challenged().on({ kind: 'gone', from: 'server' })).toEqual(['finish']);
    expect(challenged().on({ kind: 'end', from: 'client' })).toEqual(['finish']);
  });

  it('hears nothing that it did not ask for', () => {
    expect(challenged().server('HTTP/1.1 200 OK\r\n\r\n')).toEqual(['finish']);
    const one = play();
    one.reach(connect());
    expect(one.server(`${challenge('NTLM')}HTTP/1.1 200 OK\r\n\r\n`)).toEqual([told('NTLM'), 'finish']);
  });

  it('that spoke before it came may not have meant it', () => {
    const one = play();
    one.reach(`${connect()}\x16\x03\x01`);
    expect(one.server(challenge('NTLM'))).toEqual([told('NTLM'), 'finish']);
  });

  it('is told no second answer when the first one breaks off', () => {
    for (const event of [{ kind: 'late' }, { kind: 'end', from: 'server' }, { kind: 'gone', from: 'server' }] as const) {
      const one = play();
      one.reach(connect());
      one.server(challenge('NTLM').slice(0, -2));
      expect(one.on(event).filter((line) => line.startsWith('client'))).toEqual([]);
    }
  });
});

describe('a plain request that authenticates its connection', () => {
  it('is sent again on the same connections, and its answer ends them', () => {
    const one = play();
    expect(one.reach(post('NTLM a', '')).at(-1)).toBe(head('NTLM a', 0));
    expect(one.server(challenge('NTLM b'))).toEqual([told('NTLM b')]);
    expect(one.client(post('NTLM c', 'body'))).toEqual([head('NTLM c', 4), 'server "body"']);
    expect(one.server('HTTP/1.1 100 Continue\r\n\r\n')).toEqual(['client "HTTP/1.1 100 Continue\\r\\n\\r\\n"']);
    expect(one.server('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhel')).toEqual(['client "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nhel"']);
    expect(one.server('lo')).toEqual(['client "lo"', 'finish']);
  });

  it.each([
    ['in chunks', 'Transfer-Encoding: chunked\r\n', '2\r\nhi\r\n0\r\n\r\n'],
    ['without a body', 'Content-Length: 0\r\n', ''],
  ])('gets an answer %s whole, and is done', (_, field, body) => {
    const one = play();
    one.reach(post('Negotiate a', ''));
    expect(one.server(`HTTP/1.1 200 OK\r\n${field}\r\n${body}`).slice(1)).toEqual(['finish']);
  });

  it('gets an answer without a length up to its close', () => {
    const one = play();
    one.reach(post('Negotiate a', ''));
    expect([one.server('HTTP/1.1 200 OK\r\n\r\nhi').length, one.server('ho'), one.on({ kind: 'end', from: 'server' })]).toEqual([1, ['client "ho"'], ['finish']]);
  });

  it('of HEAD gets an answer without the body that its length speaks of', () => {
    const one = play();
    one.reach('HEAD http://a.example/ HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: NTLM a\r\n\r\n');
    expect(one.server('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n').at(-1)).toBe('finish');
  });

  it('whose body was not whole when it was refused comes anew, and so does one with another behind it', () => {
    const cut = play();
    cut.reach(post('NTLM a', 'body').slice(0, -1));
    expect(cut.server(challenge('NTLM b'))).toEqual([told('NTLM b'), 'finish']);
    const two = play();
    two.reach(`${post('NTLM a', 'body')}GET http://b.example/ HTTP/1.1\r\n\r\n`);
    expect(two.server(challenge('NTLM b'))).toEqual([told('NTLM b'), 'finish']);
  });

  it('is a bad gateway where no answer comes', () => {
    const one = play();
    one.reach(post('NTLM a', ''));
    expect(one.on({ kind: 'end', from: 'server' })[0]).toContain('502 Bad Gateway');
  });
});

describe('an upstream proxy in TLS', () => {
  const secure: Upstream = { ...CORP, scheme: 'https', port: 8443 };

  it('is dialled for its own name, and then spoken to as any other', () => {
    const one = play(secure);
    one.client(connect());
    const dialled: unknown[] = [...one.tunnel.on({ kind: 'resolved', addresses: ['192.0.2.1'] })];
    expect(dialled).toContainEqual({ kind: 'dial', address: '192.0.2.1', port: 8443, secure: 'proxy.corp' });
    expect(one.on({ kind: 'connected' })).toEqual([passed()]);
    expect(one.server('HTTP/1.1 200 OK\r\n\r\n')).toEqual([OK]);
  });

  it('whose certificate does not verify is told of, not spoken to, and not tried at another address', () => {
    const told502: string[] = [];
    const one = new Playbook({ route: () => secure, distrusted: (...words) => void told502.push(words.join(' ')) });
    one.client(connect());
    one.on({ kind: 'resolved', addresses: ['192.0.2.1', '192.0.2.2'] });
    const lines = one.on({ kind: 'unconnected', failure: 'unreachable', distrust: 'its certificate has expired' });
    expect(lines[0]).toContain('502 Bad Gateway');
    expect(lines[0]).toContain('the upstream proxy cannot be trusted: its certificate has expired');
    expect(lines.slice(1)).toEqual(['finish']);
    expect(told502).toEqual(['proxy.corp:8443 its certificate has expired']);
    expect(one.tunnel.facts()).toMatchObject({ by: 'upstream', failure: 'unreachable' });
  });
});

describe('an upstream proxy of SOCKS 4', () => {
  const socks: Upstream = { scheme: 'socks4', host: 'proxy.corp', port: 1080, user: 'me\0x', password: '' };

  it('is given the name and a user id, as 4a', () => {
    const one = play(socks);
    expect(one.reach(connect()).at(-1)).toBe('server "\\u0004\\u0001\\u0001»\\u0000\\u0000\\u0000\\u0001mex\\u0000api.example.com\\u0000"');
    expect(one.server(Uint8Array.of(0, 0x5a, 0, 0))).toEqual([]);
    expect(one.server(Uint8Array.of(0, 0, 0, 0, 0x68, 0x69))).toEqual([OK, 'client "hi"']);
  });

  it('is given an address as such', () => {
    expect(play(socks).reach('CONNECT 192.0.2.9:443 HTTP/1.1\r\nHost: 192.0.2.9:443\r\n\r\n').at(-1)).toBe('server "\\u0004\\u0001\\u0001»À\\u0000\\u0002\\tmex\\u0000"');
  });

  it('that refuses, or speaks another language, is a bad gateway', () => {
    for (const answer of [Uint8Array.of(0, 0x5b, 0, 0, 0, 0, 0, 0), Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0)]) {
      const one = play(socks);
      one.reach(connect());
      expect(one.server(answer)[0]).toContain('502 Bad Gateway');
    }
  });
});

describe('whatever an upstream answers', () => {
  const heads = fc.tuple(fc.constantFrom('HTTP/1.1 407 No\r\n', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.0 407 No\r\n', 'HTTP/1.1 100 Go\r\n', 'SSH-2.0\r\n'), fc.array(fc.constantFrom('Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n', 'X: y\r\n'), { maxLength: 2 }));
  const words = fc.array(fc.oneof(fc.constantFrom('abc', '2\r\nhi\r\n', '0\r\n\r\n', '\r\n'), fc.string({ maxLength: 3 })), { maxLength: 4 });

  it('never throws, and is heard byte by byte as in one piece, but for what came too early or broke', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(heads, words), { minLength: 1, maxLength: 2 }), fc.constantFrom('CONNECT', 'GET', 'HEAD'), (answers, method) => {
        const whole = answers.map(([[line, fields], body]) => `${line}${fields.join('')}\r\n${body.join('')}`).join('');
        // Bytes behind a challenge are seen at once, or when it has been given to the client: the tunnel ends the pair in both cases. What was announced before a refusal says nothing.
        const [fast, slow] = [[whole], whole.split('')].map((pieces) => heard(pieces, method).replace(/^challenged/, 'over').replace(/^refused [^]*/, 'refused'));
        expect(fast?.startsWith(slow ?? '?')).toBe(true);
      }),
      { seed: 9, numRuns: 500 },
    );
  });
});
