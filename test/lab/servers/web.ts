import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createPlainServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { Host } from '../hosts.ts';
import { OFFERS_PORT } from '../media/switches.ts';
import type { Leaf } from '../ca/authority.ts';

const OFFERS = '/v1/session';
const TLS_VERSION = { '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' } as const;
/** Its signatures are below what OpenSSL allows by default, here as on the client. */
const TLS10 = { version: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

/** One server per address and port, so that what refuses a connection is the kernel and not a closed listener. */
export async function startWeb(host: Host, address: string, port: number, leaf: Leaf, isOld = false): Promise<void> {
  const version = isOld ? TLS10.version : TLS_VERSION[host.tls];
  const server = createServer({
    key: leaf.key,
    cert: leaf.chain,
    minVersion: version,
    maxVersion: version,
    ...(isOld ? { ciphers: TLS10.ciphers } : {}),
    ALPNProtocols: ['http/1.1'],
    // Ends idle connections within a phase or two, as public servers do: the manual update check then opens its own.
    keepAliveTimeout: 3000,
  }, (request, response) => {
    respond(host, request, response).catch(() => response.destroy());
  });
  if (host.kind === 'websocket') acceptWebSockets(new WebSocketServer({ server, perMessageDeflate: false }));
  server.listen(port, address);
  await once(server, 'listening');
}

/** HTTP in clear. */
export async function startPlain(host: Host, address: string, port: number): Promise<void> {
  const server = createPlainServer((request, response) => {
    respond(host, request, response).catch(() => response.destroy());
  });
  server.listen(port, address);
  await once(server, 'listening');
}

/** HTTP/2 in clear, by prior knowledge (RFC 9113 §3.3). */
export async function startH2c(address: string, port: number): Promise<void> {
  const server = createHttp2Server();
  server.on('stream', (stream) => {
    stream.resume();
    stream.once('end', () => {
      stream.respond({ ':status': 200, 'content-type': 'application/json' });
      stream.end(JSON.stringify({ data: filler(1400) }));
    });
  });
  server.listen(port, address);
  await once(server, 'listening');
}

async function respond(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST' && request.url === OFFERS) {
    await handOn(request, response);
    return;
  }
  request.resume();
  await once(request, 'end');
  if (host.kind === 'stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let index = 0; index < 8; index += 1) {
      response.write(`data: ${JSON.stringify({ index, delta: filler(180) })}\n\n`);
      await pause(40);
    }
    response.end('data: [DONE]\n\n');
    return;
  }
  if (host.kind === 'image') {
    response.writeHead(200, { 'content-type': 'image/png' }).end(randomBytes(900));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ host: host.name, data: filler(1400) }));
}

/** For all sockets opened from now on. */
export function slowEvents(times: number): void {
  eventEvery = 500 * times;
}

let eventEvery = 500;

/** The vendor's server hands a viewer's offer to its cloud desktop, inside its own network. */
async function handOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const offer = Buffer.concat(await request.toArray());
  const answer = await fetch(`http://127.0.0.1:${OFFERS_PORT}/`, { method: 'POST', body: offer });
  response.writeHead(200, { 'content-type': 'application/json' }).end(await answer.text());
}

function acceptWebSockets(server: WebSocketServer): void {
  server.on('connection', (socket) => {
    socket.send(JSON.stringify({ event: 'connected', id: filler(16) }));
    const events = setInterval(() => socket.send(JSON.stringify({ event: 'progress', data: filler(120) })), eventEvery);
    socket.on('message', () => socket.send(JSON.stringify({ event: 'accepted' })));
    socket.on('close', () => clearInterval(events));
    socket.on('error', () => socket.terminate());
  });
}

const filler = (length: number): string => randomBytes(length).toString('base64').slice(0, length);
