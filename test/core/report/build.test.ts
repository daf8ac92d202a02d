import { assert, property, record, shuffledSubarray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireText } from '../../../src/core/base/wire-text.ts';
import { buildReport } from '../../../src/core/report/build.ts';
import { claim, destination, finding, lookup, NO_WISH, sampleParts } from '../../build/sample-report.ts';

describe('buildReport', () => {
  it('gives the same report in whatever order its parts arrive', () => {
    const parts = sampleParts();
    const expected = JSON.stringify(buildReport(parts, NO_WISH));
    const orders = record({
      claims: shuffledSubarray([...parts.claims], { minLength: parts.claims.length }),
      entries: shuffledSubarray([...parts.entries], { minLength: parts.entries.length }),
      findings: shuffledSubarray([...parts.findings], { minLength: parts.findings.length }),
      destinations: shuffledSubarray([...parts.destinations], { minLength: parts.destinations.length }),
      lookups: shuffledSubarray([...parts.lookups], { minLength: parts.lookups.length }),
      blindSpots: shuffledSubarray([...parts.blindSpots], { minLength: parts.blindSpots.length }),
    });
    assert(
      property(orders, (shuffled) => {
        expect(JSON.stringify(buildReport({ ...parts, ...shuffled }, NO_WISH)) === expected).toBe(true);
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  it('counts claims, open findings by severity and accepted ones', () => {
    const { summary } = buildReport(sampleParts(), NO_WISH);
    expect(summary).toEqual({
      exit: 1,
      because: '2 errors and 1 warning at or above --fail-on warning',
      claims: { holds: 3, broken: 3, unproven: 2, notObservable: 4 },
      findings: { error: 2, warning: 1, note: 1, accepted: 1, baseline: 0 },
      connections: 60,
      lookups: 5,
      destinations: 8,
    });
  });

  it('puts the gravest findings first', () => {
    const parts = sampleParts({ findings: [finding({ severity: 'note' }), finding({ severity: 'error', rule: 'z' }), finding({ severity: 'error', rule: 'a' }), finding({ severity: 'warning' })] });
    expect(buildReport(parts, NO_WISH).findings.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual(['error a', 'error z', 'warning telemetry-host', 'note telemetry-host']);
  });

  it('puts what breaks the policy before what keeps it, then sorts by name', () => {
    const kinds = { b: 'declared', c: 'forbidden', a: 'declared' } as const;
    const destinations = Object.entries(kinds).map(([name, kind]) => destination({ name: wireText(name), verdict: { kind } }));
    expect(buildReport(sampleParts({ destinations }), NO_WISH).destinations.map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });

  it('sorts claims without a line by number, C2 before C10', () => {
    const [first, second] = ['C10', 'C2'].map((id) => {
      const { at: _, ...rest } = claim(id, 'holds', '', '');
      return rest;
    });
    if (first === undefined || second === undefined) throw new Error('two claims are made above');
    expect(buildReport(sampleParts({ claims: [first, second] }), NO_WISH).claims.map(({ id }) => id)).toEqual(['C2', 'C10']);
  });

  it('leaves out blind spots that never happened', () => {
    const spots = [{ code: 'a', count: 0, text: '', lowers: [] }, { code: 'b', count: 1, text: '', lowers: [] }];
    expect(buildReport(sampleParts({ blindSpots: spots }), NO_WISH).blindSpots.map(({ code }) => code)).toEqual(['b']);
  });

  it('makes lookups rows with the verdict as a word', () => {
    const [row] = buildReport(sampleParts({ lookups: [lookup(wireText('x.example'), { connected: false, verdict: { kind: 'undeclared', entry: 'near' } })] }), NO_WISH).lookups;
    expect(row).toMatchObject({ name: 'x.example', verdict: 'undeclared', entry: 'near', connected: false });
    expect(row).not.toHaveProperty('evidence');
  });
});
