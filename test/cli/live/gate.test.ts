import { describe, expect, it } from 'vitest';
import { Gate } from '../../../src/cli/live/gate.ts';
import { TELEMETRY_HOSTS } from '../../../src/core/knowledge/telemetry-hosts.ts';
import { compilePolicy } from '../../../src/core/policy/compile.ts';
import type { Entry } from '../../../src/core/policy/policy.ts';
import { deny, entry, feature, leg, localLeg, policy } from '../../build/decide-policy.ts';

const ENTRIES = [
  entry({ id: 'api', hosts: ['api.example.com', '*.files.example.com'], legs: [leg('443/tcp')] }),
  entry({ id: 'llm', hosts: ['llm.example.com'], legs: [leg('443/tcp')], when: feature('llm') }),
];
const NAMED_NET = entry({ id: 'net', addresses: ['192.0.2.0/24'], withName: true, legs: [leg('443/tcp')] });

function gate(features: readonly string[] | undefined, more: readonly Entry[] = []): Gate {
  const made = policy([...ENTRIES, ...more], { mustNot: [deny({ hosts: ['bad.example.com'], because: 'it is known to be bad' })], features: new Map([['llm', 'a key is set']]), local: [localLeg()] });
  return new Gate(compilePolicy(made, TELEMETRY_HOSTS, []), features, true);
}

describe('before a name is resolved', () => {
  it.each([
    ['a forbidden host', 'bad.example.com', 'bad.example.com:443 is forbidden by the policy test; it is known to be bad'],
    ['a host of no entry', 'other.example', 'other.example:443 is undeclared by the policy test'],
  ])('%s is denied without a question to a resolver', (_, host, reason) => expect(gate([]).deny({ host, port: 443 })).toBe(reason));

  it.each(['api.example.com', 'API.example.com.', 'a.files.example.com', 'localhost', '203.0.113.9', '2001:db8::1'])('%s is let on to be judged with its address', (host) => {
    expect(gate([]).deny({ host, port: 443 })).toBeUndefined();
  });

  it('a host of no entry is let on where its address may make it good', () => {
    const open = gate([], [NAMED_NET]);
    expect(open.deny({ host: 'other.example', port: 443 })).toBeUndefined();
    expect(open.deny({ host: 'other.example', port: 443, address: '192.0.2.7' })).toBeUndefined();
    expect(open.deny({ host: 'other.example', port: 443, address: '203.0.113.7' })).toContain('undeclared');
    expect(open.deny({ host: 'bad.example.com', port: 443 })).toContain('forbidden');
  });
});

describe('with its address, or left to an upstream proxy', () => {
  it.each([
    ['the right port', { host: 'api.example.com', port: 443, address: '203.0.113.1' }, undefined],
    ['a wrong port', { host: 'api.example.com', port: 8443, address: '203.0.113.1' }, 'api.example.com:8443 is wrong-port by the policy test; the policy has 443/tcp'],
    ['an address in place of a name', { host: '203.0.113.9', port: 443, address: '203.0.113.9' }, '203.0.113.9:443 is undeclared by the policy test; ip-literal'],
    ['a local leg of the policy', { host: '127.0.0.1', port: 8080, address: '127.0.0.1' }, undefined],
    ['without any address', { host: 'api.example.com', port: 443, isUnresolved: true }, undefined],
    ['through an upstream', { host: 'api.example.com', port: 443, isUpstream: true }, undefined],
    ['through an upstream, of no entry', { host: 'other.example', port: 443, isUpstream: true }, 'other.example:443 is undeclared by the policy test'],
  ] as const)('%s', (_, question, reason) => expect(gate([]).deny(question)).toBe(reason));

  it('a feature that is off is denied, one that is unknown is not', () => {
    const question = { host: 'llm.example.com', port: 443, address: '203.0.113.2' };
    expect([gate([]), gate(undefined), gate(['llm'])].map((one) => one.verdict(question)?.kind)).toEqual(['feature-off', 'declared', 'declared']);
    expect(gate([]).deny(question)).toContain('feature-off');
    expect(gate(undefined).deny(question)).toBeUndefined();
  });

  it('nothing is denied where nothing is enforced, or without a policy', () => {
    expect(new Gate(undefined, [], true).deny({ host: 'other.example', port: 443, address: '203.0.113.7' })).toBeUndefined();
    expect(new Gate(compilePolicy(policy(ENTRIES), TELEMETRY_HOSTS, []), [], false).deny({ host: 'other.example', port: 443, address: '203.0.113.7' })).toBeUndefined();
  });
});
