/**
 * Whose a process is, from who was on the machine before the app: what egret
 * started is the app, with all its descendants; what was there before is
 * another's, with its own. A process that lost its parents and was taken in by
 * an ancestor of egret may be the app's: it is nobody's that could be proven.
 */
import type { Process } from '../../core/observe/observation.ts';
import { Proc } from './proc.ts';
import { ProcessReader } from './process-reader.ts';

export type Kin = 'app' | 'egret' | 'others' | 'unknown';

export class Kinship {
  private readonly proc: Proc;
  private readonly reader: ProcessReader;
  private readonly self: number;
  /** When the processes began that are older than the app: an id alone may come again. */
  private readonly elders: ReadonlyMap<number, string>;
  /** Ancestors of egret: orphans of the app come to one of them. */
  private readonly above: ReadonlySet<number>;

  private constructor(proc: Proc, reader: ProcessReader, self: number, elders: ReadonlyMap<number, string>, above: ReadonlySet<number>) {
    this.proc = proc;
    this.reader = reader;
    this.self = self;
    this.elders = elders;
    this.above = above;
  }

  /** Looks around before the app is started; undefined where there is no process file system. */
  static take(root?: string): Kinship | undefined {
    const proc = new Proc(root);
    const self = Number(proc.link('self'));
    if (!(self > 0)) return undefined;
    const reader = new ProcessReader(proc, self);
    const elders = new Map<number, string>();
    for (const pid of proc.pids()) {
      const started = reader.startedAt(pid);
      if (started !== undefined && pid !== self) elders.set(pid, started);
    }
    const above = new Set<number>([1]);
    for (let pid = reader.parentOf(self) ?? 0; pid > 0 && !above.has(pid); pid = reader.parentOf(pid) ?? 0) above.add(pid);
    return new Kinship(proc, reader, self, elders, above);
  }

  of({ pid, parents = [] }: Process): Kin {
    if (pid === this.self) return 'egret';
    const line = [pid, ...parents.map((parent) => parent.pid)];
    if (this.reader.parentOf(line.at(-1) ?? pid) === this.self) return 'app';
    const elder = line.find((one) => this.isElder(one));
    if (elder === undefined || (elder !== pid && this.above.has(elder))) return 'unknown';
    return 'others';
  }

  /** Processes that are there now and are the app's or nobody's that could be proven; programs that egret started for itself must have ended. */
  left(): number {
    return this.proc.pids().filter((pid) => pid !== this.self && !this.isElder(pid) && this.isLeft(pid)).length;
  }

  private isLeft(pid: number): boolean {
    const process = this.reader.read(pid)?.process;
    // What has ended and was not asked how has no program and no words any more.
    if (process === undefined || (process.exe === undefined && process.args === undefined)) return false;
    const kin = this.of(process);
    return kin === 'app' || kin === 'unknown';
  }

  private isElder(pid: number): boolean {
    const started = this.elders.get(pid);
    return started !== undefined && this.reader.startedAt(pid) === started;
  }
}
