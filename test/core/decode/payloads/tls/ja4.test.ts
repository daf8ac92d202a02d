import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { connect, type ConnectionOptions } from 'node:tls';
import { calculateJa4, readTlsClientHello } from 'read-tls-client-hello';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { decodeClientHello } from '../../../../../src/core/decode/payloads/tls/client-hello.ts';
import { ja4, type Ja4Input } from '../../../../../src/core/decode/payloads/tls/ja4.ts';
import { clientHello, extension } from '../../../../build/tls-bytes.ts';
import { listen } from '../../../../build/tls-handshake.ts';

const hasCurl = await runs('curl');
if (!hasCurl) console.log('skipped: curl is not installed, so its hellos are not compared');

/** The Chrome hello of FoxIO's own explanation of the format. */
const CHROME: Ja4Input = {
  transport: 't',
  versions: [0x0304, 0x0303],
  named: true,
  ciphers: [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035],
  extensions: [0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015],
  alpn: 'h2',
  signatures: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
};

describe('ja4', () => {
  it('gives the fingerprint that its authors give for Chrome', () => {
    expect(ja4(CHROME)).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1');
  });

  it('does not depend on the order of ciphers and extensions, but on that of signature schemes', () => {
    expect(ja4({ ...CHROME, ciphers: CHROME.ciphers.toReversed(), extensions: CHROME.extensions.toReversed() })).toBe(ja4(CHROME));
    expect(ja4({ ...CHROME, signatures: CHROME.signatures.toReversed() })).not.toBe(ja4(CHROME));
  });

  const marks: ReadonlyArray<readonly [claim: string, change: Partial<Ja4Input>, start: string]> = [
    ['writes i without a name', { named: false }, 't13i1516h2_'],
    ['names QUIC', { transport: 'q' }, 'q13d'],
    ['takes the lowest number as the highest DTLS version', { transport: 'd', versions: [0xfeff, 0xfefc, 0xfefd] }, 'dd3d'],
    ['knows SSL 3.0', { versions: [0x0300] }, 'ts3d'],
    ['writes 00 for an unknown version', { versions: [0x0305, 0x0303] }, 't00d'],
    ['stops counting at 99', { ciphers: Array.from({ length: 120 }, (_, index) => index) }, 't13d9916h2_'],
    ['repeats an ALPN of one character', { alpn: 'x' }, 't13d1516xx_'],
    ['writes the outer nibbles of an ALPN that begins with no letter', { alpn: '\u00ab\u00cd' }, 't13d1516ad_'],
    ['writes the outer nibbles of an ALPN that ends with no letter', { alpn: '0\u00ab' }, 't13d15163b_'],
    ['writes both nibbles of an ALPN of one odd byte', { alpn: '\u00ab' }, 't13d1516ab_'],
    ['writes the outer nibbles of a longer ALPN', { alpn: '01\u00ab\u00cd' }, 't13d15163d_'],
    ['writes 00 for an empty ALPN', { alpn: '' }, 't13d151600_'],
    ['knows SSL 2.0', { versions: [0x0002] }, 'ts2d'],
    ['counts what only signals (SCSV) and what is reserved', { ciphers: [0x00ff, 0x5600, 0xfe00] }, 't13d0316h2_'],
    ['stops counting extensions at 99 too', { extensions: Array.from({ length: 100 }, (_, index) => index) }, 't13d1599h2_'],
    ['takes the characters when only the middle is odd', { alpn: '0\u00ab\u00cd1' }, 't13d151601_'],
  ];
  it.each(marks)('%s', (_claim, change, start) => {
    const { alpn, ...rest } = { ...CHROME, ...change };
    expect(ja4(alpn === undefined ? rest : { ...rest, alpn }).startsWith(start)).toBe(true);
  });

  it('gives the hash that its authors give for the same hello without signature schemes', () => {
    expect(ja4({ ...CHROME, signatures: [] })).toBe('t13d1516h2_8daaf6152771_6d807ffa2a79');
  });

  it('reads a hello without extensions, with an empty name, and with more than 99 ciphers beside GREASE', () => {
    const many = Array.from({ length: 120 }, (_, index) => 0xc000 + index);
    expect(decodeClientHello(clientHello({ ciphers: [0x002f] }))?.ja4).toMatch(/^t12i010000_[0-9a-f]{12}_000000000000$/);
    expect(decodeClientHello(clientHello({ extensions: [] }))?.ja4).toMatch(/^t12i010000_[0-9a-f]{12}_000000000000$/);
    expect(decodeClientHello(clientHello({ extensions: [extension.empty(0)] }))?.ja4).toMatch(/^t12d010100_[0-9a-f]{12}_000000000000$/);
    expect(decodeClientHello(clientHello({ ciphers: [0x0a0a, ...many, 0xfafa] }))?.ja4).toBe(decodeClientHello(clientHello({ ciphers: many }))?.ja4);
    expect(decodeClientHello(clientHello({ ciphers: [0x0a0a], extensions: [] }))?.ja4).toBe('t12i000000_000000000000_000000000000');
  });

  it('hashes ciphers, extensions and schemes as sha256 of their lists, each checked against node:crypto', () => {
    const facts = decodeClientHello(clientHello({ ciphers: [0xc02f, 0x002f], extensions: [extension.signatures(0x0804, 0x0403), extension.empty(0xff01), extension.serverName('a.example'), extension.empty(23)] }));
    expect(facts?.ja4).toBe(`t12d020400_${shortHash('002f,c02f')}_${shortHash('000d,0017,ff01_0804,0403')}`);
  });

  it('writes 00 without ALPN and zeros for empty lists', () => {
    const { alpn: _, ...none } = CHROME;
    expect(ja4({ ...none, extensions: [0], ciphers: [] })).toBe('t13d000100_000000000000_000000000000');
  });

  it('ignores GREASE wherever a hello may hold it', () => {
    const plain = clientHello({ ciphers: [0x1301, 0x1302], extensions: [extension.versions(0x0304), extension.signatures(0x0403)] });
    const greased = clientHello({
      ciphers: [0x8a8a, 0x1301, 0x1302],
      extensions: [extension.empty(0x1a1a), extension.versions(0xfafa, 0x0304), extension.signatures(0x2a2a, 0x0403), extension.empty(0xcaca)],
    });
    expect(decodeClientHello(greased)?.ja4).toBe(decodeClientHello(plain)?.ja4);
    expect(decodeClientHello(greased)?.offered).toEqual(['TLS1.3']);
  });

  it('tells two long lists apart although it remembers neither', () => {
    const long = Array.from({ length: 400 }, (_, index) => index);
    expect(ja4({ ...CHROME, ciphers: long })).not.toBe(ja4({ ...CHROME, ciphers: [...long.slice(1), 999] }));
  });
});

