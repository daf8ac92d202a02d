/**
 * Socket ↔ process. Takes both ends of a socket, gives the process that holds
 * it. On Linux by the kernel's tables: ends → row → inode → whoever has it open.
 * Works off what is asked in rounds, in slices of time, and gives up on time;
 * what it cannot find out is undefined, never a guess.
 */
import { ANCESTOR_CAP, type Process } from '../../core/observe/observation.ts';
import { holdersOf, SocketPlaces } from './holders.ts';
import { Proc } from './proc.ts';
import { ProcessReader } from './process-reader.ts';
import { openSockDiag, type AskKernel } from './sock-diag.ts';
import type { SocketEnds } from './socket-row.ts';
import { Slices } from './slices.ts';
import { SocketTables, type Sought } from './socket-tables.ts';

interface Ask extends Sought {
  readonly done: (process: Process | undefined) => void;
}

/** Who holds a socket. */
interface Held {
  readonly process: Process;
  readonly parent: number;
  /** It is the process that had this id before the socket was seen with it. */
  readonly isSame: boolean;
}

export interface FinderOptions {
  /** Of the process file system. */
  readonly root?: string;
  /** In ms for one socket. */
  readonly limit?: number;
  /** How the kernel is asked; by default through koffi, where it is installed. `null`: its tables are read. */
  readonly ask?: AskKernel | null;
}

export class OwnerFinder {
  private readonly proc: Proc;
  private readonly reader: ProcessReader;
  private readonly tables: SocketTables;
  private readonly self: number;
  /** 0 sees everybody's descriptors, others only their own. */
  private readonly user: number;
  /** Who held sockets lately, the last first: the next one is mostly theirs too. */
  private recent: readonly { readonly pid: number; readonly places: SocketPlaces }[] = [];
  /** Where the open ones are, by their own end. */
  private readonly places = new Map<string, { readonly places: SocketPlaces; readonly fd: number }>();
  private waiting: Ask[] = [];
  private isBusy = false;
  private scanAfter = 0;
  /** When the last look ended. */
  private looked = 0;

  private readonly limit: number;

  private constructor(proc: Proc, tables: SocketTables, self: number, user: number, limit: number) {
    this.proc = proc;
    this.self = self;
    this.user = user;
    this.limit = limit;
    this.reader = new ProcessReader(proc, self);
    this.tables = tables;
  }

  /** The finder of this machine; undefined where there is no process file system as Linux has it. */
  static async open({ root, limit = FIND_LIMIT, ask }: FinderOptions = {}): Promise<OwnerFinder | undefined> {
    const proc = new Proc(root);
    const self = Number(proc.link('self'));
    const user = proc.userOf('self/stat');
    if (!(self > 0) || user === undefined || proc.userOf('self/net/tcp') === undefined) return undefined;
    return new OwnerFinder(proc, new SocketTables(proc, ask === undefined && root === undefined ? await openSockDiag() : (ask ?? undefined)), self, user, limit);
  }

  /** The process that holds a socket, the eldest of a family that shares it; undefined where it cannot be found within {@link FIND_LIMIT} ms. */
  async ownerOf(ends: SocketEnds): Promise<Process | undefined> {
    return new Promise((done) => {
      this.waiting.push({ ends, until: performance.now() + this.limit, row: undefined, done });
      if (this.isBusy) return;
      this.isBusy = true;
      // What comes in the same turn is looked for together, and what comes soon after a look waits for its neighbours.
      if (performance.now() - this.looked >= GATHER) setImmediate(() => void this.work());
      else setTimeout(() => void this.work(), GATHER);
    });
  }

  /** That socket has ended: its place is the first where the next one is looked for. */
  ended({ local }: Pick<SocketEnds, 'local'>): void {
    const key = keyOf(local);
    const place = this.places.get(key);
    if (place === undefined) return;
    this.places.delete(key);
    place.places.ended(place.fd);
  }

