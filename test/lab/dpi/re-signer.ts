import { once } from 'node:events';
import type { SecureVersion } from 'node:tls';
import { TLSSocket, connect, createSecureContext } from 'node:tls';
import type { Leaf } from '../ca/authority.ts';
import type { Inspect } from './shim.ts';
import { splice } from './splice.ts';

export interface ReSigning {
  readonly leaf: (host: string) => Leaf;
  /** Spoken on the client's side. */
  readonly version: SecureVersion;
  /** PEM of what the box trusts servers by. */
  readonly trust: string;
  readonly relaysUpgrades: boolean;
}

/**
 * Ends TLS twice and carries bytes between: the server is asked first and with the client's own ALPN offer, so that the
 * client is told what the server chose and HTTP/2 survives.
 */
export function reSigner({ leaf, version, trust, relaysUpgrades }: ReSigning): Inspect {
  return async (client, asked) => {
    const server = connect({ host: asked.to.address, port: asked.to.port, servername: asked.host, ca: trust, ALPNProtocols: [...asked.alpn] });
    client.once('close', () => server.destroy());
    await once(server, 'secureConnect');
    const { key, chain } = leaf(asked.host);
    const shown = new TLSSocket(client, {
      isServer: true,
      secureContext: createSecureContext({ key, cert: chain, minVersion: version, maxVersion: version }),
      ...(typeof server.alpnProtocol === 'string' ? { ALPNProtocols: [server.alpnProtocol] } : {}),
    });
    if (relaysUpgrades) splice(shown, server);
    else await relayHttpOnly(shown, server);
  };
}

async function relayHttpOnly(client: TLSSocket, server: TLSSocket): Promise<void> {
  client.on('error', () => server.destroy());
  const first = await Promise.race([once(client, 'data'), once(client, 'close').then(() => [])]);
  client.pause();
  const [head] = first;
  if (!Buffer.isBuffer(head)) return;
  if (/^upgrade: *websocket\r$/im.test(head.toString('latin1'))) {
    server.destroy();
    client.end(REFUSAL);
    return;
  }
  client.unshift(head);
  splice(client, server);
}

const REFUSAL = 'HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
