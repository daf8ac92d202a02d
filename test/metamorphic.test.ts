/**
 * Other captures of the same traffic give the same report. Every transform meets
 * some stories and every story some transforms here; `npm run fuzz` goes through
 * all pairs, and EGRET_METAMORPHIC=all runs them as tests.
 */
import { describe, expect, it } from 'vitest';
import { readCapture } from './build/read-capture.ts';
import { sameReport, transformedReport } from './build/same-report.ts';
import { readCaptureOf, stories } from './build/stories.ts';
import { TRANSFORMS } from './build/transforms.ts';
import { observeBytes } from './observe-file.ts';

const all = stories();
/** Transforms that each story meets: all of them are met whatever the number of stories. */
const MET = process.env['EGRET_METAMORPHIC'] === 'all' ? TRANSFORMS.length : Math.max(2, Math.ceil(TRANSFORMS.length / all.length));

describe.each(all.map((story, index) => [story.name, story, index] as const))('the story %s gives one report', (_name, story, index) => {
  const met = Array.from({ length: MET }, (_, turn) => TRANSFORMS[(index * MET + turn) % TRANSFORMS.length]).filter((found) => found !== undefined);

  it.each(met.map((transform) => [transform.name, transform] as const))('as %s', async (_how, transform) => {
    const { frames } = readCapture('pcapng', readCaptureOf(story));
    const [plain] = TRANSFORMS;
    if (plain === undefined) throw new Error('there are transforms');
    expect(sameReport(await transformedReport(story, transform, frames))).toEqual(sameReport(await transformedReport(story, plain, frames)));
  });
});

it('meets every transform', () => {
  expect(MET * all.length).toBeGreaterThanOrEqual(TRANSFORMS.length);
});

describe('observations do not depend on the size of chunks', () => {
  const [story] = all;
  if (story === undefined) throw new Error('no story is recorded');
  const capture = readCaptureOf(story);
  const whole = observeBytes(capture).all;

  it.each([1, 2, 3, 7, 13, 16, 64, 1000, 4096, 65_536])('%i bytes', (chunk) => expect(observeBytes(capture, { chunk }).all).toEqual(whole));
});
