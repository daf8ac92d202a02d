import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import type { JudgedEntry, ScopeFacts } from '../../../src/core/judge/context.ts';
import { Judge } from '../../../src/core/judge/judge.ts';
import type { Connection, Lookup } from '../../../src/core/observe/connection.ts';
import { compilePolicy } from '../../../src/core/policy/compile.ts';
import { connection, lookup, scope, START, type ConnectionParts } from '../../build/connection.ts';
import { entry, feature, leg, not, phase, policy } from '../../build/decide-policy.ts';

const ENTRIES = [
  entry({ id: 'api', hosts: ['api.x.io'], blocked: 'The gateway stops.', required: true }),
  entry({ id: 'wild', hosts: ['*.w.io'] }),
  entry({ id: 'ai', hosts: ['ai.x.io'], when: feature('ai'), required: true }),
  entry({ id: 'late', hosts: ['late.x.io'], when: phase('task'), required: true }),
  entry({ id: 'calm', hosts: ['calm.x.io'], when: not(phase('task')), required: true }),
  { ...entry({ id: 'brief', hosts: ['brief.x.io'], when: phase('task') }), closesWithPhase: true, upload: { max: 5000, per: 'connection' as const, assumed: false } },
  entry({ id: 'h3', hosts: ['h3.x.io'], legs: [leg('443/tcp'), leg('443/udp')] }),
  entry({ id: 'turn', hosts: ['turn.x.io'], legs: [leg('443/tcp', { for: 'signaling' }), leg('3478/udp', { protocols: ['turn'], for: 'media' })] }),
];

type Told = Connection | Lookup;

function judgeOf(told: readonly Told[], facts: Partial<ScopeFacts> = {}): Judge {
  const judge = new Judge({
    policy: compilePolicy(policy(ENTRIES), [{ pattern: '*.sentry.io', class: 'crash', organisation: 'Sentry', source: 'test', date: '2026-01-01' }]),
    scopes: (number) => scope({ scope: number, ...facts }),
  });
  for (const one of told) {
    if ('rcode' in one) judge.lookup(one);
    else judge.connection(one);
  }
  return judge;
}

function entryOf(id: string, told: readonly Told[], facts: Partial<ScopeFacts> = {}): JudgedEntry | undefined {
  return judgeOf(told, facts).entries().find((each) => each.id === id);
}

const api = (second: number, more: ConnectionParts = {}) => connection({ names: ['api.x.io'], second, ...more });
const web = (second: number, more: ConnectionParts = {}) => connection({ names: ['h3.x.io'], second, ...more });
const quic = (second: number, more: ConnectionParts = {}) => connection({ names: ['quic-sni h3.x.io'], second, transport: 'udp', ipProtocol: 17, protocol: 'quic', outcome: 'answered', ...more });

