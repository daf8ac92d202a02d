/** Where the body of a passed-on request ends, so that no second request hides behind it. Takes bytes in any pieces, gives how many belong. */
import { Chunks } from '../../core/decode/payloads/http/chunks.ts';
import type { RequestBody } from './request.ts';

export class BodyMeter {
  private left: number;
  private readonly chunks: Chunks | undefined;
  private hasMore = false;

  constructor(body: RequestBody) {
    this.left = typeof body === 'number' ? body : Number.POSITIVE_INFINITY;
    this.chunks = body === 'chunked' ? new Chunks() : undefined;
  }

  /** Nothing more belongs to it. */
  get isOver(): boolean {
    return this.left === 0;
  }

  /** It came whole, and nothing behind it. */
  get isExact(): boolean {
    return this.isOver && !this.hasMore;
  }

  /** How many of these bytes belong to the body; `broken` when its chunks make no sense. */
  take(data: Uint8Array): number | 'broken' {
    const belonging = this.measure(data);
    if (belonging !== data.length) this.hasMore = true;
    return belonging;
  }

  private measure(data: Uint8Array): number | 'broken' {
    if (this.left === 0) return 0;
    if (this.chunks === undefined) {
      const belonging = Math.min(this.left, data.length);
      this.left -= belonging;
      return belonging;
    }
    const end = this.chunks.skip(data, 0);
    if (end === 'broken') return 'broken';
    if (end === 'more') return data.length;
    this.left = 0;
    return end;
  }
}

/** Bytes that wait and bytes that came. */
export function joined(one: Uint8Array, two: Uint8Array): Uint8Array {
  return one.length === 0 ? two : Buffer.concat([one, two]);
}
