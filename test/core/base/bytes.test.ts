import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latin1, shared } from '../../../src/core/base/bytes.ts';

/** One char per byte, the slow way. */
function spelled(data: Uint8Array): string {
  return Array.from(data, (byte) => String.fromCharCode(byte)).join('');
}

describe('bytes as text', () => {
  it('are one char per byte, whatever was read before', () => {
    // Few values and short texts, so that many share a place in what is remembered.
    const some = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ min: 97, max: 99, maxLength: 6 }));
    fc.assert(fc.property(fc.array(some, { maxLength: 40 }), (texts) => {
      for (const data of texts) expect(latin1(data)).toBe(spelled(data));
    }), { seed: 11 });
  });

  it('are read inside the bounds asked for', () => {
    const data = Uint8Array.from('xexample.comx', (char) => char.charCodeAt(0));
    expect([latin1(data, 1, 12), latin1(data, 3, 3), latin1(data, 5, 2)]).toEqual(['example.com', '', '']);
  });

  it('do not change with the buffer they were read from', () => {
    const data = Uint8Array.from('first.example', (char) => char.charCodeAt(0));
    const text = latin1(data);
    data.fill(0x7a);
    expect(text).toBe('first.example');
    expect(latin1(data)).toBe('z'.repeat(13));
  });

  it('equal the text that was put together otherwise', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      expect(shared(text)).toBe(text);
    }), { seed: 12 });
  });
});
