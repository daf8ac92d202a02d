import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stream, type StreamSink } from '../../../src/core/observe/stream.ts';

class Heard implements StreamSink {
  bytes: number[] = [];
  gaps: number[] = [];
  conflicts = 0;
  overflows = 0;
  data(bytes: Uint8Array): void {
    this.bytes.push(...bytes);
  }
  gap(length: number): void {
    this.gaps.push(length);
  }
  overflow(): void {
    this.overflows++;
  }
  conflict(): void {
    this.conflicts++;
  }
}

const MESSAGE = Uint8Array.from({ length: 200 }, (_, index) => index);

describe('a stream', () => {
  it('gives the bytes in order whatever order, splits and repeats they came in, also across the wrap of the sequence number', () => {
    const cut = fc.uniqueArray(fc.integer({ min: 1, max: 199 }), { maxLength: 12 });
    fc.assert(fc.property(cut, fc.infiniteStream(fc.nat()), fc.nat(0xffffffff), (cuts, order, isn) => {
      const bounds = [0, ...cuts.sort((one, other) => one - other), 200];
      const parts = bounds.slice(1).map((end, index) => [bounds[index] ?? 0, end] as const);
      const shuffled = [...parts, ...parts.slice(0, 3)].map((part) => [order.next().value ?? 0, part] as const).sort(([one], [other]) => one - other);
      const heard = new Heard();
      const stream = new Stream();
      stream.startAt(isn);
      for (const [, [from, to]] of shuffled) stream.segment((isn + from) >>> 0, MESSAGE.slice(from, to), heard);
      expect(heard.bytes).toEqual([...MESSAGE]);
      expect([heard.gaps, heard.conflicts]).toEqual([[], 0]);
    }), { seed: 11, numRuns: 300 });
  });

  it('takes the first segment as the start when no SYN was seen', () => {
    const heard = new Heard();
    new Stream().segment(5000, MESSAGE.slice(0, 5), heard);
    expect(heard.bytes).toEqual([0, 1, 2, 3, 4]);
  });

  it('tells the length of what is missing when it is given up', () => {
    const heard = new Heard();
    const stream = new Stream();
    stream.startAt(0);
    stream.segment(10, MESSAGE.slice(10, 20), heard);
    stream.segment(30, MESSAGE.slice(30, 40), heard);
    expect(heard.bytes).toEqual([]);
    stream.flush(heard);
    expect(heard.gaps).toEqual([10, 10]);
    expect(heard.bytes).toEqual([...MESSAGE.slice(10, 20), ...MESSAGE.slice(30, 40)]);
  });

  it('gives up a gap when too much waits behind it', () => {
    const heard = new Heard();
    const stream = new Stream();
    stream.startAt(0);
    for (let part = 1; part <= 70; part++) stream.segment(part * 10, MESSAGE.slice(0, 10), heard);
    expect(heard.gaps).toEqual([10]);
    expect(heard.bytes.length).toBe(700);
    expect(heard.overflows).toBe(1);
  });

  it('notices a retransmission with other bytes', () => {
    const heard = new Heard();
    const stream = new Stream();
    stream.startAt(0);
    stream.segment(0, MESSAGE.slice(0, 20), heard);
    stream.segment(0, MESSAGE.slice(0, 20), heard);
    expect(heard.conflicts).toBe(0);
    stream.segment(5, Uint8Array.of(5, 6, 99), heard);
    expect(heard.conflicts).toBe(1);
    expect(heard.bytes.length).toBe(20);
  });

  it('ignores segments far outside any window', () => {
    const heard = new Heard();
    const stream = new Stream();
    stream.startAt(0);
    stream.segment(0x4000_0000, MESSAGE.slice(0, 20), heard);
    stream.flush(heard);
    expect([heard.bytes, heard.gaps]).toEqual([[], []]);
  });
});
