import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runEgret } from '../build/file-world.ts';
import { stories, STORY_POLICY } from '../build/stories.ts';
import { ROOT } from '../source-tree.ts';

const A = 'fixtures/recordings/clean-start-and-task';
const B = 'fixtures/recordings/telemetry';
const bytes = (file: string): Buffer => readFileSync(path.join(ROOT, file));

interface JsonDiff {
  readonly a: object;
  readonly b: object;
  readonly summary: { readonly exit: number; readonly new: number; readonly gone: number; readonly changed: number };
}
const rest = (out: string): object => {
  const whole: JsonDiff = JSON.parse(out);
  const { a: _a, b: _b, ...found } = whole;
  return found;
};

describe('egret diff', () => {
  it('gives the same for recordings as for their reports', async () => {
    const recordings = await runEgret(['diff', `${A}/capture.pcapng`, `${B}/capture.pcapng`, '-p', STORY_POLICY, '--format', 'json', '-q']);
    const reports = await runEgret(['diff', `${A}/report.json`, `${B}/report.json`, '--format', 'json']);
    const mixed = await runEgret(['diff', `${A}/report.json`, `${B}/capture.pcapng`, '-p', STORY_POLICY, '--format', 'json', '-q']);
    expect([recordings.exit, reports.exit, mixed.exit]).toEqual([0, 0, 0]);
    expect(rest(recordings.out)).toEqual(rest(reports.out));
    expect(rest(mixed.out)).toEqual(rest(reports.out));
  });

  it.each(stories().map(({ name, folder, capture }) => [name, folder, capture] as const))('finds nothing between the report of %s and its recording', async (_, folder, capture) => {
    const { out, exit } = await runEgret(['diff', `${folder}/report.json`, capture, '-p', STORY_POLICY, '--format', 'json', '--fail-on', 'changed', '-q']);
    const { summary }: JsonDiff = JSON.parse(out);
    expect([exit, summary.new, summary.gone, summary.changed]).toEqual([0, 0, 0, 0]);
  });

  it('audits each side with its own sheet', async () => {
    const { out } = await runEgret(['diff', `${A}/capture.pcapng`, `${A}/capture.pcapng`, '--sheet-b', `${B}/story.run.yaml`, '--format', 'json', '-q']);
    expect(out).toContain('"about":"phases"');
  });

  it('reads a report from standard input, but no recording', async () => {
    const report = await runEgret(['diff', '-', `${B}/report.json`, '--fail-on', 'new'], { held: { '-': bytes(`${A}/report.json`) }, chunk: 1000 });
    expect([report.exit, report.err]).toEqual([1, '']);
    const recording = await runEgret(['diff', '-', `${B}/report.json`], { held: { '-': bytes(`${A}/capture.pcapng`) } });
    expect([recording.exit, recording.err]).toEqual([3, expect.stringContaining('standard input is a recording; only a report is read from there')]);
  });

  it('writes to a file, and nothing where a side cannot be used', async () => {
    const good = await runEgret(['diff', `${A}/report.json`, `${B}/report.json`, '--format', 'markdown', '-o', 'out.md']);
    expect([good.out, good.files.get('out.md')?.split('\n', 1)[0]]).toEqual(['', '### egret diff: new']);
    const bad = await runEgret(['diff', `${A}/report.json`, 'no-such.json', '-o', 'out.md']);
    expect([bad.exit, bad.files.has('out.md')]).toEqual([3, false]);
  });

  it('tells the mistakes of both sides', async () => {
    const { err, exit } = await runEgret(['diff', 'a.json', 'b.json'], { held: { 'a.json': '{}', 'b.json': '[]' } });
    expect([exit, err.match(/no report of egret/g)?.length]).toEqual([3, 2]);
  });
});