describe('Judge.entries', () => {
  it.each<[string, string, () => Told[], Partial<JudgedEntry>, Partial<ScopeFacts>?]>([
    ['an entry that came through is exercised', 'api', () => [api(0)], { standing: 'exercised', tries: 1, failed: 0, connections: 1, established: 1, hosts: ['api.x.io'] }],
    ['a lost race is no failure', 'api', () => [api(0, { outcome: 'refused', to: { address: '2001:db8::7', port: 443 } }), api(0.2)], { standing: 'exercised', tries: 1, failed: 0, connections: 2, established: 1 }],
    ['QUIC that is not answered and TCP that is are one try', 'h3', () => [quic(0, { outcome: 'sent-only', down: 0 }), web(0.3)], { standing: 'exercised', tries: 1, failed: 0, connections: 2, established: 1 }],
    ['QUIC and TCP that are both not answered are one failed try', 'h3', () => [quic(0, { outcome: 'sent-only', down: 0 }), web(0.3, { outcome: 'timeout' })], { standing: 'blocked', tries: 1, failed: 1, layer: 'tcp timeout' }],
    ['QUIC that the server refuses is blocked by TLS', 'h3', () => [quic(0, { outcome: 'rejected-by-server' })], { standing: 'blocked', layer: 'tls rejected by server' }],
    ['a QUIC connection that moves is no second try', 'h3', () => [quic(0), quic(60, { quic: { version: 'v1', continues: { flow: 1, opened: START } } })], { standing: 'exercised', tries: 1, connections: 1, established: 1 }],
    ['refused throughout is blocked, with layer and effect', 'api', () => [api(0, { outcome: 'refused' }), api(5, { outcome: 'refused' })], { standing: 'blocked', layer: 'tcp refused', effect: 'The gateway stops.', tries: 2, failed: 2 }],
    ['a name that does not resolve is blocked', 'api', () => [lookup('api.x.io', { rcode: 'NXDOMAIN' }), lookup('api.x.io', { rcode: 'NXDOMAIN', type: 'AAAA' })], { standing: 'blocked', layer: 'dns NXDOMAIN', tries: 1, connections: 0 }],
    ['a sinkholed name is blocked', 'api', () => [lookup('api.x.io', { addresses: ['0.0.0.0'] })], { standing: 'blocked', layer: 'dns sinkhole' }],
    ['an answer that was cut blocks nothing before it is asked for over TCP', 'api', () => [lookup('api.x.io', { addresses: [], isCut: true }), lookup('api.x.io', { transport: 'tcp', isRetry: true }), api(0.1)], { standing: 'exercised', tries: 1, failed: 0 }],
    ['a question to the link blocks nothing', 'api', () => [lookup('api.x.io', { addresses: [], rcode: 'unseen', resolver: { address: '224.0.0.251', port: 5353 } })], { standing: 'missing', tries: 0 }],
    ['a missing TXT record blocks nothing', 'api', () => [lookup('api.x.io', { rcode: 'NXDOMAIN', type: 'TXT' })], { standing: 'missing', tries: 0 }],
    ['an AAAA that fails beside a working A is no failure', 'api', () => [lookup('api.x.io', { rcode: 'SERVFAIL', type: 'AAAA' }), lookup('api.x.io'), api(0.1)], { standing: 'exercised', tries: 1, failed: 0 }],
    ['some tries failed: flaky, n of m', 'api', () => [api(0), api(10, { outcome: 'timeout' }), api(20)], { standing: 'flaky', tries: 3, failed: 1, layer: 'tcp timeout' }],
    ['the most frequent layer is named', 'api', () => [api(0, { outcome: 'refused' }), api(10, { outcome: 'timeout' }), api(20, { outcome: 'timeout' })], { standing: 'blocked', layer: 'tcp timeout' }],
    ['two components do not share a try', 'api', () => [api(0, { component: 'a' }), api(0.1, { component: 'b', outcome: 'refused' })], { standing: 'flaky', tries: 2, failed: 1 }],
    ['two scopes do not share a try', 'api', () => [api(0), api(0.1, { scope: 1, outcome: 'refused' })], { standing: 'flaky', tries: 2, failed: 1 }],
    ['two purposes do not share a try', 'turn', () => [connection({ names: ['turn.x.io'] }), connection({ names: ['dns turn.x.io'], transport: 'udp', protocol: 'stun', outcome: 'sent-only', to: { address: '203.0.113.7', port: 3478 } })], { standing: 'flaky', tries: 2, failed: 1, layer: 'udp no answer' }],
    ['broken terms are counted beside and exercise nothing', 'api', () => [api(0, { to: { address: '203.0.113.7', port: 80 } })], { standing: 'missing', connections: 0, broken: { 'wrong-port': 1 } }],
    ['concrete hosts of a wildcard are named', 'wild', () => [connection({ names: ['b.w.io'] }), connection({ names: ['a.w.io'] })], { standing: 'exercised', hosts: ['a.w.io', 'b.w.io'] }],
    ['an entry that is not required is unproven', 'wild', () => [], { standing: 'unproven' }],
    ['a required entry that was never tried is missing', 'api', () => [], { standing: 'missing' }],
    ['a required entry of a feature that is off is unproven', 'ai', () => [api(0)], { standing: 'unproven' }, { features: new Set() }],
    ['a required entry of a feature that is on is missing', 'ai', () => [api(0)], { standing: 'missing' }, { features: new Set(['ai']) }],
    ['a required entry of an unknown feature is missing with that doubt', 'ai', () => [api(0)], { standing: 'missing', conditionUnknown: ['feature:ai'] }],
    ['a required entry of a phase that never came is unproven', 'late', () => [api(0)], { standing: 'unproven' }, { phases: [] }],
    ['a required entry of a phase that came is missing', 'late', () => [api(0)], { standing: 'missing' }, { phases: [{ phase: 'task', from: START }] }],
    ['a required entry outside a phase that came is missing', 'calm', () => [api(0)], { standing: 'missing' }, { phases: [{ phase: 'task', from: START }] }],
    ['what outlives its phase exercised its entry all the same', 'brief', () => [connection({ names: ['brief.x.io'], second: 1, last: START + 200 * SECOND })], { standing: 'exercised', connections: 1, leftOpen: 1, broken: { 'outlives-phase': 1 } }, { phases: [{ phase: 'task', from: START, to: START + 9 * SECOND }] }],
    ['an upload is held against its budget', 'brief', () => [connection({ names: ['brief.x.io'], up: 5001, closed: START + SECOND }), connection({ names: ['brief.x.io'] })], { leftOpen: 1, upload: { measured: 2, over: 1, most: 5001, evidenceCount: 1, evidence: expect.any(Array) } }, { phases: [{ phase: 'task', from: START }] }],
    ['the doubt of what was seen stays with the entry', 'ai', () => [connection({ names: ['ai.x.io'] })], { standing: 'exercised', conditionUnknown: ['feature:ai'] }],
  ])('%s', (_, id, told, expected, facts) => {
    expect(entryOf(id, told(), facts)).toMatchObject(expected);
  });

  it('shows at most three pieces of evidence, the earliest, of the failures where there are some', () => {
    const failures = [4, 12, 8, 20].map((second) => api(second, { outcome: 'refused' }));
    const found = entryOf('api', [...failures, api(0)]);
    expect(found?.evidence.map((each) => (each.at - START) / SECOND)).toEqual([4, 8, 12]);
  });

  it('takes interception from who saw chains, and says not-seen otherwise', () => {
    const entries = judgeOf([]).entries(new Map([['api', 'likely']]));
    expect([entries[0]?.interception, entries[1]?.interception]).toEqual(['likely', 'not-seen']);
  });

  it('gives the same tallies in whatever order observations within two seconds are told', () => {
    const second = fc.integer({ min: 0, max: 120 }).map((tenths) => tenths / 10);
    const outcome = fc.constantFrom('app-data', 'refused', 'timeout', 'reset', 'sent-only', 'abandoned', 'cut');
    const connections = fc.record({ second, outcome, name: fc.constantFrom('api.x.io', 'a.w.io', 'b.w.io', 'turn.x.io', 'evil.example'), port: fc.constantFrom(443, 443, 80) });
    const told = fc.array(connections, { maxLength: 30 }).map((all) =>
      all.flatMap(({ name, port, ...more }, index): Told[] => [
        connection({ names: [name], to: { address: '203.0.113.7', port }, ...more }),
        ...(index % 3 === 0 ? [lookup(name, { second: more.second, rcode: index % 2 === 0 ? 'NXDOMAIN' : 'NOERROR' })] : []),
      ]),
    );
    fc.assert(
      fc.property(told, fc.array(fc.integer({ min: 0, max: 2 * SECOND }), { minLength: 40, maxLength: 40 }), (all, delays) => {
        const times = new Map(all.map((one, index) => [one, ('rcode' in one ? one.at : one.opened) + (delays[index % delays.length] ?? 0)]));
        const shuffled = [...all].sort((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0));
        expect(judgeOf(shuffled).entries()).toEqual(judgeOf(all).entries());
        expect(judgeOf(shuffled).lookups()).toEqual(judgeOf(all).lookups());
      }),
      { numRuns: 100, seed: 5 },
    );
  });
});

