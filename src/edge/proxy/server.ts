/**
 * egret's proxy: HTTP CONNECT, plain HTTP in absolute form, SOCKS 4, 4a and 5
 * on one port. Passes bytes on and never opens TLS. Takes where to listen and
 * what admits a destination; tells observations. Leaves no socket open after
 * `stop`.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { canonicalAddress, classOf, contains, formatEndpoint, type Cidr, type Endpoint } from '../../core/base/address.ts';
import { MachineError } from '../../core/base/errors.ts';
import { SECOND, type Micros } from '../../core/base/time.ts';
import type { SessionSink } from '../../core/decode/payloads/session.ts';
import { type FlowObservation, MOVED_CAP, type ObservationSink, type Process } from '../../core/observe/observation.ts';
import { descriptorLimit, tunnelsFor } from './descriptors.ts';
import { codeOf, resolveOnce, type Resolved } from './dial.ts';
import type { Question } from './tunnel-words.ts';
import { routeFor, type Routes } from './upstream.ts';
import { Wire } from './wire.ts';
import { Witness } from './witness.ts';

export interface ProxyOptions {
  readonly listen: Endpoint;
  readonly routes: Routes;
  /** Whose requests are served besides this machine's own. */
  readonly clients: readonly Cidr[];
  /** Number of the source that its observations are from. */
  readonly source: number;
  readonly now: () => Micros;
  /** Why a destination is denied; asked before its name is resolved, and again with each address. */
  readonly admit: (question: Question, flow: number) => string | undefined;
  /** A destination is about to be contacted, by the client whose flow has this number. */
  readonly asked: (question: Question, flow: number) => void;
  readonly observe: ObservationSink;
  /** The first client that is turned away because so many are there already. */
  readonly full?: (most: number) => void;
  /** An upstream proxy cannot be trusted to be itself, and why. */
  readonly distrusted?: (upstream: string, reason: string) => void;
  /** What `observe` threw, or a bug: the run is to be ended. */
  readonly failed: (error: unknown) => void;
  /** Whether something else watches what goes around the proxy; asked at the end. */
  readonly isBesidePackets?: () => boolean;
  /** Finds the process that connects from the first end to the second. Rejects never. */
  readonly ownerOf?: (client: Endpoint, proxy: Endpoint) => Promise<Process | undefined>;
  /** The client at that end has no more to say, or is gone; may be told twice. */
  readonly parted?: (client: Endpoint) => void;
  /** Finds the addresses of a name; the system's resolver where nothing else is given. */
  readonly resolve?: (name: string) => Promise<Resolved>;
  /** Where the socket for an address really goes. Only `egret demo` gives it, whose servers stand in for every address. */
  readonly reach?: (address: string, port: number) => Endpoint;
}

export class ProxyServer {
  /** Where it listens. */
  readonly endpoint: Endpoint;
  private readonly options: ProxyOptions;
  private readonly server: Server;
  private readonly pseudonym = `egret-${randomBytes(6).toString('hex')}`;
  private readonly wires = new Set<Wire>();
  private readonly ticker: NodeJS.Timeout;
  private readonly begun: Micros;
  private readonly isEverywhere: boolean;
  private flows = 0;
  private seq = 0;
  private told = 0;
  /** Ticks since something was told. */
  private quiet = SETTLING;
  private dropped = 0;
  private ownerless = 0;

  private constructor(options: ProxyOptions, server: Server) {
    this.options = options;
    this.server = server;
    this.begun = options.now();
    this.endpoint = endpointOf(server.address());
    this.isEverywhere = classOf(this.endpoint.address) === 'unspecified';
    const most = tunnelsFor(descriptorLimit(), TUNNEL_CAP);
    server.maxConnections = most;
    server.on('connection', (client) => this.welcome(client));
    server.on('drop', () => {
      if (this.dropped++ === 0) options.full?.(most);
    });
    this.ticker = setInterval(() => this.tick(), 1000);
    this.ticker.unref();
  }

