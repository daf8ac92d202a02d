import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import type { Leaf } from '../ca/authority.ts';
import { PROXY } from '../firewall/switches.ts';
import { HOSTS } from '../hosts.ts';

/** A server that knows TLS 1.1 at most: OpenSSL answers a newer hello with the alert protocol_version. */
export async function startAlerting(address: string, port: number, leaf: Leaf): Promise<void> {
  const server = createTlsServer({ key: leaf.key, cert: leaf.chain, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
  server.on('tlsClientError', () => undefined);
  server.listen(port, address);
  await once(server, 'listening');
}

/** Takes the hello and closes without a word. */
export async function startClosing(address: string, port: number): Promise<void> {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end());
    socket.on('error', () => socket.destroy());
  });
  server.listen(port, address);
  await once(server, 'listening');
}

/** A proxy that refuses some hosts and carries the others. */
export async function startProxy(refusals: Readonly<Record<string, 403 | 407>>): Promise<void> {
  const server = createHttpServer((_request, response) => response.writeHead(400).end());
  server.on('connect', (request, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    const [name = '', port = '443'] = (request.url ?? '').split(':');
    const refusal = refusals[name];
    if (refusal !== undefined) socket.end(REFUSALS[refusal]);
    else carry(name, Number(port), socket);
  });
  server.listen(PROXY.port, PROXY.address);
  await once(server, 'listening');
}

function carry(name: string, port: number, socket: Duplex): void {
  const host = HOSTS.find((each) => each.name === name);
  if (host === undefined) {
    socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  const onward = connect(port, host.v4, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(onward).pipe(socket);
  });
  onward.on('error', () => socket.destroy());
}

const REFUSALS = {
  403: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  407: 'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="office"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
} as const;
