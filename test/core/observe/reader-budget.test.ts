import { describe, expect, it } from 'vitest';
import { FlowReader } from '../../../src/core/observe/flow-reader.ts';
import { ReaderBudget } from '../../../src/core/observe/reader-budget.ts';
import { bytes, u16 } from '../../build/bytes.ts';

const KIB = 1024;
const ignore = (): void => undefined;

/** A hello of 60 KB of which 12 KB came: the flow cannot be understood yet. */
function waiting(slot: number): FlowReader {
  const reader = new FlowReader({ lookup: ignore, problem: ignore, connectionId: ignore, continued: () => undefined });
  reader.open(slot, 'tcp', 40_000, 443);
  reader.startAt(true, 1);
  reader.segment(true, 1, bytes(22, 3, 1, u16(12_000), 1, 0, 0xea, 0x60, 3, 3, new Uint8Array(11_994)), 1, 1);
  return reader;
}

describe('what all open readers keep', () => {
  it('is counted after a quarter of what they may keep', () => {
    const budget = new ReaderBudget(400);
    expect([budget.grew(60), budget.grew(30), budget.grew(10)]).toEqual([false, false, true]);
  });

  it('is left alone below the cap', () => {
    const readers = Array.from({ length: 10 }, (_, slot) => waiting(slot));
    const shed: number[] = [];
    new ReaderBudget(400 * KIB).count(readers, (slot) => shed.push(slot));
    expect(shed).toEqual([]);
  });

  it('is halved past the cap, one flow after another in turn', () => {
    const readers = [...Array.from({ length: 20 }, (_, slot) => waiting(slot)), undefined];
    const budget = new ReaderBudget(128 * KIB);
    const shed: number[] = [];
    const close = (slot: number, reader: FlowReader): void => {
      shed.push(slot);
      reader.shed();
    };
    budget.count(readers, close);
    expect(readers.reduce((sum, reader) => sum + (reader?.held ?? 0), 0)).toBeLessThanOrEqual(64 * KIB);
    expect(shed.length).toBeGreaterThan(10);
    expect(shed).toEqual(shed.toSorted((one, other) => one - other));
    const first = shed.length;
    for (let slot = 0; slot < first; slot++) readers[slot] = waiting(slot);
    budget.count(readers, close);
    expect(shed[first]).toBe((shed[first - 1] ?? 0) + 1);
  });

  it('makes a flow say that it was not read to its end', () => {
    const reader = waiting(0);
    reader.shed();
    expect([reader.done, reader.gapped, reader.overflowed, reader.held]).toEqual([true, true, true, 0]);
  });
});