  /** Listens. Throws MachineError when the machine does not let it. */
  static async listen(options: ProxyOptions): Promise<ProxyServer> {
    const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true });
    const { address, port } = options.listen;
    await new Promise<void>((done, fail) => {
      server.once('error', (error) => fail(refused(options.listen, error)));
      server.listen({ host: address, port, backlog: BACKLOG }, done);
    });
    return new ProxyServer(options, server);
  }

  /** Waits until every tunnel has ended by itself, but no longer than this many ms; gives how many have not. */
  async idle(ms: number): Promise<number> {
    for (let left = ms; left > 0 && this.wires.size > 0; left -= LOOK_EVERY) await new Promise((done) => setTimeout(done, LOOK_EVERY));
    return this.wires.size;
  }

  /** Stops listening, ends every tunnel as it stands and tells the totals; resolves when no socket is left. */
  async stop(): Promise<void> {
    clearInterval(this.ticker);
    const closed = new Promise((done) => {
      this.server.close(done);
    });
    for (const wire of this.wires) wire.cut();
    await closed;
    const { options, begun } = this;
    const base = { from: [options.source, 0] as const, at: options.now() };
    if (this.dropped > 0) options.observe({ ...base, kind: 'blind-spot', seq: ++this.seq, code: 'proxy-cap', count: this.dropped });
    if (options.isBesidePackets?.() !== true) options.observe({ ...base, kind: 'blind-spot', seq: ++this.seq, code: 'proxy-only', count: 1 });
    if (options.ownerOf !== undefined && this.ownerless > 0) options.observe({ ...base, kind: 'blind-spot', seq: ++this.seq, code: 'owner-unknown', count: this.ownerless });
    options.observe({ ...base, kind: 'source', seq: ++this.seq, packets: this.flows, first: begun, last: base.at, duplicates: 0, midStream: 0, snapped: 0, linkTypes: [] });
  }

  /** A phase of the run begins or ends, told in order with what the proxy sees. */
  mark(phase: string, edge: 'start' | 'end'): void {
    const { options } = this;
    options.observe({ kind: 'mark', at: options.now(), seq: ++this.seq, from: [options.source, 0], phase, edge });
  }

  /** Tells each open flow and what it has carried; looked at, not listened to, so that bytes cost nothing. */
  eachFlow(visit: (flow: number, up: number, down: number) => void): void {
    for (const { witness } of this.wires) visit(witness.flow, witness.up, witness.down);
  }

  private welcome(client: Socket): void {
    const from = { address: canonicalAddress(client.remoteAddress ?? '') ?? '', port: client.remotePort ?? 0 };
    const isLocal = classOf(from.address) === 'loopback';
    // A client that has gone already has no address.
    if (from.address === '' || (!isLocal && !this.options.clients.some((cidr) => contains(cidr, from.address)))) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const { options } = this;
    // Asking the system costs as much as making the tunnel's objects, and only a listener for all addresses has to.
    const proxy = this.isEverywhere ? { address: canonicalAddress(client.localAddress ?? '') ?? this.endpoint.address, port: this.endpoint.port } : this.endpoint;
    const flow = ++this.flows;
    let owner: Process | undefined;
    const wire = new Wire({
      client,
      now: options.now,
      resolve: options.resolve ?? resolveOnce,
      identify: async () => (owner = await options.ownerOf?.(from, proxy)),
      reach: options.reach ?? asDialled,
      failed: options.failed,
      witness: new Witness(flow, from, proxy, options.now(), this.sinkOf(flow, from, proxy, () => owner)),
      tunnel: {
        pseudonym: this.pseudonym,
        admit: (question) => options.admit(question, flow),
        asked: (question) => options.asked(question, flow),
        route: (kind, host, port) => routeFor(options.routes, kind, host, port),
        distrusted: (upstream, reason) => options.distrusted?.(upstream, reason),
        isSelf: (address, port) => this.isSelf(address, port),
        isOffLimits: (address) => !isLocal && HOME.has(classOf(address)),
      },
      begun: (begun, step) => options.observe(begun.witness.begun({ at: options.now(), seq: ++this.seq, from: [options.source, flow] }, step)),
      parted: () => options.parted?.(from),
      sealed: (sealed, ending) => {
        this.wires.delete(sealed);
        this.tellFlow(sealed.witness.seal(++this.seq, options.source, ending));
      },
    });
    this.wires.add(wire);
  }

  private tellFlow(flow: FlowObservation): void {
    this.told++;
    if (flow.process === undefined) this.ownerless++;
    this.options.observe(flow);
  }

  /** What the decoders tell besides facts. */
  private sinkOf(flow: number, client: Endpoint, resolver: Endpoint, ownerOf: () => Process | undefined): SessionSink {
    const { options } = this;
    const base = (): { readonly at: Micros; readonly seq: number; readonly from: readonly [number, number] } => ({ at: options.now(), seq: ++this.seq, from: [options.source, flow] });
    return {
      problem: ({ code, detail }) => options.observe({ ...base(), kind: 'blind-spot', code, count: 1, ...(detail === undefined ? {} : { detail }) }),
      lookup: (facts) => options.observe({ ...facts, ...base(), kind: 'lookup', client, resolver, transport: 'tcp', process: ownerOf() }),
    };
  }

  /** A live run records its ticks (design §2): whole seconds in which something was told, and those after it in which that is settled. */
  private tick(): void {
    const moved = this.moved();
    this.quiet = this.told === 0 && moved.length === 0 ? this.quiet + 1 : 0;
    if (this.quiet > SETTLING) return;
    this.told = 0;
    const at = Math.floor(this.options.now() / SECOND) * SECOND;
    try {
      this.options.observe({ kind: 'tick', at, seq: ++this.seq, from: [this.options.source, 0], moved: moved.length === 0 ? undefined : moved });
    } catch (error) {
      this.options.failed(error);
    }
  }

  private moved(): (readonly [flow: number, up: number, down: number])[] {
    const rows: (readonly [number, number, number])[] = [];
    for (const { witness } of this.wires) {
      if (rows.length === MOVED_CAP) break;
      const row = witness.moved();
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  private isSelf(address: string, port: number): boolean {
    if (port !== this.endpoint.port) return false;
    const kind = classOf(address);
    if (kind === 'loopback' || kind === 'unspecified' || address === this.endpoint.address) return true;
    return Object.values(networkInterfaces()).some((found) => found?.some((one) => canonicalAddress(one.address) === address) === true);
  }
}

function asDialled(address: string, port: number): Endpoint {
  return { address, port };
}

function endpointOf(found: AddressInfo | string | null): Endpoint {
  if (found === null || typeof found === 'string') throw new Error('a TCP server has an address and a port');
  return { address: canonicalAddress(found.address) ?? found.address, port: found.port };
}

function refused({ address, port }: Endpoint, error: Error): MachineError {
  const code = codeOf(error);
  const answer = REASONS[code] ?? error.message;
  return new MachineError(`cannot listen on ${formatEndpoint(address, port)}`, answer, code === 'EADDRINUSE' ? 'stop what listens there, or choose another port with --listen (port 0 takes any free one)' : 'choose another place with --listen, such as 127.0.0.1:0');
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'permission denied',
};
/** Where strangers have no business: services of this machine and of its link. */
const HOME: ReadonlySet<string> = new Set(['loopback', 'unspecified', 'link-local']);
/** Ticks after which nothing waits for its neighbours any more: the ledger's window of 2 s, and what rounding takes. */
const SETTLING = 4;
/** In ms between two looks. */
const LOOK_EVERY = 10;
/** Clients at a time, where the system lets one program have descriptors for so many; more would take its memory. */
const TUNNEL_CAP = 16_384;
/** Clients that wait to be taken: an app that opens hundreds at once is not turned away. */
const BACKLOG = 1024;
