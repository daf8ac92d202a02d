import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classOf } from '../../../src/core/base/address.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import type { TelemetryHost } from '../../../src/core/knowledge/telemetry.ts';
import type { Asked } from '../../../src/core/policy/asked.ts';
import { compilePolicy } from '../../../src/core/policy/compile.ts';
import { decide, decideName } from '../../../src/core/policy/decide.ts';
import type { Entry, Policy } from '../../../src/core/policy/policy.ts';
import { deny, entry, feature, host, leg, localLeg, not, phase, policy, running } from '../../build/decide-policy.ts';

const CATALOGUE: readonly TelemetryHost[] = [
  { pattern: 'stats.pusher.com', class: 'analytics', organisation: 'Pusher', source: 'test', date: '2026-01-01' },
  { pattern: '*.sentry.io', class: 'crash', organisation: 'Sentry', source: 'test', date: '2026-01-01' },
];

const ENTRIES: readonly Entry[] = [
  entry({ id: 'api', hosts: ['api.x.io'], components: ['gateway'] }),
  entry({ id: 'ws', hosts: ['ws.x.io'], legs: [leg('443/tcp', { protocols: ['wss'] })], when: running('gateway') }),
  entry({ id: 'openai', hosts: ['api.openai.com'], when: feature('openai') }),
  entry({ id: 'cdn', hosts: ['cdn.x.io'], when: phase('launch', 'update-check') }),
  entry({
    id: 'turn',
    hosts: ['turn.x.io'],
    when: phase('cloud'),
    legs: [
      leg('443/tcp', { for: 'signaling' }),
      leg('3478/udp 5349/udp', { protocols: ['turn'], for: 'media', when: not(feature('relay')) }),
      leg('443/tcp', { protocols: ['turn'], for: 'media', when: feature('relay') }),
    ],
  }),
  entry({ id: 'pusher', hosts: ['*.pusher.com'] }),
  entry({ id: 'any-x', hosts: ['*.x.io'], legs: [leg('8443/tcp')] }),
  entry({ id: 'net', addresses: ['198.51.100.0/24'] }),
  entry({ id: 'named-net', addresses: ['192.0.2.0/24'], withName: true }),
  entry({ id: 'mcp', hosts: [host('mcp.example.com', '9000/tcp')] }),
  entry({ id: 'twin-a', hosts: ['twin.example.com'], components: ['desktop'] }),
  entry({ id: 'twin-b', hosts: ['twin.example.com'], components: ['gateway'] }),
  entry({ id: 'crash', hosts: ['o1.sentry.io'] }),
  entry({ id: 'plain', hosts: ['plain.example.com'], legs: [leg('80/tcp', { protocols: ['http'] })] }),
  entry({ id: 'h3', hosts: ['h3.example.com'], legs: [leg('443/tcp 443/udp')] }),
];

const MUST_NOT = [deny({ classes: ['analytics', 'crash'], because: 'no telemetry' }), deny({ hosts: ['www.x.io', '*.bad.pusher.com'], because: 'marketing' })];

type Case = readonly [sentence: string, asked: AskedParts, verdict: Partial<Verdict>, policy?: Partial<Policy>];
type AskedParts = Partial<Omit<Asked, 'features' | 'phases' | 'phaseEdges'>> & { on?: string[]; in?: string[]; edges?: string[] };

function ask({ on, in: inside, edges, ...more }: AskedParts): Asked {
  const address = more.address ?? '203.0.113.7';
  return {
    address,
    addressClass: classOf(address),
    port: 443,
    transport: 'tcp',
    protocol: 'tls',
    ...more,
    ...(on && { features: new Set(on) }),
    ...(inside && { phases: new Set(inside) }),
    ...(edges && { phaseEdges: new Set(edges) }),
  };
}

function judge(asked: AskedParts, more: Partial<Policy> = {}): Verdict {
  return decide(compilePolicy(policy(ENTRIES, { mustNot: MUST_NOT, local: [localLeg()], ...more }), CATALOGUE), ask(asked));
}

const UDP = { transport: 'udp' } as const;
const DNS = { port: 53, transport: 'udp', protocol: 'dns' } as const;

