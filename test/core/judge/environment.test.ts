import { describe, expect, it } from 'vitest';
import type { ScopeFacts } from '../../../src/core/judge/context.ts';
import { isByNameAlone } from '../../../src/core/judge/environment.ts';
import { Judge } from '../../../src/core/judge/judge.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import { TELEMETRY_HOSTS } from '../../../src/core/knowledge/telemetry-hosts.ts';
import { compilePolicy } from '../../../src/core/policy/compile.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import { connection, lookup, scope, type ConnectionParts, type LookupParts } from '../../build/connection.ts';
import { deny, entry, policy } from '../../build/decide-policy.ts';

const NCSI = 'www.msftconnecttest.com';
const MACHINE: Partial<ScopeFacts> = { kind: 'machine', platform: 'windows' };
const compiled = compilePolicy(
  policy([entry({ id: 'api', hosts: ['api.x.io'] }), entry({ id: 'push', hosts: ['client.wns.windows.com'] })], { mustNot: [deny({ hosts: ['fs.microsoft.com'] })] }),
  TELEMETRY_HOSTS,
);

function judge(facts: Partial<ScopeFacts> = MACHINE): Judge {
  return new Judge({ policy: compiled, scopes: (number) => scope({ scope: number, ...facts }) });
}

describe('a connection to a host of the operating system is', () => {
  it.each<[string, Partial<Verdict>, ConnectionParts, Partial<ScopeFacts>?]>([
    ['environment on a machine of that platform', { kind: 'environment', by: 'name', name: NCSI, reason: 'Windows: network connectivity status indicator' }, { names: [NCSI] }],
    ['environment below a wildcard', { kind: 'environment', by: 'wildcard' }, { names: ['au.download.windowsupdate.com'] }],
    ['environment where nothing says what the recording holds, but the platform is stated', { kind: 'environment' }, { names: [NCSI] }, { kind: 'assumed-app', platform: 'windows' }],
    ['environment when a process of the system asks', { kind: 'environment', reason: expect.stringContaining('; process svchost.exe') }, { names: [NCSI], process: { pid: 7, name: wireText('svchost.exe') } }],
    ['undeclared in a recording of the app', { kind: 'undeclared' }, { names: [NCSI] }, { kind: 'app', platform: 'windows' }],
    ['undeclared while the platform is unknown', { kind: 'undeclared' }, { names: [NCSI] }, { kind: 'machine' }],
    ['undeclared on another platform', { kind: 'undeclared' }, { names: [NCSI] }, { kind: 'machine', platform: 'macos' }],
    ['undeclared when a component asks', { kind: 'undeclared' }, { names: [NCSI], component: 'desktop' }],
    ['undeclared when another process asks', { kind: 'undeclared' }, { names: [NCSI], process: { pid: 7, name: wireText('MultiClaw.exe') } }],
    ['undeclared when the catalogue does not know it', { kind: 'undeclared' }, { names: ['evil.example'] }],
    ['undeclared when it only looks like one', { kind: 'undeclared' }, { names: ['www.msftconnecttest.com.evil.example'] }],
    ['undeclared when applications ask for it too', { kind: 'undeclared' }, { names: ['login.live.com'] }],
    ['undeclared when only its address is known', { kind: 'cannot-judge' }, { names: [] }],
    ['declared when the policy names it', { kind: 'declared', entry: 'push' }, { names: ['client.wns.windows.com'] }],
    ['the entry\'s on a wrong port', { kind: 'wrong-port', entry: 'push' }, { names: ['client.wns.windows.com'], to: { address: '203.0.113.7', port: 80 } }],
    ['forbidden when the policy denies it', { kind: 'forbidden' }, { names: ['fs.microsoft.com'] }],
    ['telemetry when the catalogue of telemetry knows it', { kind: 'undeclared', telemetry: expect.objectContaining({ pattern: 'v10.events.data.microsoft.com' }) }, { names: ['v10.events.data.microsoft.com'] }],
    ['environment on the port of its service', { kind: 'environment' }, { names: ['dns time.windows.com'], transport: 'udp', protocol: 'ntp', to: { address: '203.0.113.7', port: 123 } }],
    ['undeclared on another port than that of its service', { kind: 'undeclared' }, { names: ['time.windows.com'] }],
    ['the worse of two names that the client spoke', { kind: 'undeclared', name: 'evil.example' }, { names: [`connect ${NCSI}`, 'sni evil.example'] }],
    ['uncertain when DNS gives the address other names only', { kind: 'cannot-judge', reason: 'ambiguous-name' }, { names: [`sni ${NCSI}`, 'dns evil.example'] }],
    ['inbound when it comes from outside', { kind: 'inbound' }, { names: [NCSI], inbound: true }],
  ])('%s', (_, expected, parts, facts) => {
    expect(judge(facts).connection(connection(parts))).toMatchObject(expected);
  });

  it('undeclared once a telemetry alias of it was seen', () => {
    const one = judge();
    one.lookup(lookup(NCSI, { cnames: ['o1.ingest.sentry.io'] }));
    expect(one.connection(connection({ names: [NCSI] }))).toMatchObject({ kind: 'undeclared', telemetry: { matched: 'o1.ingest.sentry.io' } });
  });
});

