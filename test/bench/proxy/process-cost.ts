/** CPU and memory of a process under way, read from /proc: all its threads, user and system. */
import { readFileSync } from 'node:fs';

export interface ProcessCost {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** What a process has taken so far. Throws where it is gone or there is no /proc. */
export function costOf(pid: number): ProcessCost {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything; fields are counted behind it (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER]) + Number(fields[SYSTEM]);
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuSeconds: ticks / TICKS_A_SECOND, rssBytes: Number(rss) * 1024 };
}

const USER = 11;
const SYSTEM = 12;
/** USER_HZ: 100 on every architecture that Node runs on. */
const TICKS_A_SECOND = 100;
