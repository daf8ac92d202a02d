/** The DPI box in a running lab, one story for each way that it sits between the app and its servers, judged by egret. */
import { describe, expect, test } from 'vitest';
import { runEgret } from '../../build/file-world.ts';
import { STORY_POLICY } from '../../build/stories.ts';
import { obstacle } from '../commands.ts';
import { labNamespaces } from '../namespaces.ts';
import { play } from '../story.ts';
import type { Dpi } from './switches.ts';

interface JsonReport {
  readonly findings: readonly { readonly rule: string; readonly subject: string; readonly severity: string; readonly seen: string }[];
  readonly destinations: readonly { readonly name?: string; readonly tls?: { readonly version: readonly string[] } }[];
}

const reason = obstacle(['nft', 'curl']);
if (reason !== undefined) console.log(`lab tests of the DPI box skipped: ${reason}`);

const UPDATES = 'cdn.multiclaw.io:443/tcp';
const EVENTS = 'ws.multiclaw.io:443/tcp';
const INSPECTS = ['cdn.multiclaw.io', 'ws.multiclaw.io'];

describe.skipIf(reason !== undefined)('the DPI box', () => {
  // Each lab has namespaces of its own, so that they need not wait for each other.
  test.concurrent.each<readonly [string, Partial<Dpi>, string, readonly string[]]>([
    ['http-mitm-proxy behind a redirect', { by: 'mitm-proxy', issuer: 'zscaler' }, 'none', [`${UPDATES} error proven`, `${EVENTS} error proven`]],
    ['http-mitm-proxy as the app\'s proxy', { by: 'explicit-proxy', issuer: 'zscaler' }, '{ address: 10.77.0.1, port: 3128, variables-set: true }', [`${UPDATES} error proven`, `${EVENTS} error proven`]],
    ['the re-signer behind a redirect', { by: 're-signer' }, 'none', [`${UPDATES} error proven`, `${EVENTS} error proven`]],
    ['the re-signer under TLS 1.3', { by: 're-signer', tls: '1.3' }, 'none', []],
  ])('%s', async (_name, dpi, proxy, expected) => {
    expect(await playAndJudge({ by: 're-signer', issuer: 'private', inspects: INSPECTS, tls: '1.2', trusted: true, 'relays-upgrades': true, ...dpi }, proxy)).toEqual(expected);
  }, 120_000);

  test('goes away with its lab', () => {
    expect(labNamespaces().filter((name) => name.startsWith(`egretlab-${process.pid}-`))).toEqual([]);
  });
});

async function playAndJudge(dpi: Dpi, proxy: string): Promise<string[]> {
  const { capture } = await play({ features: [], story: { switches: { phases: ['launch'], updater: dpi.by === 'explicit-proxy' ? 'node' : 'curl', misbehave: [], nxdomain: [], servfail: [], refuse: [], pace: 1, linger: 0, dpi } } });
  const sheet = `egret-run: 1\nscope: app\nlocal: [10.77.0.0/24]\nroots: [test/lab/ca/root.pem]\nproxy: ${proxy}\n`;
  const ran = await runEgret(['audit', 'live.pcapng', '-p', STORY_POLICY, '--sheet', 'live.run.yaml', '--json'], { held: { 'live.pcapng': capture, 'live.run.yaml': sheet } });
  expect(ran.err).toBe('');
  const report: JsonReport = JSON.parse(ran.out);
  // One of the two servers speaks 1.2 and the other 1.3: where both show one version, the box is on the path.
  const versions = report.destinations.filter(({ name = '' }) => INSPECTS.includes(name)).flatMap(({ tls }) => tls?.version ?? []);
  expect(versions.length).toBeGreaterThanOrEqual(2);
  expect(new Set(versions)).toEqual(new Set([`TLS${dpi.tls}`]));
  return report.findings.filter(({ rule }) => rule === 'tls-intercepted').map(({ subject, severity, seen }) => `${subject} ${severity} ${/inspection is (\w+)/.exec(seen)?.[1]}`).sort();
}