const rowOf = (judge: Judge, name: string) => judge.lookups().find((row) => row.name === name);

describe('Judge.lookups', () => {
  it('folds a failed search suffix of a declared name', () => {
    const judge = judgeOf([lookup('api.x.io.corp.example', { rcode: 'NXDOMAIN' }), lookup('api.x.io')]);
    expect(rowOf(judge, 'api.x.io.corp.example')?.verdict).toMatchObject({ kind: 'declared', entry: 'api', name: 'api.x.io.corp.example', reason: 'search suffix' });
  });

  it.each<[string, () => Lookup[]]>([
    ['an answered one', () => [lookup('api.x.io'), lookup('api.x.io.evil.example')]],
    ['one whose base was never asked for', () => [lookup('api.x.io.evil.example', { rcode: 'NXDOMAIN' })]],
    ['one whose base was asked in another scope', () => [lookup('api.x.io', { scope: 1 }), lookup('api.x.io.evil.example', { rcode: 'NXDOMAIN' })]],
    ['one of more suffixes than a machine has', () => [lookup('api.x.io'), ...['evil', 'a', 'b', 'c', 'd', 'e', 'f'].map((label) => lookup(`api.x.io.${label}.example`, { rcode: 'NXDOMAIN' }))]],
  ])('leaves %s undeclared', (_, told) => {
    const judge = judgeOf(told());
    expect(judge.lookups().filter((row) => row.name.endsWith('.example')).map((row) => row.verdict.kind)).not.toContain('declared');
  });

  it.each<[string, string[], boolean]>([
    ['a spoken name', ['sni evil.example'], true],
    ['the only DNS candidate', ['dns evil.example'], true],
    ['one of several DNS candidates', ['dns evil.example', 'dns api.x.io'], false],
    ['a DNS candidate beside a spoken name', ['sni api.x.io', 'dns evil.example'], false],
    ['the outer name of ECH', ['outer evil.example'], false],
  ])('tells whether a connection bore the name: %s', (_, names, connected) => {
    const judge = judgeOf([lookup('evil.example'), connection({ names })]);
    expect(rowOf(judge, 'evil.example')?.connected).toBe(connected);
  });

  it('lets a lookup uncloak the connections that follow it', () => {
    const judge = judgeOf([lookup('m.w.io', { cnames: ['a.sentry.io'] })]);
    expect(judge.connection(connection({ names: ['m.w.io'] }))).toMatchObject({ kind: 'declared', telemetry: { matched: 'a.sentry.io' } });
    expect(judge.connection(connection({ names: ['m.w.io'], scope: 1 })).telemetry).toBeUndefined();
  });
});
