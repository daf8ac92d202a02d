/** Distinct texts up to a cap; beyond it the alphabetically first stay, so that the order of arrival never shows. */
export class SmallestSet {
  readonly #cap: number;
  /** Most sets ever hold one text: a `Set` is made for the second only. */
  #only: string | undefined;
  #texts: Set<string> | undefined;
  /** With the cap reached, what sorts after this can never be kept. */
  #limit: string | undefined;

  constructor(cap: number) {
    this.#cap = cap;
  }

  add(text: string): void {
    if (this.#only === text) return;
    if (this.#only === undefined) {
      this.#only = text;
      return;
    }
    if (this.#limit !== undefined && text > this.#limit) return;
    this.#texts ??= new Set([this.#only]);
    this.#texts.add(text);
    // Cutting only at twice the cap keeps sorting rare, whatever the order of arrival.
    if (this.#texts.size < 2 * this.#cap) return;
    const kept = this.sorted();
    this.#texts = new Set(kept);
    this.#limit = kept.at(-1);
  }

  sorted(): readonly string[] {
    if (this.#texts) return [...this.#texts].sort().slice(0, this.#cap);
    return this.#only === undefined ? [] : [this.#only];
  }
}
