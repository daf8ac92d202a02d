import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, u32 } from '../../../build/bytes.ts';
import { pcapFile } from '../../../build/pcap.ts';
import { block, enhanced, interfaceDescription, obsolete, processEvent, section, simple, statistics } from '../../../build/pcapng.ts';
import { readCapture } from '../../../build/read-capture.ts';

const FRAMES = [bytes('one'), bytes(), bytes('three is longer than the others'), new Uint8Array(300).fill(7)];

const PCAPNG = bytes(
  section(), interfaceDescription({ resolution: 9 }), processEvent(7, 'app'), ...FRAMES.map((frame, index) => enhanced(0, frame, { index, ticks: 1000, options: [[0x8001, u32(0)]] })),
  block(0x99, new Uint8Array(333)), statistics(0, { ifDrop: 9 }), section({ bigEndian: true }), interfaceDescription({ bigEndian: true, link: 0 }),
  obsolete(0, FRAMES[2] ?? bytes(), { bigEndian: true, drops: 1 }), block(10, new Uint8Array(64), { bigEndian: true }), simple(bytes('last'), { bigEndian: true }),
);

const FILES = [
  ['pcap', 'pcap', pcapFile(FRAMES)],
  ['nanosecond big-endian pcap', 'pcap', pcapFile(FRAMES, { nanoseconds: true, bigEndian: true })],
  ['pcapng', 'pcapng', PCAPNG],
] as const;

/** Record and block boundaries before the end of the file. */
const ENDS = { pcap: 4, pcapng: 13 };

const SIZES = array(integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 });
const EDITS = array(tuple(nat({ max: 100_000 }), nat({ max: 255 })), { minLength: 1, maxLength: 6 });

describe.each(FILES)('chunks of a %s file', (_, kind, file) => {
  const whole = readCapture(kind, file);

  it('give the same frames whatever their sizes', () => {
    expect(whole.frames.length).toBeGreaterThanOrEqual(FRAMES.length);
    expect(readCapture(kind, file, [1])).toEqual(whole);
    assert(property(SIZES, (sizes) => {
      expect(readCapture(kind, file, sizes)).toEqual(whole);
    }), { seed: 1, numRuns: 60 });
  });

  it('give a prefix when the file is cut at any byte', () => {
    let boundaries = 0;
    for (let length = 0; length < file.length; length++) {
      const cut = readCapture(kind, file.subarray(0, length), [97]);
      expect(cut.frames).toEqual(whole.frames.slice(0, cut.frames.length));
      const others = readCapture(kind, file.subarray(0, length)).problems;
      expect(cut.problems).toEqual(others);
      expect(cut.problems.filter((problem) => problem.code === 'file-cut' && (problem.offset ?? Infinity) > length)).toEqual([]);
      if (cut.problems.every((problem) => problem.code !== 'file-cut')) boundaries++;
    }
    // Only where a record ends is a shorter file a whole one.
    expect(boundaries).toBe(ENDS[kind]);
  });

  it('never throw, and still do not depend on their sizes, when bytes are changed', () => {
    assert(property(EDITS, SIZES, (edits, sizes) => {
      const damaged = Uint8Array.from(file);
      for (const [at, value] of edits) damaged[at % damaged.length] = value;
      expect(readCapture(kind, damaged, sizes)).toEqual(readCapture(kind, damaged));
    }), { seed: 1, numRuns: 300 });
  });
});
