/** Seeded chance: xorshift32, the same throws on every machine. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    // Neighbouring seeds must not begin alike.
    this.#state = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) >>> 0 || 1;
    for (let turn = 0; turn < 4; turn++) this.below(2);
  }

  below(bound: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % Math.max(1, bound);
  }

  /** Small numbers are likelier than large ones. */
  few(bound: number): number {
    return this.below(this.below(bound) + 1);
  }

  pick<T>(items: readonly T[]): T {
    const found = items[this.below(items.length)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  }
}
