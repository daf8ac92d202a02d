/**
 * Tries every way of seeing on this machine, all at the same time, each with
 * its own limit. Gives facts, never throws for what the machine refuses, sends
 * nothing off the machine, and leaves nothing behind.
 */
import type { DoctorFacts } from '../../core/report/doctor/facts.ts';
import { markFolder } from '../marks/folder.ts';
import { machineFacts } from './machine.ts';
import { TRY_LIMIT, within } from './limit.ts';
import { CAPTURES, tryCapture } from './try-capture.ts';
import { tryMarks } from './try-marks.ts';
import { tryOwner } from './try-owner.ts';
import { tryProxy } from './try-proxy.ts';
import { tryWayOut } from './try-way-out.ts';

export interface ExamineOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Number of this process. */
  readonly pid: number;
  /** Microseconds since 1970. */
  readonly now: () => number;
  readonly node: string;
  /** How a package is added to where egret finds it, without its name. */
  readonly addPackage: string;
  /** What is still being tried, whenever that changes. */
  readonly trying: (names: readonly string[]) => void;
}

/** Everything but what egret itself and its terminal are. */
export async function examine(options: ExamineOptions): Promise<Omit<DoctorFacts, 'egret' | 'terminal'>> {
  const { env, pid, now, node, addPackage, trying } = options;
  const open = new Set<string>();
  const named = async <T>(name: string, work: Promise<T>): Promise<T> => {
    open.add(name);
    trying([...open]);
    try {
      return await work;
    } finally {
      open.delete(name);
      trying([...open]);
    }
  };
  const late = { kind: 'failed', said: `did not come to an end within ${TRY_LIMIT / 1000} s` } as const;
  const quick = (async () => ({
    proxy: await named('proxy', within(tryProxy(now), () => late)),
    owner: await named('owners', within(tryOwner(pid), () => late)),
    marks: await named('marks', within(tryMarks(env, pid), () => ({ ...late, folder: markFolder(env['XDG_RUNTIME_DIR']) }))),
  }))();
  // One after the other, and before programs are started, so that the times told are their own.
  await within(quick, () => undefined, HEAD_START_WAIT);
  const [{ proxy, owner, marks }, wayOut, machine, ...captures] = await Promise.all([
    quick,
    named('way out', tryWayOut(env)),
    named('machine', machineFacts(env, { node, addPackage })),
    ...CAPTURES.map(async (program) => named(program, tryCapture(program, env))),
  ]);
  return { machine, proxy, captures, owner, marks, wayOut };
}

/** In ms, for what takes some milliseconds on a sound machine. */
const HEAD_START_WAIT = 1_000;
