/** Bytes of a client that wait: for a whole head, then for the way to stand. Keeps few, and says once when it has enough. */
import { joined } from './body.ts';

export class EarlyBytes {
  private held: Uint8Array = NOTHING;
  private isFull = false;

  add(data: Uint8Array): void {
    this.held = joined(this.held, data);
  }

  /** What waits now. */
  get bytes(): Uint8Array {
    return this.held;
  }

  /** The first of them are understood. */
  used(count: number): void {
    this.held = this.held.subarray(count);
  }

  /** Whether the client is to say no more for now; told once. */
  fills(): boolean {
    if (this.held.length < EARLY_CAP || this.isFull) return false;
    this.isFull = true;
    return true;
  }

  /** All that waits; nothing waits any more. `wasFull`: the client is waiting too. */
  release(): { readonly bytes: Uint8Array; readonly wasFull: boolean } {
    const released = { bytes: this.held, wasFull: this.isFull };
    this.held = NOTHING;
    return released;
  }
}

const NOTHING: Uint8Array = new Uint8Array(0);
/** Bytes of a client that speaks before its tunnel stands: a hello with early data. More waits in its socket. */
const EARLY_CAP = 65_536;
