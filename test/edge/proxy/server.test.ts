import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls, createServer as createTlsServer, type SecureVersion } from 'node:tls';
import { createServer as createHttpServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { MachineError } from '../../../src/core/base/errors.ts';
import { attemptOf } from '../../../src/core/judge/attempt.ts';
import { issue } from '../../build/certificate.ts';
import { firstOf, Loopback, textOf, until } from './loopback.ts';

const leaf = issue({ subject: [['2.5.4.3', 0x0c, 'api.test']], dnsNames: ['api.test'] });
let lab: Loopback;

beforeEach(async () => {
  lab = await Loopback.open();
});
afterEach(() => lab.close());

/** A raw socket through the proxy to a name and port. */
async function tunnel(name: string, port: number, early = ''): Promise<Socket> {
  const socket = await lab.client();
  socket.write(`CONNECT ${name}:${port} HTTP/1.1\r\nHost: ${name}:${port}\r\n\r\n${early}`);
  expect(await firstOf(socket, 39)).toContain('200');
  return socket;
}

async function helloThrough(version: SecureVersion): Promise<void> {
  const port = await lab.serve(createTlsServer({ key: leaf.keyPem, cert: leaf.pem, ALPNProtocols: ['h2', 'http/1.1'], minVersion: version, maxVersion: version }, (socket) => socket.end('bye')));
  const socket = connectTls({ socket: await tunnel('api.test', port), servername: 'api.test', ca: leaf.pem, ALPNProtocols: ['h2'], minVersion: version, maxVersion: version });
  socket.on('error', () => {});
  await textOf(socket);
  socket.destroy();
  await until(() => lab.flows().length > 0);
}

describe('a tunnel with TLS inside', () => {
  it('tells name, offers and chain of TLS 1.2 and leaves TLS shut', async () => {
    await helloThrough('TLSv1.2');
    const [connection] = lab.connections();
    expect(connection).toMatchObject({ confidence: 'high', protocol: 'tls', addressClass: 'loopback', outcome: 'app-data', to: { address: '127.0.0.1' }, dialled: { name: 'api.test', by: 'egret', address: '127.0.0.1' } });
    expect(connection?.names).toMatchObject([{ name: 'api.test', how: 'connect', corroboratedBy: 'dialled' }]);
    expect(connection?.tls?.hello).toMatchObject({ sni: 'api.test', alpn: ['h2'], ech: false });
    expect(connection?.tls?.hello?.ja4).toMatch(/^t12d\d{4}h2_/);
    expect(connection?.tls?.server).toMatchObject({ version: 'TLS1.2', alpn: 'h2' });
    expect(connection?.tls?.chain?.[0]?.dnsNames).toEqual(['api.test']);
  });

  it('tells what TLS 1.3 shows', async () => {
    await helloThrough('TLSv1.3');
    const [connection] = lab.connections();
    expect(connection?.tls).toMatchObject({ hello: { sni: 'api.test' }, server: { version: 'TLS1.3' } });
    expect(connection?.tls?.chain).toBeUndefined();
  });
});

describe('bytes', () => {
  it('arrive whole and unchanged, also those sent before the tunnel stood', async () => {
    const port = await lab.serving((socket) => socket.pipe(socket));
    const socket = await tunnel('echo.test', port, 'early');
    socket.end(' and late');
    expect(await textOf(socket)).toBe('early and late');
  });

  it('go on in one direction when the other has ended', async () => {
    const port = await lab.serving((socket) => {
      socket.on('end', () => setTimeout(() => socket.end('after your end'), 20));
      socket.resume();
    });
    const socket = await tunnel('half.test', port);
    socket.end('that was all');
    expect(await textOf(socket)).toBe('after your end');
  });

  it('wait at the server while the client does not read', async () => {
    let sent = 0;
    const port = await lab.serving((socket) => {
      const more = (): void => {
        for (let isRoom = true; isRoom && sent < 64 << 20; sent += 1 << 16) isRoom = socket.write(Buffer.alloc(1 << 16));
      };
      socket.on('drain', more);
      more();
    });
    const socket = await lab.client();
    socket.write(`CONNECT bulk.test:${port} HTTP/1.1\r\nHost: bulk.test:${port}\r\n\r\n`);
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((done) => setTimeout(done, 150));
    }
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(48 << 20);
    socket.destroy();
  });

  it.each([['all at once', 0], ['slowly', 40]])('of a long download arrive in their order at a client that reads %s', async (_how, pauses) => {
    const length = 12 << 20;
    const sent = createHash('sha256');
    const port = await lab.serving((socket) => {
      let left = length;
      const more = (): void => {
        for (let isRoom = true; isRoom && left > 0; ) {
          const piece = randomBytes(Math.min(left, 100_003));
          sent.update(piece);
          left -= piece.length;
          isRoom = socket.write(piece);
        }
        if (left === 0) socket.end();
      };
      socket.on('drain', more);
      socket.once('data', more);
    });
    const socket = await tunnel('bulk.test', port);
    const got = createHash('sha256');
    let rests = pauses;
    socket.on('data', (data) => {
      got.update(data);
      if (rests-- <= 0) return;
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
    socket.write('GO');
    await new Promise((done) => socket.once('end', done));
    expect(got.digest('hex')).toBe(sent.digest('hex'));
    socket.end();
    await until(() => lab.flows().length > 0);
    expect(lab.flows()[0]?.down).toBe(length + ANSWER);
  });

  it('of a server that resets reach the client, and the outcome tells', async () => {
    const port = await lab.serving((socket) => {
      socket.once('data', () => {
        socket.write('last words');
        setTimeout(() => socket.resetAndDestroy(), 30);
      });
    });
    const socket = await tunnel('rude.test', port, 'hi');
    expect(await textOf(socket)).toContain('last words');
    socket.destroy();
  });
});

describe('what cannot be reached', () => {
  it.each([
    ['a name that does not resolve', 'gone.test', (): number => 443, '502', 'not-found', 'attempted'],
    ['a closed port', 'shut.test', (): number => 1, '502', 'refused', 'refused'],
    ['the proxy itself', 'self.test', (): number => lab.port, '508', 'not-served', 'attempted'],
  ] as const)('is answered and observed: %s', async (_, name, port, status, failure, outcome) => {
    const socket = await lab.client();
    socket.write(`CONNECT ${name}:${port()} HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
    expect(await textOf(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    socket.end();
    await until(() => lab.flows().length > 0);
    expect(lab.flows()[0]).toMatchObject({ outcome, dialled: { name, failure } });
  });

  it.each([
    ['a page of the proxy', 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'],
    ['two lengths', 'POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['no language it knows', 'EHLO a.test\r\n\r\n'],
  ])('is nobody where the request is turned away: %s', async (_, text) => {
    const socket = await lab.client();
    socket.end(text);
    expect(await textOf(socket)).toMatch(/^HTTP\/1.1 400 /);
    await until(() => lab.flows().length > 0);
    const [connection] = lab.connections();
    expect(connection).toMatchObject({ outcome: 'attempted', dialled: { name: '', failure: 'not-served' } });
    expect(connection === undefined ? undefined : attemptOf(connection)).toEqual({ result: 'failed', layer: 'proxy refused by egret' });
  });

  it('is a client that says nothing: no destination, no byte', async () => {
    const socket = await lab.client();
    socket.end();
    await until(() => lab.flows().length > 0);
    expect(lab.flows()[0]).toMatchObject({ up: 0, protocol: 'unknown', dialled: undefined });
  });
});

describe('plain HTTP', () => {
  it('is passed on and told as one destination with its answer', async () => {
    const port = await lab.serve(createHttpServer((request, response) => void response.end(`${request.method} ${request.url} ${request.headers.host} ${request.headers['proxy-authorization'] ?? 'no secret'}`)));
    const socket = await lab.client();
    socket.write(`GET http://plain.test:${port}/a HTTP/1.1\r\nHost: plain.test:${port}\r\nProxy-Authorization: Basic c2VjcmV0\r\n\r\n`);
    expect(await textOf(socket)).toContain(`GET /a plain.test:${port} no secret`);
    socket.end();
    await until(() => lab.flows().length > 0);
    const [connection] = lab.connections();
    expect(connection).toMatchObject({ protocol: 'http', confidence: 'high', http: { form: 'absolute', host: 'plain.test', status: 200, credentialScheme: 'Basic' } });
    expect(JSON.stringify(lab.observations)).not.toContain('c2VjcmV0');
  });
});

describe('a WebSocket', () => {
  it('runs through a tunnel', async () => {
    const server = new WebSocketServer({ noServer: true });
    const http = createHttpServer();
    http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head, (open) => open.send('pushed')));
    const real = await lab.serve(http);
    const through = await tunnel('ws.test', real);
    const client = new WebSocket(`ws://ws.test:${real}/`, { createConnection: () => through });
    const message = await new Promise((done) => client.once('message', (data) => done(Buffer.isBuffer(data) ? data.toString() : '')));
    client.terminate();
    await until(() => lab.flows().length > 0);
    expect(message).toBe('pushed');
    expect(lab.connections()[0]).toMatchObject({ protocol: 'websocket', names: [{ name: 'ws.test', how: 'connect' }] });
  });
});

describe('an upstream proxy', () => {
  it('is egret\'s way out, with the user\'s credential, which no observation holds', async () => {
    const heads: string[] = [];
    const port = await lab.serving((socket) => {
      socket.once('data', (data) => {
        heads.push(data.toString('latin1'));
        socket.write('HTTP/1.1 200 OK\r\n\r\nfrom beyond');
      });
      socket.on('end', () => socket.end());
    });
    const behind = await Loopback.open({ routes: { noProxy: ['direct.test'], forTunnels: { scheme: 'http', host: 'corp.test', port, user: 'me', password: 'hunter2' } } });
    const socket = await behind.client();
    socket.write('CONNECT far.test:443 HTTP/1.1\r\nHost: far.test:443\r\n\r\n');
    expect(await firstOf(socket, 50)).toContain('from beyond');
    socket.destroy();
    await until(() => behind.flows().length > 0);
    expect(heads[0]).toContain(`Proxy-Authorization: Basic ${Buffer.from('me:hunter2').toString('base64')}`);
    expect(behind.connections()[0]).toMatchObject({ confidence: 'medium', dialled: { by: 'upstream', name: 'far.test' }, to: { address: '', port: 443 } });
    expect(JSON.stringify(behind.observations)).not.toMatch(/hunter2|aHVudGVy/);
    await behind.close();
  });
});

describe('a client from elsewhere', () => {
  const own = Object.values(networkInterfaces()).flatMap((found) => found ?? []).find((one) => !one.internal && one.family === 'IPv4')?.address;

  it.skipIf(own === undefined)('is turned away unless its network is served (needs an interface besides loopback)', async () => {
    const open = await Loopback.open({ listen: { address: '0.0.0.0', port: 0 } });
    const socket = connect({ host: own ?? '', port: open.port });
    socket.on('error', () => {});
    expect(await textOf(socket)).toBe('');
    await open.close();
    expect(open.flows()).toEqual([]);
  });
});

describe('stopping', () => {
  it('cuts what is open, tells it, and leaves no socket', async () => {
    const ends: string[] = [];
    const port = await lab.serving((socket) => {
      socket.on('close', () => ends.push('server'));
      socket.on('end', () => socket.end());
      socket.resume();
    });
    const socket = await tunnel('open.test', port, 'x');
    socket.on('close', () => ends.push('client'));
    socket.on('end', () => socket.end());
    const { port: was } = lab;
    await lab.proxy.stop();
    await until(() => ends.length === 2);
    expect(lab.flows()[0]).toMatchObject({ dialled: { name: 'open.test' }, closed: undefined });
    expect(lab.observations.slice(-2)).toMatchObject([{ kind: 'blind-spot', code: 'proxy-only' }, { kind: 'source', packets: 1 }]);
    const again = connect({ host: '127.0.0.1', port: was });
    expect(await new Promise((done) => again.once('error', (error: NodeJS.ErrnoException) => done(error.code)))).toBe('ECONNREFUSED');
    lab = await Loopback.open();
  });

  it('is what a listener that throws leads to, not death in a callback', async () => {
    const failures: unknown[] = [];
    const full = new Error('the disk is full');
    let isFull = true;
    const failing = await Loopback.open({
      observe() {
        if (isFull) throw full;
      },
      failed: (error) => void failures.push(error),
    });
    const socket = await failing.client();
    socket.end('CONNECT gone.test:443 HTTP/1.1\r\nHost: gone.test:443\r\n\r\n');
    socket.resume();
    await until(() => failures.length > 0);
    isFull = false;
    await failing.close();
    expect(failures[0]).toBe(full);
  });

  it('is refused a port that is taken, in words', async () => {
    await expect(Loopback.open({ listen: { address: '127.0.0.1', port: lab.port } })).rejects.toThrow(MachineError);
  });
});

/** Bytes of what a client is told when its tunnel stands. */
const ANSWER = 39;
