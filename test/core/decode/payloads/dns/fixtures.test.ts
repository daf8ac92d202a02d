import { describe, expect, it } from 'vitest';
import { offersOnlyDns } from '../../../../../src/core/decode/payloads/dns/offer.ts';
import { readWireFixture, wireFixtures } from '../../../../build/wire-fixture.ts';
import { tlsDecoder } from '../../../../../src/core/decode/payloads/tls/session.ts';
import { playSession } from '../../../../build/play-session.ts';
import { line, playTcp, playUdp } from './play.ts';

/** The lookups of each flow in fixtures/wire/dns that is in clear. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'cname-chain': ['www.shop.example A NOERROR > edge.shop.example = 203.0.113.9 ×1 1..2'],
  'dnsmasq-chain': ['shop.lab.example A NOERROR > end.lab.example = 203.0.113.20 ×1 1..2'],
  'dnsmasq-retried': ['big.lab.example TXT NOERROR =  ×1 1..2'],
  'dnsmasq-truncated': ['big.lab.example TXT NOERROR =  ×1 1..2'],
  'dot-in-label': ['bank\\.example.evil.example A none =  ×2 1..-'],
  'https-binding': ['a.example HTTPS NOERROR =  ×1 1..2'],
  'node-resolver': ['end.lab.example A NOERROR = 203.0.113.20 ×1 1..2', 'end.lab.example AAAA NOERROR = 2001:db8::20 ×1 3..4', 'absent.lab.example A NXDOMAIN =  ×1 5..6'],
  'unbound-chaos': ['version.bind CH TXT NOERROR =  ×1 1..2'],
  'unbound-designated': ['_dns.resolver.arpa SVCB NOERROR =  ×1 1..2'],
  'unbound-edns': ['www.lab.example A NOERROR = 203.0.113.10 ×1 1..2'],
  'unbound-https-record': ['svc.lab.example HTTPS NOERROR =  ×1 1..2'],
  'unbound-pipelined': ['absent.lab.example A NXDOMAIN =  ×1 1..2', 'www.lab.example A NOERROR = 203.0.113.10 ×1 1..2', 'www.lab.example AAAA NOERROR = 2001:db8::10 ×1 1..2', 'svc.lab.example A NOERROR =  ×1 1..2'],
  'unbound-update': ['lab.example UPDATE SOA NOTIMP =  ×1 1..2'],
};
/** What the hello of an encrypted one shows. */
const HELLOS: Readonly<Record<string, readonly [sni: string, alpn: readonly string[]]>> = {
  'kdig-https': ['doh.lab.example', ['h2']],
  'kdig-tls': ['dot.lab.example', ['dot']],
};
const STREAMS = new Set(['dnsmasq-retried', 'unbound-pipelined']);
const play = (name: string) => (STREAMS.has(name) ? playTcp : playUdp)(...readWireFixture(`dns/${name}.hex`).passages);

describe('the flows in fixtures/wire/dns', () => {
  it('are all expected', () => expect(wireFixtures('dns')).toEqual([...Object.keys(EXPECTED), ...Object.keys(HELLOS)].sort().map((name) => `dns/${name}.hex`)));

  it.each(Object.entries(EXPECTED))('%s makes its lookups', (name, lookups) => {
    expect(readWireFixture(`dns/${name}.hex`).origin).toMatch(/^(?:written by hand after RFC |recorded from .* over a loopback relay$)/);
    const played = play(name);
    expect(played.lookups.map(line)).toEqual(lookups);
    expect(played.problems).toEqual([]);
  });

  it('https-binding carries what a client may connect to', () => {
    const [lookup] = playUdp(...readWireFixture('dns/https-binding.hex').passages).lookups;
    expect(lookup?.services).toEqual([{ priority: 1, target: '.', alpn: ['h3', 'h2'], port: 8443, ech: true, hints: ['2001:db8::1'], ttl: 300 }]);
  });

  it.each([
    ['unbound-https-record', [{ priority: 1, target: '.', alpn: ['h3', 'h2'], port: 8443, ech: false, hints: ['203.0.113.11', '2001:db8::11'], ttl: 300 }]],
    ['unbound-designated', [{ priority: 1, target: 'doh.lab.example', alpn: ['h2'], port: undefined, ech: false, hints: ['203.0.113.53'], ttl: 300 }]],
  ])('%s carries what a resolver answered', (name, services) => expect(play(name).lookups[0]?.services).toEqual(services));

  it('of an answer cut to a datagram says so, and the one over TCP does not', () => {
    expect(['dnsmasq-truncated', 'dnsmasq-retried'].map((name) => play(name).lookups.map(({ truncated, answers }) => [truncated, answers]))).toEqual([[[true, 2]], [[false, 4]]]);
  });

  it.each(Object.entries(HELLOS))('%s tells by its hello what will be spoken', (name, [sni, alpn]) => {
    const { facts } = playSession(tlsDecoder, readWireFixture(`dns/${name}.hex`).passages);
    expect(facts.tls?.hello).toMatchObject({ sni, alpn });
    expect(offersOnlyDns(facts.tls?.hello?.alpn ?? [])).toBe(name === 'kdig-tls');
  });
});
