/** A short, fixed run of the fuzzer over every target; `npm run fuzz` goes on from there. */
import { describe, expect, it } from 'vitest';
import { Campaign } from './campaign.ts';
import { growthOf, MOST_GROWTH } from './growth.ts';
import { shrink } from './shrink.ts';
import { allTargets } from './targets/index.ts';
import { DECODERS } from '../../src/core/decode/payloads/index.ts';

const SEED = 20_261_123;
/** Mutated inputs of a target by the first part of its name: a whole audit takes as long as a hundred payloads. */
const RUNS: Readonly<Record<string, number>> = { audit: 14, text: 8, file: 60, headers: 60, flows: 60, payload: 40 };

const targets = await allTargets({ samples: false, audited: { captures: 3, frames: 40 } });

describe('the fuzzer', () => {
  it.each(targets.map((target) => [target.name, target] as const))('finds nothing in %s', async (name, target) => {
    const seeds = target.seeds.slice(0, name.startsWith('audit') || name.startsWith('text') ? 2 : 12);
    const campaign = new Campaign({ ...target, seeds }, SEED);
    const found = [];
    for (let run = 0; run < seeds.length + (RUNS[name.split(':')[0] ?? ''] ?? 0); run++) found.push(await campaign.next());
    expect(found.filter((finding) => finding !== undefined).map(({ run, wrong }) => `run ${run}: ${wrong}`)).toEqual([]);
  });

  it('has a target for every decoder, and sound inputs for each', () => {
    const names = new Set(targets.map(({ name }) => name));
    expect(DECODERS.filter(({ transport, protocol }) => !names.has(`payload:${transport}:${protocol}`))).toEqual([]);
    expect(targets.filter(({ seeds }) => seeds.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('finds a defect, tells it once, and makes its input small', async () => {
    const fragile = { name: 'fragile', kind: 'bytes' as const, seeds: [[new Uint8Array(400)], [new Uint8Array(3), Uint8Array.of(1, 2, 3)]], run: ([first = new Uint8Array(0)]: readonly Uint8Array[]) => {
      if (first.includes(0x7f)) throw new RangeError(`byte of ${first.length}`);
      return {};
    } };
    const campaign = new Campaign(fragile, SEED);
    const found = [];
    for (let run = 0; run < 300; run++) found.push(await campaign.next());
    const told = found.filter((finding) => finding !== undefined);
    expect(told.length).toBe(1);
    expect(campaign.repeats).toBeGreaterThan(0);
    expect(told[0]?.wrong).toContain('threw RangeError: byte of 1');
    expect(told[0]?.shrunk.map((piece) => Buffer.from(piece).toString('hex'))).toEqual(['7f']);
  });

  it('makes inputs small within its attempts', async () => {
    let attempts = 0;
    await shrink([new Uint8Array(5000)], async () => {
      attempts++;
      return false;
    }, 100);
    expect(attempts).toBe(100);
  });

  it.each<readonly [string, (length: number) => number, boolean]>([
    ['work in proportion', (length) => length * 7, true],
    ['work in proportion behind a fixed part', (length) => 20_000 + length, true],
    ['work that grows with a logarithm on top', (length) => length * Math.log2(length + 2), true],
    ['quadratic work', (length) => length ** 2, false],
    ['quadratic work behind a fixed part', (length) => 5000 + length ** 2 / 50, false],
    ['quadratic work of small weight beside work in proportion', (length) => length + length ** 2 / 300, false],
  ])('tells by how it grows: %s', async (_what, work, isLinear) => {
    const { ratio } = await growthOf([new Uint8Array(100), new Uint8Array(30)], (input) => Promise.resolve(work(input.reduce((sum, { length }) => sum + length, 0))));
    expect(ratio).toBeGreaterThan(1);
    expect(ratio <= MOST_GROWTH).toBe(isLinear);
  });

  it('is not led astray by a machine that is busy now and then', async () => {
    let call = 0;
    const { ratio } = await growthOf([new Uint8Array(100)], (input) => Promise.resolve(input.length * 1000 * (++call % 3 === 0 ? 5 : 1)));
    expect(ratio).toBeGreaterThan(1.9);
    expect(ratio).toBeLessThan(2.1);
  });

  it('says nothing of work that is too quick to measure', async () => {
    expect(await growthOf([new Uint8Array(100)], () => Promise.resolve(3))).toMatchObject({ ratio: 0 });
  });
});