const NAMES: readonly Case[] = [
  ['a declared host by its name', { name: 'api.x.io', component: 'gateway' }, { kind: 'declared', entry: 'api', leg: 0, by: 'name', name: 'api.x.io', shadowed: ['any-x'] }],
  ['a host below a wildcard', { name: 'ws-eu.pusher.com' }, { kind: 'declared', entry: 'pusher', leg: 0, by: 'wildcard', name: 'ws-eu.pusher.com' }],
  ['the apex of a wildcard is not declared', { name: 'pusher.com' }, { kind: 'undeclared', name: 'pusher.com' }],
  ['a host nobody listed', { name: 'evil.example' }, { kind: 'undeclared', name: 'evil.example' }],
  ['a pattern with its own port replaces those of the legs', { name: 'mcp.example.com', port: 9000 }, { kind: 'declared', entry: 'mcp', leg: 0, by: 'name', name: 'mcp.example.com' }],
  ['and that port is the expected one', { name: 'mcp.example.com' }, { kind: 'wrong-port', entry: 'mcp', leg: 0, by: 'name', name: 'mcp.example.com', reason: '9000/tcp' }],
];

const TERMS: readonly Case[] = [
  ['another port', { name: 'cdn.x.io', port: 444 }, { kind: 'wrong-port', entry: 'cdn', reason: '443/tcp' }],
  ['the most specific entry decides although a wildcard has the port', { name: 'cdn.x.io', port: 8443 }, { kind: 'wrong-port', entry: 'cdn', shadowed: ['any-x'] }],
  ['the port in another transport', { name: 'cdn.x.io', ...UDP, protocol: 'quic' }, { kind: 'wrong-transport', entry: 'cdn', reason: '443/tcp' }],
  ['a ping to a declared host', { name: 'cdn.x.io', port: 0, transport: 'icmp', protocol: 'unknown' }, { kind: 'wrong-transport', entry: 'cdn', reason: '443/tcp' }],
  ['plain HTTP where https was declared', { name: 'cdn.x.io', protocol: 'http' }, { kind: 'wrong-transport', entry: 'cdn', reason: 'https on 443/tcp' }],
  ['TLS where http was declared', { name: 'plain.example.com', port: 80 }, { kind: 'wrong-transport', entry: 'plain', reason: 'http on 80/tcp' }],
  ['an unknown protocol never accuses', { name: 'h3.example.com', protocol: 'unknown' }, { kind: 'declared', entry: 'h3', leg: 0 }],
  ['https over UDP is QUIC', { name: 'h3.example.com', ...UDP, protocol: 'quic' }, { kind: 'declared', entry: 'h3', leg: 0 }],
  ['https over UDP is not STUN', { name: 'h3.example.com', ...UDP, protocol: 'stun' }, { kind: 'wrong-transport', entry: 'h3', reason: 'https on 443/tcp, 443/udp' }],
  ['the wrong component', { name: 'api.x.io', component: 'desktop' }, { kind: 'wrong-component', entry: 'api', reason: 'component gateway' }],
  ['an unknown component', { name: 'api.x.io' }, { kind: 'declared', entry: 'api', conditionUnknown: ['component:gateway'] }],
  ['a port counts before a component', { name: 'api.x.io', component: 'desktop', port: 80 }, { kind: 'wrong-port', entry: 'api', reason: '443/tcp' }],
  ['a feature that is off', { name: 'api.openai.com', on: [] }, { kind: 'feature-off', entry: 'openai', reason: 'feature openai on' }],
  ['a feature that is on', { name: 'api.openai.com', on: ['openai'] }, { kind: 'declared', entry: 'openai', leg: 0 }],
  ['an unknown feature is not off', { name: 'api.openai.com' }, { kind: 'declared', entry: 'openai', conditionUnknown: ['feature:openai'] }],
  ['another phase', { name: 'cdn.x.io', in: ['task'] }, { kind: 'wrong-phase', entry: 'cdn', reason: 'phase launch or update-check' }],
  ['no phase at all is another phase', { name: 'cdn.x.io', in: [] }, { kind: 'wrong-phase', entry: 'cdn' }],
  ['one of its phases', { name: 'cdn.x.io', in: ['task', 'launch'] }, { kind: 'declared', entry: 'cdn' }],
  ['without marks the phase is unknown', { name: 'cdn.x.io' }, { kind: 'declared', entry: 'cdn', conditionUnknown: ['phase:launch', 'phase:update-check'] }],
  ['whether a component runs is unknown', { name: 'ws.x.io', component: 'desktop' }, { kind: 'declared', entry: 'ws', conditionUnknown: ['component:gateway'] }],
  ['a component that holds the connection runs', { name: 'ws.x.io', component: 'gateway' }, { kind: 'declared', entry: 'ws', leg: 0 }],
];

