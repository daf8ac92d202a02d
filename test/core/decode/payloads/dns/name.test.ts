import { array, assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bytes, latin1 } from '../../../../../src/core/base/bytes.ts';
import { readName, skipName } from '../../../../../src/core/decode/payloads/dns/name.ts';
import { bytes } from '../../../../build/bytes.ts';
import { name, pointing } from '../../../../build/dns.ts';

const BEFORE = new Uint8Array(12);

/** Reads the name that starts behind the `skip` bytes which follow a header. */
function read(message: Uint8Array, skip = 0): string | undefined {
  return readName(new Bytes(message, 12 + skip))?.text;
}

describe('a name', () => {
  it.each([
    ['is labels joined by dots without a trailing one', name('www', 'example', 'com'), 'www.example.com'],
    ['keeps the case it was sent in', name('wWw', 'ExAmple'), 'wWw.ExAmple'],
    ['is a lone dot for the root', name(), '.'],
    ['escapes a dot inside a label, so that it is no separator', name('evil.good', 'com'), String.raw`evil\.good.com`],
    ['escapes the backslash', name(String.raw`a\b`), String.raw`a\\b`],
    ['shows bytes that do not print as three digits', name('\u0000\n\u001b \u007f\u00c8'), String.raw`\000\010\027\032\127\200`],
  ])('%s', (_claim, wire, text) => expect(read(bytes(BEFORE, wire))).toBe(text));

  it('is the same read again and read through a pointer, whatever names were read before', () => {
    const labels = array(uint8Array({ min: 0x2d, max: 0x5d, minLength: 1, maxLength: 3 }), { maxLength: 4 });
    assert(property(array(labels, { maxLength: 30 }), (names) => {
      for (const parts of names) {
        const wire = bytes(...parts.flatMap((label) => [label.length, label]), 0);
        const message = bytes(BEFORE, wire, pointing(12));
        expect([read(message), read(message)]).toEqual([read(message, wire.length), read(message, wire.length)]);
      }
    }), { seed: 31 });
  });

  it('follows a pointer to a name before it and goes on behind the pointer', () => {
    const reader = new Bytes(bytes(BEFORE, name('example', 'com'), 3, 'www', pointing(12), 0xee), 12 + 13);
    expect(readName(reader)?.labels).toEqual(['www', 'example', 'com']);
    expect(reader.data[reader.at]).toBe(0xee);
  });

  it.each([
    ['a pointer that looks forward', bytes(BEFORE, pointing(14), name('a')), 0],
    ['a pointer to itself', bytes(BEFORE, pointing(12)), 0],
    ['a pointer to the run of labels it stands in', bytes(BEFORE, 1, 'a', pointing(12)), 0],
    ['two pointers in a circle', bytes(BEFORE, 1, 'a', pointing(16), 1, 'b', pointing(12)), 4],
    ['a pointer into the header', bytes(BEFORE, pointing(4)), 0],
    ['a pointer cut in half', bytes(BEFORE, 0xc0), 0],
    ['a label longer than 63 bytes', bytes(BEFORE, 64, new Uint8Array(64).fill(97), 0), 0],
    ['a label of a reserved kind', bytes(BEFORE, 0x81, 'a', 0), 0],
    ['a label that runs past the end', bytes(BEFORE, 5, 'abc'), 0],
    ['a name without its end', bytes(BEFORE, 3, 'abc'), 0],
    ['more than 255 bytes', bytes(BEFORE, ...Array.from({ length: 128 }, () => bytes(1, 'a')), 0), 0],
  ])('refuses %s', (_claim, message, skip) => {
    const reader = new Bytes(message, 12 + skip);
    expect(readName(reader)).toBeUndefined();
    expect(reader.at).toBe(12 + skip);
  });

  it('takes exactly 255 bytes', () => {
    const longest = name(...Array.from({ length: 127 }, () => 'a'));
    expect(longest.length).toBe(255);
    expect(read(bytes(BEFORE, longest))).toHaveLength(127 + 126);
  });

  it('is compared without regard to ASCII case', () => {
    const [one, other] = [readName(new Bytes(name('eXample'))), readName(new Bytes(name('ExAMPLE')))];
    expect(one !== undefined && one.key === other?.key).toBe(true);
  });

  it('is skipped to where reading it ends', () => {
    assert(
      property(uint8Array({ maxLength: 80 }), (tail) => {
        const message = bytes(BEFORE, name('a', 'bc'), tail);
        const [reading, skipping] = [new Bytes(message, 18), new Bytes(message, 18)];
        // Skipping follows no pointer, so it may pass what reading refuses, never the other way round.
        const agrees = readName(reading) === undefined || (skipName(skipping) && skipping.at === reading.at);
        expect(agrees).toBe(true);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('gives different text for different labels', () => {
    const labels = array(uint8Array({ minLength: 1, maxLength: 4 }).map((label) => latin1(label)), { minLength: 1, maxLength: 4 });
    assert(
      property(labels, labels, (one, other) => {
        const [left, right] = [name(...one), name(...other)];
        expect(read(bytes(BEFORE, left)) === read(bytes(BEFORE, right))).toBe(left.length === right.length && left.every((byte, index) => byte === right[index]));
      }),
      { seed: 2, numRuns: 1000 },
    );
  });
});
