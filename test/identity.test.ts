/**
 * What must not change a report: how a capture is stored, cut into chunks,
 * duplicated or recorded; in which order observations of one moment arrive;
 * the seed of the hash tables.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
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
import { bytes } from './build/bytes.ts';
import { runEgret } from './build/file-world.ts';
import { ethernet, sll2 } from './build/frames.ts';
import { pcapFile } from './build/pcap.ts';
import { enhanced, interfaceDescription, pcapngFile, section } from './build/pcapng.ts';
import { readCapture, type ReadFrame } from './build/read-capture.ts';
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

  it('when every packet was captured twice within five milliseconds', async () => {
    const { frames } = readCapture('pcapng', capture);
    const twice = frames.flatMap((frame, index) => [frame, { ...frame, at: frame.at + 1 + ((index * 997) % 4_999) }]).sort((one, other) => one.at - other.at);
    const [one, other] = [await reportOf('x.pcap', pcapFile(frames), words), await reportOf('x.pcap', pcapFile(twice), words)];
    expect(facts(other.report)).toEqual(facts(one.report));
    const followed = observeBytes(pcapFile(frames)).flows.reduce((sum, flow) => sum + flow.packetsUp + flow.packetsDown, 0);
    expect(other.report['coverage']).toMatchObject({ duplicates: followed });
  });

  it('when it was written in two parts of a rotation', async () => {
    const { frames } = readCapture('pcapng', capture);
    const half = Math.floor(frames.length / 2);
    const [before, after] = ['x_00001_20261122000000.pcapng', 'x_00002_20261122000001.pcapng'];
    const held = { [before]: fileOf(frames.slice(0, half)), [after]: fileOf(frames.slice(half)), 'x.pcapng': fileOf(frames) };
    // Given in the wrong order: their names say which comes first.
    const parts = await runEgret(['audit', after, before, ...words, '-q', '--json', '--fail-on', 'never'], { held });
    const whole = await runEgret(['audit', 'x.pcapng', ...words, '-q', '--json', '--fail-on', 'never'], { held });
    expect(facts(JSON.parse(parts.out))).toEqual(facts(JSON.parse(whole.out)));
  });
});

describe('observations do not depend on the size of chunks', () => {
  const [, story] = all[0] ?? [];
  if (story === undefined) throw new Error('no story is recorded');
  const capture = readCaptureOf(story);
  const whole = observeBytes(capture).all;

  it.each([1, 2, 7, 64, 1000, 4096, 65_536])('%i bytes', (chunk) => expect(observeBytes(capture, { chunk }).all).toEqual(whole));
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

describe('the same packets give the same destinations', () => {
  const [, story] = all[0] ?? [];
  if (story === undefined) throw new Error('no story is recorded');
  const { frames } = readCapture('pcapng', readCaptureOf(story));
  const packets = frames.filter(({ bytes: frame }) => (frame[12] === 0x08 && frame[13] === 0) || frame[12] === 0x86).map(({ bytes: frame, at }) => ({ packet: frame.subarray(14), at }));
  const wrapped = (wrap: (packet: Uint8Array) => Uint8Array): { bytes: Uint8Array; at: number }[] => packets.map(({ packet, at }) => ({ bytes: wrap(packet), at }));
  const framed = wrapped((packet) => ethernet(packet));
  const ticks = { resolution: 9, ticks: 1000 };

  it.each<readonly [string, Uint8Array]>([
    ['pcap with microseconds', pcapFile(framed)],
    ['pcap with nanoseconds', pcapFile(framed, { nanoseconds: true })],
    ['pcap of a big-endian machine', pcapFile(framed, { bigEndian: true })],
    ['pcap of a big-endian machine with nanoseconds', pcapFile(framed, { bigEndian: true, nanoseconds: true })],
    ['the modified pcap', pcapFile(framed, { modified: true })],
    ['pcapng', pcapngFile(framed)],
    ['pcapng of a big-endian machine', pcapngFile(framed, { bigEndian: true })],
    ['pcapng with nanoseconds', bytes(section(), interfaceDescription(ticks), Buffer.concat(framed.map((frame) => enhanced(0, frame, ticks))))],
    ['gzip', gzipSync(pcapFile(framed))],
    ['Linux cooked capture', pcapFile(wrapped((packet) => sll2(packet)), { link: 276 })],
    ['raw IP', pcapFile(wrapped((packet) => packet), { link: 101 })],
    ['one VLAN', pcapFile(wrapped((packet) => ethernet(packet, { vlan: [100] })))],
    ['two VLANs', pcapFile(wrapped((packet) => ethernet(packet, { vlan: [100, 7], outerTag: 0x88a8 })))],
  ])('as %s', async (_how, file) => {
    const expected = await reportOf('x.pcapng', readCaptureOf(story), judging(story));
    expect(facts((await reportOf('x', file, judging(story))).report)).toEqual(facts(expected.report));
  });
});

/** What a user would act on: findings, claims, entries, destinations, lookups, without where in which file it stood. */
function facts({ findings, claims, entries, destinations, lookups }: Report): unknown {
  return JSON.parse(JSON.stringify({ findings, claims, entries, destinations, lookups }, (key, value: unknown) => (key === 'evidence' || key === 'seen' ? undefined : value)));
}

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

function fileOf(frames: readonly ReadFrame[]): Uint8Array {
  return bytes(section(), interfaceDescription(), Buffer.concat(frames.map((frame) => enhanced(0, frame))));
}
