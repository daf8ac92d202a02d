import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { WebSocket } from 'ws';
import { TunnelAgent } from './tunnel-agent.ts';

const proxy = process.env['HTTPS_PROXY'];
const agent = proxy === undefined ? new Agent({ keepAlive: true }) : new TunnelAgent(proxy);

/** A failed call is part of some stories: the app goes on, as the vendor promises for most hosts. */
export async function tolerate(call: Promise<unknown>): Promise<void> {
  await call.catch(() => undefined);
}

export async function post(url: string, bytes: number): Promise<void> {
  const body = JSON.stringify({ data: 'x'.repeat(bytes) });
  const headers = { 'content-type': 'application/json' };
  if (proxy !== undefined) {
    await finish(httpsRequest(url, { method: 'POST', agent, headers }).end(body));
    return;
  }
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
}

export async function get(url: string): Promise<void> {
  // Node 20's fetch takes no proxy from its environment.
  if (proxy !== undefined) return getByHttps(url);
  const response = await fetch(url);
  await response.arrayBuffer();
}

export async function getByHttps(url: string): Promise<void> {
  const request = httpsRequest(url, { agent });
  request.end();
  await finish(request);
}

export async function callGateway(port: number, path: string, session: string, body: unknown): Promise<void> {
  const request = httpRequest({ host: '127.0.0.1', port, path, method: 'POST', headers: { 'content-type': 'application/json', 'x-session': session } });
  request.end(JSON.stringify(body));
  await finish(request);
}

export async function finish(request: ReturnType<typeof httpRequest>): Promise<void> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
  });
  response.resume();
  await once(response, 'end');
}

export async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false, ...(proxy === undefined ? {} : { agent }) });
  await once(socket, 'open');
  socket.on('error', () => socket.terminate());
  return socket;
}

export async function closeSocket(socket: WebSocket | undefined): Promise<void> {
  if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
  socket.close(1000);
  await once(socket, 'close');
}

export async function resolveOnly(name: string): Promise<void> {
  await lookup(name, { all: true });
}
