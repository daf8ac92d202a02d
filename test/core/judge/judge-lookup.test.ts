import { describe, expect, it } from 'vitest';
import { judgeLookup, lookupFailure } from '../../../src/core/judge/judge-lookup.ts';
import { PhaseTimelines } from '../../../src/core/judge/phases.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import { compilePolicy } from '../../../src/core/policy/compile.ts';
import { lookup, scope, type LookupParts } from '../../build/connection.ts';
import { deny, entry, feature, policy } from '../../build/decide-policy.ts';

const compiled = compilePolicy(
  policy([entry({ id: 'api', hosts: ['api.x.io'] }), entry({ id: 'wild', hosts: ['*.w.io'] }), entry({ id: 'ai', hosts: ['ai.x.io'], when: feature('ai') })], { mustNot: [deny({ classes: ['crash'] })] }),
  [{ pattern: '*.sentry.io', class: 'crash', organisation: 'Sentry', source: 'test', date: '2026-01-01' }],
);

const MDNS = { resolver: { address: '224.0.0.251', port: 5353 } };

describe('judgeLookup', () => {
  it.each<[string, string, Partial<Verdict>, LookupParts?]>([
    ['a declared name in capitals with a trailing dot', 'API.X.io.', { kind: 'declared', entry: 'api', name: 'api.x.io' }],
    ['a name nobody listed', 'evil.example', { kind: 'undeclared', name: 'evil.example' }],
    ['a feature that is off', 'ai.x.io', { kind: 'feature-off', reason: 'feature ai on' }],
    ['a declared name that leads to telemetry', 'api.x.io', { kind: 'declared', telemetry: expect.objectContaining({ matched: 'a.sentry.io' }) }, { cnames: ['cdn.example', 'a.sentry.io'] }],
    ['a name below a wildcard that leads to telemetry', 'm.w.io', { kind: 'forbidden' }, { cnames: ['a.sentry.io'] }],
    ['a reverse lookup', '7.113.0.203.in-addr.arpa', { kind: 'infrastructure', reason: 'reverse lookup' }],
    ['a reverse lookup of IPv6', `${'a.'.repeat(32)}ip6.arpa`, { kind: 'infrastructure', reason: 'reverse lookup' }],
    ['service browsing under a reverse name', 'lb._dns-sd._udp.0.1.168.192.in-addr.arpa', { kind: 'infrastructure', reason: 'reverse lookup' }],
    ['data below a reverse zone is no reverse lookup', 'secret.113.0.203.in-addr.arpa', { kind: 'undeclared' }],
    ['an octet that is none', '300.0.0.203.in-addr.arpa', { kind: 'undeclared' }],
    ['a service label before a declared host', '_8443._https.api.x.io', { kind: 'declared', entry: 'api', reason: 'service label' }],
    ['a service label before an undeclared host', '_https.evil.example', { kind: 'undeclared', name: '_https.evil.example' }],
    ['a question to neighbours', 'printer.local', { kind: 'lan', reason: 'asked of the local network' }, MDNS],
    ['a question by NetBIOS to a broadcast address', 'files', { kind: 'lan', reason: 'asked of the local network' }, { resolver: { address: '10.0.0.255', port: 137 } }],
    ['the settings of a proxy, asked of neighbours', 'wpad', { kind: 'lan', reason: expect.stringContaining('WPAD') }, { resolver: { address: 'ff02::1:3', port: 5355 } }],
    ['a question to a public address on the port of multicast DNS is no neighbour\'s', 'evil.example', { kind: 'undeclared' }, { resolver: { address: '203.0.113.53', port: 5353 } }],
    ['the version of a resolver', 'version.bind', { kind: 'infrastructure', reason: 'special-use name' }],
    ['a declared name asked of neighbours', 'api.x.io', { kind: 'declared', entry: 'api' }, MDNS],
    ['telemetry asked of neighbours', 'b.sentry.io', { kind: 'forbidden' }, MDNS],
    ['discovery of an encrypted resolver', '_dns.resolver.arpa', { kind: 'infrastructure', reason: 'special-use name' }],
    ['localhost', 'localhost', { kind: 'local' }],
  ])('%s', (_, name, expected, parts) => {
    expect(judgeLookup(compiled, lookup(name, parts), { facts: scope({ features: new Set() }), timelines: new PhaseTimelines() })).toMatchObject(expected);
  });
});

describe('lookupFailure', () => {
  it.each<[string, LookupParts, string | undefined]>([
    ['an answer', {}, undefined],
    ['no IPv4 address', { addresses: [] }, 'dns no address'],
    ['no IPv6 address is no failure', { type: 'AAAA', addresses: [] }, undefined],
    ['no HTTPS record is no failure', { type: 'HTTPS', addresses: [] }, undefined],
    ['a known block page', { addresses: ['208.91.112.55', '2001:cdba::3257:9652'] }, 'dns sinkhole'],
    ['a name that does not exist', { rcode: 'NXDOMAIN' }, 'dns NXDOMAIN'],
    ['no answer', { rcode: 'none' }, 'dns no answer'],
    ['a question whose answers come in other flows', { rcode: 'unseen', addresses: [] }, undefined],
    ['a sinkhole', { addresses: ['0.0.0.0', '::'] }, 'dns sinkhole'],
    ['a loopback sinkhole', { addresses: ['127.0.0.1'] }, 'dns sinkhole'],
    ['one real address is enough', { addresses: ['0.0.0.0', '203.0.113.7'] }, undefined],
  ])('%s', (_, parts, expected) => {
    expect(lookupFailure(lookup('api.x.io', parts))).toBe(expected);
  });
});
