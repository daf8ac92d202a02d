/** curl's SOCKS clients over a small proxy on loopback, and messages that no honest client sends. */
import { execFile, spawnSync } from 'node:child_process';
import { on, once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytes, u16 } from '../../../../build/bytes.ts';
import { issue } from '../../../../build/certificate.ts';
import { decoderOf } from '../../../../build/decoder-of.ts';
import { down, lost, playSession, rechunked, up, type Passage } from '../../../../build/play-session.ts';
import { listen, openRelay } from '../../../../build/relay.ts';
import { recognise } from '../../../../../src/core/decode/payloads/index.ts';
import { RECOGNISE_LIMIT } from '../../../../../src/core/decode/payloads/session.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) console.log('skipped: curl is not installed (Debian: apt-get install curl)');

const authority = issue({ subject: [['2.5.4.3', 0x0c, 'Lab Root']], authority: true });
const leaf = issue({ subject: [['2.5.4.3', 0x0c, 'inside.example']], dnsNames: ['inside.example'] }, authority);
const tlsServer = createTlsServer({ key: leaf.keyPem, cert: leaf.pem, maxVersion: 'TLSv1.2' }, (inner) => {
  inner.on('error', () => undefined);
  inner.once('data', () => inner.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'));
});
let tlsPort = 0;
beforeAll(async () => {
  tlsPort = await listen(tlsServer);
});
afterAll(() => void tlsServer.close());

/** What a client and the proxy said to each other. */
async function record(url: string, options: readonly string[], scheme: string, user = ''): Promise<Passage[]> {
  const proxy = createServer((socket) => void serve(socket));
  const relay = await openRelay(await listen(proxy));
  const child = execFile('curl', ['-sk', '--max-time', '10', '--noproxy', '', ...options, '--proxy', `${scheme}://${user}127.0.0.1:${relay.port}`, url]);
  await once(child, 'exit');
  relay.close();
  proxy.close();
  return relay.flows[0] ?? [];
}

/** Answers one client: asks SOCKS 5 clients that offer it for a password, and always connects to the TLS server. */
async function serve(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  const next = async (): Promise<Uint8Array> => {
    for await (const [data] of on(socket, 'data')) if (data instanceof Uint8Array) return data;
    throw new Error('the client went away');
  };
  let data = await next();
  if (data[0] === 5) {
    const asks = data.subarray(2).includes(2);
    socket.write(bytes(5, asks ? 2 : 0));
    data = await next();
    if (asks) {
      socket.write(bytes(1, 0));
      data = await next();
    }
  }
  const isRefused = Buffer.from(data).includes('refused.example');
  socket.write(data[0] === 4 ? bytes(0, isRefused ? 0x5b : 0x5a, 0, 0, 0, 0, 0, 0) : bytes(5, isRefused ? 2 : 0, 0, 1, 0, 0, 0, 0, 0, 0));
  if (isRefused) return void socket.end();
  const onward = connect(tlsPort, '127.0.0.1');
  onward.on('error', () => socket.destroy());
  socket.pipe(onward).pipe(socket);
}

describe.skipIf(!hasCurl)('curl through SOCKS', () => {
  it.each([
    ['4', 'https://198.51.100.7:8443/', 'socks4', '', '198.51.100.7', 8443, 'SOCKS4'],
    ['4a', 'https://inside.example/', 'socks4a', '', 'inside.example', 443, 'SOCKS4'],
    ['5 with an address', 'https://198.51.100.7/', 'socks5', '', '198.51.100.7', 443, 'SOCKS5'],
    ['5 with an IPv6 address', 'https://[2001:db8::7]/', 'socks5', '', '2001:db8::7', 443, 'SOCKS5'],
    ['5 with a name', 'https://inside.example/', 'socks5h', '', 'inside.example', 443, 'SOCKS5'],
    ['5 with a password', 'https://inside.example:444/', 'socks5h', 'user:hunter2@', 'inside.example', 444, 'SOCKS5'],
  ] as const)('version %s: tells who was asked for and reads the TLS inside', async (_what, url, scheme, user, host, port, method) => {
    const passages = await record(url, [], scheme, user);
    const played = playSession(decoderOf('socks'), passages);
    const first = passages[0]?.data;
    expect(first instanceof Uint8Array ? recognise('tcp', first.subarray(0, RECOGNISE_LIMIT), [40_000, 1080]) : 'none').toMatchObject({ decoder: { protocol: 'socks' }, sender: 'client' });
    expect(played.facts.http?.parts).toMatchObject([{ form: 'authority', host, port, methods: [method], switched: true }]);
    expect([played.facts.protocol, played.facts.http?.inner, played.facts.tls?.chain?.length, played.facts.tls?.applicationData]).toEqual(['socks', 'tls', 1, 'both']);
    expect(JSON.stringify(played)).not.toContain('hunter2');
    expect(playSession(decoderOf('socks'), rechunked(passages, [1, 3, 500])).facts).toEqual(played.facts);
  });

  it.each([['socks4a', 'socks 4 code 91'], ['socks5h', 'socks 5 code 2']])('%s: a refusal is told with its code', async (scheme, refusal) => {
    const { facts } = playSession(decoderOf('socks'), await record('https://refused.example/', [], scheme));
    expect(facts.http?.parts).toMatchObject([{ host: 'refused.example', switched: false, refusal }]);
  });
});

const METHODS = up(bytes(5, 1, 0));
const CHOSEN = down(bytes(5, 0));
const ask = (host: string, command = 1): Passage => up(bytes(5, command, 0, 3, host.length, host, u16(443)));
const GRANTED = down(bytes(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));

/** Parts of a tunnel to a.example in which a request asks for this host, with a password. */
const partsInside = (host: string): readonly unknown[] => playSession(decoderOf('socks'), [METHODS, CHOSEN, ask('a.example'), GRANTED, up(`GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Basic c2VjcmV0\r\n\r\n`)]).facts.http?.parts ?? [];

describe('SOCKS', () => {
  it.each<readonly [what: string, passages: readonly Passage[]]>([
    ['a datagram relay', [METHODS, CHOSEN, ask('a.example', 3), GRANTED]],
    ['a listening port', [METHODS, CHOSEN, ask('a.example', 2), GRANTED]],
    ['GSS-API, after which nothing is in clear', [up(bytes(5, 1, 1)), down(bytes(5, 1)), up('token')]],
    ['no way to authenticate that both know', [METHODS, down(bytes(5, 0xff))]],
    ['lost bytes', [METHODS, CHOSEN, lost('up', 3), GRANTED]],
    ['an address of no kind', [METHODS, CHOSEN, up(bytes(5, 1, 0, 9, 1, 2, 3, 4, 5, 6)), GRANTED]],
  ])('%s leads to no destination', (_what, passages) => expect(playSession(decoderOf('socks'), passages).facts).toEqual({ protocol: 'socks' }));

  it('keeps the destination that was asked for when no answer came', () => {
    const { facts } = playSession(decoderOf('socks'), [METHODS, CHOSEN, ask('a.example')]);
    expect(facts.http?.parts).toMatchObject([{ host: 'a.example', port: 443, switched: false }]);
  });

  it('takes a request inside for the tunnel where it names the same host, with its credential, and else for one that is asked of the proxy', () => {
    expect(partsInside('A.example:443')).toMatchObject([{ form: 'authority', host: 'a.example', port: 443, credentialScheme: 'Basic' }]);
    expect(partsInside('b.example')).toMatchObject([{ form: 'authority', host: 'a.example' }, { form: 'absolute', host: 'b.example', port: 443, credentialScheme: 'Basic' }]);
  });

  it('reads HTTP inside, and SOCKS inside SOCKS no deeper than it allows', () => {
    const inside = playSession(decoderOf('socks'), [METHODS, CHOSEN, ask('a.example'), GRANTED, up('GET / HTTP/1.1\r\nHost: b.example\r\n\r\n')]);
    expect(inside.facts.http?.parts.map((part) => part.host)).toEqual(['a.example', 'b.example']);
    const nested = Array.from({ length: 50 }, () => [METHODS, CHOSEN, ask('deep.example'), GRANTED]).flat();
    expect(playSession(decoderOf('socks'), nested).facts.http?.parts.length).toBeLessThanOrEqual(4);
  });

  it('never throws on any bytes, and holds no more than its cap', () => {
    const passage = fc.record({ side: fc.constantFrom('up' as const, 'down' as const), data: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(METHODS, CHOSEN, ask('x.example'), GRANTED).map((each) => each.data)) });
    fc.assert(fc.property(fc.array(passage, { maxLength: 12 }), (passages) => {
      expect(playSession(decoderOf('socks'), [METHODS, ...passages]).facts.protocol).toBe('socks');
    }), { seed: 20_261_123, numRuns: 500 });
    const flood = Array.from({ length: 1000 }, () => up('x'.repeat(1000)));
    expect(playSession(decoderOf('socks'), [up(bytes(5, 1, 0)), ...flood]).taken).toBeLessThan(30);
  });
});