  private remember({ local }: SocketEnds, fd: number): void {
    const [first] = this.recent;
    if (first === undefined) return;
    for (const oldest of this.places.size >= OPEN_CAP ? this.places.keys() : []) {
      this.places.delete(oldest);
      break;
    }
    this.places.set(keyOf(local), { places: first.places, fd });
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      const asked = this.waiting;
      this.waiting = [];
      try {
        await this.round(asked);
      } catch {
        // Whatever it was, it must not stop the traffic: the owner stays unknown, which is counted.
      }
      for (const { done } of asked) done(undefined);
    }
    this.isBusy = false;
    this.looked = performance.now();
  }

  private async round(asked: readonly Ask[]): Promise<void> {
    const slices = new Slices();
    await this.tables.locate(asked, slices);
    const open = new Map<string, Ask[]>();
    for (const ask of asked) {
      const { row } = ask;
      if (row === undefined || row.inode === 0 || (this.user !== 0 && this.user !== row.uid)) continue;
      const link = `socket:[${row.inode}]`;
      open.set(link, [...(open.get(link) ?? []), ask]);
    }
    if (open.size > 0) await this.among(this.recent.map(({ pid }) => pid), open, slices);
    if (open.size > 0) await this.among(this.tree(), open, slices);
    if (open.size > 0) await this.amongAll(open, slices);
  }

  /** Everybody is asked at most a quarter of the time, so that sockets of nobody cannot keep the processor busy. */
  private async amongAll(open: Map<string, Ask[]>, slices: Slices): Promise<void> {
    const pause = this.scanAfter - performance.now();
    if (pause > 0) await new Promise((done) => setTimeout(done, Math.min(pause, this.limit)));
    const begun = performance.now();
    await this.among(this.proc.pids(), open, slices);
    const ended = performance.now();
    this.scanAfter = open.size === 0 ? 0 : ended + 3 * (ended - begun);
  }

  private async among(pids: readonly number[], open: Map<string, Ask[]>, slices: Slices): Promise<void> {
    for (const pid of pids) {
      const now = performance.now();
      for (const [link, asks] of open) if (asks.every(({ until }) => now >= until)) open.delete(link);
      if (open.size === 0) return;
      const read = new Map<number, Held | undefined>();
      for (const [link, fd] of await holdersOf(this.proc, pid, open, this.recent.find((one) => one.pid === pid)?.places, slices)) {
        const process = this.tell(pid, fd, link, read);
        for (const { done, ends } of open.get(link) ?? []) {
          this.remember(ends, fd);
          done(process);
        }
        open.delete(link);
      }
    }
  }

  /** Children inherit open sockets under the same number: the eldest that has it is the one that made it. `read`: whom the sockets of this look belong to, read once. */
  private tell(pid: number, fd: number, link: string, read: Map<number, Held | undefined>): Process | undefined {
    let eldest = pid;
    let held = this.heldBy(pid, read);
    for (let older = 0; older < ANCESTOR_CAP; older++) {
      const above = held?.parent ?? 0;
      const place = `${above}/fd/${fd}`;
      if (above === 0 || above === this.self || !this.proc.has(place) || this.proc.link(place) !== link) break;
      eldest = above;
      held = this.heldBy(eldest, read);
    }
    this.placesOf(eldest).found(fd);
    if (held === undefined) return undefined;
    // Who was known before, and is the same now, held it all the time; of others, who still holds it after all was read is the one that was read.
    return held.isSame || this.proc.link(`${eldest}/fd/${fd}`) === link ? held.process : undefined;
  }

  private heldBy(pid: number, read: Map<number, Held | undefined>): Held | undefined {
    const before = read.get(pid);
    if (before !== undefined || read.has(pid)) return before;
    const started = this.reader.startedBefore(pid);
    const found = this.reader.read(pid);
    const held = found === undefined ? undefined : { process: found.process, parent: found.parent, isSame: found.started === started };
    read.set(pid, held);
    return held;
  }

  /** Of a process that is the last now. */
  private placesOf(pid: number): SocketPlaces {
    const [first] = this.recent;
    if (first?.pid === pid) return first.places;
    const places = this.recent.find((one) => one.pid === pid)?.places ?? new SocketPlaces();
    this.recent = [{ pid, places }, ...this.recent.filter((one) => one.pid !== pid)].slice(0, RECENT_CAP);
    return places;
  }

  /** egret's own descendants, from the root down, as far as main threads have started them. */
  private tree(): readonly number[] {
    const found: number[] = [];
    const queue = [this.self];
    for (let pid = queue.shift(); pid !== undefined && found.length < TREE_CAP; pid = queue.shift()) {
      const children = (this.proc.text(`${pid}/task/${pid}/children`) ?? '').split(' ').map(Number).filter((child) => child > 0);
      found.push(...children);
      queue.push(...children);
    }
    return found;
  }
}

function keyOf({ address, port }: SocketEnds['local']): string {
  return `${port} ${address}`;
}

/** Whether a process is this one or descends from it. */
export function isOf(root: number, { pid, parents }: Process): boolean {
  return pid === root || parents?.some((parent) => parent.pid === root) === true;
}

/** In ms; the client waits for its answer that long at most. Reached only where the machine has no time for anybody, or tens of thousands of sockets and no koffi. */
const FIND_LIMIT = 1_000;
/** In ms between two looks: a process is read once for all its sockets of a look, so that hundreds a second cost little. Less than a client's way to any server takes. */
const GATHER = 2;
/** Processes asked first: an app with more network processes than this is found by its tree. */
const RECENT_CAP = 16;
/** Open sockets whose place is remembered, 100 bytes each: as many as the proxy has clients. */
const OPEN_CAP = 16_384;
/** Descendants asked before everybody is. */
const TREE_CAP = 1_024;
