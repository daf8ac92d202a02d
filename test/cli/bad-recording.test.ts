/** Recordings that were cut, edited or made up, through the whole command line. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runEgret, type Ran } from '../build/file-world.ts';
import { stories, STORY_POLICY } from '../build/stories.ts';

const story = stories().find(({ name }) => name === 'unconfigured-provider');
if (story === undefined) throw new Error('the story unconfigured-provider is not recorded');
const made = await runEgret(['audit', story.capture, '-q', '--record', 'run.ndjson']);
const recording = made.files.get('run.ndjson') ?? '';
const [header = '', ...lines] = recording.trimEnd().split('\n');

interface Read {
  readonly exit: number;
  readonly err: string;
  readonly blind: readonly string[];
  readonly verdicts: Readonly<Record<string, string>>;
}

async function audit(text: string | Uint8Array): Promise<Ran> {
  return runEgret(['audit', 'run.ndjson', '-p', STORY_POLICY, '-q', '--json'], { held: { 'run.ndjson': text } });
}

async function read(text: string | Uint8Array): Promise<Read> {
  const { exit, out, err } = await audit(text);
  const report: { blindSpots: { code: string; count: number }[]; claims: { id: string; verdict: string }[] } = JSON.parse(out === '' ? '{"blindSpots":[],"claims":[]}' : out);
  return { exit, err, blind: report.blindSpots.map(({ code, count }) => `${code} ${count}`), verdicts: Object.fromEntries(report.claims.map(({ id, verdict }) => [id, verdict])) };
}

const whole = await read(recording);

describe('a recording', () => {
  it('that is whole has no blind spot', () => {
    expect(lines.length).toBeGreaterThan(20);
    expect(whole).toMatchObject({ exit: 1, err: '', blind: [], verdicts: { C07: 'holds', C13: 'broken' } });
  });

  it.each<readonly [string, string | Uint8Array]>([
    ['in a line', recording.slice(0, -40)],
    ['between two lines', `${[header, ...lines.slice(0, -1)].join('\n')}\n`],
    ['after its header', `${header}\n`],
    ['in a character', Buffer.from(`${recording.slice(0, -40)}é`).subarray(0, -1)],
    ['in its compressed form', gzipSync(recording).subarray(0, -30)],
  ])('cut %s says so, and nothing absent holds by it', async (_how, text) => {
    const found = await read(text);
    expect(found.blind).toEqual(['file-cut 1']);
    expect(Object.values(found.verdicts).filter((verdict) => verdict === 'holds').length).toBeLessThan(Object.values(whole.verdicts).filter((verdict) => verdict === 'holds').length);
    expect(found.verdicts['C07']).toBe('not-observable');
  });

  it.each<readonly [string, string]>([
    ['in a line', recording.slice(0, -40)],
    ['between two lines', `${[header, ...lines.slice(0, -1)].join('\n')}\n`],
  ])('cut %s and recorded again is cut once', async (_how, text) => {
    const again = await runEgret(['audit', 'run.ndjson', '-q', '--record', 'again.ndjson'], { held: { 'run.ndjson': text } });
    expect((await read(again.files.get('again.ndjson') ?? '')).blind).toEqual(['file-cut 1']);
  });

  it.each<readonly [string, string, string]>([
    ['in its first line', header.slice(0, 100), 'egret: run.ndjson is not a whole recording: its first line is cut\n  help: record it again\n'],
    ['of a later version', recording.replace('"version":1', '"version":2'), 'egret: run.ndjson is a recording of version 2; this egret reads up to 1\n  help: use the egret that made it, or a newer one\n'],
    ['of a later version in another form', '{"egret":"recording","version":9,"sources":"elsewhere"}\n', 'egret: run.ndjson is a recording of version 9; this egret reads up to 1\n  help: use the egret that made it, or a newer one\n'],
    ['without sources', `${JSON.stringify({ ...JSON.parse(header), sources: [] })}\n`, 'egret: run.ndjson is a recording of nothing: its header names no source\n  help: record it again\n'],
    ['with a header of nonsense', '{"egret":"recording","version":1,"sources":[null]}\n', 'egret: run.ndjson: the first line is not the header of a recording\n  help: it should begin {"egret":"recording","version":1,…}\n'],
    ['with an endless line', `${header}\n${'x'.repeat((16 << 20) + 2)}`, 'egret: run.ndjson: a line of the recording is longer than 16777216 characters\n  help: a recording holds one observation per line; was it edited?\n'],
  ])('%s is refused', async (_what, text, message) => {
    expect(await audit(text)).toMatchObject({ exit: 3, out: '', err: message });
  });

  it.each<readonly [string, readonly string[], string]>([
    ['damaged lines', ['not json', '{"kind":"flow"}', '[]'], 'record-damaged 3'],
    ['kinds of a later version', ['{"kind":"quic-flow","at":1,"seq":1,"from":[0,1]}', '{"kind":"constructor","at":1,"seq":1,"from":[0,1]}'], 'record-unknown 2'],
    ['blind spots of a later version', ['{"kind":"blind-spot","at":1,"seq":1,"from":[0,1],"code":"__proto__","count":1}'], 'record-unknown 1'],
    ['observations of a source that its header does not name', ['{"kind":"tick","at":1,"seq":1,"from":[7,1]}'], 'record-damaged 1'],
    ['digests that are none', lines.filter((line) => line.includes('"spki":')).slice(0, 1).flatMap((line) => [line.replace(/"sha256":"\w+/, '"sha256":"../x'), line.replace(/"spki":"\w{64}/, '"spki":"ABC')]), 'record-damaged 2'],
    ['hostile values', lines.filter((line) => line.includes('"tls":')).slice(0, 1).flatMap((line) => [line.replace(/"tls":\{/, '"tls":"x","was":{'), line.replace(/"client":\{[^}]*\}/, '"client":{}'), line.replace(/"opened":\d+/, '"opened":1e999'), line.replace(/"up":\d+/, '"up":"many"')]), 'record-damaged 4'],
  ])('with %s counts them and reads the rest', async (_what, more, blind) => {
    const found = await read(`${[header, ...more, ...lines].join('\n')}\n`);
    expect(found).toMatchObject({ exit: 1, err: '', blind: [blind] });
    expect(found.verdicts['C13']).toBe('broken');
  });

  it('chooses no file for egret to open', async () => {
    const forged: { sources: { sheet: { file?: string; features?: string[] } }[] } = JSON.parse(header);
    for (const { sheet } of forged.sources) Object.assign(sheet, { file: '/etc/hostname', features: ['no-such-feature'] });
    const ran = await audit(`${[JSON.stringify(forged), ...lines].join('\n')}\n`);
    expect(ran.err).not.toContain('/etc/hostname');
    expect(ran.out).not.toContain('/etc/hostname');
  });
});
