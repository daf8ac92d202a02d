/** Rules on what stands on the wire, through the whole program: a clean story's recording with one fact changed. */
import { describe, expect, it } from 'vitest';
import { runEgret } from '../build/file-world.ts';
import { STORY_POLICY } from '../build/stories.ts';

const STORY = 'fixtures/recordings/clean-start-and-task/capture.pcapng';
const recorded = await runEgret(['audit', STORY, '-p', STORY_POLICY, '--record', 'run.ndjson', '-q']);
const lines = (recorded.files.get('run.ndjson') ?? '').trimEnd().split('\n');

interface Line {
  readonly kind?: string;
  readonly protocol?: string;
  readonly server?: { address: string; port: number };
  readonly tls?: { readonly hello?: { sni?: string } };
}

describe('one changed fact of a clean story', () => {
  it('is needed: unchanged, none of these rules says anything', async () => {
    expect((await judged(() => undefined)).rules).toEqual([]);
  });

  it('an address in place of the name is an ip-literal that breaks the list', async () => {
    const { rules, claims } = await judged(({ server, tls }) => {
      if (tls?.hello?.sni === 'api.microlink.io' && server !== undefined) tls.hello.sni = server.address;
    });
    expect([rules, claims['C12']]).toEqual([['ip-literal'], 'broken']);
  });

  it('an address that DNS gave to nobody is a name-mismatch that leaves the list unsettled', async () => {
    const { rules, claims } = await judged(({ server, tls }) => {
      if (tls?.hello?.sni === 'ws.multiclaw.io' && server !== undefined) server.address = server.address.includes(':') ? '2001:db8:99::1' : '198.51.100.250';
    });
    expect([rules, claims['C12']]).toEqual([['name-mismatch'], 'not-observable']);
  });

  it('the address and port of a public resolver are an undeclared-resolver', async () => {
    const { rules } = await judged(({ server, tls }) => {
      if (tls?.hello?.sni !== 'www.google.com' || server === undefined) return;
      delete tls.hello.sni;
      server.address = '8.8.8.8';
      server.port = 853;
    });
    expect(rules).toEqual(['undeclared-resolver']);
  });

  it('HTTP off loopback is plaintext that breaks the promise of encryption', async () => {
    const { rules, claims } = await judged(({ protocol, server }) => {
      if (protocol === 'http' && server !== undefined) server.address = '198.51.100.251';
    });
    expect([rules, claims['C15']]).toEqual([['plaintext'], 'broken']);
  });
});

/** What these four rules find, and the claims, after every flow line was shown to `change`. */
async function judged(change: (flow: Line) => void): Promise<{ readonly rules: readonly string[]; readonly claims: Readonly<Record<string, string>> }> {
  const changed = lines.map((line) => {
    const seen: Line = JSON.parse(line);
    if (seen.kind === 'flow') change(seen);
    return JSON.stringify(seen);
  });
  const { out, err } = await runEgret(['audit', 'changed.ndjson', '-p', STORY_POLICY, '--format', 'json'], { held: { 'changed.ndjson': `${changed.join('\n')}\n` } });
  if (out === '') throw new Error(err);
  const report: { readonly findings: readonly { readonly rule: string }[]; readonly claims: readonly { readonly id: string; readonly verdict: string }[] } = JSON.parse(out);
  const rules = new Set(report.findings.map(({ rule }) => rule).filter((rule) => ['plaintext', 'ip-literal', 'name-mismatch', 'undeclared-resolver'].includes(rule)));
  return { rules: [...rules], claims: Object.fromEntries(report.claims.map(({ id, verdict }) => [id, verdict])) };
}
