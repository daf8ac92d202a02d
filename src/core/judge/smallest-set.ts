/** Distinct texts up to a cap; beyond it the alphabetically first stay, so that the order of arrival never shows. */
export class SmallestSet {
  readonly #cap: number;
  #texts = new Set<string>();

  constructor(cap: number) {
    this.#cap = cap;
  }

  add(text: string): void {
    this.#texts.add(text);
    // Cutting only at twice the cap makes each text cost one comparison round, however many arrive.
    if (this.#texts.size >= 2 * this.#cap) this.#texts = new Set(this.sorted());
  }

  sorted(): readonly string[] {
    return [...this.#texts].sort().slice(0, this.#cap);
  }
}