describe('ja4 of real clients', () => {
  const clients: Readonly<Record<string, ConnectionOptions>> = {
    'node with its defaults': { servername: 'lab.example' },
    'node without a name': {},
    'node with ALPN': { servername: 'lab.example', ALPNProtocols: ['h2', 'http/1.1'] },
    'node with an odd ALPN': { servername: 'lab.example', ALPNProtocols: ['spdy/3.1'] },
    'node with TLS 1.2 only': { servername: 'lab.example', maxVersion: 'TLSv1.2' },
    'node with TLS 1.3 only': { servername: 'lab.example', minVersion: 'TLSv1.3' },
    'node with few ciphers and curves': { ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256', ecdhCurve: 'P-256' },
  };

  it.each(Object.entries(clients))('agrees with read-tls-client-hello on %s', async (_name, options) => {
    const { ours, theirs } = await bothReadings(await captureHello((port) => {
      const socket = connect({ ...options, host: '127.0.0.1', port });
      socket.on('error', () => undefined);
    }));
    expect(ours).toBe(theirs);
  });

  it.skipIf(!hasCurl)('agrees with read-tls-client-hello on curl', async () => {
    const ways = [(port: number) => ['-s', '--noproxy', '*', '--max-time', '5', `https://127.0.0.1:${port}/`], (port: number) => ['-s', '--noproxy', '*', '--max-time', '5', '--http1.1', '--resolve', `lab.example:${port}:127.0.0.1`, `https://lab.example:${port}/`]];
    for (const way of ways) {
      const { ours, theirs } = await bothReadings(await captureHello((port) => void execFile('curl', way(port), () => undefined)));
      expect(ours).toBe(theirs);
    }
  });
});

async function bothReadings(hello: Buffer): Promise<{ ours: string | undefined; theirs: string }> {
  const oracle = await readTlsClientHello(Readable.from([hello], { objectMode: false }));
  return { ours: decodeClientHello(hello.subarray(9))?.ja4, theirs: calculateJa4(oracle) };
}

/** The first bytes that a client sends to a loopback socket. */
async function captureHello(start: (port: number) => void): Promise<Buffer> {
  const server = createServer();
  start(await listen(server));
  const [socket] = await once(server, 'connection');
  const [data] = await once(socket, 'data');
  socket.destroy();
  server.close();
  return data;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function runs(command: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command, ['--version'], (error) => resolve(error === null));
  });
}
