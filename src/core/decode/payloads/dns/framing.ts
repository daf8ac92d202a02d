/**
 * Messages out of one side of a DNS TCP stream (RFC 1035 §4.2.2, RFC 7766 §8):
 * a 2-byte length before each, many in one segment or one over many. Takes
 * bytes in order, gives whole messages; holds at most one unfinished message.
 */
export class Framing {
  private held = new Uint8Array(0);
  private heldLength = 0;

  /** Memory that an unfinished message takes. */
  get size(): number {
    return this.held.length;
  }

  /** Calls `take` for each message that `data` completes. The view is valid only inside the call. */
  push(data: Uint8Array, take: (message: Uint8Array) => void): void {
    let at = 0;
    while (this.heldLength > 0 && at < data.length) at = this.fill(data, at, take);
    while (at + 2 <= data.length) {
      const end = at + 2 + lengthAt(data, at);
      if (end > data.length) break;
      take(data.subarray(at + 2, end));
      at = end;
    }
    if (at < data.length) this.hold(data, at, data.length);
  }

  /** Gives what came of a message whose end never did; nothing after it can be read. */
  rest(take: (part: Uint8Array) => void): void {
    const length = this.heldLength;
    this.heldLength = 0;
    if (length > 2) take(this.held.subarray(2, length));
  }

  /** Adds what the unfinished message still lacks; gives the position behind it. */
  private fill(data: Uint8Array, from: number, take: (message: Uint8Array) => void): number {
    let at = from;
    if (this.heldLength === 1) this.hold(data, at, ++at);
    const whole = 2 + lengthAt(this.held, 0);
    const end = Math.min(data.length, at + whole - this.heldLength);
    this.hold(data, at, end);
    if (this.heldLength === whole) {
      this.heldLength = 0;
      take(this.held.subarray(2, whole));
      if (this.held.length > KEPT_ROOM) this.held = new Uint8Array(0);
    }
    return end;
  }

  /** Room doubles with what has come, never by what a length promises. */
  private hold(data: Uint8Array, start: number, end: number): void {
    const needed = this.heldLength + end - start;
    if (needed > this.held.length) {
      const larger = new Uint8Array(Math.max(FIRST_ROOM, needed, this.held.length * 2));
      larger.set(this.held.subarray(0, this.heldLength));
      this.held = larger;
    }
    this.held.set(data.subarray(start, end), this.heldLength);
    this.heldLength = needed;
  }
}

function lengthAt(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
}

/** Most messages fit the classic datagram size (RFC 1035 §4.2.1). */
const FIRST_ROOM = 514;
/** A buffer that one large message made is not kept for the life of the flow. */
const KEPT_ROOM = 4096;
