/** Closed flows in order of closing, waiting to be sealed. First in, first out; nothing is allocated per flow once grown. */
import type { Micros } from '../base/time.ts';

export class ClosingQueue {
  /** Number of the flow that {@link due} last returned: its slot may have been taken by another flow since. */
  flow = 0;
  private slots = new Int32Array(FIRST_SIZE);
  private flows = new Uint32Array(FIRST_SIZE);
  private times = new Float64Array(FIRST_SIZE);
  private head = 0;
  private size = 0;

  add(slot: number, flow: number, at: Micros): void {
    if (this.size === this.slots.length) this.grow();
    const tail = (this.head + this.size) & (this.slots.length - 1);
    this.slots[tail] = slot;
    this.flows[tail] = flow;
    this.times[tail] = at;
    this.size++;
  }

  /** The next slot closed at or before `until`, or -1. */
  due(until: Micros): number {
    if (this.size === 0 || (this.times[this.head] ?? 0) > until) return -1;
    const slot = this.slots[this.head] ?? -1;
    this.flow = this.flows[this.head] ?? 0;
    this.head = (this.head + 1) & (this.slots.length - 1);
    this.size--;
    return slot;
  }

  private grow(): void {
    const { head, size } = this;
    const unrolled = <T extends Int32Array | Uint32Array | Float64Array>(from: T, into: T): T => {
      into.set(from.subarray(head));
      into.set(from.subarray(0, head), size - head);
      return into;
    };
    this.slots = unrolled(this.slots, new Int32Array(size * 2));
    this.flows = unrolled(this.flows, new Uint32Array(size * 2));
    this.times = unrolled(this.times, new Float64Array(size * 2));
    this.head = 0;
  }
}

const FIRST_SIZE = 1 << 10;
