/** What single stories must show beyond the findings, standings and claims that every sheet names. */
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../src/core/report/formats/index.ts';
import { runEgret } from './build/file-world.ts';
import { readCaptureOf, stories, STORY_POLICY, type Story } from './build/stories.ts';

interface Destination {
  readonly name?: string;
  readonly outcome: string;
  readonly reached: string;
  readonly verdict: string;
  readonly addresses: readonly string[];
}

function story(name: string): Story {
  const found = stories().find((each) => each.name === name);
  if (found === undefined) throw new Error(`no such story: ${name}`);
  return found;
}

async function reportOf(name: string): Promise<{ destinations: Destination[]; entries: { id: string; standing: string; connections: number; established: number }[] }> {
  const ran = await runEgret(['audit', story(name).capture, '-p', STORY_POLICY, '--format', 'text,json=report.json']);
  return JSON.parse(ran.files.get('report.json') ?? '{}');
}

describe('a token in clear', () => {
  const TOKEN = 'egret-lab-token-3b1f9c6d27';
  const told = story('plaintext-token');

  it('is in the capture', () => expect(Buffer.from(readCaptureOf(told)).includes(`Bearer ${TOKEN}`)).toBe(true));

  it.each([...FORMATS.keys()])('stands in no report of the format %s', async (format) => {
    const ran = await runEgret(['audit', told.capture, '-p', STORY_POLICY, '--format', format]);
    expect(ran.out).toContain('api.multiclaw.io');
    expect(ran.out + ran.err).not.toMatch(/egret-lab-token|Bearer /);
  });

  it('stands in no recording, and in no debug output', async () => {
    const ran = await runEgret(['audit', told.capture, '-p', STORY_POLICY, '--record', 'made.ndjson']);
    const recording = ran.files.get('made.ndjson') ?? '';
    expect(recording).toContain('api.multiclaw.io');
    expect(recording + ran.out + ran.err).not.toMatch(/egret-lab-token|Bearer /);
  });
});

describe('Happy Eyeballs', () => {
  it.each([['openai', 'api.openai.com'], ['anthropic', 'api.anthropic.com'], ['favicon', 'www.google.com']])('makes one try of %s: the loser is abandoned', async (id, name) => {
    const { destinations, entries } = await reportOf('happy-eyeballs');
    const seen = destinations.filter((destination) => destination.name === name).map(({ outcome, reached, addresses }) => `${outcome}, ${reached}, ${addresses[0]?.includes(':') === true ? 'IPv6' : 'IPv4'}`);
    expect(seen.sort()).toEqual(['abandoned, attempted, IPv6', 'app-data, sent, IPv4']);
    expect(entries.find((entry) => entry.id === id)).toMatchObject({ standing: 'exercised', connections: 2, established: 1 });
  });
});

describe('a proxy that refuses', () => {
  it('leaves no destination to which anything was sent, but loopback', async () => {
    const { destinations } = await reportOf('blocked-by-proxy');
    expect(destinations.filter(({ reached, verdict }) => reached !== 'attempted' && verdict !== 'local')).toEqual([]);
  });
});
