/** Bytes kept back until more have come, up to a cap; room grows with what came, never by what a length promises. */
export class HeldBytes {
  length = 0;
  private readonly cap: number;
  private room = EMPTY;

  constructor(cap: number) {
    this.cap = cap;
  }

  /** Adds `data[from, to)` as far as it fits; gives how many bytes did not. */
  add(data: Uint8Array, from: number, to: number): number {
    const end = Math.min(to, from + this.cap - this.length);
    const needed = this.length + end - from;
    if (needed > this.room.length) {
      const larger = new Uint8Array(Math.min(this.cap, Math.max(needed, this.room.length * 2)));
      larger.set(this.room.subarray(0, this.length));
      this.room = larger;
    }
    this.room.set(data.subarray(from, end), this.length);
    this.length = needed;
    return to - end;
  }

  /** Memory it takes. */
  get size(): number {
    return this.room.length;
  }

  /** What is held; valid until the next call of another method. */
  view(): Uint8Array {
    return this.room.subarray(0, this.length);
  }

  /** Holds nothing, and keeps its room for what comes next. */
  restart(): void {
    this.length = 0;
  }

  /** Hands over what is held and holds nothing. */
  release(): Uint8Array {
    const held = this.view();
    this.length = 0;
    this.room = EMPTY;
    return held;
  }
}

const EMPTY = new Uint8Array(0);
