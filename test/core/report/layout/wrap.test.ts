import { assert, property, string, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../../../../src/core/report/layout/width.ts';
import { wrap, wrapItems } from '../../../../src/core/report/layout/wrap.ts';

describe('wrap', () => {
  it.each([
    ['breaks at spaces', 'one two three', 8, ['one two', 'three']],
    ['breaks a word that is longer than a line', 'aaaaaaaaaa', 4, ['aaaa', 'aaaa', 'aa']],
    ['breaks a long path behind a slash near the end of the line', '/a/long/path/to/file.pcapng', 14, ['/a/long/path/', 'to/file.pcapng']],
    ['keeps a number with what it counts', 'took about 12 ms', 13, ['took about', '12 ms']],
    ['counts wide characters twice', '日本 語', 4, ['日本', '語']],
    ['gives one empty line for nothing', '', 10, ['']],
  ])('%s', (_, text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  it('never writes a line wider than asked and loses nothing but spaces', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 120 }), integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});

describe('wrapItems', () => {
  it('breaks between items only', () => {
    expect(wrapItems(['12 connections', 'up 3 kB', 'down 4 kB'], ' · ', 25)).toEqual(['12 connections · up 3 kB', 'down 4 kB']);
  });

  it('wraps an item that is longer than a line', () => {
    expect(wrapItems(['a', 'one two three'], ' · ', 8)).toEqual(['a', 'one two', 'three']);
  });
});
