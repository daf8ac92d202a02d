/** Whether the process behind a connection is found: a connection of egret's own, whose owner is known beforehand. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { OwnerTry } from '../../core/report/doctor/facts.ts';
import { OwnerFinder } from '../owners/finder.ts';
import { Proc } from '../owners/proc.ts';
import { openSockDiag } from '../owners/sock-diag.ts';
import { sayError, since } from './limit.ts';

/** `pid` is the number of this process. */
export async function tryOwner(pid: number): Promise<OwnerTry> {
  const finder = await OwnerFinder.open();
  if (finder === undefined) return { kind: 'unsupported' };
  const proc = new Proc();
  let server: Server | undefined;
  let client: Socket | undefined;
  try {
    server = createServer();
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    const found = server.address();
    if (found === null || typeof found === 'string') return { kind: 'failed', said: 'its server has no port' };
    client = connect(found.port, LOOPBACK);
    await once(client, 'connect');
    const begun = performance.now();
    const owner = await finder.ownerOf({ transport: 'tcp', local: { address: LOOPBACK, port: client.localPort ?? 0 }, remote: { address: LOOPBACK, port: found.port } });
    if (owner?.pid !== pid) return { kind: 'failed', said: owner === undefined ? 'the owner of a socket of its own was not found' : 'another process was found to own its socket' };
    const seesOthers = proc.userOf('self/stat') === 0 && proc.names('1/fd').length > 0;
    return { kind: 'found', ms: since(begun), asksKernel: (await openSockDiag()) !== undefined, seesOthers, sockets: socketsOf(proc) };
  } catch (error) {
    return { kind: 'failed', said: sayError(error) };
  } finally {
    client?.destroy();
    server?.close();
  }
}

/** TCP sockets in this network namespace, those that are ending too. */
function socketsOf(proc: Proc): number {
  const text = `${proc.text('self/net/sockstat') ?? ''}\n${proc.text('self/net/sockstat6') ?? ''}`;
  return [...text.matchAll(/^TCP6?: inuse (\d+)(?: orphan \d+ tw (\d+))?/gm)].reduce((sum, [, open, ending]) => sum + Number(open) + Number(ending ?? 0), 0);
}

const LOOPBACK = '127.0.0.1';
