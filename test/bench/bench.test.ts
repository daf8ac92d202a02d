/** The benchmark's own parts: a capture that is not what it says, or a table that reckons wrongly, would measure nothing. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/core/report/formats/index.ts';
import { ROOT } from '../source-tree.ts';
import { formatCosts, formatsText } from './formats.ts';
import { generate } from './generate.ts';
import { Meter, type Cost, type Program } from './measure.ts';
import type { PeerName } from './peers.ts';
import { SHAPES, smaller, type Shape } from './shapes.ts';
import { markdownText, median, rowOf, tableText, worstOf, type Result } from './table.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'egret-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tiny = SHAPES.map((shape) => {
  const less = smaller(smaller(shape));
  return [shape.name, { ...less, hosts: 20 }] as const;
});

describe('a generated capture', () => {
  it.each(tiny)('of %s holds the flows its shape asks for and the packets it was said to', (name, shape) => {
    const file = path.join(folder, `${name}.pcap`);
    const made = generate(shape, file, 7);
    const counted: unknown = JSON.parse(execFileSync(process.execPath, [path.join(ROOT, 'test/bench/byte-loop.mjs'), file], { encoding: 'utf8' }));
    expect(counted).toMatchObject({ packets: made.packets, flows: made.flows, other: 0 });
    expect(made.flows).toBe(Object.values(shape.flows).reduce((sum, count) => sum + count, 0));
  });

  it('is the same for the same seed and another for another', () => {
    const [, shape] = tiny[0] ?? [];
    expect(digest(shape, 1)).toBe(digest(shape, 1));
    expect(digest(shape, 1)).not.toBe(digest(shape, 2));
  });

  it('never goes back in time', () => {
    const [, shape] = tiny[0] ?? [];
    const file = path.join(folder, 'order.pcap');
    if (shape !== undefined) generate(shape, file, 3);
    const times = timesOf(readFileSync(file));
    expect(times.length).toBeGreaterThan(1000);
    expect(times.filter((at, index) => index > 0 && at < (times[index - 1] ?? 0))).toEqual([]);
  });
});

describe('the table', () => {
  it('gives egret as a multiple of the loop and says whether the target is met', () => {
    const row = rowOf(result(0, 3, 1));
    expect(row.peers.loop?.ratio).toBe(3);
    expect(row.checks.find((check) => check.what === 'loop')).toEqual({ what: 'loop', target: 2, measured: 3, isMet: false });
  });

  it('says nothing of a target whose peer was not run', () => {
    expect(rowOf(result(0, 1, 1)).checks.find((check) => check.what === 'tshark')).toEqual({ what: 'tshark', target: 1 / 30, measured: undefined, isMet: undefined });
  });

  it('gives no ratio to a peer that is done too soon to be measured', () => {
    expect(rowOf(result(0, 3, 0.02)).peers.loop).not.toHaveProperty('ratio');
  });

  it('marks the shape that uses most of its target', () => {
    const rows = [rowOf(result(0, 3, 2)), rowOf(result(3, 1.4, 1))];
    expect(worstOf(rows)).toBe('bulk');
    expect(tableText(rows).split('\n').filter((line) => line.includes('<- worst'))).toHaveLength(1);
  });

  it('tells why a peer has no number', () => {
    const row = rowOf({ ...result(0, 1, 1), costs: new Map<PeerName, Cost[] | string>([['egret', [cost(1)]], ['tshark', 'not run: takes over 120 s']]) });
    expect(tableText([row])).toContain('mixed: tshark not run: takes over 120 s');
  });

  it('is the same as Markdown, with the target beside the ratio', () => {
    expect(markdownText([rowOf(result(0, 3, 1))])).toContain('| mixed (worst) | 3.00 (target 2 MISSED) |');
  });

  it('takes the middle of an odd number of runs and the mean of the middle two of an even one', () => {
    expect([median([9, 1, 2]), median([4, 1, 2, 9])]).toEqual([2, 3]);
  });
});

describe('the costs of formats', () => {
  it('are measured for every format, with the size of what it wrote', async () => {
    const [, shape] = tiny.find(([name]) => name === 'short') ?? [];
    const file = path.join(folder, 'formats.pcap');
    if (shape !== undefined) generate(shape, file, 5);
    const rows = await formatCosts(new Meter(folder), ROOT, file, folder, 1, 60);
    expect(rows.map(({ format }) => format)).toEqual([...FORMATS.keys()]);
    expect(rows.filter((row) => !((row.bytes ?? 0) > 0 && (row.cpuSeconds ?? 0) > 0 && (row.peakMegabytes ?? 0) > 10))).toEqual([]);
    expect(formatsText(rows).split('\n')).toHaveLength(rows.length + 2);
  });

  it('tell why there are none', () => expect(formatsText([{ format: 'csv', note: 'not run: takes over 120 s' }])).toContain('| csv | not run: takes over 120 s | - | - |'));
});

describe('the meter', () => {
  const meter = new Meter(folder);

  it('charges a program for its own memory and processor time', async () => {
    const idle = await meter.run(node(''), 60);
    const busy = await meter.run(node('const held = Buffer.alloc(2e8, 1); for (let i = 0; i < 3e8; i++) held[0] += i'), 60);
    expect(idle).toMatchObject({ exit: 0 });
    expect(busy).toMatchObject({ exit: 0 });
    if (typeof idle === 'string' || typeof busy === 'string') return;
    expect(busy.cpuSeconds).toBeGreaterThan(idle.cpuSeconds);
    expect(busy.megabytes - idle.megabytes).toBeGreaterThan(150);
  });

  it('gives a reason instead of a number for a program that fails', async () => {
    expect(await meter.run(node('process.exit(9)'), 60)).toMatch(/^failed: exit 9/);
  });

  it('ends a program at its limit', async () => {
    expect(await meter.run(node('setInterval(() => undefined, 1000)'), 1)).toBe('not run: takes over 1 s');
  });
});

function digest(shape: Shape | undefined, seed: number): string {
  const file = path.join(folder, `seed-${seed}.pcap`);
  if (shape !== undefined) generate(shape, file, seed);
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function timesOf(file: Buffer): number[] {
  const times: number[] = [];
  for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8)) times.push(file.readUInt32LE(at) * 1e6 + file.readUInt32LE(at + 4));
  return times;
}

function result(index: number, egret: number, loop: number): Result {
  return { shape: shapeAt(index), packets: 1, flows: 1, bytes: 1e6, costs: new Map([['egret', [cost(egret)]], ['loop', [cost(loop)]]]) };
}

function node(script: string): Program {
  return { command: process.execPath, args: ['-e', script], success: [0] };
}

function cost(cpuSeconds: number): Cost {
  return { cpuSeconds, megabytes: 100, exit: 0, output: '' };
}

function shapeAt(index: number): Shape {
  const found = SHAPES[index];
  if (found === undefined) throw new RangeError(`no shape ${index}`);
  return found;
}