const LEGS: readonly Case[] = [
  ['TLS on 443 is the signaling leg', { name: 'turn.x.io', in: ['cloud'], on: [] }, { kind: 'declared', entry: 'turn', leg: 0 }],
  ['STUN on a media port is the media leg', { name: 'turn.x.io', in: ['cloud'], on: [], port: 5349, ...UDP, protocol: 'stun' }, { kind: 'declared', entry: 'turn', leg: 1 }],
  ['a negated feature that is on', { name: 'turn.x.io', in: ['cloud'], on: ['relay'], port: 3478, ...UDP, protocol: 'stun' }, { kind: 'feature-off', entry: 'turn', leg: 1, reason: 'feature relay off' }],
  ['STUN on 443/tcp without relay mode comes nearest to the relay leg', { name: 'turn.x.io', in: ['cloud'], on: [], protocol: 'stun' }, { kind: 'feature-off', entry: 'turn', leg: 2, reason: 'feature relay on' }],
  ['of two fitting legs the sure one counts', { name: 'turn.x.io', in: ['cloud'] }, { kind: 'declared', entry: 'turn', leg: 0 }],
  ['a feature counts before a phase', { name: 'turn.x.io', in: [], on: [], protocol: 'stun' }, { kind: 'feature-off', entry: 'turn', leg: 2 }],
  ['both unknown parts are named', { name: 'turn.x.io', port: 3478, ...UDP, protocol: 'stun' }, { kind: 'declared', entry: 'turn', leg: 1, conditionUnknown: ['phase:cloud', 'feature:relay'] }],
  ['component chooses between twins', { name: 'twin.example.com', component: 'gateway' }, { kind: 'declared', entry: 'twin-b', shadowed: ['twin-a'] }],
  ['twins that both fit are ambiguous', { name: 'twin.example.com' }, { kind: 'declared', entry: 'twin-a', shadowed: ['twin-b'], ambiguousEntry: true, conditionUnknown: ['component:desktop'] }],
];

const DENIALS: readonly Case[] = [
  ['a denied host beats the wildcard that would admit it', { name: 'www.x.io', port: 8443 }, { kind: 'forbidden', name: 'www.x.io', reason: 'marketing', shadowed: ['any-x'] }],
  ['a denied wildcard beats a wider one', { name: 'a.bad.pusher.com' }, { kind: 'forbidden', reason: 'marketing' }],
  ['a denied class beats a wildcard', { name: 'stats.pusher.com' }, { kind: 'forbidden', reason: 'no telemetry', shadowed: ['pusher'] }],
  ['a denied class needs no entry', { name: 'x.sentry.io' }, { kind: 'forbidden', reason: 'no telemetry' }],
  ['an exact entry stands before a denied class', { name: 'o1.sentry.io' }, { kind: 'declared', entry: 'crash' }],
  ['without the denial telemetry below a wildcard is declared', { name: 'stats.pusher.com' }, { kind: 'declared', entry: 'pusher' }, { mustNot: [] }],
  ['without the denial telemetry nobody listed is undeclared', { name: 'x.sentry.io' }, { kind: 'undeclared' }, { mustNot: [] }],
  ['an alias that is telemetry counts below a wildcard', { name: 'm.pusher.com', aliases: ['cdn.example', 'x.sentry.io'] }, { kind: 'forbidden', reason: 'no telemetry' }],
];

const NAMELESS: readonly Case[] = [
  ['a nameless address in a block', { address: '198.51.100.7' }, { kind: 'declared', entry: 'net', leg: 0, by: 'address' }],
  ['a nameless address in a block on another port', { address: '198.51.100.7', port: 22 }, { kind: 'wrong-port', entry: 'net', reason: '443/tcp' }],
  ['an address never launders a name', { name: 'evil.example', address: '198.51.100.7' }, { kind: 'undeclared', name: 'evil.example' }],
  ['unless the entry says with-name', { name: 'evil.example', address: '192.0.2.1' }, { kind: 'declared', entry: 'named-net', by: 'address', name: 'evil.example' }],
  ['a nameless public address', {}, { kind: 'cannot-judge', reason: 'unnamed' }],
  ['an address written where a name belongs', { name: '203.0.113.7' }, { kind: 'undeclared', by: 'address', reason: 'ip-literal' }],
  ['an IPv6 address in brackets', { name: '[2001:db8::7]', address: '2001:db8::7' }, { kind: 'undeclared', by: 'address', reason: 'ip-literal' }],
  ['an address that is not the one dialled proves nothing', { name: '10.0.0.1' }, { kind: 'cannot-judge', reason: 'unnamed' }],
  ['an address literal in a declared block', { name: '198.51.100.7', address: '198.51.100.7' }, { kind: 'declared', entry: 'net', by: 'address' }],
  ['a nameless private address', { address: '192.168.1.20', port: 8009 }, { kind: 'lan' }],
  ['a private address does not excuse a name', { name: 'nas.example', address: '192.168.1.20' }, { kind: 'undeclared', name: 'nas.example' }],
  ['mDNS', { address: '224.0.0.251', port: 5353, ...UDP, protocol: 'dns' }, { kind: 'lan' }],
  ['DHCP', { address: '255.255.255.255', port: 67, ...UDP, protocol: 'unknown' }, { kind: 'lan' }],
  ['neighbour discovery', { address: 'ff02::1', port: 0, transport: 'icmp', protocol: 'unknown' }, { kind: 'lan' }],
  ['NTP to a public address is not excused', { address: '203.0.113.7', port: 123, ...UDP, protocol: 'unknown' }, { kind: 'cannot-judge', reason: 'unnamed' }],
];

