/** Which open descriptors of a process are sockets that somebody looks for. */
import type { Proc } from './proc.ts';
import type { Slices } from './slices.ts';

export type Holding = readonly [link: string, fd: number];

/**
 * Links (`socket:[INODE]`) of the wanted ones that a process has open, with the
 * number of the descriptor. Looks from `hint` upwards first, as the kernel gives
 * the lowest free number, so that the next socket mostly has the last one's
 * number or the one after; else through all, the highest first.
 */
export async function holdersOf(proc: Proc, pid: number, wanted: { has(link: string): boolean; readonly size: number }, hint: number | undefined, slices: Slices): Promise<readonly Holding[]> {
  if (slices.isOver) await slices.rest();
  const found = new Map<string, number>();
  const look = (fd: number): boolean => {
    const link = proc.link(`${pid}/fd/${fd}`);
    if (link === undefined || !wanted.has(link)) return false;
    found.set(link, fd);
    return true;
  };
  let missed = 0;
  for (let fd = hint; fd !== undefined && missed < PROBES && found.size < wanted.size; fd++) if (!look(fd)) missed++;
  if (found.size === wanted.size) return [...found];
  const fds = proc.names(`${pid}/fd`);
  for (let at = fds.length - 1; at >= 0 && found.size < wanted.size; at--) {
    if (at % LOOKS === 0 && slices.isOver) await slices.rest();
    look(Number(fds[at]));
  }
  return [...found];
}

/** Descriptors between two looks at the clock. */
const LOOKS = 64;
/** Numbers tried in vain before all are listed, which takes milliseconds in a process with thousands. */
const PROBES = 4;
