/**
 * The kernel's tables of sockets, of egret's own network namespace and of
 * others that processes live in: an app in a namespace of its own reaches a
 * proxy outside by an address that only its own table knows.
 */
import { classOf } from '../../core/base/address.ts';
import type { Proc } from './proc.ts';
import type { AskKernel } from './sock-diag.ts';
import { placesOf, rowOf, type Place, type SocketEnds, type SocketRow } from './socket-row.ts';
import type { Slices } from './slices.ts';

export interface Sought {
  readonly ends: SocketEnds;
  /** By `performance.now()`. */
  readonly until: number;
  /** Set when it was found. */
  row: SocketRow | undefined;
}

export class SocketTables {
  private readonly proc: Proc;
  private readonly ask: AskKernel | undefined;
  /** One process of each other namespace, where something was found last the first. */
  private others: readonly number[] = [];
  private othersUntil = 0;
  private searchAfter = 0;

  /** `ask`: for what one question finds sooner than the tables do. */
  constructor(proc: Proc, ask: AskKernel | undefined) {
    this.proc = proc;
    this.ask = ask;
  }

  /** Finds the rows of what is sought, and leaves undefined what is in no table. */
  async locate(sought: readonly Sought[], slices: Slices): Promise<void> {
    await this.locateIn('self/net', this.ask === undefined ? sought : sought.filter((one) => !this.answers(one)), slices);
    // Both ends of a loopback connection live in one namespace.
    const abroad = sought.filter(({ row, ends }) => row === undefined && classOf(ends.local.address) !== 'loopback');
    if (abroad.length === 0) return;
    const isPausing = performance.now() < this.searchAfter;
    const begun = performance.now();
    for (const pid of isPausing ? this.others.slice(0, 1) : await this.elsewhere(slices)) {
      const left = abroad.filter(({ row, until }) => row === undefined && performance.now() < until);
      if (left.length === 0) break;
      await this.locateIn(`${pid}/net`, left, slices);
      if (left.some(({ row }) => row !== undefined)) this.others = [pid, ...this.others.filter((other) => other !== pid)];
    }
    // Clients of other machines are in nobody's table; looking for them takes a quarter of the time at most.
    if (!isPausing && abroad.some(({ row }) => row === undefined)) this.searchAfter = performance.now() + 3 * (performance.now() - begun);
  }

  /** Whether the kernel's answer settles it, with or without a row. */
  private answers(one: Sought): boolean {
    if (one.ends.transport !== 'tcp') return false;
    one.row = this.ask?.(one.ends);
    return true;
  }

  private async locateIn(folder: string, sought: readonly Sought[], slices: Slices): Promise<void> {
    const places = new Map(sought.map((one) => [one, placesOf(one.ends)]));
    for (const table of TABLES) {
      const here = [...places].flatMap(([one, all]) => all.filter((place) => place.table === table).map((place) => ({ one, place })));
      if (here.some(({ one }) => one.row === undefined)) await this.readTable(`${folder}/${table}`, here, slices);
    }
  }

  /** A page at a time, up to where the last one is found. */
  private async readTable(path: string, places: readonly { readonly one: Sought; readonly place: Place }[], slices: Slices): Promise<void> {
    const file = this.proc.open(path);
    if (file === undefined) return;
    try {
      let left = places;
      let tail = '';
      for (let piece = file.next(); piece !== '' && left.length > 0; piece = file.next()) {
        const text = tail + piece;
        const whole = text.lastIndexOf('\n') + 1;
        for (const { one, place } of left) one.row ??= rowOf(text.slice(0, whole), place.ends);
        left = left.filter(({ one }) => one.row === undefined);
        tail = text.slice(whole, whole + ROW_CAP);
        if (slices.isOver) await slices.rest();
      }
    } finally {
      file.close();
    }
  }

  /** One process of each other network namespace; looking at all of them is remembered for a while. */
  private async elsewhere(slices: Slices): Promise<readonly number[]> {
    if (performance.now() < this.othersUntil) return this.others;
    const seen = new Set([this.proc.link('self/ns/net')]);
    const others: number[] = [];
    for (const pid of this.proc.pids()) {
      if (slices.isOver) await slices.rest();
      const link = this.proc.link(`${pid}/ns/net`);
      if (link === undefined || seen.has(link)) continue;
      seen.add(link);
      others.push(pid);
      if (others.length === NAMESPACE_CAP) break;
    }
    this.others = others;
    this.othersUntil = performance.now() + OTHERS_LIFE;
    return others;
  }
}

const TABLES: readonly Place['table'][] = ['tcp', 'udp', 'tcp6', 'udp6'];
/** Characters of a row that a piece ends in: twice the longest of the kernel's. */
const ROW_CAP = 512;
/** Network namespaces looked at besides egret's own: a machine full of containers has more, of which none is the app's. */
const NAMESPACE_CAP = 64;
/** In ms for which the list of namespaces is good: a new one is the start of an app. */
const OTHERS_LIFE = 500;
