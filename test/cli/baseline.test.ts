/** Baselines from a recording to the exit code of the next one, and that a second recording of one story gives the same fingerprints. */
import { describe, expect, it } from 'vitest';
import { runEgret } from '../build/file-world.ts';

const STORY = 'fixtures/recordings/telemetry/capture.pcapng';
const REPORT = 'fixtures/recordings/telemetry/report.json';
const OTHER = 'fixtures/recordings/undeclared-host/capture.pcapng';
const P = ['-p', 'policies/multiclaw.yaml'];

async function write(...words: readonly string[]): Promise<string> {
  const ran = await runEgret(['baseline', 'write', ...words, '-o', 'b.yaml', '-q']);
  expect([ran.exit, ran.err]).toEqual([0, '']);
  return ran.files.get('b.yaml') ?? '';
}

describe('egret baseline write', () => {
  it('writes the same from a recording as from its report', async () => expect(await write(REPORT)).toBe(await write(STORY, ...P)));
  it('goes to standard output without -o, and what it found to standard error', async () => {
    const ran = await runEgret(['baseline', 'write', REPORT]);
    expect([ran.exit, ran.out]).toEqual([0, await write(REPORT)]);
    expect(ran.err).toContain('11 findings under "MultiClaw desktop app and gateway" in 17 connections and 16 lookups; 4 claims stay broken');
  });
  it('written again over a report that used one loses nothing', async () => {
    const first = await write(REPORT);
    const { files } = await runEgret(['audit', STORY, ...P, '--baseline', 'b.yaml', '--json', '-o', 'r.json'], { held: { 'b.yaml': first } });
    const again = await runEgret(['baseline', 'write', 'r.json'], { held: { 'r.json': files.get('r.json') ?? '' } });
    expect(again.out).toBe(first);
  });
  it('refuses reports of unlike policies, reports that judged nothing, and recordings without a policy', async () => {
    const held = { 'a.json': bareReport('A'), 'b.json': bareReport('B'), 'c.json': bareReport('') };
    expect(await runEgret(['baseline', 'write', 'a.json', 'b.json'], { held })).toMatchObject({ exit: 3, err: expect.stringContaining('a.json and b.json were judged under unlike policies: "A"') });
    expect(await runEgret(['baseline', 'write', 'c.json'], { held })).toMatchObject({ exit: 3, err: expect.stringContaining('c.json was made without a policy') });
    expect(await runEgret(['baseline', 'write', STORY])).toMatchObject({ exit: 3, err: expect.stringContaining('give --policy FILE') });
  });
  it('writes nothing when nothing was observed', async () => {
    const empty = JSON.stringify({ ...BARE, policy: { path: 'p', sha256: 'ab'.repeat(32), name: 'A' }, summary: { connections: 0, lookups: 0 } });
    const ran = await runEgret(['baseline', 'write', 'a.json', '-o', 'b.yaml'], { held: { 'a.json': empty } });
    expect([ran.exit, ran.files.has('b.yaml'), ran.err]).toEqual([2, false, expect.stringContaining('nothing was observed')]);
  });
});

