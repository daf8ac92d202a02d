/**
 * Real TLS handshakes on loopback, seen from between the ends: takes the
 * options of a node:tls server and what the client does, gives the bytes of
 * both directions in the order in which a relay passed them on.
 */
import { once } from 'node:events';
import { connect as connectTcp, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Side } from '../../src/core/decode/payloads/session.ts';

export interface Passage {
  readonly side: Side;
  readonly data: Uint8Array;
}

/** Runs one client against a fresh server through a relay; `serve` gets each accepted socket, `client` the relay's port. */
export async function recordHandshake(options: TlsOptions, serve: (socket: TLSSocket) => void, client: (port: number) => Promise<void>): Promise<Passage[]> {
  const server = createTls(options, serve);
  server.on('tlsClientError', () => undefined);
  const relay = await openRelay(await listen(server));
  try {
    await client(relay.port);
    await relay.quiet();
    return relay.last();
  } finally {
    relay.close();
    server.close();
  }
}

/** Resolves when the socket is gone, however it went (`once` rejects on errors). */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

interface Relay {
  readonly port: number;
  /** Waits until every connection so far has ended. */
  quiet(): Promise<void>;
  /** What the newest connection passed. */
  last(): Passage[];
  close(): void;
}

async function openRelay(target: number): Promise<Relay> {
  const open = new Set<Promise<unknown>>();
  const connections: Passage[][] = [];
  const server = createTcp((socket) => {
    const passages: Passage[] = [];
    connections.push(passages);
    const upstream = connectTcp(target, '127.0.0.1');
    pass(socket, upstream, 'up', passages);
    pass(upstream, socket, 'down', passages);
    open.add(Promise.all([closed(socket), closed(upstream)]));
  });
  return {
    port: await listen(server),
    quiet: async () => void (await Promise.all(open)),
    last: () => connections.at(-1) ?? [],
    close: () => void server.close(),
  };
}

function pass(from: Socket, to: Socket, side: Side, passages: Passage[]): void {
  from.on('data', (data) => {
    passages.push({ side, data: new Uint8Array(data) });
    to.write(data);
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => to.end());
}

/** Listens on a free port of loopback and gives it. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a listening TCP server has a port');
  return address.port;
}
