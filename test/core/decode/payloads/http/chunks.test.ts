import { describe, expect, it } from 'vitest';
import { Chunks } from '../../../../../src/core/decode/payloads/http/chunks.ts';
import { bytes } from '../../../../build/bytes.ts';

/** The end is the position behind the body, in front of `|`. */
const CASES: ReadonlyArray<readonly [what: string, text: string, found: 'end' | 'more' | 'broken']> = [
  ['an empty body', '0\r\n\r\n|next', 'end'],
  ['upper-case and leading zeros', '00A\r\n0123456789\r\n0\r\n\r\n|next', 'end'],
  ['extensions', '3 ; name="0\\"" \r\nabc\r\n0;x\r\n\r\n|next', 'end'],
  ['trailers', '1\r\na\r\n0\r\nA: b\r\nC: d\r\n\r\n|next', 'end'],
  ['bare line feeds', '1\na\n0\n\n|next', 'end'],
  ['chunk data that looks like a last chunk', '7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n|next', 'end'],
  ['a body that goes on', '5\r\nabc', 'more'],
  ['a size that is none', 'x\r\n', 'broken'],
  ['a size without digits', '\r\n', 'broken'],
  ['a negative size', '-1\r\n', 'broken'],
  ['a size beyond what numbers hold', '1000000000000\r\n', 'broken'],
  ['data longer than its size', '1\r\nab\r\n', 'broken'],
  ['a size line without an end', `1;${'x'.repeat(20_000)}`, 'broken'],
];

describe('Chunks', () => {
  it.each(CASES)('passes over %s, in one piece and byte by byte', (_what, text, found) => {
    const data = bytes(text.replace('|', ''));
    const end = found === 'end' ? text.indexOf('|') : found;
    expect(new Chunks().skip(data, 0)).toBe(end);
    const stepwise = new Chunks();
    let at = 0;
    let last: number | 'more' | 'broken' = 'more';
    while (at < data.length && last === 'more') last = stepwise.skip(data.subarray(0, ++at), at - 1);
    expect(last).toBe(end);
  });

  it('goes on behind lost bytes only where they lie inside the data of a chunk', () => {
    const chunks = new Chunks();
    expect(chunks.gap(1)).toBe(false);
    chunks.skip(bytes('5\r\na'), 0);
    expect(chunks.gap(5)).toBe(false);
    expect(chunks.gap(4)).toBe(true);
    expect(chunks.skip(bytes('\r\n0\r\n\r\n'), 0)).toBe(7);
  });
});
