/** Lists of the user from the command line to the finding; aliases and rotating hosts with egret's own rows and with lists. */
import { describe, expect, it } from 'vitest';
import { runEgret, type Ran } from '../build/file-world.ts';

const STORY = 'fixtures/recordings/undeclared-host/capture.pcapng';
const P = ['-p', 'policies/multiclaw.yaml'];

function audit(list: string, ...words: readonly string[]): Promise<Ran> {
  return runEgret(['audit', STORY, ...words, '--telemetry-list', 'list.txt'], { held: { 'list.txt': list } });
}

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('--telemetry-list', () => {
  it.each<[format: string, list: string, pattern: string]>([
    ['hosts file', '0.0.0.0 collector.acme-metrics.example', 'collector.acme-metrics.example (list.txt:1)'],
    ['plain hosts', '# mine\ncollector.acme-metrics.example', 'collector.acme-metrics.example (list.txt:2)'],
    ['blocker rules', '||acme-metrics.example^', '*.acme-metrics.example (list.txt:1)'],
  ])('of a %s makes a listed host telemetry, with the list and its line as source', async (_, list, pattern) => {
    const { exit, out, err } = await audit(list, ...P);
    expect([exit, err]).toEqual([1, '']);
    expect(flat(out)).toContain(`telemetry-host collector.acme-metrics.example:443/tcp (desktop)`);
    expect(flat(out)).toContain(`The list list.txt has ${pattern}.`);
    expect(flat(out)).toMatch(/telemetry also: list\.txt \(1 host, sha256 [0-9a-f]{12}\)/);
    expect(flat(out)).toMatch(/Breaks C12 and C13\b/);
  });

  it('is told without a policy too, and in JSON with hash and counts', async () => {
    const { out } = await audit('||acme-metrics.example^\n@@||x.example^\na##b\nbad bad\n', '--json');
    const report: { settings: { telemetryLists: unknown }; destinations: { name?: string; telemetry?: unknown }[] } = JSON.parse(out);
    expect(report.settings.telemetryLists).toEqual([{ path: 'list.txt', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), rows: 1, exceptions: 1, skipped: 1, unusable: 1 }]);
    expect(report.destinations.find(({ name }) => name === 'collector.acme-metrics.example')?.telemetry).toEqual({ matched: 'collector.acme-metrics.example', pattern: '*.acme-metrics.example', class: 'listed', organisation: 'list.txt', source: 'list.txt:1' });
  });

  it('fires for a host that the policy declares, unless an exception takes it off', async () => {
    expect(flat((await audit('||multiclaw.io^', ...P)).out)).toContain('telemetry-host api.multiclaw.io:443/tcp');
    expect(flat((await audit('||multiclaw.io^\n@@||multiclaw.io^', ...P)).out)).not.toContain('telemetry-host');
  });

  it('tells lines that cannot be used, and goes on with the others', async () => {
    const { exit, err } = await audit('foo bar\ncollector.acme-metrics.example\n', ...P);
    expect([exit, err]).toEqual([1, expect.stringContaining('list.txt:1:1: warning: "foo" is no address, and a host stands alone\n  1 | foo bar\n')]);
    expect(err).toContain('list.txt: 1 line cannot be used; 1 rule can');
  });

  it.each<[what: string, list: string, said: string]>([
    ['nothing', '', 'list.txt gives no rule: it holds nothing but comments'],
    ['comments', '# a\n! b\n', 'list.txt gives no rule: it holds nothing but comments'],
    ['rules about pages', 'a.example##.ad\n/x/*\n', 'list.txt gives no rule: skipped: element hiding 1 and parts of URLs 1'],
    ['mistakes', 'foo bar\n', 'list.txt gives no rule: 1 line cannot be used'],
  ])('of %s is an input error', async (_, list, said) => {
    expect(await audit(list, ...P)).toMatchObject({ exit: 3, out: '', err: expect.stringContaining(said) });
  });

  it('that is not there is an input error', async () => {
    expect(await runEgret(['audit', STORY, '--telemetry-list', 'nowhere.txt'])).toMatchObject({ exit: 3, err: expect.stringContaining('cannot read the telemetry list nowhere.txt') });
    expect(await runEgret(['audit', STORY, '--telemetry-list', '-'])).toMatchObject({ exit: 3, err: expect.stringContaining('lists and baselines are not read from standard input') });
  });

  it('judges a replayed recording as it judges the capture', async () => {
    const { files } = await runEgret(['audit', STORY, '--record', 'run.ndjson', '-q']);
    const held = { 'list.txt': '||acme-metrics.example^', 'run.ndjson': files.get('run.ndjson') ?? '' };
    const replay = await runEgret(['audit', 'run.ndjson', ...P, '--telemetry-list', 'list.txt'], { held });
    expect([replay.exit, flat(replay.out).includes('The list list.txt has *.acme-metrics.example (list.txt:1).')]).toEqual([1, true]);
  });
});

describe('an alias', () => {
  it('that a lookup leads to is judged by a list, and the finding shows the chain as DNS gave it', async () => {
    // The story's CDN answers with a chain: cdn.multiclaw.io → multiclaw.edge.content-network.example.
    const { exit, out } = await audit('||content-network.example^', ...P);
    expect([exit, flat(out).includes('telemetry-host cdn.multiclaw.io:443/tcp (desktop)')]).toEqual([1, true]);
    expect(flat(out)).toContain('through its alias multiclaw.edge.content-network.example (DNS: cdn.multiclaw.io → multiclaw.edge.content-network.example)');
  });

  it('in another case than the list is the same alias', async () => {
    const { files } = await runEgret(['audit', STORY, '--record', 'run.ndjson', '-q']);
    const shouted = (files.get('run.ndjson') ?? '').replaceAll('multiclaw.edge.content-network.example', 'MultiClaw.Edge.Content-Network.EXAMPLE');
    const { out } = await runEgret(['audit', 'run.ndjson', ...P, '--telemetry-list', 'list.txt'], { held: { 'list.txt': '||content-network.example^', 'run.ndjson': shouted } });
    expect(flat(out)).toContain('telemetry-host cdn.multiclaw.io:443/tcp');
  });
});

describe('rotating hosts', () => {
  it.each(['o4505', 'o1', 'o999999999', 'tenant-7'])('of one service are one pattern: %s.ingest.sentry.io', async (label) => {
    const { files } = await runEgret(['audit', 'fixtures/recordings/telemetry/capture.pcapng', '--record', 'run.ndjson', '-q']);
    const held = { 'run.ndjson': (files.get('run.ndjson') ?? '').replaceAll('o4505.ingest.sentry.io', `${label}.ingest.sentry.io`) };
    const { out } = await runEgret(['audit', 'run.ndjson', ...P], { held });
    expect(flat(out)).toContain(`telemetry-host ${label}.ingest.sentry.io:443/tcp (desktop)`);
    expect(flat(out)).toContain('The catalogue has *.ingest.sentry.io as crash of Sentry');
  });
});
