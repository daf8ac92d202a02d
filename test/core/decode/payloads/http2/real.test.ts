/** Node's own HTTP/2 client and server, and curl (nghttp2), in clear over a recording loopback relay. */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import http2 from 'node:http2';
import { createServer, type Socket } from 'node:net';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { recognise } from '../../../../../src/core/decode/payloads/index.ts';
import { RECOGNISE_LIMIT } from '../../../../../src/core/decode/payloads/session.ts';
import { decoderOf } from '../../../../build/decoder-of.ts';
import { playSession, type Passage } from '../../../../build/play-session.ts';
import { listen, openRelay, type Relay } from '../../../../build/relay.ts';
import { play, shown } from './play.ts';

const hasCurl = /HTTP2/.test(spawnSync('curl', ['--version'], { encoding: 'utf8' }).stdout);
if (!hasCurl) console.log('skipped: curl with HTTP/2 is not installed (Debian: apt-get install curl)');
const run = promisify(execFile);

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe('recordings of real HTTP/2 in clear', () => {
  it('shows requests to several authorities of one connection, by Node', async () => {
    const relay = await relayTo(http2.createServer((asked, response) => {
      asked.resume();
      asked.on('end', () => response.writeHead(asked.url === '/secret-path' ? 403 : 204).end());
    }));
    const client = http2.connect(`http://127.0.0.1:${relay.port}`);
    closers.push(() => client.destroy());
    for (const authority of ['one.example', 'two.example:81', 'one.example', 'one.example']) {
      await ask(client, { ':authority': authority, ':path': '/secret-path', authorization: 'Bearer s3cr3t-token', 'x-long': 'ä'.repeat(300) }, 'body');
    }
    const flow = relay.flows[0] ?? [];
    expect(shown(flow)).toEqual(['origin POST one.example ×3 403 (Bearer)', 'origin POST two.example:81 ×1 403 (Bearer)']);
    const { facts } = play(...flow);
    expect(facts.protocol).toBe('h2c');
    expect(JSON.stringify(facts)).not.toMatch(/s3cr3t|secret-path/);
    // Every byte belongs to one of the parts, but for what came before the first request and what no request asked for.
    const counted = facts.http?.parts.reduce((sum, { up }) => sum + up, 0) ?? 0;
    const sent = flow.reduce((sum, { side, data }) => sum + (side === 'up' && typeof data !== 'number' ? data.length : 0), 0);
    expect(sent - counted).toBeGreaterThanOrEqual(24);
    expect(sent - counted).toBeLessThan(120);
  });

  it('shows trailers, interim responses, resets and gRPC', async () => {
    const server = http2.createServer();
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      if (headers[':path'] === '/reset') return stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      stream.additionalHeaders({ ':status': 103 });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.end('done');
    });
    const relay = await relayTo(server);
    const client = http2.connect(`http://127.0.0.1:${relay.port}`);
    closers.push(() => client.destroy());
    await ask(client, { ':authority': 'rpc.example', ':path': '/reset' }, '').catch(() => undefined);
    await ask(client, { ':authority': 'rpc.example', ':path': '/pkg.Service/Call', 'content-type': 'application/grpc+proto' }, 'x'.repeat(70_000));
    expect(shown(relay.flows[0] ?? [])).toEqual(['origin POST rpc.example ×2 200']);
    expect(play(...(relay.flows[0] ?? [])).facts.http?.inner).toBe('grpc');
  });

  it('shows a WebSocket over extended CONNECT', async () => {
    const server = http2.createServer({ settings: { enableConnectProtocol: true } });
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200 });
      stream.end('hello');
    });
    const relay = await relayTo(server);
    const client = http2.connect(`http://127.0.0.1:${relay.port}`);
    closers.push(() => client.destroy());
    await once(client, 'remoteSettings');
    await ask(client, { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':authority': 'feed.example', ':path': '/feed' }, undefined);
    expect(shown(relay.flows[0] ?? [])).toEqual(['origin CONNECT feed.example ×1 200 switched websocket']);
  });

  it('tells the TLS of several tunnels through one proxy connection apart, and the one that was refused', async () => {
    const server = http2.createServer();
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      const isLetThrough = headers['proxy-authorization'] !== undefined;
      stream.respond({ ':status': isLetThrough ? 200 : 407 });
      if (!isLetThrough) stream.end();
      stream.on('data', () => stream.end());
    });
    const relay = await relayTo(server);
    const client = http2.connect(`http://127.0.0.1:${relay.port}`);
    closers.push(() => client.destroy());
    await ask(client, { ':method': 'CONNECT', ':authority': 'a.example:443' }, '');
    for (const name of ['a.example', 'b.example']) await tunnelled(client, name);
    expect(shown(relay.flows[0] ?? [])).toEqual([
      'authority CONNECT a.example:443 ×2 200 switched (Basic) inside tls a.example',
      'authority CONNECT b.example:443 ×1 200 switched (Basic) inside tls b.example',
    ]);
  });

  it('tells the TLS of one tunnel as HTTP/1 does', async () => {
    const server = http2.createServer();
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200 });
      stream.on('data', () => stream.end());
    });
    const relay = await relayTo(server);
    const client = http2.connect(`http://127.0.0.1:${relay.port}`);
    closers.push(() => client.destroy());
    await tunnelled(client, 'a.example');
    expect(play(...(relay.flows[0] ?? [])).facts).toMatchObject({ protocol: 'h2c', http: { inner: 'tls', parts: [{ form: 'authority', host: 'a.example', port: 443 }] }, tls: { hello: { sni: 'a.example' } } });
  });

  it('knows whose the first bytes are, whoever speaks first', async () => {
    const relay = await relayTo(http2.createServer((_asked, response) => response.end()));
    const client = http2.connect(`http://127.0.0.1:${relay.port}`);
    await ask(client, { ':authority': 'one.example' }, '');
    client.destroy();
    expect(firstBytes(relay.flows[0] ?? [])).toEqual(['h2c client', 'h2c server']);
  });
});

