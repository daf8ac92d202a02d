/**
 * Keeps garbage from piling up while a large input is read. V8 lets the heap
 * grow to four times what lives before it collects; that is the fastest while
 * little lives, and a gigabyte where a flood of flows makes a lot live. Past a
 * size of the heap it is told to grow in smaller steps, for the rest of the run.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** What V8 is asked and told. */
export interface HeapControl {
  /** Bytes that the heap takes now. */
  size(): number;
  flag(flag: string): void;
}

export class HeapPressure {
  private readonly control: HeapControl;
  private isTight = false;

  constructor(control: HeapControl = V8) {
    this.control = control;
  }

  /** Called now and then, between pieces of the input. */
  check(): void {
    if (this.isTight || this.control.size() < ROOMY) return;
    this.isTight = true;
    this.control.flag(`--heap-growing-percent=${GROWTH}`);
  }
}

const V8: HeapControl = { size: () => getHeapStatistics().total_heap_size, flag: setFlagsFromString };
/** Bytes of heap up to which full speed counts more: honest captures of 300,000 flows stay below. */
const ROOMY = 256 << 20;
/** Percent of what lives that may come on top before the next collection. */
const GROWTH = 50;
