import { describe, expect, it } from 'vitest';
import { bytes, u32 } from '../../../build/bytes.ts';
import { pcapFile, START } from '../../../build/pcap.ts';
import { readCapture } from '../../../build/read-capture.ts';

const FIRST = bytes('first frame');
const SECOND = bytes('the second one');
const RECORD = 16;

describe('pcap', () => {
  it.each([
    ['microseconds, little-endian', {}],
    ['microseconds, big-endian', { bigEndian: true }],
    ['nanoseconds, little-endian', { nanoseconds: true }],
    ['nanoseconds, big-endian', { nanoseconds: true, bigEndian: true }],
    ['the modified format', { modified: true }],
    ['the modified format, big-endian', { modified: true, bigEndian: true }],
  ])('reads %s', (_, variant) => {
    const file = pcapFile([{ bytes: FIRST, at: START + 123_456 }, { bytes: SECOND, at: START + 2_000_001, wireLength: 90 }], { ...variant, link: 113, snapLength: 96 });
    expect(readCapture('pcap', file)).toEqual({
      frames: [
        { bytes: FIRST, at: START + 123_456, wireLength: FIRST.length, link: 113, interfaceId: 0, index: 1, process: -1 },
        { bytes: SECOND, at: START + 2_000_001, wireLength: 90, link: 113, interfaceId: 0, index: 2, process: -1 },
      ],
      interfaces: [{ id: 0, link: 113, snapLength: 96 }],
      processes: [],
      dropped: [],
      problems: [],
    });
  });

  it('takes the link type without the bits that announce a frame check sequence', () => {
    expect(readCapture('pcap', pcapFile([FIRST], { link: 1, fcs: 4 })).frames).toMatchObject([{ link: 1 }]);
  });

  it('rounds nanoseconds down to microseconds', () => {
    const file = pcapFile([{ bytes: FIRST, at: START }], { nanoseconds: true });
    file.set(u32(1999, true), 24 + 4);
    expect(readCapture('pcap', file).frames).toMatchObject([{ at: START + 1 }]);
  });

  it('keeps what stands before a cut and names the offset of the cut record', () => {
    const file = pcapFile([FIRST, SECOND]);
    const cut = readCapture('pcap', file.subarray(0, file.length - 1));
    expect(cut.frames.map((frame) => frame.index)).toEqual([1]);
    expect(cut.problems).toEqual([{ code: 'file-cut', offset: 24 + RECORD + FIRST.length }]);
  });

  it('reads a file without frames, and one cut in its own header', () => {
    expect(readCapture('pcap', pcapFile([])).problems).toEqual([]);
    expect(readCapture('pcap', pcapFile([]).subarray(0, 23)).problems).toEqual([{ code: 'file-cut', offset: 0 }]);
    expect(readCapture('pcap', bytes()).problems).toEqual([{ code: 'file-cut', offset: 0 }]);
  });

  it.each([
    ['a record of absurd length', (file: Uint8Array) => file.set(u32(0xffff_fff0, true), 24 + RECORD + FIRST.length + 8), 24 + RECORD + FIRST.length, 1],
    ['a major version it does not know', (file: Uint8Array) => file.set([9], 4), 0, 0],
    ['no magic number', (file: Uint8Array) => file.set([0], 0), 0, 0],
  ])('stops at %s and trusts nothing after it', (_, damage, offset, frames) => {
    const file = pcapFile([FIRST, SECOND, FIRST]);
    damage(file);
    const read = readCapture('pcap', file);
    expect(read.frames).toHaveLength(frames);
    expect(read.problems).toMatchObject([{ code: 'file-damaged', offset }]);
  });
});
