/**
 * Fingerprints tie baselines and comparisons to findings of other runs and
 * other versions of egret: these must never change. A row that fails here
 * breaks every baseline in use; it is changed only with a decision page.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runEgret } from './build/file-world.ts';
import { stories, STORY_POLICY } from './build/stories.ts';
import { ROOT } from './source-tree.ts';

interface Told {
  readonly rule: string;
  readonly subject: string;
  readonly component?: string;
  readonly fingerprint: string;
}

interface Report {
  readonly inputs: readonly { readonly sha256: string }[];
  readonly findings: readonly Told[];
}

async function reportOf(capture: string): Promise<Report> {
  const ran = await runEgret(['audit', capture, '-p', STORY_POLICY, '--json', '-q']);
  return JSON.parse(ran.out);
}

function fingerprintsOf({ findings }: Report): string[] {
  return findings.map(({ rule, subject, component = '-', fingerprint }) => `${rule} ${subject} ${component} ${fingerprint}`);
}

/** Findings of the golden reports, which `stories.test.ts` compares with what egret says now. */
const told = stories().flatMap(({ folder }) => {
  const report: { findings: Told[] } = JSON.parse(readFileSync(path.join(ROOT, folder, 'report.json'), 'utf8'));
  return report.findings.map(({ rule, subject, component = '-', fingerprint }) => ({ what: `${rule} ${subject} ${component}`, fingerprint }));
});

const PINNED: readonly (readonly [what: string, fingerprint: string])[] = [
  ['blocked-required cloud-websocket -', '18850e7d3ccbda6b19984b58ff8fc64d'],
  ['feature-off api.anthropic.com:443/tcp gateway', '41868d711b85460897f7f6ed09f234d7'],
  ['tables-disagree firewall-table: *.multiclaw.io -', '7b83aafb8fa8e15bdc4d29a560310f29'],
  ['tables-disagree firewall-table: mcp -', 'eb067942544e4d8a656197300bc73d57'],
  ['telemetry-host o4505.ingest.sentry.io:443/tcp desktop', '31ae364106bf1435d7915715bcaadfee'],
  ['telemetry-host stats.pusher.com:443/tcp desktop', '11ff0c1416df6ef5c20bd7557c9946c9'],
  ['telemetry-host us.i.posthog.com -', '9c96dd3a7a62d83752c5c4d1e7b555d6'],
  ['tls-below-preferred api.microlink.io:443/tcp desktop', '06b4baca27dba84b6835989bb5fe3e74'],
  ['tls-below-preferred cdn.multiclaw.io:443/tcp desktop', '9bed2a454f6b5c2465d85ec9a5b47e26'],
  ['undeclared-host collector.acme-metrics.example:443/tcp desktop', '3e35b67e4b95402fe452cecbb756c8ea'],
  ['wrong-port api.multiclaw.io:8443/tcp gateway', 'feb5899e4308f0e1e7d169ef0a8c619b'],
];

/** Another run of the same story: other times, ports and session keys. */
const AGAIN = 'fixtures/recordings/plaintext-token/again.pcapng';

describe('two recordings of one story', () => {
  it('are different captures with the same findings and the same fingerprints', async () => {
    const [before, after] = await Promise.all([reportOf(AGAIN.replace('again', 'capture')), reportOf(AGAIN)]);
    expect(after.inputs[0]?.sha256).not.toBe(before.inputs[0]?.sha256);
    expect(fingerprintsOf(after)).toEqual(fingerprintsOf(before));
    expect(before.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['plaintext', 'wrong-port', 'tls-below-preferred']));
  });
});

describe('the fingerprint of', () => {
  it.each(PINNED)('%s is what it always was', (what, fingerprint) => {
    expect(new Set(told.filter((finding) => finding.what === what).map((finding) => finding.fingerprint))).toEqual(new Set([fingerprint]));
  });

  it('one finding is the same in every recording, and of two findings never', () => {
    const of = new Map(told.map(({ what, fingerprint }) => [what, fingerprint]));
    expect(told.filter(({ what, fingerprint }) => of.get(what) !== fingerprint)).toEqual([]);
    expect(new Set(of.values()).size).toBe(of.size);
    expect(told.length).toBeGreaterThan(of.size);
  });
});
