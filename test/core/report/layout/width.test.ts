import { assert, property, string, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutStart, headThatFits, pad, widthOf } from '../../../../src/core/report/layout/width.ts';
import { WIDE_RANGES } from '../../../../src/core/report/layout/tables/wide.ts';

describe('widthOf', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['ｱ', 1],
    ['Ａ', 2],
    ['🦜', 2],
    ['…·–✓', 4],
    ['한글', 4],
  ])('counts %j as %i columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it('looks wide ranges up in a sorted table without overlaps', () => {
    for (const [at, [from, to]] of WIDE_RANGES.entries()) {
      expect(from).toBeLessThanOrEqual(to);
      expect(from).toBeGreaterThan(WIDE_RANGES[at - 1]?.[1] ?? 0);
    }
  });
});

describe('cutting', () => {
  it('keeps the end of a name, which says who owns it', () => {
    expect(cutStart('accounts.google.com.evil.example', 16, '…')).toBe('…om.evil.example');
  });

  it('cuts sentences at their end', () => {
    expect(cutEnd('a long sentence', 8, '...')).toBe('a lon...');
  });

  it('never gives more than the width, whatever the text', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 60 }), integer({ min: 3, max: 40 }), (text, width) => {
        expect(widthOf(headThatFits(text, width))).toBeLessThanOrEqual(width);
        expect(widthOf(cutEnd(text, width, '...'))).toBeLessThanOrEqual(width);
        expect(widthOf(cutStart(text, width, '…'))).toBeLessThanOrEqual(width);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('pads by columns, not by characters', () => {
    expect(pad('日本', 6)).toBe('日本  ');
    expect(pad('7', 3, 'right')).toBe('  7');
  });
});