describe('a lookup of a host of the operating system is', () => {
  it.each<[string, string, Partial<Verdict>, LookupParts?, Partial<ScopeFacts>?]>([
    ['environment on a machine', NCSI, { kind: 'environment' }],
    ['environment with a service label before it', '_http._tcp.archive.ubuntu.com', { kind: 'environment', reason: 'Ubuntu: apt' }, {}, { kind: 'machine', platform: 'linux' }],
    ['environment for the discovery label alone', 'wpad', { kind: 'environment', reason: 'Windows: web proxy auto-discovery' }, { rcode: 'NXDOMAIN' }],
    ['undeclared for the discovery label below a domain', 'wpad.evil.example', { kind: 'undeclared' }, { rcode: 'NXDOMAIN' }],
    ['undeclared for a random label', 'rociwefoie', { kind: 'undeclared' }, { rcode: 'NXDOMAIN' }],
    ['lan for LLMNR, whatever the name', 'wpadhost', { kind: 'lan' }, { resolver: { address: '224.0.0.252', port: 5355 } }],
    ['undeclared when a component asks', NCSI, { kind: 'undeclared' }, { component: 'desktop' }],
    ['undeclared when another process asks', NCSI, { kind: 'undeclared' }, { process: { pid: 7, name: wireText('MultiClaw.exe') } }],
    ['undeclared in a recording of the app', NCSI, { kind: 'undeclared' }, {}, { kind: 'app', platform: 'windows' }],
  ])('%s', (_, name, expected, parts, facts) => {
    expect(judge(facts).lookup(lookup(name, parts))).toMatchObject(expected);
  });
});

describe('what a component looked up', () => {
  const asked = lookup(NCSI, { component: 'desktop' });

  it('is never environment afterwards', () => {
    const one = judge();
    one.lookup(asked);
    expect(one.connection(connection({ names: [NCSI] })).kind).toBe('undeclared');
  });

  it('is taken back where the lookup came later', () => {
    const one = judge();
    const before = one.connection(connection({ names: [NCSI] }));
    one.lookup(lookup(NCSI));
    one.lookup(asked);
    expect(before.kind).toBe('environment');
    expect(one.lookups().map(({ verdict }) => verdict.kind)).toEqual(['undeclared', 'undeclared']);
  });

  it('is told apart by scope', () => {
    const one = judge();
    one.lookup(asked);
    expect(one.connection(connection({ names: [NCSI], scope: 1 })).kind).toBe('environment');
  });

  it('says nothing of another name', () => {
    const one = judge();
    one.lookup(asked);
    expect(one.connection(connection({ names: ['www.msftncsi.com'] })).kind).toBe('environment');
  });
});

describe('search suffixes of environment names', () => {
  it('follow the name that was meant', () => {
    const one = judge();
    one.lookup(lookup('wpad', { rcode: 'NXDOMAIN' }));
    one.lookup(lookup('wpad.corp.example', { rcode: 'NXDOMAIN' }));
    expect(one.lookups().map(({ name, verdict }) => [name, verdict.kind])).toEqual([['wpad', 'environment'], ['wpad.corp.example', 'environment']]);
  });

  it.each<[string, LookupParts, number]>([
    ['an answered one', {}, 1],
    ['one that a component asked', { rcode: 'NXDOMAIN', component: 'desktop' }, 1],
    ['more of them than a machine has', { rcode: 'NXDOMAIN' }, 7],
  ])('leave %s undeclared', (_, parts, count) => {
    const one = judge();
    one.lookup(lookup('wpad', { rcode: 'NXDOMAIN' }));
    for (let index = 0; index < count; index++) one.lookup(lookup(`wpad.d${index}.example`, parts));
    expect(one.lookups().filter(({ name }) => name !== 'wpad').map(({ verdict }) => verdict.kind)).toEqual(Array.from({ length: count }, () => 'undeclared'));
  });
});

describe('isByNameAlone', () => {
  const process = { pid: 7, name: wireText('svchost.exe') };

  it.each<[string, boolean, ConnectionParts]>([
    ['without a process', true, { names: [NCSI] }],
    ['with a process of the system and a name that the recording corroborates', false, { names: [NCSI], process }],
    ['with a process of the system, but a name that is its word alone', true, { names: [NCSI], process, confidence: 'medium' }],
    ['never, where it is not environment', false, { names: ['evil.example'] }],
  ])('%s', (_, expected, parts) => {
    const one = connection(parts);
    expect(isByNameAlone({ verdict: judge().connection(one), confidence: one.confidence })).toBe(expected);
  });
});
