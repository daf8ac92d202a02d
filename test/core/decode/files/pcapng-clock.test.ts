import { assert, bigInt, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InterfaceClock } from '../../../../src/core/decode/files/pcapng-clock.ts';

function read(clock: InterfaceClock, count: bigint): number {
  return clock.at(Number(count >> 32n), Number(count & 0xffff_ffffn));
}

describe('interface clock', () => {
  it.each([
    ['seconds', 0, 1_767_225_600n, 1_767_225_600_000_000],
    ['milliseconds', 3, 1_767_225_600_123n, 1_767_225_600_123_000],
    ['microseconds', 6, 1_767_225_600_123_456n, 1_767_225_600_123_456],
    ['nanoseconds', 9, 1_767_225_600_123_456_789n, 1_767_225_600_123_456],
    ['2⁻¹⁰ s', 0x8a, 1_767_225_600n * 1024n + 512n, 1_767_225_600_500_000],
    ['2⁻³² s', 0xa0, (1_767_225_600n << 32n) + (1n << 30n), 1_767_225_600_250_000],
    ['2⁻³³ s', 0xa1, (1_767_225_600n << 33n) + (1n << 30n), 1_767_225_600_125_000],
    ['whole seconds in powers of two', 0x80, 77n, 77_000_000],
  ])('reads %s exactly', (_, resolution, count, micros) => {
    expect(read(new InterfaceClock(resolution), count)).toBe(micros);
  });

  it('counts microseconds when nothing is declared', () => {
    expect(read(new InterfaceClock(), 1_767_225_600_123_456n)).toBe(1_767_225_600_123_456);
  });

  it('adds the offset, which may be negative', () => {
    expect(read(new InterfaceClock(9, -5), 6_000_000_000n)).toBe(1_000_000);
    expect(read(new InterfaceClock(6, 1_767_225_600), 42n)).toBe(1_767_225_600_000_042);
  });

  it('agrees with whole-number arithmetic for every count and unit that a capture can mean', () => {
    assert(property(integer({ min: 0, max: 4_000_000_000_000_000 }), integer({ min: 6, max: 12 }), integer({ min: 0, max: 999_999 }), (micros, exponent, rest) => {
      const unit = 10n ** BigInt(exponent - 6);
      const count = BigInt.asUintN(64, BigInt(micros) * unit + (BigInt(rest) % unit));
      expect(read(new InterfaceClock(exponent), count)).toBe(Number(count / unit));
    }), { seed: 1, numRuns: 300 });
    assert(property(bigInt({ min: 0n, max: (1n << 52n) - 1n }), integer({ min: 20, max: 32 }), (count, exponent) => {
      expect(read(new InterfaceClock(0x80 | exponent), count)).toBe(Number((count * 1_000_000n) >> BigInt(exponent)));
    }), { seed: 1, numRuns: 300 });
  });

  it('gives a finite number for every declared unit', () => {
    const units = Array.from({ length: 256 }, (_, resolution) => resolution);
    expect(units.filter((resolution) => !Number.isFinite(read(new InterfaceClock(resolution), (1n << 64n) - 1n)))).toEqual([]);
  });
});
