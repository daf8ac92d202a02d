/** A growing capture cut between blocks: whatever comes in, in whatever pieces, the parts that are written read as the capture would. */
import { array, assert, integer, property, sample } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureBlocks } from '../../../../src/core/decode/files/capture-blocks.ts';
import { bytes } from '../../../build/bytes.ts';
import { pcapFile, START } from '../../../build/pcap.ts';
import { enhanced, interfaceDescription, pcapngFile, section } from '../../../build/pcapng.ts';
import { readCapture } from '../../../build/read-capture.ts';

const FRAMES = [1, 60, 61, 1500, 0, 9000].map((length, index) => ({ bytes: new Uint8Array(length).fill(index + 1), at: START + index * 1_000_001, wireLength: length + index }));

interface Blocks {
  readonly all: Uint8Array;
  readonly blocks: readonly Uint8Array[];
  readonly head: Uint8Array;
  readonly isBroken: boolean;
}

function blocksOf(file: Uint8Array, sizes: readonly number[] = []): Blocks {
  const blocks: Uint8Array[] = [];
  const reader = new CaptureBlocks({ block: (block) => void blocks.push(block.slice()) });
  for (let at = 0, index = 0; at < file.length; index++) {
    const size = Math.max(1, sizes[index % Math.max(1, sizes.length)] ?? file.length);
    reader.push(file.slice(at, at + size));
    at += size;
  }
  return { all: Buffer.concat(blocks), blocks, head: Buffer.concat(reader.head), isBroken: reader.isBroken };
}

const framesOf = ({ frames }: ReturnType<typeof readCapture>): unknown[] => frames.map(({ at, bytes: content, wireLength }) => [at, content, wireLength]);

describe('a growing capture', () => {
  it.each([
    ['little-endian microseconds', {}],
    ['big-endian microseconds', { bigEndian: true }],
    ['nanoseconds', { nanoseconds: true }],
  ])('in pcap of %s reads the same as pcapng', (_, fields) => {
    const file = pcapFile(FRAMES, fields);
    const { all } = blocksOf(file);
    const made = readCapture('pcapng', all);
    expect(made.problems).toEqual([]);
    expect(framesOf(made)).toEqual(framesOf(readCapture('pcap', file)));
    expect(made.frames).toHaveLength(FRAMES.length);
  });

  it.each([['pcapng', {}], ['big-endian pcapng', { bigEndian: true }]])('in %s is passed on as it came', (_, fields) => {
    const file = pcapngFile(FRAMES, fields);
    expect(Buffer.compare(blocksOf(file).all, file)).toBe(0);
  });

  it('is cut into the same blocks whatever the pieces', () => {
    const files = [pcapFile(FRAMES), pcapngFile(FRAMES)];
    const whole = files.map((file) => blocksOf(file).blocks);
    assert(property(array(integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }), (sizes) => {
      files.forEach((file, index) => expect(blocksOf(file, sizes).blocks).toEqual(whole[index]));
    }), { seed: 5, numRuns: 60 });
  });

  it('can go on in a new part after any block', () => {
    const { blocks, head } = blocksOf(pcapFile(FRAMES));
    const headCount = 2;
    for (let cut = headCount; cut <= blocks.length; cut++) {
      const [one, two] = [Buffer.concat(blocks.slice(0, cut)), Buffer.concat([head, ...blocks.slice(cut)])];
      const read = [readCapture('pcapng', one), readCapture('pcapng', two)];
      expect(read.flatMap(({ problems }) => problems)).toEqual([]);
      expect(read.flatMap(({ frames }) => frames)).toHaveLength(FRAMES.length);
    }
  });

  it('keeps the interfaces of its last section for the next part', () => {
    const file = bytes(section(), interfaceDescription(), section(), interfaceDescription(), interfaceDescription(), enhanced(1, FRAMES[1] ?? new Uint8Array(4)));
    expect(blocksOf(file).head).toEqual(Buffer.from(bytes(section(), interfaceDescription(), interfaceDescription())));
  });

  it('that makes no sense is given up, and nothing is thrown', () => {
    expect([blocksOf(bytes('this is no capture at all')).isBroken, blocksOf(bytes(section(), 6, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0)).isBroken]).toEqual([true, true]);
    for (const noise of sample(array(integer({ min: 0, max: 255 }), { maxLength: 200 }), { seed: 7, numRuns: 200 })) expect(() => blocksOf(bytes(section(), noise))).not.toThrow();
  });
});
