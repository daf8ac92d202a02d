import { describe, expect, it } from 'vitest';
import { bytes, count, counted, listed, percent } from '../../../../src/core/report/layout/amounts.ts';

describe('amounts', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [18_213, '18.2 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [1_204_331, '1.20 MB'],
    [62_413_884_000_000_000_000, '62414 PB'],
  ])('writes %d bytes as %s', (value, text) => {
    expect(bytes(value)).toBe(text);
  });

  it('groups thousands', () => {
    expect([0, 999, 1000, 1_204_331].map(count)).toEqual(['0', '999', '1,000', '1,204,331']);
  });

  it('says no, one and many', () => {
    expect([0, 1, 2].map((value) => counted(value, 'entry', 'entries'))).toEqual(['no entries', '1 entry', '2 entries']);
  });

  it('says 100 % only of all', () => {
    expect([percent(999, 1000), percent(1, 1), percent(0, 0)]).toEqual(['99 %', '100 %', '0 %']);
  });

  it('lists with a tail for what is left', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b', 'c']), listed(['a', 'b', 'c', 'd'], 3)]).toEqual(['', 'a', 'a, b and c', 'a, b and 2 more']);
  });
});
