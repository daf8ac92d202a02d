/**
 * Many hosts in little memory: one map entry a host, whether the host itself,
 * what is below it, or both are meant. Finding costs one look-up per label.
 */
import { nextDot } from './name-table.ts';

export interface FoundHost {
  readonly host: string;
  /** By what is below `host`, not by the host itself. */
  readonly wildcard: boolean;
  /** Line of the first rule for the host. */
  readonly line: number;
}

export const ITSELF = 1;
export const BELOW = 2;

export class HostSet {
  /** The line in front, what is covered in the two lowest bits. */
  readonly #hosts = new Map<string, number>();

  /** Files a host in normal form; says whether that was new. `covers` is {@link ITSELF}, {@link BELOW} or both. */
  add(host: string, covers: number, line: number): boolean {
    const filed = this.#hosts.get(host);
    if (filed === undefined) this.#hosts.set(host, line * 4 + covers);
    else if ((filed & covers) === covers) return false;
    else this.#hosts.set(host, filed | covers);
    return true;
  }

  /** The most specific host that covers a seen name (lower case, no trailing dot). */
  find(name: string): FoundHost | undefined {
    if (this.#hosts.size === 0) return undefined;
    const own = this.#hosts.get(name) ?? 0;
    if ((own & ITSELF) !== 0) return { host: name, wildcard: false, line: own >>> 2 };
    for (let dot = nextDot(name, 0); dot >= 0; dot = nextDot(name, dot + 1)) {
      const host = name.slice(dot + 1);
      const filed = this.#hosts.get(host) ?? 0;
      if ((filed & BELOW) !== 0) return { host, wildcard: true, line: filed >>> 2 };
    }
    return undefined;
  }
}
