/**
 * Bounds what all open readers of a scope keep together: each is bounded by
 * itself, but a stranger may open as many flows as the table holds. Counts only
 * now and then, after as much payload as could have changed the sum, so that a
 * packet costs one addition.
 */
import type { FlowReader } from './flow-reader.ts';

export class ReaderBudget {
  private readonly cap: number;
  private grown = 0;
  private hand = 0;

  /** `cap`: bytes that all readers may keep together. */
  constructor(cap: number = HELD_CAP) {
    this.cap = cap;
  }

  /** A reader was given this much to keep, or was opened. Returns whether it is time to count: after a quarter of the cap, so that the sum never exceeds it by more. */
  grew(bytes: number): boolean {
    this.grown += bytes;
    return this.grown >= this.cap / 4;
  }

  /** Where the readers keep more than they may, calls `shed` for one slot after another, going on where it ended last time, until the rest keeps half of it. */
  count(readers: readonly (FlowReader | undefined)[], shed: (slot: number, reader: FlowReader) => void): void {
    this.grown = 0;
    let held = 0;
    for (const reader of readers) if (reader !== undefined) held += reader.held;
    if (held <= this.cap) return;
    for (let step = 0; step < readers.length && held > this.cap / 2; step++) {
      this.hand = this.hand + 1 < readers.length ? this.hand + 1 : 0;
      const reader = readers[this.hand];
      if (reader === undefined || reader.done) continue;
      held -= reader.held;
      shed(this.hand, reader);
    }
  }
}

/** Memory that readers keep together: some 30,000 flows of which nothing is known yet, or five hundred of the longest handshakes. */
const HELD_CAP = 64 << 20;
