import { describe, expect, it } from 'vitest';
import { foldSearchSuffixes } from '../../../src/core/judge/search-suffix.ts';
import { buildRun } from '../../build/judged-run.ts';
import type { RunSketch } from '../../build/run-sketch.ts';

type LookupSketch = NonNullable<RunSketch['lookups']>[number];

const API: LookupSketch = { name: 'api.x.io', verdict: 'declared', entry: 'api' };
const failed = (name: string, more: Partial<LookupSketch> = {}): LookupSketch => ({ name, verdict: 'undeclared', rcode: 'NXDOMAIN', addresses: [], ...more });
/** Both names asked for below so many search domains. */
const below = (count: number): LookupSketch[] => ['api.x.io', 'cdn.x.io'].flatMap((name) => Array.from({ length: count }, (_, index) => failed(`${name}.d${index}.example`)));

function folded(lookups: readonly LookupSketch[]): string[] {
  return foldSearchSuffixes(buildRun({ lookups: [...lookups] }).lookups).map(({ name, verdict }) => `${name} ${verdict.kind} ${verdict.entry ?? ''}${verdict.reason === undefined ? '' : ` (${verdict.reason})`}`);
}

describe('foldSearchSuffixes', () => {
  it('gives a failed name below a search domain the verdict of the name that was meant', () => {
    expect(folded([API, failed('api.x.io.corp.example')])).toEqual(['api.x.io declared api', 'api.x.io.corp.example declared api (search suffix)']);
  });

  it('takes the longest name that was meant', () => {
    const wide: LookupSketch = { name: 'api.x', verdict: 'declared', entry: 'short' };
    expect(folded([wide, API, failed('api.x.io.corp.example')])[2]).toBe('api.x.io.corp.example declared api (search suffix)');
  });

  it('follows a declared name before one of the operating system', () => {
    const system: LookupSketch = { name: 'api.x.io', verdict: 'environment' };
    expect(folded([system, API, failed('api.x.io.corp.example')])[2]).toContain('declared api');
    expect(folded([API, system, failed('api.x.io.corp.example')])[2]).toContain('declared api');
  });

  it('counts suffixes, not names: six domains of two names stay folded, a seventh unfolds them all', () => {
    const other: LookupSketch = { name: 'cdn.x.io', verdict: 'declared', entry: 'cdn' };
    expect(folded([API, other, ...below(6)]).filter((row) => row.includes('(search suffix)'))).toHaveLength(12);
    expect(folded([API, other, ...below(7)]).filter((row) => row.includes('(search suffix)'))).toEqual([]);
  });

  it.each<[string, LookupSketch]>([
    ['an answered one', { name: 'api.x.io.corp.example', verdict: 'undeclared' }],
    ['one that the resolver refused', failed('api.x.io.corp.example', { rcode: 'REFUSED' })],
    ['one that is telemetry', failed('api.x.io.o1.ingest.sentry.io', { telemetry: '*.ingest.sentry.io' })],
    ['one that the policy denies', failed('api.x.io.corp.example', { verdict: 'forbidden' })],
    ['one with more labels than a search domain has', failed('api.x.io.a.b.c.d.e.f.g.h.example')],
    ['one that only ends alike', failed('corp.example.api.x.io')],
    ['one that only begins alike', failed('api.x.iox.corp.example')],
  ])('leaves %s alone', (_, row) => {
    expect(folded([API, row])[1]).not.toContain('search suffix');
  });
});
