/** A proxy on loopback with names of its own, and what it told: for tests with real sockets and clients. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Connection } from '../../../src/core/observe/connection.ts';
import { connectionsOf } from '../../../src/core/observe/connections.ts';
import { NameBook } from '../../../src/core/observe/name-book.ts';
import type { FlowObservation, Observation } from '../../../src/core/observe/observation.ts';
import { Scope } from '../../../src/core/observe/scope.ts';
import { ProxyServer, type ProxyOptions } from '../../../src/edge/proxy/server.ts';

export class Loopback {
  readonly observations: Observation[] = [];
  readonly asked: string[] = [];
  readonly proxy: ProxyServer;
  private readonly closing: (() => Promise<unknown>)[];

  private constructor(proxy: ProxyServer, told: Observation[], asked: string[], closing: (() => Promise<unknown>)[]) {
    this.proxy = proxy;
    this.observations = told;
    this.asked = asked;
    this.closing = closing;
  }

  /** `*.test` lives on this machine; `gone.test` does not exist. */
  static async open(options: Partial<ProxyOptions> = {}): Promise<Loopback> {
    const told: Observation[] = [];
    const asked: string[] = [];
    const proxy = await ProxyServer.listen({
      listen: { address: '127.0.0.1', port: 0 }, routes: { noProxy: [] }, clients: [], source: 0, now: () => Math.round((performance.timeOrigin + performance.now()) * 1000),
      admit: () => undefined, asked: ({ host, port }) => void asked.push(`${host}:${port}`), observe: (observation) => void told.push(observation),
      failed: (error) => {
        throw error;
      },
      resolve: async (name) => (name === 'gone.test' ? { failure: 'not-found' } : { addresses: [name === 'v6.test' ? '::1' : '127.0.0.1'] }),
      ...options,
    });
    return new Loopback(proxy, told, asked, []);
  }

  get port(): number {
    return this.proxy.endpoint.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A server on loopback that ends with the test; gives its port. */
  async serve(server: Server): Promise<number> {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const open = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => {});
    });
    this.closing.push(async () => {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    });
    return portOf(server);
  }

  /** A server that does this with each client. */
  async serving(each: (socket: Socket) => void): Promise<number> {
    return this.serve(createServer({ allowHalfOpen: true }, each));
  }

  /** A client's raw socket to the proxy. */
  async client(): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port: this.port, allowHalfOpen: true });
    await new Promise((done) => socket.once('connect', done));
    socket.on('error', () => {});
    return socket;
  }

  async close(): Promise<void> {
    await this.proxy.stop();
    for (const one of this.closing) await one();
  }

  flows(): FlowObservation[] {
    return this.observations.filter((one) => one.kind === 'flow');
  }

  /** What the ledger would make of the flows. */
  connections(): Connection[] {
    const scope = new Scope(0, { variables: {}, local: [], roots: [], components: [], clockOffset: 0 });
    return this.flows().flatMap((flow) => connectionsOf(flow, scope, new NameBook(() => {})));
  }
}

export function portOf(server: Server): number {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a listening TCP server has an address
  return (server.address() as AddressInfo).port;
}

/** Everything a socket says up to its end. */
export async function textOf(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  return new Promise((done) => {
    socket.on('data', (data) => pieces.push(data));
    const finish = (): void => done(Buffer.concat(pieces).toString('latin1'));
    socket.on('end', finish);
    socket.on('close', finish);
  });
}

/** The first bytes that a socket says, `length` of them or more. */
export async function firstOf(socket: Socket, length: number): Promise<string> {
  let text = '';
  return new Promise((done) => {
    const take = (data: Buffer): void => {
      text += data.toString('latin1');
      if (text.length < length) return;
      socket.off('data', take);
      done(text);
    };
    socket.on('data', take);
  });
}

/** Waits until it is so; the test's own time limit is the end of patience. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((done) => setTimeout(done, 5));
}
