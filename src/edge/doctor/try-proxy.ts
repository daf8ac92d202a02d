/** Whether egret's proxy works here: a real one on loopback, and a tunnel through it to a server of its own. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ProxyTry } from '../../core/report/doctor/facts.ts';
import { ProxyServer } from '../proxy/server.ts';
import { sayError, since } from './limit.ts';

/** `now` in microseconds since 1970. */
export async function tryProxy(now: () => number): Promise<ProxyTry> {
  let server: Server | undefined;
  let proxy: ProxyServer | undefined;
  try {
    const begun = performance.now();
    server = createServer((client) => void client.on('error', () => {}).pipe(client));
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    const to = portOf(server);
    let failure: unknown;
    proxy = await ProxyServer.listen({
      listen: { address: LOOPBACK, port: 0 }, routes: { noProxy: [] }, clients: [], source: 0, now,
      admit: () => undefined, asked: () => {}, observe: () => {},
      failed: (error) => {
        failure = error;
      },
    });
    const client = connect(proxy.endpoint.port, LOOPBACK);
    const came = await throughTunnel(client, to).finally(() => client.destroy());
    if (failure !== undefined) return { kind: 'failed', said: sayError(failure) };
    return came === undefined ? { kind: 'works', ms: since(begun), bytes: SAMPLE } : { kind: 'failed', said: came };
  } catch (error) {
    return { kind: 'failed', said: sayError(error) };
  } finally {
    await proxy?.stop();
    server?.close();
  }
}

/** What is wrong with what came back; undefined: it is what was sent. */
async function throughTunnel(client: Socket, to: number): Promise<string | undefined> {
  const sample = randomBytes(SAMPLE);
  let came = Buffer.alloc(0);
  let isOpen = false;
  client.setTimeout(ANSWER_WAIT, () => client.destroy(new Error(`nothing came through it for ${ANSWER_WAIT / 1000} s`)));
  client.write(`CONNECT ${LOOPBACK}:${to} HTTP/1.1\r\nHost: ${LOOPBACK}:${to}\r\n\r\n`);
  for await (const chunk of client) {
    came = Buffer.concat([came, Buffer.from(chunk)]);
    if (!isOpen) {
      const end = came.indexOf('\r\n\r\n');
      if (end < 0) continue;
      const [status = ''] = came.toString('latin1', 0, end).split('\r\n', 1);
      if (!status.startsWith('HTTP/1.1 200')) return `it answered ${status}`;
      isOpen = true;
      came = came.subarray(end + 4);
      client.write(sample);
    }
    if (came.length >= SAMPLE) return came.equals(sample) ? undefined : 'other bytes came back than were sent';
  }
  return 'the tunnel was closed before its bytes came back';
}

function portOf(server: Server): number {
  const found: AddressInfo | string | null = server.address();
  return found === null || typeof found === 'string' ? 0 : found.port;
}

const LOOPBACK = '127.0.0.1';
/** Bytes there and back: more than one segment, so that both ways are used. */
const SAMPLE = 65_536;
/** In ms without a byte, on loopback. */
const ANSWER_WAIT = 1_500;
