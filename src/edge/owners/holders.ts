/** Which open descriptors of a process are sockets that somebody looks for. */
import type { Proc } from './proc.ts';
import type { Slices } from './slices.ts';

/** Links (`socket:[INODE]`) of the wanted ones that a process has open, with the number of the descriptor; what it opened last comes first. */
export async function holdersOf(proc: Proc, pid: number, wanted: { has(link: string): boolean; readonly size: number }, slices: Slices): Promise<readonly (readonly [link: string, fd: string])[]> {
  if (slices.isOver) await slices.rest();
  const found = new Map<string, string>();
  const names = proc.names(`${pid}/fd`);
  for (let at = names.length - 1; at >= 0 && found.size < wanted.size; at--) {
    if (at % LOOKS === 0 && slices.isOver) await slices.rest();
    const fd = names[at] ?? '';
    const link = proc.link(`${pid}/fd/${fd}`);
    if (link !== undefined && wanted.has(link)) found.set(link, fd);
  }
  return [...found];
}

/** Descriptors between two looks at the clock. */
const LOOKS = 64;
