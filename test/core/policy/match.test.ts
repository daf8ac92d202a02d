import { describe, expect, it } from 'vitest';
import type { TelemetryHost } from '../../../src/core/knowledge/telemetry.ts';
import { compilePolicy } from '../../../src/core/policy/compile.ts';
import { matchAddress, matchName, matchTelemetry } from '../../../src/core/policy/match.ts';
import { deny, entry, policy } from '../../build/decide-policy.ts';

const ROW: TelemetryHost = { pattern: '*.stats.example', class: 'analytics', organisation: 'Stats', source: 'test', date: '2026-01-01' };

const compiled = compilePolicy(
  policy(
    [
      entry({ id: 'exact', hosts: ['ws.x.io'] }),
      entry({ id: 'wild', hosts: ['*.x.io'] }),
      entry({ id: 'twin', hosts: ['ws.x.io'] }),
      entry({ id: 'net', addresses: ['198.51.100.0/24'] }),
      entry({ id: 'host', addresses: ['198.51.100.7'], withName: true }),
    ],
    { mustNot: [deny({ hosts: ['*.bad.x.io'] })] },
  ),
  [ROW],
);

const idsOf = (groups: readonly (readonly { readonly entry: { readonly id: string } }[])[]) => groups.map((group) => group.map((candidate) => candidate.entry.id));

describe('matchName', () => {
  it.each<[string, string, string[][]]>([
    ['an exact host stands before the wildcard, twins together', 'ws.x.io', [['exact', 'twin'], ['wild']]],
    ['a host below a wildcard', 'a.b.x.io', [['wild']]],
    ['the apex is not below its wildcard', 'x.io', []],
    ['a name with raw bytes equals no policy host', 'bücher.x.io', []],
    ['a name with a space does not slip in below a wildcard', 'a b.x.io', []],
    ['a name with an empty label does not slip in below a wildcard', 'a..x.io', []],
  ])('%s', (_, name, expected) => {
    expect(idsOf(matchName(compiled, name).groups)).toEqual(expected);
  });

  it('finds a denial although the name is no host', () => {
    expect(matchName(compiled, 'a b.bad.x.io')).toMatchObject({ groups: [], denial: { because: 'not wanted' } });
  });

  it('gives the same answer after its memory was flooded', () => {
    const before = matchName(compiled, 'ws.x.io');
    for (let index = 0; index < 20_001; index++) matchName(compiled, `n${index}.example`);
    expect(compiled.names.size).toBeLessThanOrEqual(20_000);
    expect(idsOf(matchName(compiled, 'ws.x.io').groups)).toEqual(idsOf(before.groups));
  });
});

describe('matchTelemetry', () => {
  it('names the host that matched beside the row', () => {
    expect(matchTelemetry(compiled, 'a.stats.example')).toEqual({ ...ROW, matched: 'a.stats.example' });
  });

  it('leaves the apex of a wildcard row alone', () => {
    expect(matchTelemetry(compiled, 'stats.example')).toBeUndefined();
  });
});

describe('matchAddress', () => {
  it('puts the longest prefix first and tells entries for named connections apart', () => {
    const match = matchAddress(compiled, '198.51.100.7');
    expect([idsOf(match.groups), idsOf(match.named)]).toEqual([[['host'], ['net']], [['host']]]);
  });

  it('never matches the other family', () => {
    expect(matchAddress(compiled, '2001:db8::7').groups).toEqual([]);
  });
});
