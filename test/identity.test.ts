/**
 * What must not change a report: that it was recorded in between, in which
 * order observations of one moment arrive, the seed of the hash tables. How a
 * capture is stored and framed is the matter of metamorphic.test.ts.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Assessment } from '../src/core/judge/assessment.ts';
import { TELEMETRY_HOSTS } from '../src/core/knowledge/telemetry-hosts.ts';
import { Ledger } from '../src/core/observe/ledger.ts';
import type { Observation } from '../src/core/observe/observation.ts';
import { Scope } from '../src/core/observe/scope.ts';
import { compilePolicy } from '../src/core/policy/compile.ts';
import { readPolicy } from '../src/core/policy/document.ts';
import { readSheet } from '../src/core/policy/read-sheet.ts';
import { runEgret } from './build/file-world.ts';
import { readCaptureOf, stories, STORY_POLICY, type Story } from './build/stories.ts';
import { readSample, sampleCaptures } from './captures.ts';
import { observeBytes } from './observe-file.ts';
import { ROOT } from './source-tree.ts';

type Report = Readonly<Record<string, unknown>>;

const all = stories().map((story) => [story.name, story] as const);
const SAMPLES: ReadonlySet<string> = new Set(['http-connect-tls.pcap', 'dns-over-tcp.pcap', 'big-endian-two-linktypes.pcapng', 'dtls13.pcap']);
const samples = sampleCaptures()?.filter(({ name }) => SAMPLES.has(name)).map(({ name }) => name) ?? [];
if (samples.length === 0) console.log('skipped: identity of sample captures (they are not here; EGRET_CAPTURES=<folder with EXPECTED.jsonl> names them)');

/** The JSON report without what it says of its inputs. */
async function reportOf(name: string, content: Uint8Array | string, words: readonly string[] = [], seed = 1): Promise<{ readonly report: Report; readonly recording: string }> {
  const ran = await runEgret(['audit', name, '-q', '--json', '--fail-on', 'never', '--record', 'made.ndjson', ...words], { held: { [name]: content }, seed });
  expect(ran.err).toBe('');
  const { inputs: _, ...report }: Report = JSON.parse(ran.out);
  return { report, recording: ran.files.get('made.ndjson') ?? '' };
}

function judging(story: Story): readonly string[] {
  return ['-p', STORY_POLICY, '--sheet', `${story.folder}/story.run.yaml`];
}

describe.each(all)('the story %s gives one report', (_name, story) => {
  const capture = readCaptureOf(story);
  const words = judging(story);

  it('from the file, from its recording, and from the recording of that', async () => {
    const first = await reportOf('x.pcapng', capture, words);
    const replayed = await reportOf('run.ndjson', first.recording, ['-p', STORY_POLICY]);
    expect(replayed.report).toEqual(first.report);
    const again = await reportOf('again.ndjson', replayed.recording, ['-p', STORY_POLICY]);
    expect(again.report).toEqual(first.report);
  });

  it('with any hash seed', async () => {
    const [one, other] = [await reportOf('x.pcapng', capture, words, 1), await reportOf('x.pcapng', capture, words, 0xdead_beef)];
    expect(other).toEqual(one);
  });

  it('when observations arrive in another order, each at most two seconds late', () => {
    const { all: observations } = observeBytes(capture);
    const expected = JSON.stringify(judged(story, observations));
    fc.assert(fc.property(fc.array(fc.nat(2_000_000), { minLength: observations.length, maxLength: observations.length }), (delays) => {
      const arrived = observations.map((observation, index) => ({ observation, at: observation.at + (delays[index] ?? 0) })).sort((one, other) => one.at - other.at);
      expect(JSON.stringify(judged(story, arrived.map(({ observation }) => observation)))).toBe(expected);
    }), { seed: 7, numRuns: 25 });
  });
});

describe.skipIf(samples.length === 0)('the sample', () => {
  it.each(samples)('%s gives one report from file and recording, with any chunks and seed', async (name) => {
    const capture = readSample(name);
    const first = await reportOf(name, capture);
    expect((await reportOf('run.ndjson', first.recording)).report).toEqual(first.report);
    expect(await reportOf(name, capture, [], 99)).toEqual(first);
    for (const chunk of [1, 333]) expect(observeBytes(capture, { chunk }).all).toEqual(observeBytes(capture).all);
  });
});

/** Judges observations of one story in the order given. */
function judged(story: Story, observations: readonly Observation[]): unknown {
  const { sheet } = readSheet(readFileSync(path.join(ROOT, story.folder, 'story.run.yaml'), 'utf8'), 'story.run.yaml');
  const { policy } = readPolicy(readFileSync(path.join(ROOT, STORY_POLICY), 'utf8'), STORY_POLICY);
  if (sheet === undefined || policy === undefined) throw new Error('sheet and policy of the stories are read elsewhere without a mistake');
  const assessment = new Assessment({ policy: compilePolicy(policy, TELEMETRY_HOSTS) });
  const scope = new Scope(0, sheet);
  const ledger = new Ledger(scope, assessment.open(scope, 'app'));
  for (const observation of observations) ledger.add(observation);
  ledger.finish();
  const { claims, entries, findings, destinations, lookups, coverage, blindSpots } = assessment.finish();
  return { claims, entries, findings, destinations, lookups, coverage, blindSpots };
}
