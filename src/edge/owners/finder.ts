/**
 * Socket ↔ process. Takes both ends of a socket, gives the process that holds
 * it. On Linux by the kernel's tables: ends → row → inode → whoever has it open.
 * Works off what is asked in rounds, in slices of time, and gives up on time;
 * what it cannot find out is undefined, never a guess.
 */
import { ANCESTOR_CAP, type Process } from '../../core/observe/observation.ts';
import { holdersOf } from './holders.ts';
import { Proc } from './proc.ts';
import { ProcessReader } from './process-reader.ts';
import { openSockDiag, type AskKernel } from './sock-diag.ts';
import type { SocketEnds } from './socket-row.ts';
import { Slices } from './slices.ts';
import { SocketTables, type Sought } from './socket-tables.ts';

interface Ask extends Sought {
  readonly done: (process: Process | undefined) => void;
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
  private recent: readonly { readonly pid: number; readonly fd: number }[] = [];
  private waiting: Ask[] = [];
  private isBusy = false;
  private scanAfter = 0;

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
      // What comes in the same turn is looked for together.
      setImmediate(() => void this.work());
    });
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
      for (const [link, fd] of await holdersOf(this.proc, pid, open, this.recent.find((one) => one.pid === pid)?.fd, slices)) {
        const process = this.tell(pid, fd, link);
        for (const { done } of open.get(link) ?? []) done(process);
        open.delete(link);
      }
    }
  }

  /** Children inherit open sockets under the same number: the eldest that has it is the one that made it. */
  private tell(pid: number, fd: number, link: string): Process | undefined {
    let eldest = pid;
    for (let older = 0; older < ANCESTOR_CAP; older++) {
      const above = this.reader.parentOf(eldest) ?? 0;
      if (above === 0 || above === this.self || this.proc.link(`${above}/fd/${fd}`) !== link) break;
      eldest = above;
    }
    this.recent = [{ pid: eldest, fd }, ...this.recent.filter((one) => one.pid !== eldest)].slice(0, RECENT_CAP);
    const process = this.reader.read(eldest);
    // Who still holds it after all was read is the one that was read, whatever became of the id before.
    return this.proc.link(`${eldest}/fd/${fd}`) === link ? process : undefined;
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

/** Whether a process is this one or descends from it. */
export function isOf(root: number, { pid, parents }: Process): boolean {
  return pid === root || parents?.some((parent) => parent.pid === root) === true;
}

/** In ms; the client waits for its answer that long at most. Reached only where the machine has no time for anybody, or tens of thousands of sockets and no koffi. */
const FIND_LIMIT = 1_000;
/** Processes asked first: an app with more network processes than this is found by its tree. */
const RECENT_CAP = 16;
/** Descendants asked before everybody is. */
const TREE_CAP = 1_024;
