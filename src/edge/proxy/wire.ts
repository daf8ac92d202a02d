/**
 * The sockets of one client: does what the tunnel's state machine commands,
 * tells it what happened, and lets the witness see every byte. Decides nothing
 * by itself. Tells its observation once, when the client's socket is closed.
 */
import { connect, type Socket } from 'node:net';
import { canonicalAddress, type Endpoint } from '../../core/base/address.ts';
import type { Micros } from '../../core/base/time.ts';
import type { Process } from '../../core/observe/observation.ts';
import { codeOf, dialFailure, type Resolved } from './dial.ts';
import { intake } from './intake.ts';
import { Tunnel } from './tunnel.ts';
import type { End, TunnelCommand, TunnelEvent, Tunnelled, TunnelOptions } from './tunnel-words.ts';
import { connectSecurely, distrustOf } from './upstream-socket.ts';
import type { Ending, Witness } from './witness.ts';

export interface WireOptions {
  readonly client: Socket;
  readonly witness: Witness;
  readonly tunnel: TunnelOptions;
  readonly now: () => Micros;
  readonly resolve: (name: string) => Promise<Resolved>;
  /** It begins to look a name up, or to connect. */
  readonly begun: (wire: Wire, step: Step) => void;
  /** Finds the client's process. */
  readonly identify: () => Promise<Process | undefined>;
  /** Where the socket for an address goes: there, but in the demo. */
  readonly reach: (address: string, port: number) => Endpoint;
  /** The client has said its last, and mostly closed its socket. */
  readonly parted: () => void;
  readonly sealed: (wire: Wire, ending: Ending) => void;
  /** Something that must not happen did: a recording that cannot be written, or a bug. */
  readonly failed: (error: unknown) => void;
}

/** What the proxy does for its client, beside passing bytes on. */
export interface Step {
  readonly tunnelled: Tunnelled;
  readonly looksUp?: string;
  readonly leg?: { readonly from: Endpoint; readonly to: Endpoint };
}

export class Wire {
  readonly witness: Witness;
  private readonly client: Socket;
  private readonly tunnel: Tunnel;
  private readonly options: WireOptions;
  private server: Socket | undefined;
  /** Its own end. */
  private from: Endpoint | undefined;
  private timer: NodeJS.Timeout | undefined;
  private process: Process | undefined;
  private reset: End | undefined;
  private readonly blocked: Record<End, boolean> = { client: false, server: false };
  private isFinishing = false;
  private isSealed = false;

  constructor(options: WireOptions) {
    const { client } = options;
    this.options = options;
    this.client = client;
    this.witness = options.witness;
    this.tunnel = new Tunnel(options.tunnel);
    client.on('data', (data) => this.heard(data));
    client.on('end', () => this.clientEnded());
    client.on('error', (error) => this.broke('client', error));
    client.on('drain', () => this.drained('client'));
    client.on('close', () => this.guarded(() => this.seal(true)));
    this.obey(this.tunnel.begin());
  }

  /** Ends it as it stands: the proxy stops, and what was open was cut. */
  cut(): void {
    this.seal(false);
  }

  private tell(event: TunnelEvent): void {
    if (!this.isSealed) this.guarded(() => this.obey(this.tunnel.on(event)));
  }

  private heard(data: Uint8Array): void {
    this.guarded(() => {
      this.witness.saw('up', data, this.options.now());
      this.tell({ kind: 'data', from: 'client', data });
    });
  }