const RESOLVERS: readonly Case[] = [
  ['DNS to whatever resolver the system uses', { address: '203.0.113.53', ...DNS }, { kind: 'infrastructure', by: 'address', reason: 'resolver' }],
  ['DNS to a named resolver', { name: 'dns.example', address: '203.0.113.53', ...DNS }, { kind: 'infrastructure', name: 'dns.example', reason: 'resolver' }],
  ['bytes on port 53 that are no DNS', { address: '203.0.113.53', ...DNS, protocol: 'unknown' }, { kind: 'cannot-judge', reason: 'unnamed' }],
  ['TLS on port 53 to a stranger', { name: 'evil.example', port: 53 }, { kind: 'undeclared' }],
  ['DNS to a listed resolver', { address: '203.0.113.53', ...DNS }, { kind: 'infrastructure' }, { dns: { resolvers: ['203.0.113.53'], encrypted: 'violation' } }],
  ['DNS to a resolver that is not listed', { address: '8.8.8.8', ...DNS }, { kind: 'undeclared', reason: 'undeclared-resolver' }, { dns: { resolvers: ['203.0.113.53'], encrypted: 'violation' } }],
  ['DNS to a router that is not listed', { address: '192.168.1.1', ...DNS }, { kind: 'lan', reason: 'undeclared-resolver' }, { dns: { resolvers: ['203.0.113.53'], encrypted: 'violation' } }],
  ['DoT to a listed resolver where encryption is a violation', { address: '203.0.113.53', port: 853 }, { kind: 'cannot-judge', reason: 'unnamed' }, { dns: { resolvers: ['203.0.113.53'], encrypted: 'violation' } }],
  ['DoT to a listed resolver where it is allowed', { address: '203.0.113.53', port: 853 }, { kind: 'infrastructure' }, { dns: { resolvers: ['203.0.113.53'], encrypted: 'allow' } }],
];

const LOOPBACK: readonly Case[] = [
  ['a declared loopback leg', { address: '127.0.0.1', port: 18_789, protocol: 'http', component: 'desktop' }, { kind: 'local' }],
  ['a declared loopback leg of an unknown component', { address: '127.0.0.1', protocol: 'http' }, { kind: 'local', conditionUnknown: ['component:desktop'] }],
  ['the name localhost', { name: 'localhost', address: '127.0.0.1', protocol: 'http', component: 'desktop' }, { kind: 'local' }],
  ['a loopback leg of another component', { address: '127.0.0.1', protocol: 'http', component: 'mcp' }, { kind: 'undeclared-local', reason: 'component desktop' }],
  ['a loopback leg with another protocol', { address: '127.0.0.1' }, { kind: 'undeclared-local', reason: 'http' }],
  ['another loopback address', { address: '::1', protocol: 'http' }, { kind: 'undeclared-local', reason: 'address 127.0.0.1' }],
  ['loopback without any declared leg', { address: '127.0.0.1' }, { kind: 'undeclared-local' }, { local: [] }],
  ['DNS to a loopback resolver', { address: '127.0.0.53', ...DNS }, { kind: 'local', reason: 'not declared: DNS to a loopback resolver' }],
  ['the name localhost does not excuse a public address', { name: 'localhost', protocol: 'http', port: 80 }, { kind: 'cannot-judge', reason: 'unnamed' }],
];

