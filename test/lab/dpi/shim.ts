import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { NonTlsError, getExtensionData, readTlsClientHello } from 'read-tls-client-hello';
import type { Destination } from './redirect.ts';
import { splice } from './splice.ts';

/** What a ClientHello asks for, and where its connection was going before it was redirected. */
interface Asked {
  readonly host: string;
  readonly alpn: readonly string[];
  readonly to: Destination;
}

/** Takes over a connection whose hello has been read and put back. */
export type Inspect = (client: Socket, asked: Asked) => Promise<void>;

/**
 * Stands where the router redirects to, one port per destination, because a redirected connection no longer says where it
 * was going. Reads the name in the hello: inspected hosts go to `inspect`, everything else is passed on untouched.
 */
export async function openShim(destinations: readonly Destination[], inspects: readonly string[], inspect: Inspect): Promise<void> {
  for (const to of destinations) {
    const server = createServer((client) => {
      client.on('error', () => client.destroy());
      takeOver(client, to, inspects, inspect).catch(() => client.destroy());
    });
    server.listen(to.redirectedTo);
    await once(server, 'listening');
  }
}

/** Reads the hello of one connection, then decides. */
export async function takeOver(client: Socket, to: Destination, inspects: readonly string[], inspect: Inspect): Promise<void> {
  const asked = await readHello(client, to);
  if (asked !== undefined && inspects.includes(asked.host)) {
    await inspect(client, asked);
    return;
  }
  const server = connect(to.port, to.address);
  await Promise.race([once(server, 'connect'), once(client, 'close').then(() => server.destroy())]);
  splice(client, server);
}

/** Undefined for whatever is not TLS or names nobody. */
async function readHello(client: Socket, to: Destination): Promise<Asked | undefined> {
  try {
    const hello = await readTlsClientHello(client);
    const host = getExtensionData(hello, 'sni')?.serverName;
    return host === undefined ? undefined : { host, alpn: getExtensionData(hello, 'alpn')?.protocols ?? [], to };
  } catch (error) {
    if (error instanceof NonTlsError) return undefined;
    throw error;
  }
}
