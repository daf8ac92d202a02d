/**
 * Seeded numbers and bytes for the generated captures: the same seed gives the
 * same capture everywhere. Not for anything that must be unpredictable.
 */
export class SeededRandom {
  /** Random bytes to copy payloads from; {@link POOL} long. */
  readonly pool: Uint8Array = new Uint8Array(POOL);
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    const words = new Uint32Array(this.pool.buffer);
    for (let at = 0; at < words.length; at++) words[at] = this.word();
  }

  /** A whole number from 0 to 2^32 - 1 (splitmix32). */
  word(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** A number from 0 up to, not including, 1. */
  fraction(): number {
    return this.word() / 0x1_0000_0000;
  }

  /** A whole number from 0 to `end - 1`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** A place in the pool with `length` bytes behind it. */
  poolAt(length: number): number {
    return this.below(POOL - length);
  }

  /** A fresh copy of `length` random bytes. */
  bytes(length: number): Uint8Array {
    const at = this.poolAt(length);
    return this.pool.slice(at, at + length);
  }

  pick<T>(items: readonly T[]): T {
    const found = items[this.below(items.length)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  }

  /** Index below `end`, small ones much likelier (about as host names are in real traffic). */
  skewed(end: number): number {
    return Math.min(end - 1, Math.floor(end * this.fraction() ** 3));
  }
}

/** Larger than any single payload and small enough to stay in a CPU's last cache level. */
const POOL = 1 << 20;