describe('egret audit --baseline', () => {
  it('passes over what is known and fails on what is new', async () => {
    const held = { 'b.yaml': await write(REPORT) };
    expect(await runEgret(['audit', STORY, ...P, '--baseline', 'b.yaml'], { held })).toMatchObject({ exit: 0, err: '', out: expect.stringContaining('BROKEN (BASELINE)') });
    const other = await runEgret(['audit', OTHER, ...P, '--baseline', 'b.yaml'], { held });
    expect([other.exit, other.out.includes('BROKEN  '), other.out.includes('did not come up here')]).toEqual([1, true, true]);
  });

  it('judges a replayed recording as it judges the capture', async () => {
    const held = { 'b.yaml': await write(REPORT) };
    const { files } = await runEgret(['audit', STORY, '--record', 'run.ndjson', '-q']);
    const replay = await runEgret(['audit', 'run.ndjson', ...P, '--baseline', 'b.yaml', '--json'], { held: { ...held, 'run.ndjson': files.get('run.ndjson') ?? '' } });
    const direct = await runEgret(['audit', STORY, ...P, '--baseline', 'b.yaml', '--json'], { held });
    expect([replay.exit, findingsOf(replay.out)]).toEqual([0, findingsOf(direct.out)]);
  });

  it('refuses a baseline of another policy, unless told to take it', async () => {
    const held = { 'b.yaml': (await write(REPORT)).replace('name: "MultiClaw', 'name: "Other') };
    const words = ['audit', STORY, ...P, '--baseline', 'b.yaml'];
    expect(await runEgret(words, { held })).toMatchObject({ exit: 3, out: '', err: expect.stringContaining('b.yaml:5:9: the baseline was written under another policy: "Other desktop app and gateway" then, "MultiClaw desktop app and gateway" now') });
    const taken = await runEgret([...words, '--baseline-any-policy'], { held });
    expect([taken.exit, taken.err.includes('warning'), taken.out.includes('WRITTEN UNDER ANOTHER')]).toEqual([0, true, true]);
  });

  it('takes one of another text of the policy, with a warning, and in the report even when warnings are off', async () => {
    const held = { 'b.yaml': (await write(REPORT)).replace(/sha256: "\w{8}/, 'sha256: "00000000') };
    const words = ['audit', STORY, ...P, '--baseline', 'b.yaml', '--format', 'text'];
    expect(await runEgret(words, { held })).toMatchObject({ exit: 0, err: expect.stringContaining('warning: the baseline was written under another text of this policy') });
    expect(await runEgret([...words, '-q'], { held })).toMatchObject({ exit: 0, err: '', out: expect.stringContaining('ANOTHER TEXT OF THE') });
  });

  it('shows every mistake of the file with its place', async () => {
    const held = { 'b.yaml': 'egret-baseline: 1\npolicy: { name: x, sha256: nothing }\nfindigs: []\n' };
    const { exit, err } = await runEgret(['audit', STORY, ...P, '--baseline', 'b.yaml'], { held });
    expect([exit, err.includes('b.yaml:2:28: "nothing" is not 64 hexadecimal digits'), err.includes('b.yaml:3:1: a baseline has no key "findigs"\n  3 | findigs: []')]).toEqual([3, true, true]);
  });
});

describe('egret baseline use', () => {
  it('says what is new in a report or a recording, with the exit code of an audit', async () => {
    const held = { 'b.yaml': await write(REPORT) };
    expect(await runEgret(['baseline', 'use', 'b.yaml', REPORT], { held })).toMatchObject({ exit: 0, out: expect.stringContaining('NOTHING NEW') });
    const ran = await runEgret(['baseline', 'use', 'b.yaml', OTHER, ...P], { held });
    expect([ran.exit, ran.out.includes('undeclared-host collector.acme-metrics.example:443/tcp (desktop)')]).toEqual([1, true]);
  });
  it('refuses what audit refuses', async () => {
    const held = { 'b.yaml': (await write(REPORT)).replace('name: "MultiClaw', 'name: "Other') };
    expect(await runEgret(['baseline', 'use', 'b.yaml', REPORT], { held })).toMatchObject({ exit: 3, err: expect.stringContaining('another policy') });
    expect(await runEgret(['baseline', 'use', 'b.yaml', REPORT, '--baseline-any-policy'], { held })).toMatchObject({ exit: 0 });
  });
});

describe('a second recording of one story', () => {
  it('gives the same fingerprints: times, client ports and server addresses are not in them', async () => {
    const { files } = await runEgret(['audit', STORY, '--record', 'run.ndjson', '-q']);
    const second = recordedAgain(files.get('run.ndjson') ?? '');
    const ran = await runEgret(['audit', 'again.ndjson', ...P, '--baseline', 'b.yaml', '--json'], { held: { 'again.ndjson': second, 'b.yaml': await write(REPORT) } });
    const report: { summary: { findings: unknown }; baseline: { gone: unknown[] }; findings: { subject: string; seen: string }[] } = JSON.parse(ran.out);
    expect([ran.exit, report.summary.findings, report.baseline.gone]).toEqual([0, { error: 0, warning: 0, note: 0, accepted: 0, baseline: 11 }, []]);
    // The change was real: another day, another server.
    expect(report.findings.find(({ subject }) => subject.startsWith('o4505'))?.seen).toMatch(/192\.0\.2\.60.*2026-11-23/);
  });
});

function findingsOf(json: string): unknown {
  const report: { findings: unknown } = JSON.parse(json);
  return report.findings;
}

function bareReport(policy: string): string {
  return JSON.stringify({ ...BARE, ...(policy === '' ? {} : { policy: { path: 'p', sha256: 'ab'.repeat(32), name: policy } }) });
}

/** The recording as another run would have made it: a day later, other client ports, other server addresses. */
function recordedAgain(text: string): string {
  const day = 86_400_000_000;
  return text
    .replaceAll(/\b(1[67]\d{14})\b/g, (time) => String(Number(time) + day))
    .replaceAll('198.51.100.', '192.0.2.')
    .replaceAll(/("client":\{[^{}]*"port":)([3-6]\d{4})/g, (_, head: string, port: string) => `${head}${Number(port) - 1000}`)
    .replaceAll(/("[\d.:a-f[\]]+:)([3-6]\d{4})\/tcp/g, (_, head: string, port: string) => `${head}${Number(port) - 1000}/tcp`);
}

const BARE = {
  schema: 'egret.report/1', tool: { name: 'egret', version: '1' }, inputs: [], settings: { phases: [] }, summary: { connections: 1, lookups: 0 }, claims: [], entries: [], findings: [], destinations: [], lookups: [],
  coverage: { nameable: 0, named: 0, dnsClear: true, dnsEncrypted: 0, tls: 0, certificatesHidden: 0, processesKnown: 0 }, blindSpots: [],
};
