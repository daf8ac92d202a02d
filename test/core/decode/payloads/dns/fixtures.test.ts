import { describe, expect, it } from 'vitest';
import { readWireFixture, wireFixtures } from '../../../../build/wire-fixture.ts';
import { line, playUdp } from './play.ts';

/** The lookups of each flow in fixtures/wire/dns. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'cname-chain': ['www.shop.example A NOERROR > edge.shop.example = 203.0.113.9 ×1 1..2'],
  'dot-in-label': ['bank\\.example.evil.example A none =  ×2 1..-'],
  'https-binding': ['a.example HTTPS NOERROR =  ×1 1..2'],
};

describe('the flows in fixtures/wire/dns', () => {
  it('are all expected', () => expect(wireFixtures('dns')).toEqual(Object.keys(EXPECTED).map((name) => `dns/${name}.hex`)));

  it.each(Object.entries(EXPECTED))('%s makes its lookups', (name, lookups) => {
    const { origin, passages } = readWireFixture(`dns/${name}.hex`);
    expect(origin).toMatch(/^written by hand after RFC /);
    const played = playUdp(...passages);
    expect(played.lookups.map(line)).toEqual(lookups);
    expect(played.problems).toEqual([]);
  });

  it('https-binding carries what a client may connect to', () => {
    const [lookup] = playUdp(...readWireFixture('dns/https-binding.hex').passages).lookups;
    expect(lookup?.services).toEqual([{ priority: 1, target: '.', alpn: ['h3', 'h2'], port: 8443, ech: true, hints: ['2001:db8::1'], ttl: 300 }]);
  });
});
