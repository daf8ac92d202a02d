/** Which way egret's own proxy would take out of here, by the environment. Asks only a proxy on this machine whether it listens; no password leaves this file. */
import { connect } from 'node:net';
import { classOf, canonicalAddress } from '../../core/base/address.ts';
import type { ProxyBeyond, WayOut } from '../../core/report/doctor/facts.ts';
import { type Environment, readRoutes, type Upstream } from '../proxy/upstream.ts';

export async function tryWayOut(env: Environment): Promise<WayOut> {
  const { routes, mistakes } = readRoutes(env);
  const [forTunnels, forHttp] = await Promise.all([beyond(routes.forTunnels), beyond(routes.forHttp)]);
  return { forTunnels, forHttp, noProxy: routes.noProxy, mistakes };
}

async function beyond(upstream: Upstream | undefined): Promise<ProxyBeyond | undefined> {
  if (upstream === undefined) return undefined;
  const { scheme, host, port, user } = upstream;
  const address = host === 'localhost' ? host : canonicalAddress(host);
  const isHere = address !== undefined && (address === 'localhost' || classOf(address) === 'loopback');
  return { scheme, host, port, hasPassword: user !== undefined, answer: isHere ? ((await listens(host, port)) ? 'listens' : 'silent') : 'not-asked' };
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, host);
    const finish = (answer: boolean): void => {
      socket.destroy();
      done(answer);
    };
    socket.setTimeout(LISTEN_WAIT, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

/** In ms: loopback answers at once. */
const LISTEN_WAIT = 1_000;
