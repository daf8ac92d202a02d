import { describe, expect, it } from 'vitest';
import { sniffFile } from '../../../../src/core/decode/files/open.ts';
import { readSample, sampleCaptures } from '../../../captures.ts';
import { readCapture } from '../../../build/read-capture.ts';

const samples = sampleCaptures();
const LINKS: Readonly<Record<string, number>> = { NULL: 0, EN10MB: 1, LINUX_SLL: 113, IPV4: 228, LINUX_SLL2: 276 };

describe('sample captures', () => {
  it.skipIf(samples === undefined)('are at hand (set EGRET_CAPTURES where they are not)', () => {
    expect(samples?.length).toBeGreaterThan(0);
  });

  it.each(samples ?? [])('are read whole: $name', ({ name, file }) => {
    const content = readSample(name);
    const kind = sniffFile(content);
    expect(kind).toBe(file.fmt);
    const read = readCapture(file.fmt, content, [1009]);
    expect(read.problems).toEqual([]);
    expect(read.frames).toHaveLength(file.packets);
    expect(read.frames.filter((frame) => frame.bytes.length < frame.wireLength)).toHaveLength((file.snapped ?? 0) + (file.blocks?.SPB ?? 0));
    expect(new Set(read.interfaces.map((facts) => facts.link))).toEqual(new Set(file.linktypes.map((link) => LINKS[link])));
    expect(read.interfaces).toHaveLength(file.interfaces ?? 1);
    // A wrong byte order or precision would throw times out of this range.
    expect(read.frames.map((frame) => frame.at).filter((at) => at < Date.UTC(2005) * 1000 || at > Date.UTC(2027) * 1000)).toEqual([]);
  });
});
