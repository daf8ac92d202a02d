/**
 * The servers of the demo: on 127.0.0.1 and ports that were free, answering in
 * the place of the hosts that the app asks for. Knows names and addresses by
 * the scenes alone; whatever else is asked for does not exist, and nothing here
 * ever connects anywhere.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { constants } from 'node:crypto';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { canonicalAddress, type Endpoint } from '../../core/base/address.ts';
import type { Micros } from '../../core/base/time.ts';
import type { Resolved } from '../proxy/dial.ts';
import { issue, makeAuthority, type Authority } from './certificates.ts';
import { answer, firstMessage, nameAsked } from './dns.ts';
import { HTTPS_PORT, RESOLVER, SCENES } from './scenes.ts';

export class DemoServers {
  /** The roots that the app trusts, in PEM. */
  readonly roots: string;
  private readonly servers: readonly Server[];
  private readonly ports: ReadonlyMap<string, number>;
  private readonly sockets: ReadonlySet<Socket>;

  private constructor(roots: string, servers: readonly Server[], ports: ReadonlyMap<string, number>, sockets: ReadonlySet<Socket>) {
    this.roots = roots;
    this.servers = servers;
    this.ports = ports;
    this.sockets = sockets;
  }

  /** Makes certificates and listens. */
  static async open(now: Micros): Promise<DemoServers> {
    const own = makeAuthority('egret demo root', 'egret demo', now);
    // The name under which a known product re-signs: what a chain of it looks like on the wire.
    const inspecting = makeAuthority('mitmproxy', 'mitmproxy', now);
    const kinds = { plain: web(own, 'plain', now), 're-signed': web(inspecting, 're-signed', now), reset: createServer(refuse), resolver: createServer(resolver) };
    const servers = Object.values(kinds);
    const sockets = new Set<Socket>();
    for (const server of servers) server.on('connection', (socket: Socket) => keep(socket, sockets));
    await Promise.all(servers.map((server) => new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(0, LOOPBACK, done);
    })));
    const ports = new Map([[placeOf(RESOLVER), portOf(kinds.resolver)]]);
    for (const { manner, address, server } of SCENES) {
      if (manner !== 'lookup') ports.set(placeOf({ address, port: HTTPS_PORT }), portOf(kinds[server]));
    }
    return new DemoServers(own.pem + inspecting.pem, servers, ports, sockets);
  }

  /** The address of a name of the demo; an address is itself. */
  async resolve(name: string): Promise<Resolved> {
    const address = canonicalAddress(name) ?? addressOf(name);
    return address === undefined ? { failure: 'not-found' } : { addresses: [address] };
  }

  /** Where an address of the demo really is: always on loopback. Port 0 where nobody stands in. */
  reach(address: string, port: number): Endpoint {
    return { address: LOOPBACK, port: this.ports.get(placeOf({ address, port })) ?? 0 };
  }

  /** Resolves when no socket is left. */
  async close(): Promise<void> {
    const closed = this.servers.map((server) => new Promise((done) => {
      server.close(done);
    }));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }
}

/** TLS for every host of this kind: 1.3, or 1.2 where a product stands between, as many still do. Without tickets, whose lengths vary. */
function web(authority: Authority, kind: 'plain' | 're-signed', now: Micros): Server {
  const hosts = SCENES.filter(({ server, manner }) => server === kind && manner !== 'lookup').map(({ host }) => host);
  const version = kind === 'plain' ? 'TLSv1.3' : 'TLSv1.2';
  return createTlsServer({ ...issue(authority, hosts, now), minVersion: version, maxVersion: version, secureOptions: constants.SSL_OP_NO_TICKET, ALPNProtocols: ['http/1.1'] }, converse);
}

/** One request a connection; the server ends it. */
function converse(socket: TLSSocket): void {
  let heard = '';
  socket.on('data', (data: Buffer) => {
    heard += data.toString('latin1');
    const head = heard.indexOf(HEAD_END);
    const body = Number(/^content-length: (\d+)/im.exec(heard)?.[1] ?? 0);
    if (head >= 0 && heard.length >= head + HEAD_END.length + body && !socket.writableEnded) socket.end(/^upgrade: websocket/im.test(heard) ? UPGRADED : ANSWERED);
  });
  socket.on('error', () => {});
}

/** What a firewall does that knows a host by its hello. */
function refuse(socket: Socket): void {
  socket.once('data', () => socket.resetAndDestroy());
}

function resolver(socket: Socket): void {
  let heard = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    heard = Buffer.concat([heard, data]);
    const message = firstMessage(heard);
    if (message !== undefined && !socket.writableEnded) socket.end(answer(message, addressOf(nameAsked(message))));
  });
}

function addressOf(name: string): string | undefined {
  return SCENES.find(({ host }) => host === name.toLowerCase())?.address;
}

function keep(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => {});
}

function placeOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

function portOf(server: Server): number {
  const found: AddressInfo | string | null = server.address();
  if (found === null || typeof found === 'string') throw new Error('a TCP server has an address and a port');
  return found.port;
}

const LOOPBACK = '127.0.0.1';
const HEAD_END = '\r\n\r\n';
const ANSWERED = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}';
/** The agreement (RFC 6455 §4.2.2) to the key that the app sends, a text frame, and the close frame. */
const UPGRADED = Buffer.concat([
  Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n'),
  Buffer.from([0x81, 0x05]), Buffer.from('hello'), Buffer.from([0x88, 0x02, 0x03, 0xe8]),
]);
