import { once } from 'node:events';
import { Agent } from 'node:https';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { SecureVersion } from 'node:tls';
import { Proxy } from 'http-mitm-proxy';
import type { Inspect } from './shim.ts';
import { splice } from './splice.ts';

export interface MitmProxy {
  /** Its authority, as http-mitm-proxy keeps it: what stands there is used, else it makes its own. */
  readonly folder: string;
  readonly address: string;
  readonly port: number;
  readonly version: SecureVersion;
  readonly trust: string;
  /** Hosts to open; every other CONNECT is passed on. Undefined: whoever connects has chosen already. */
  readonly inspects?: readonly string[];
}

/** Http-mitm-proxy, listening. It speaks HTTP/1.1 only, dials the Host header rather than the CONNECT authority, and sends its leaf without an issuer. */
export async function startMitmProxy({ folder, address, port, version, trust, inspects }: MitmProxy): Promise<void> {
  // It takes no version for its servers; towards real ones the agent's own range counts.
  tls.DEFAULT_MIN_VERSION = version;
  tls.DEFAULT_MAX_VERSION = version;
  // Otherwise it tells of each host that it opens.
  console.debug = () => undefined;
  const proxy = new Proxy();
  proxy.onError(() => undefined);
  if (inspects !== undefined) {
    proxy.onConnect((request, client, _head, callback) => {
      const { hostname, port: asked } = new URL(`connect://${request.url ?? ''}`);
      if (inspects.includes(hostname)) callback();
      else passOn(client, hostname, Number(asked || 443)).catch(() => client.destroy());
    });
  }
  const httpsAgent = new Agent({ keepAlive: true, ca: trust, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' });
  await new Promise<void>((resolve) => proxy.listen({ host: address, port, sslCaDir: folder, keepAlive: true, httpsAgent }, () => resolve()));
}

/** Hands an inspected connection to http-mitm-proxy as if the client had asked for it by CONNECT. */
export function handOver(port: number): Inspect {
  return async (client, { host, to }) => {
    const proxy = connect(port, '127.0.0.1');
    client.once('close', () => proxy.destroy());
    await once(proxy, 'connect');
    proxy.write(`CONNECT ${host}:${to.port} HTTP/1.1\r\nHost: ${host}:${to.port}\r\n\r\n`);
    await answered(proxy);
    splice(client, proxy);
  };
}

async function passOn(client: Duplex, host: string, port: number): Promise<void> {
  const server = connect(port, host);
  await once(server, 'connect');
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  splice(client, server);
}

/** The proxy says nothing after its answer until the client's hello is there, so a blank line ends what there is. */
async function answered(proxy: Socket): Promise<void> {
  let head = '';
  while (!head.endsWith('\r\n\r\n')) {
    const [chunk] = await once(proxy, 'data');
    head += String(chunk);
  }
  proxy.pause();
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`the proxy answered ${head.split('\r\n', 1)[0]}`);
}
