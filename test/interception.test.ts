/** What an audit says of TLS inspection in recordings that others made, and where added roots may come from. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { issue } from './build/certificate.ts';
import { runEgret } from './build/file-world.ts';
import { STORY_POLICY } from './build/stories.ts';
import { ROOT } from './source-tree.ts';

const FOLDER = path.resolve(ROOT, process.env['EGRET_CAPTURES'] ?? '../shared/captures');
const isThere = existsSync(path.join(FOLDER, 'EXPECTED.jsonl'));
if (!isThere) console.log('skipped: the sample captures are not here; EGRET_CAPTURES=<folder with EXPECTED.jsonl> names them');

const POLICY = 'egret: 1\nname: Nothing\nconnections: []\n';
const STORY = 'fixtures/recordings/clean-start-and-task/capture.pcapng';

describe.skipIf(!isThere)('in the sample captures', () => {
  it.each(['tls11.pcap', 'ssl30.pcap', 'tls-mixed-ooo.pcap', 'tls-pppoe-qinq.pcap', 'tls-multi-interface-ns.pcapng'])('%s shows chains to public roots, and no inspection', async (name) => {
    expect(await inspected(name)).toEqual([]);
  });

  it('http-connect-tls.pcap shows an issuer that nobody knows: possible, never proven', async () => {
    expect(await inspected('http-connect-tls.pcap')).toEqual([['note', expect.stringContaining('TLS inspection is possible')]]);
  });
});

describe('added roots', () => {
  it('of the run sheet make the chains of the lab no finding, and without them they are one', async () => {
    const held = { 'bare.run.yaml': 'egret-run: 1\nscope: app\n' };
    expect(await findings([STORY, '-p', STORY_POLICY], {})).toEqual([]);
    const without = await findings([STORY, '-p', STORY_POLICY, '--sheet', 'bare.run.yaml'], held);
    expect(without.length).toBeGreaterThan(0);
    expect(await findings([STORY, '-p', STORY_POLICY, '--sheet', 'bare.run.yaml', '--ca-file', 'test/lab/ca/root.pem'], held)).toEqual([]);
  });

  it('of the story in the package are the lab\'s own', () => {
    expect(readFileSync(path.join(ROOT, 'fixtures/recordings/unconfigured-provider/lab-root.pem'))).toEqual(readFileSync(path.join(ROOT, 'test/lab/ca/root.pem')));
  });

  it('travel in a recording by their keys; the paths that it names are never opened', async () => {
    const first = await runEgret(['audit', STORY, '-p', STORY_POLICY, '--record', 'run.ndjson', '-q']);
    const recorded = first.files.get('run.ndjson') ?? '';
    expect(recorded).toContain('"addedRoots":[{"cn":"');
    const elsewhere = recorded.replace('test/lab/ca/root.pem', 'no/such/file.pem');
    expect(elsewhere).not.toBe(recorded);
    expect(await findings(['run.ndjson', '-p', STORY_POLICY], { 'run.ndjson': elsewhere })).toEqual([]);
  });

  it.each([
    ['is not there', 'gone.pem', {}, 'cannot read the root certificates gone.pem'],
    ['holds no certificate', 'empty.pem', { 'empty.pem': 'nothing' }, 'empty.pem holds no certificate'],
    ['is cut', 'cut.pem', { 'cut.pem': issue({ subject: [['2.5.4.3', 0x0c, 'Root']] }).pem.slice(0, 200) }, 'cut.pem holds a certificate that cannot be read'],
  ])('are refused when their file %s', async (_, file, held, message) => {
    const ran = await runEgret(['audit', STORY, '--ca-file', file], { held });
    expect([ran.exit, ran.out]).toEqual([3, '']);
    expect(ran.err).toContain(message);
  });
});

async function inspected(name: string): Promise<unknown> {
  return findings([path.join(FOLDER, name), '-p', 'policy.yaml'], { 'policy.yaml': POLICY });
}

async function findings(words: readonly string[], held: Readonly<Record<string, string>>): Promise<unknown[]> {
  const ran = await runEgret(['audit', ...words, '--json'], { held });
  const report: { readonly findings: readonly { readonly rule: string; readonly severity: string; readonly seen: string }[] } = JSON.parse(ran.out);
  return report.findings.filter(({ rule }) => rule === 'tls-intercepted').map(({ severity, seen }) => [severity, seen]);
}
