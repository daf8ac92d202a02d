/** A loopback relay between a client and a server under test that records what each side sent, as a capture would. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Passage } from './play-session.ts';

export interface Relay {
  readonly port: number;
  /** One list of passages per connection, in the order they were opened. */
  readonly flows: readonly Passage[][];
  close(): void;
}

/** Relays connections to `port`. */
export async function openRelay(port: number): Promise<Relay> {
  const flows: Passage[][] = [];
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const passages: Passage[] = [];
    flows.push(passages);
    const onward = connect(port, '127.0.0.1');
    sockets.push(client, onward);
    join(client, onward, (data) => passages.push({ side: 'up', data }));
    join(onward, client, (data) => passages.push({ side: 'down', data }));
  });
  return {
    port: await listen(server),
    flows,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Listens on a free loopback port and gives it. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return address.port;
}

function join(from: Socket, to: Socket, record: (data: Uint8Array) => void): void {
  from.on('data', (data: Buffer) => {
    record(Uint8Array.from(data));
    to.write(data);
  });
  from.on('end', () => to.end());
  // A peer that resets ends the flow; what was recorded until then is what the test looks at.
  from.on('error', () => to.destroy());
}