describe.skipIf(!hasCurl)('curl', () => {
  it.each([
    ['--http2-prior-knowledge', 'h2c', ['origin GET one.example:8080 ×1 200 (Basic)']],
    ['--http2', 'http', ['origin GET one.example:8080 ×1 101 switched h2c (Basic)', 'origin GET two.example ×1 200']],
  ])('%s', async (option, protocol, expected) => {
    const relay = await relayTo(protocol === 'http' ? upgradeServer() : http2.createServer((_asked, response) => response.end('body')));
    const url = `http://127.0.0.1:${relay.port}/`;
    // With prior knowledge curl 7.88 fails to use its connection again.
    const second = protocol === 'http' ? ['--next', '-s', option, '-H', 'Host: two.example', url] : [];
    await run('curl', ['-s', option, '-u', 'me:s3cr3t', '-H', 'Host: one.example:8080', url, ...second]);
    expect(relay.flows).toHaveLength(1);
    const flow = relay.flows[0] ?? [];
    expect(shown(flow, protocol)).toEqual(expected);
    const { facts } = playSession(decoderOf(protocol), flow);
    expect([facts.protocol, protocol === 'http' ? facts.http?.inner : 'h2c']).toEqual([protocol, 'h2c']);
    expect(JSON.stringify(facts)).not.toContain('s3cr3t');
  });
});

/** Grants the upgrade that curl asks for: Node's server cannot, so its frames are written by hand. */
function upgradeServer(): ReturnType<typeof createServer> {
  return createServer((socket) => {
    socket.once('data', () => {
      const wait = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
      // Stream 1 is the upgraded request: empty SETTINGS, a response with :status 200 from the static table, no body.
      const answer = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88]);
      socket.write(Buffer.concat([wait, answer]));
      answerByHand(socket);
    });
  });
}

/** Acknowledges SETTINGS and answers each later request with 200; enough for a client that asks one after the other. */
function answerByHand(socket: Socket): void {
  let held = Buffer.alloc(0);
  let preface = 24;
  socket.on('data', (data: Buffer) => {
    held = Buffer.concat([held, data]);
    if (preface > 0 && held.length >= preface) {
      held = held.subarray(preface);
      preface = 0;
    }
    if (preface > 0) return;
    while (held.length >= 9 && held.length >= 9 + held.readUIntBE(0, 3)) {
      const [type, flags, stream] = [held[3], held[4] ?? 0, held.readUInt32BE(5)];
      if (type === 4 && flags === 0) socket.write(Buffer.from([0, 0, 0, 4, 1, 0, 0, 0, 0]));
      if (type === 1) socket.write(Buffer.from([0, 0, 1, 1, 5, 0, 0, 0, stream, 0x88]));
      held = held.subarray(9 + held.readUIntBE(0, 3));
    }
  });
}

async function relayTo(server: Parameters<typeof listen>[0]): Promise<Relay> {
  const relay = await openRelay(await listen(server));
  closers.push(() => relay.close(), () => server.close());
  return relay;
}

async function ask(client: http2.ClientHttp2Session, headers: http2.OutgoingHttpHeaders, body: string | undefined): Promise<void> {
  const stream = client.request({ ...(body === undefined || headers[':method'] !== undefined ? {} : { ':method': 'POST' }), ...headers }, { endStream: false });
  stream.resume();
  if (body !== undefined) stream.end(body);
  await once(stream, 'close');
}

/** A TLS hello through a CONNECT stream, whose answer is the stream's end. */
async function tunnelled(client: http2.ClientHttp2Session, name: string): Promise<void> {
  const stream = client.request({ ':method': 'CONNECT', ':authority': `${name}:443`, 'proxy-authorization': 'Basic bWU6czNjcjN0' });
  await once(stream, 'response');
  const secure = tls.connect({ socket: stream, servername: name });
  secure.on('error', () => secure.destroy());
  await new Promise((resolve) => secure.on('close', resolve));
  stream.close();
}

function firstBytes(flow: readonly Passage[]): string[] {
  return (['up', 'down'] as const).map((side) => {
    const data = flow.find((each) => each.side === side)?.data;
    const found = recognise('tcp', data instanceof Uint8Array ? data.subarray(0, RECOGNISE_LIMIT) : new Uint8Array(), [40_000, 40_001]);
    return typeof found === 'string' ? found : `${found.decoder.protocol} ${found.sender}`;
  });
}
