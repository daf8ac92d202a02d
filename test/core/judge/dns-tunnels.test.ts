/** Which names read like data, and below which domains that makes a tunnel. */
import { describe, expect, it } from 'vitest';
import { normalHost } from '../../../src/core/base/host-name.ts';
import { dnsTunnels } from '../../../src/core/judge/dns-tunnels.ts';
import { encodedLength } from '../../../src/core/judge/encoded-label.ts';
import { REPUTATION_ZONES } from '../../../src/core/knowledge/reputation-zones.ts';
import { buildRun } from '../../build/judged-run.ts';

describe('encodedLength', () => {
  it.each<[string, string, number]>([
    ['hex', '9f86d081884c7d659a2feaa0c55ad015', 32],
    ['base32', 'mfrggzdfmztwq2lknnwg23tpobyxe43u', 32],
    ['letters and digits of base64', 'dghpcyaazxhmawx0cmf0aw9u', 24],
    ['bytes that no host name holds', String.raw`\183\201\002\255\017`, 20],
    ['data in several labels', 'mfrggzdfmztwq2lknnwg23tp.obyxe43uov3ho6dzpirdemzu', 48],
    ['words', 'accountsgoogleusercontent', 0],
    ['more words', 'internationalbusinessmachines', 0],
    ['words with hyphens', 'my-very-long-production-service-name-in-europe-west', 0],
    ['a UUID', '123e4567-e89b-12d3-a456-426614174000', 0],
    ['an address in words of a cloud', 'ec2-203-0-113-25.eu-central-1.compute', 0],
    ['nibbles of IPv6 in a block list', 'b.a.9.8.7.6.5.4.3.2.1.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2', 0],
    ['an address in a block list', '4.113.0.203', 0],
    ['a distribution of a content network', 'd111111abcdef8', 0],
    ['a pattern that repeats', 'ababababababababababababab', 0],
    ['a cache of a video service', 'r4---sn-aigl6nek', 0],
    ['nothing', '', 0],
  ])('%s', (_, labels, length) => expect(encodedLength(labels)).toBe(length));
});

describe('dnsTunnels', () => {
  it('counts a name once, whatever was asked of it, and questions as often as they were', () => {
    const row = { name: 'DATA.evil.example', data: { rows: 30, length: 100 }, verdict: 'undeclared' as const, types: ['TXT'] };
    const [tunnel, ...others] = dnsTunnels(buildRun({ lookups: [{ ...row, count: 3 }, { ...row, rcode: 'NXDOMAIN' }] }).lookups);
    expect(others).toEqual([]);
    expect(tunnel).toMatchObject({ domain: 'evil.example', names: 30, questions: 120, characters: 3000, types: ['TXT'], signals: ['long', 'odd-types'], confidence: 'high' });
    expect(tunnel?.evidence).toHaveLength(3);
  });

  it('counts the questions of names that were folded away', () => {
    const { lookups } = buildRun({ lookups: [{ name: '*.evil.example', verdict: 'undeclared', count: 5000 }, { name: 'DATA.evil.example', data: { rows: 30, length: 100 }, verdict: 'undeclared' }] });
    expect(dnsTunnels(lookups).map(({ names, questions }) => [names, questions])).toEqual([[30, 5030]]);
  });

  it('keeps scopes apart', () => {
    const row = { name: 'DATA.evil.example', data: { rows: 12, length: 100 }, verdict: 'undeclared' } as const;
    expect(dnsTunnels(buildRun({ scopes: [{}, {}], lookups: [row, { ...row, scope: 1 }] }).lookups)).toEqual([]);
  });

  it('tells each of many domains', () => {
    const lookups = Array.from({ length: 40 }, (_, domain) => ({ name: `DATA.evil${domain}.example`, data: { rows: 100, length: 180 }, verdict: 'undeclared' }) as const);
    expect(dnsTunnels(buildRun({ lookups }).lookups)).toHaveLength(40);
  });
});

describe('the reputation zones', () => {
  it.each(REPUTATION_ZONES.map((row) => [row.zone, row] as const))('%s is in normal form and has a source', (zone, { source, date, organisation }) => {
    expect(normalHost(zone)).toBe(zone);
    expect([source, date, organisation]).toEqual([expect.stringMatching(/^https:\/\/[a-z0-9.-]+\//), expect.stringMatching(/^20\d\d-\d\d-\d\d$/), expect.stringMatching(/./)]);
  });
});
