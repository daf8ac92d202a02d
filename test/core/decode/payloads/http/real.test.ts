/** Node's own clients and servers, and the ws package, over a recording loopback relay. */
import { once } from 'node:events';
import http from 'node:http';
import { connect, type Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { listen, openRelay, type Relay } from '../../../../build/relay.ts';
import { rechunked, type Passage } from '../../../../build/play-session.ts';
import { lines, play } from './play.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe('recordings of real HTTP', () => {
  it('shows keep-alive requests, HEAD, chunked bodies both ways and 204', async () => {
    const relay = await relayTo(http.createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        response.statusCode = request.url === '/none' ? 204 : 200;
        if (request.method === 'HEAD') response.setHeader('Content-Length', 999);
        if (request.url === '/chunked') response.write('GET /fake HTTP/1.1\r\nHost: fake.example\r\n\r\n');
        response.end(request.url === '/none' ? undefined : 'end');
      });
    }));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    await ask(relay, agent, { path: '/chunked', host: 'one.example' });
    await ask(relay, agent, { path: '/', method: 'HEAD', host: 'one.example' });
    await ask(relay, agent, { path: '/', method: 'POST', host: 'two.example', chunks: ['GET / HTTP/1.1\r\n', 'Host: fake.example\r\n\r\n'] });
    await ask(relay, agent, { path: '/none', host: 'three.example:81' });
    agent.destroy();
    expect(relay.flows).toHaveLength(1);
    expect(shown(relay.flows[0] ?? [])).toEqual(['origin GET+HEAD one.example ×2 200', 'origin POST two.example ×1 200', 'origin GET three.example:81 ×1 204']);
  });

  it('shows a WebSocket upgrade as switched', async () => {
    const server = http.createServer();
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
    const relay = await relayTo(server);
    const client = new WebSocket(`ws://127.0.0.1:${relay.port}/feed`, { headers: { Host: 'feed.example' } });
    await once(client, 'open');
    client.send('hello');
    await once(client, 'message');
    client.terminate();
    expect(shown(relay.flows[0] ?? [])).toEqual(['origin GET feed.example ×1 101 switched']);
    expect(play(...(relay.flows[0] ?? [])).parts[0]?.upgrade).toBe('websocket');
  });

  it('shows a refused upgrade as not switched and goes on', async () => {
    const relay = await relayTo(http.createServer((_request, response) => response.writeHead(426).end('no')));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    await ask(relay, agent, { path: '/', host: 'one.example', headers: { connection: 'Upgrade', upgrade: 'other' } });
    await ask(relay, agent, { path: '/', host: 'two.example' });
    agent.destroy();
    expect(shown(relay.flows.flat())).toEqual(['origin GET one.example ×1 426', 'origin GET two.example ×1 426']);
  });

  it('shows TLS inside CONNECT with the server name of its hello', async () => {
    const relay = await relayTo(http.createServer().on('connect', (_request, socket: Socket) => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.on('data', () => socket.end());
      socket.on('error', () => socket.destroy());
    }));
    const socket = connect(relay.port, '127.0.0.1');
    socket.write('CONNECT inside.example:443 HTTP/1.1\r\nHost: inside.example:443\r\nProxy-Authorization: Bearer abc\r\n\r\n');
    await once(socket, 'data');
    const secure = tls.connect({ socket, servername: 'inside.example', ALPNProtocols: ['h2'] });
    secure.on('error', () => secure.destroy());
    await new Promise((resolve) => secure.on('close', resolve));
    const flow = relay.flows[0] ?? [];
    expect(shown(flow)).toEqual(['authority CONNECT inside.example:443 ×1 200 switched']);
    const { facts } = play(...flow);
    expect(facts).toMatchObject({ protocol: 'http', http: { inner: 'tls' }, tls: { hello: { sni: 'inside.example', alpn: ['h2'] } } });
    expect(facts.http?.parts[0]?.credentialScheme).toBe('Bearer');
  });

  it('shows a CONNECT that was refused first and then let through', async () => {
    const relay = await relayTo(http.createServer().on('connect', (request, socket: Socket) => {
      socket.on('error', () => socket.destroy());
      const isKnown = request.headers['proxy-authorization'] !== undefined;
      socket.end(isKnown ? 'HTTP/1.1 200 OK\r\n\r\n' : 'HTTP/1.1 407 Who\r\nContent-Length: 3\r\n\r\nwho');
    }));
    for (const extra of ['', 'Proxy-Authorization: Basic YTpi\r\n']) {
      const socket = connect(relay.port, '127.0.0.1');
      socket.write(`CONNECT inside.example:443 HTTP/1.1\r\n${extra}\r\n`);
      socket.resume();
      await once(socket, 'close');
    }
    // As one connection, which is what a proxy that keeps it open would make of it.
    expect(shown(relay.flows.flat())).toEqual(['authority CONNECT inside.example:443 ×2 200 switched']);
  });
});

async function relayTo(server: http.Server): Promise<Relay> {
  const relay = await openRelay(await listen(server));
  closers.push(() => relay.close(), () => server.close());
  return relay;
}

async function ask(relay: Relay, agent: http.Agent, wanted: { path: string; method?: string; host: string; chunks?: string[]; headers?: Record<string, string> }): Promise<void> {
  const request = http.request({ port: relay.port, host: '127.0.0.1', agent, path: wanted.path, method: wanted.method ?? 'GET', headers: { ...wanted.headers, host: wanted.host } });
  for (const chunk of wanted.chunks ?? []) request.write(chunk);
  request.end();
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => request.on('response', resolve).on('error', reject));
  response.resume();
  await once(response, 'end');
}

/** Parts and problems, which do not depend on how the bytes were cut; all readings when they do. */
function shown(flow: readonly Passage[]): readonly unknown[] {
  const readings = [[1_000_000], [1], [7, 1, 100], [64, 3]].map((sizes) => {
    const played = play(...rechunked(flow, sizes));
    return (lines(played.parts) as unknown[]).concat(played.problems);
  });
  return new Set(readings.map((each) => JSON.stringify(each))).size === 1 ? (readings[0] ?? []) : readings;
}