describe('decide', () => {
  it.for(NAMES)('%s (whole verdict)', ([, asked, verdict, more]) => {
    expect(judge(asked, more)).toEqual(verdict);
  });

  it.for([...TERMS, ...LEGS])('%s', ([, asked, verdict, more]) => {
    const found = judge(asked, more);
    expect(found).toMatchObject(verdict);
    expect({ reason: found.reason, unknown: found.conditionUnknown, ambiguous: found.ambiguousEntry }).toEqual({
      reason: verdict.reason ?? (verdict.kind === 'declared' ? undefined : found.reason),
      unknown: verdict.conditionUnknown,
      ambiguous: verdict.ambiguousEntry,
    });
  });

  it.for(DENIALS)('%s', ([, asked, verdict, more]) => {
    const found = judge(asked, more);
    expect(found).toMatchObject(verdict);
    expect(found.telemetry?.matched).toBe(asked.aliases?.[1] ?? (found.reason === 'marketing' ? undefined : asked.name));
  });

  it.for([...NAMELESS, ...RESOLVERS, ...LOOPBACK])('%s', ([, asked, verdict, more]) => {
    expect(judge(asked, more)).toMatchObject(verdict);
  });

  it('lets neither the presence nor the absence of a phase accuse within its grace', () => {
    const entries = [entry({ id: 'in', hosts: ['in.x.io'], when: phase('task') }), entry({ id: 'out', hosts: ['out.x.io'], when: not(phase('task')) })];
    const compiled = compilePolicy(policy(entries), []);
    const kinds = (edges: string[]) => ['in.x.io', 'out.x.io'].map((name) => decide(compiled, ask({ name, in: ['task'], edges })).kind);
    expect([kinds(['task']), kinds([])]).toEqual([['declared', 'declared'], ['declared', 'wrong-phase']]);
  });

  it('answers anew when only the circumstances changed', () => {
    const compiled = compilePolicy(policy(ENTRIES), []);
    const kinds = [[], [], ['openai'], ['openai'], []].map((on) => decide(compiled, ask({ name: 'api.openai.com', on })).kind);
    expect(kinds).toEqual(['feature-off', 'feature-off', 'declared', 'declared', 'feature-off']);
  });

  it('does not remember a question that its caller changes afterwards', () => {
    const compiled = compilePolicy(policy(ENTRIES), []);
    const asked = { ...ask({ name: 'cdn.x.io' }) };
    const first = [decide(compiled, asked).kind, decide(compiled, asked).kind];
    asked.port = 80;
    expect([...first, decide(compiled, asked).kind]).toEqual(['declared', 'declared', 'wrong-port']);
  });

  it('never changes a verdict because of an unrelated entry', () => {
    const cases = [...NAMES, ...TERMS, ...LEGS, ...DENIALS, ...NAMELESS, ...RESOLVERS, ...LOOPBACK];
    const unrelated = fc.record({ label: fc.stringMatching(/^[a-z]{1,8}$/), wildcard: fc.boolean(), position: fc.nat(ENTRIES.length), octet: fc.integer({ min: 0, max: 255 }), withName: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom(...cases), unrelated, ([, asked, , more], { label, wildcard, position, octet, withName }) => {
        const other = entry({ id: 'unrelated', hosts: [`${wildcard ? '*.' : ''}${label}.unrelated.test`], addresses: [`172.16.${octet}.0/24`], withName, when: feature('never') });
        const entries = ENTRIES.toSpliced(position, 0, other);
        expect(judge(asked, { ...more, entries })).toEqual(judge(asked, more));
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

describe('decideName', () => {
  const compiled = compilePolicy(policy(ENTRIES, { mustNot: MUST_NOT, dns: { resolvers: ['dns.example'], encrypted: 'allow' } }), CATALOGUE);

  it.each<[string, string, Partial<Verdict>]>([
    ['ignores ports, transport and protocol', 'cdn.x.io', { kind: 'declared', entry: 'cdn', by: 'name' }],
    ['weighs conditions', 'api.openai.com', { kind: 'feature-off', entry: 'openai', reason: 'feature openai on' }],
    ['knows denied classes', 'a.sentry.io', { kind: 'forbidden', reason: 'no telemetry' }],
    ['knows localhost', 'a.localhost', { kind: 'local' }],
    ['knows a listed resolver by its name', 'dns.example', { kind: 'infrastructure', reason: 'resolver' }],
    ['says undeclared otherwise', 'evil.example', { kind: 'undeclared', name: 'evil.example' }],
  ])('%s', (_, name, verdict) => {
    const found = decideName(compiled, { name, features: new Set() });
    expect(found).toMatchObject(verdict);
    expect(found.leg).toBeUndefined();
  });

  it('does not mix its memory with that of connections', () => {
    const asked = ask({ name: 'cdn.x.io', port: 80 });
    const kinds = [1, 2].flatMap(() => [decide(compiled, asked).kind, decideName(compiled, { name: 'cdn.x.io' }).kind, decide(compiled, asked).kind]);
    expect(kinds).toEqual(['wrong-port', 'declared', 'wrong-port', 'wrong-port', 'declared', 'wrong-port']);
  });
});