  /** Called back from sockets and timers, where nobody would catch what is thrown. */
  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.options.failed(error);
    }
  }

  private obey(commands: readonly TunnelCommand[]): void {
    for (const command of commands) this.carryOut(command);
  }

  private carryOut(command: TunnelCommand): void {
    if (this.isSealed) return;
    switch (command.kind) {
      case 'send':
        return this.send(command.to, command.data);
      case 'end':
        return this.end(command.to);
      case 'pause':
        this.socketOf(command.from)?.pause();
        return;
      case 'resume':
        this.socketOf(command.from)?.resume();
        return;
      case 'resolve':
        void this.resolve(command.name);
        return;
      case 'identify':
        void this.identify();
        return;
      case 'dial':
        return this.dial(command.address, command.port, command.secure);
      case 'wait':
        return this.wait(command.ms);
      case 'finish':
        return this.finish(command.isReset);
      case 'drop':
        this.seal(true);
    }
  }

  private send(to: End, data: Uint8Array): void {
    const socket = this.socketOf(to);
    if (socket === undefined || socket.destroyed || socket.writableEnded) return;
    if (to === 'client') this.witness.saw('down', data, this.options.now());
    // The system mostly takes all at once, though it is more than the stream would like to keep.
    if (socket.write(data) || socket.writableLength === 0) return;
    this.blocked[to] = true;
    this.tell({ kind: 'blocked', to });
  }

  private drained(to: End): void {
    if (!this.blocked[to]) return;
    this.blocked[to] = false;
    this.tell({ kind: 'drained', to });
  }

  /** Asked twice, a stream would make an error for nobody. */
  private end(to: End): void {
    const socket = this.socketOf(to);
    if (socket?.writableEnded === false) socket.end();
  }

  private async resolve(name: string): Promise<void> {
    if (canonicalAddress(name) === undefined) this.guarded(() => this.begin({ looksUp: name }));
    const found = await this.options.resolve(name);
    this.tell('addresses' in found ? { kind: 'resolved', addresses: found.addresses } : { kind: 'unresolved', failure: found.failure });
  }

  private async identify(): Promise<void> {
    this.process = await this.options.identify();
    this.tell({ kind: 'identified' });
  }

  private dial(address: string, port: number, secure: string | undefined): void {
    this.dropServer();
    this.from = undefined;
    let isUp = false;
    const { address: host, port: at } = this.options.reach(address, port);
    const take = (data: Uint8Array): void => mine({ kind: 'data', from: 'server', data });
    const server = secure === undefined
      ? connect({ host, port: at, allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE, onread: intake(take, () => this.witness.isDone) })
      : connectSecurely({ address: host, port: at }, secure, KEEP_ALIVE).on('data', take);
    this.server = server;
    this.blocked.server = false;
    // The socket has its own end once it connects, and none any more when that fails.
    server.on('connectionAttempt', () => queueMicrotask(() => this.guarded(() => this.left(server, { address: host, port: at }))));
    const mine = (event: TunnelEvent): void => {
      if (this.server === server) this.tell(event);
    };
    server.on(secure === undefined ? 'connect' : 'secureConnect', () => {
      isUp = true;
      this.guarded(() => this.left(server, { address: host, port: at }));
      mine({ kind: 'connected' });
    });
    server.on('end', () => mine({ kind: 'end', from: 'server' }));
    server.on('drain', () => {
      if (this.server === server) this.drained('server');
    });
    server.on('error', (error) => {
      if (isUp && this.server === server) this.broke('server', error);
      else {
        const distrust = secure === undefined ? undefined : distrustOf(error);
        mine({ kind: 'unconnected', failure: dialFailure(error), ...(distrust === undefined ? {} : { distrust }) });
      }
    });
  }

  /** A socket has got its own end. */
  private left(server: Socket, to: Endpoint): void {
    const { localAddress, localPort } = server;
    if (this.server !== server || this.from !== undefined || localPort === undefined || localPort === 0) return;
    const from = { address: canonicalAddress(localAddress ?? '') ?? '', port: localPort };
    if (from.address === '') return;
    this.from = from;
    this.begin({ leg: { from, to } });
  }

  private begin(step: Omit<Step, 'tunnelled'>): void {
    const tunnelled = this.facts();
    if (tunnelled !== undefined && !this.isSealed) this.options.begun(this, { tunnelled, ...step });
  }

  private facts(): Tunnelled | undefined {
    const facts = this.tunnel.facts();
    return facts === undefined || this.from === undefined ? facts : { ...facts, from: this.from };
  }

  private wait(ms: number | undefined): void {
    clearTimeout(this.timer);
    this.timer = ms === undefined ? undefined : setTimeout(() => this.tell({ kind: 'late' }), ms);
  }

  /** Reads the client on to its end: closing over unread bytes would reset it and take the last answer away. */
  private finish(isReset: boolean): void {
    this.dropServer();
    if (isReset && this.client.writableLength === 0) {
      this.client.resetAndDestroy();
      return;
    }
    this.isFinishing = true;
    this.end('client');
    this.client.resume();
    if (this.client.readableEnded) this.client.destroySoon();
  }

  private clientEnded(): void {
    this.options.parted();
    if (this.isFinishing) this.client.destroySoon();
    else this.tell({ kind: 'end', from: 'client' });
  }

  private broke(end: End, error: Error): void {
    // A broken pipe is what a reset looks like to a writer.
    if (RESETS.has(codeOf(error)) && !this.isFinishing) this.reset ??= end;
    this.tell({ kind: 'gone', from: end });
  }

  private seal(isClosed: boolean): void {
    if (this.isSealed) return;
    const ending = { at: this.options.now(), isClosed, reset: this.reset, tunnelled: this.facts(), process: this.process };
    this.isSealed = true;
    clearTimeout(this.timer);
    this.dropServer();
    this.client.destroy();
    this.options.parted();
    this.options.sealed(this, ending);
  }

  private dropServer(): void {
    this.server?.destroy();
    this.server = undefined;
  }

  private socketOf(end: End): Socket | undefined {
    return end === 'client' ? this.client : this.server;
  }
}

const RESETS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);
/** In ms: finds out within minutes that a far end is gone, in tunnels that may be silent for days. */
const KEEP_ALIVE = 60_000;
