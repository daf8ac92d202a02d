/** Which open descriptors of a process are sockets that somebody looks for. */
import type { Proc } from './proc.ts';
import type { Slices } from './slices.ts';

export type Holding = readonly [link: string, fd: number];

/** Whether a descriptor is one that is sought, and whether all are found with it. */
type Look = (fd: number) => 'none' | 'one' | 'all';

/** Where a process had its sockets lately: the place of one that ends is that of another soon. */
export class SocketPlaces {
  private last: number | undefined;
  /** Of those that have ended since. */
  private readonly freed = new Set<number>();
  /** Where one was found, or looked for in vain, longest ago is the first. */
  private readonly fds = new Set<number>();

  found(fd: number): void {
    this.last = fd;
    this.freed.delete(fd);
    this.put(fd);
    for (const oldest of this.fds.size > PLACES_CAP ? this.fds : []) {
      this.fds.delete(oldest);
      break;
    }
  }

  /** The one that was found there has ended. */
  ended(fd: number): void {
    if (this.freed.size < PLACES_CAP) this.freed.add(fd);
  }

  /** Likeliest first, until `look` has nothing left to find: from the last upwards, as the kernel gives the lowest free number; what was freed, from the lowest; what is held longest. */
  search(look: Look, wanted: number): void {
    if (this.last === undefined || this.upFrom(this.last + 1, look)) return;
    const freed = [...this.freed].sort((a, b) => a - b).slice(0, wanted * PROBES);
    for (const fd of freed) {
      this.freed.delete(fd);
      if (this.tries(fd, look)) return;
    }
    const held: number[] = [];
    for (const fd of this.fds) if (held.push(fd) >= wanted * PROBES) break;
    for (const fd of held) {
      this.put(fd);
      if (this.tries(fd, look)) return;
    }
  }

  private tries(fd: number, look: Look): boolean {
    const seen = look(fd);
    return seen === 'all' || (seen === 'one' && this.upFrom(fd + 1, look));
  }

  private upFrom(first: number, look: Look): boolean {
    for (let fd = first, missed = 0; missed < AHEAD; fd++) {
      const seen = look(fd);
      if (seen === 'all') return true;
      if (seen === 'none') missed++;
      else missed = 0;
    }
    return false;
  }

  private put(fd: number): void {
    this.fds.delete(fd);
    this.fds.add(fd);
  }
}

/**
 * Links (`socket:[INODE]`) of the wanted ones that a process has open, with the
 * number of the descriptor. Looks in the likely places first, else at all, the
 * highest first.
 */
export async function holdersOf(proc: Proc, pid: number, wanted: { has(link: string): boolean; readonly size: number }, places: SocketPlaces | undefined, slices: Slices): Promise<readonly Holding[]> {
  if (slices.isOver) await slices.rest();
  const found = new Map<string, number>();
  const look: Look = (fd) => {
    const link = proc.link(`${pid}/fd/${fd}`);
    if (link === undefined || !wanted.has(link)) return 'none';
    found.set(link, fd);
    return found.size === wanted.size ? 'all' : 'one';
  };
  places?.search(look, wanted.size);
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
/** Numbers tried in vain behind the last that was found. */
const AHEAD = 2;
/** Places tried for each socket, of either kind, before all are listed, which takes milliseconds in a process with thousands. */
const PROBES = 12;
/** Places remembered of one process: more than most apps have connections. */
const PLACES_CAP = 512;
