import { describe, expect, it } from 'vitest';
import { HeapPressure } from '../../../src/edge/capture/heap.ts';

const MIB = 1 << 20;

function toldAt(...sizes: readonly number[]): string[] {
  const told: string[] = [];
  let size = 0;
  const heap = new HeapPressure({ size: () => size, flag: (flag) => told.push(flag) });
  for (size of sizes) heap.check();
  return told;
}

describe('the heap under pressure', () => {
  it('grows as V8 likes while it is small', () => {
    expect(toldAt(30 * MIB, 50 * MIB, 63 * MIB)).toEqual([]);
  });

  it('grows in small steps once it is large, and is told so once', () => {
    expect(toldAt(30 * MIB, 64 * MIB, 500 * MIB, 40 * MIB, 600 * MIB)).toEqual(['--heap-growing-percent=50']);
  });
});
