/** How many descriptors the system lets this program have, and how many clients that is. Reads Linux's own answer; elsewhere it is not known. */
import { readFileSync } from 'node:fs';

/** Clients at a time that can be served whole: one that has no descriptor left for its server would look like a server that cannot be reached. */
export function tunnelsFor(descriptors: number | undefined, most: number): number {
  return descriptors === undefined ? most : Math.min(most, Math.max(1, Math.floor((descriptors - RESERVED) / PER_TUNNEL)));
}

/** The soft limit, which node itself raises as far as it may when it starts; undefined: none, or not known. */
export function descriptorLimit(): number | undefined {
  try {
    const [, digits] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return digits === undefined ? undefined : Number(digits);
  } catch {
    return undefined;
  }
}

/** Its client's socket and its server's. */
const PER_TUNNEL = 2;
/** Descriptors for all else: node's own 25, recordings, capture, marks, the resolver's four threads, looks into /proc. */
const RESERVED = 64;
