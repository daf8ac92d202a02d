import { describe, expect, it } from 'vitest';
import { openCapture } from '../../../../src/core/decode/files/open.ts';
import { MAX_INTERFACES } from '../../../../src/core/decode/files/pcapng-interfaces.ts';
import { bytes, u32, u64 } from '../../../build/bytes.ts';
import { START } from '../../../build/pcap.ts';
import {
  block, enhanced, interfaceDescription, nameResolution, obsolete, pcapngFile, processEvent, secrets, section, simple, statistics,
} from '../../../build/pcapng.ts';
import { readCapture } from '../../../build/read-capture.ts';

const FRAME = bytes('an odd frame!');

function read(...blocks: Uint8Array[]) {
  return readCapture('pcapng', bytes(...blocks));
}

function ofProcess(position: number) {
  return { options: [[0x8001, u32(position, true)]] as const };
}

function lost(count: number) {
  return { options: [[4, u64(count, true)]] as const };
}

function ignore(): void {}

describe('pcapng', () => {
  it.each([['little-endian', false], ['big-endian', true]])('reads enhanced, simple and obsolete packets, %s', (_, bigEndian) => {
    const order = { bigEndian };
    const found = read(
      section(order),
      interfaceDescription({ ...order, link: 1, name: 'eth0', snapLength: 64 }),
      interfaceDescription({ ...order, link: 0 }),
      enhanced(1, { bytes: FRAME, at: START, wireLength: 99 }, order),
      obsolete(0, { bytes: FRAME, at: START + 5 }, { ...order, drops: 3 }),
      simple(FRAME, { ...order, wireLength: FRAME.length }),
    );
    expect(found).toEqual({
      frames: [
        { bytes: FRAME, at: START, wireLength: 99, link: 0, interfaceId: 1, index: 1, process: -1 },
        { bytes: FRAME, at: START + 5, wireLength: FRAME.length, link: 1, interfaceId: 0, index: 2, process: -1 },
        { bytes: FRAME, at: START + 5, wireLength: FRAME.length, link: 1, interfaceId: 0, index: 3, process: -1 },
      ],
      interfaces: [{ id: 0, link: 1, name: 'eth0', snapLength: 64 }, { id: 1, link: 0 }],
      processes: [],
      dropped: [{ interfaceId: 0, count: 3 }],
      problems: [],
    });
  });

  it('starts interface numbers and byte order anew in each section and counts interfaces over the file', () => {
    const found = read(
      pcapngFile([FRAME], { link: 1 }),
      section({ bigEndian: true }), interfaceDescription({ bigEndian: true, link: 113 }), enhanced(0, FRAME, { bigEndian: true }),
      section(), enhanced(0, FRAME),
    );
    expect(found.frames.map(({ interfaceId, link, index }) => [interfaceId, link, index])).toEqual([[0, 1, 1], [1, 113, 2]]);
    expect(found.problems).toMatchObject([{ code: 'block-damaged' }]);
  });

  it('cuts a simple packet at the snap length of the first interface', () => {
    const found = read(section(), interfaceDescription({ snapLength: 4 }), simple(bytes('cut!'), { wireLength: 1000 }));
    expect(found.frames).toMatchObject([{ bytes: bytes('cut!'), wireLength: 1000 }]);
  });

  it('gives a simple packet the time of the frame before it, even when the sink shifts the cursor', () => {
    const times: number[] = [];
    const reader = openCapture('pcapng', {
      frame(frame) {
        times.push(frame.at);
        frame.at += 1_000_000;
      },
      interfaceSeen: ignore, processSeen: ignore, dropped: ignore, problem: ignore,
    });
    reader.push(bytes(section(), interfaceDescription(), enhanced(0, { bytes: FRAME, at: START }), simple(FRAME), simple(FRAME)));
    expect(times).toEqual([START, START, START]);
  });

  it('passes over names and secrets in silence and counts blocks it does not know', () => {
    const found = read(
      section(), interfaceDescription(), nameResolution(bytes(203, 0, 113, 7), 'liar.example'), secrets('CLIENT_RANDOM 00 00\n'), block(0x0bad, 'custom'),
      block(0x77, new Uint8Array(5000)), enhanced(0, FRAME),
    );
    expect(found.frames).toHaveLength(1);
    expect(found.problems).toMatchObject([{ code: 'block-unknown', detail: '0x00000077' }]);
    expect(JSON.stringify({ ...found, frames: [] })).not.toContain('liar');
  });

  it('links packets to the process blocks of their own section', () => {
    const found = read(
      section(), interfaceDescription(), processEvent(41, 'MultiClaw'), processEvent(42, 'MultiClaw Helper'),
      enhanced(0, FRAME, ofProcess(1)), enhanced(0, FRAME), enhanced(0, FRAME, ofProcess(2)),
      section(), interfaceDescription(), enhanced(0, FRAME, ofProcess(0)), processEvent(43, 'other'), enhanced(0, FRAME, ofProcess(0)),
    );
    expect(found.processes).toEqual([{ key: 0, pid: 41, name: 'MultiClaw' }, { key: 1, pid: 42, name: 'MultiClaw Helper' }, { key: 2, pid: 43, name: 'other' }]);
    expect(found.frames.map((frame) => frame.process)).toEqual([1, -1, -1, -1, 2]);
  });

  it('tells losses of statistics blocks and of single packets, whichever is larger, never downwards', () => {
    const found = read(
      section(), interfaceDescription(), enhanced(0, FRAME, lost(2)), enhanced(0, FRAME, lost(3)), statistics(0, { ifDrop: 4, osDrop: 3 }), statistics(0, { ifDrop: 1 }),
      statistics(0, { ifDrop: (1n << 64n) - 1n }),
    );
    expect(found.dropped).toEqual([{ interfaceId: 0, count: 2 }, { interfaceId: 0, count: 5 }, { interfaceId: 0, count: 7 }]);
  });

  it.each([
    ['an interface nobody declared', enhanced(0xffff_ffff, FRAME)],
    ['more captured bytes than the block holds', block(6, bytes(u32(0), u32(0), u32(0), u32(400, true), u32(400, true)))],
    ['a packet block without its fixed part', block(6, u32(0))],
    ['a packet over the frame cap', block(6, bytes(u32(0), u32(0), u32(0), u32(1_200_000, true), u32(0), new Uint8Array(1_200_000)))],
    ['an interface block that is too short', block(1, bytes())],
    ['a statistics block that is too short', block(5, u32(0))],
    ['a process block without a process', block(0x80000001, bytes())],
  ])('skips %s and reads on', (_, damaged) => {
    const found = read(section(), interfaceDescription(), damaged, enhanced(0, FRAME));
    expect(found.frames).toHaveLength(1);
    expect(found.problems).toMatchObject([{ code: 'block-damaged', offset: 48 }]);
  });

  it('keeps the numbers of later interfaces when one before them is damaged', () => {
    const found = read(section(), interfaceDescription({ link: 1 }), block(1, bytes()), interfaceDescription({ link: 113 }), enhanced(2, FRAME));
    expect(found.frames).toMatchObject([{ link: 113, interfaceId: 2 }]);
  });

  it('bounds the interfaces of a file over all its sections', () => {
    const many = new Uint8Array(20 * (MAX_INTERFACES + 2));
    const one = interfaceDescription();
    for (let at = 0; at < many.length; at += one.length) many.set(one, at);
    const found = readCapture('pcapng', Uint8Array.from(Buffer.concat([section(), many, section(), one, enhanced(0, FRAME)])), [1 << 16]);
    expect(found.interfaces).toHaveLength(MAX_INTERFACES);
    expect(found.frames).toEqual([]);
    expect(found.problems.map((problem) => problem.code)).toEqual(['block-damaged', 'block-damaged', 'block-damaged', 'block-damaged']);
  });

  it.each([
    ['a block shorter than its own frame', block(6, bytes(), { length: 8 })],
    ['a block of absurd length', block(6, bytes(), { length: 0xffff_fff0 })],
    ['two lengths that differ', block(6, new Uint8Array(20), { trailer: 44 })],
    ['two lengths that differ round an unknown block', block(0x77, new Uint8Array(20), { trailer: 44 })],
    ['a section without byte-order magic', block(0x0a0d0d0a, new Uint8Array(16))],
    ['a section of a version it does not know', section({ major: 2 })],
  ])('stops at %s, even when a section follows', (_, damaged) => {
    const found = read(section(), interfaceDescription(), enhanced(0, FRAME), damaged, pcapngFile([FRAME]));
    expect(found.frames).toHaveLength(1);
    expect(found.problems.at(-1)).toMatchObject({ code: 'file-damaged' });
  });

  it('refuses blocks before the first section', () => {
    expect(read(interfaceDescription(), section())).toMatchObject({ interfaces: [], problems: [{ code: 'file-damaged', offset: 0 }] });
  });

  it('names the start of a cut block, also of one it was passing over', () => {
    const file = bytes(section(), interfaceDescription(), block(10, new Uint8Array(100)));
    expect(readCapture('pcapng', file.subarray(0, file.length - 2)).problems).toEqual([{ code: 'file-cut', offset: 48 }]);
    expect(readCapture('pcapng', file.subarray(0, 70)).problems).toEqual([{ code: 'file-cut', offset: 48 }]);
    expect(readCapture('pcapng', file.subarray(0, 50)).problems).toEqual([{ code: 'file-cut', offset: 48 }]);
    expect(readCapture('pcapng', file.subarray(0, 48)).problems).toEqual([]);
  });

  it('reads blocks whose length leaves the padding out', () => {
    const body = bytes(u32(0), u32(0), u32(7, true), u32(1, true), u32(1, true), 0x41);
    const found = read(section(), interfaceDescription(), block(6, body, { length: 12 + body.length }), enhanced(0, FRAME));
    expect(found.frames.map((frame) => frame.bytes)).toEqual([bytes('A'), FRAME]);
  });
});
