/** What follows a precedent is judged, folded and tallied as if it had been judged by itself. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { Assessment } from '../../../src/core/judge/assessment.ts';
import type { ScopeFacts } from '../../../src/core/judge/context.ts';
import type { Row } from '../../../src/core/judge/destination-row.ts';
import { Destinations } from '../../../src/core/judge/destinations.ts';
import { AskedNames } from '../../../src/core/judge/environment.ts';
import { judgeLookup } from '../../../src/core/judge/judge-lookup.ts';
import { Judge } from '../../../src/core/judge/judge.ts';
import { LookupLedger } from '../../../src/core/judge/lookup-ledger.ts';
import { PhaseTimelines } from '../../../src/core/judge/phases.ts';
import { foldSearchSuffixes } from '../../../src/core/judge/search-suffix.ts';
import { standingOf } from '../../../src/core/judge/standing.ts';
import { Tally } from '../../../src/core/judge/tally.ts';
import { type Grounds, Precedents } from '../../../src/core/judge/precedents.ts';
import type { Connection, Lookup } from '../../../src/core/observe/connection.ts';
import { Scope } from '../../../src/core/observe/scope.ts';
import { compilePolicy, type CompiledPolicy } from '../../../src/core/policy/compile.ts';
import { wireText as wire } from '../../../src/core/base/wire-text.ts';
import type { PhaseRange, RunSheet } from '../../../src/core/policy/sheet.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import { connection, lookup, scope, START, type ConnectionParts } from '../../build/connection.ts';
import { entry, leg, not, phase, policy } from '../../build/decide-policy.ts';

const ENTRIES = [
  entry({ id: 'api', hosts: ['api.x.io'], components: ['gateway'], blocked: 'It stops.' }),
  entry({ id: 'late', hosts: ['late.x.io'], when: phase('task'), required: true }),
  { ...entry({ id: 'calm', hosts: ['*.x.io'], when: not(phase('task')) }), closesWithPhase: true, upload: { max: 900, per: 'run' as const, assumed: false } },
  entry({ id: 'net', addresses: ['203.0.113.8'], legs: [leg('443/tcp 443/udp')] }),
];
const CATALOGUE = [{ pattern: '*.sentry.io', class: 'crash', organisation: 'Sentry', source: 'test', date: '2026-01-01' }] as const;
const PHASES: readonly PhaseRange[] = [{ phase: 'task', from: START + 20 * SECOND, to: START + 40 * SECOND }];
/** The system's own, by its name. */
const CHECK = 'connectivity-check.ubuntu.com';
const NAMES = ['api.x.io', 'late.x.io', 'b.x.io', 'evil.example', 'localhost', CHECK];

type Told = Connection | Lookup;
interface Heard {
  readonly verdicts: readonly Verdict[];
  readonly destinations: unknown;
  readonly entries: unknown;
  readonly lookups: unknown;
}

/** As the assessment tells, by precedents. */
function followed(all: readonly Told[], by: CompiledPolicy, phases: readonly PhaseRange[] | undefined): Heard {
  const verdicts: Verdict[] = [];
  const assessment = new Assessment({ policy: by, connection: (_, verdict) => void verdicts.push(verdict) });
  const sheet: RunSheet = { platform: 'linux', variables: {}, local: [], roots: [], components: [], clockOffset: 0, ...(phases === undefined ? {} : { phases }) };
  const sink = assessment.open(new Scope(0, sheet), 'machine');
  for (const one of all) {
    if ('rcode' in one) sink.lookup(one);
    else sink.connection(one);
  }
  const { destinations, entries, lookups } = assessment.finish();
  return { verdicts, destinations, entries, lookups };
}

/** The same, each judged and folded by itself. */
function judged(all: readonly Told[], by: CompiledPolicy, phases: readonly PhaseRange[] | undefined): Heard {
  const facts: ScopeFacts = scope({ kind: 'machine', platform: 'linux', ...(phases === undefined ? {} : { phases }) });
  const judge = new Judge({ policy: by, scopes: () => facts });
  const destinations = new Destinations(() => {});
  const verdicts: Verdict[] = [];
  for (const one of all) {
    if ('rcode' in one) judge.lookup(one);
    else {
      const verdict = judge.connection(one);
      verdicts.push(verdict);
      destinations.add(one, verdict);
    }
  }
  return { verdicts, destinations: judge.settle(destinations.list()), entries: judge.entries(), lookups: judge.lookups() };
}

const tls = { hello: { version: 'TLS1.3', offered: ['TLS1.3'], alpn: [], ja4: 't', ech: false, keyShareGroups: [], length: 1, resumptionOffered: false }, applicationData: 'both' } as const;
const server = { version: 'TLS1.2', cipher: 1, extensions: [], helloRetry: false } as const;

const CHRONYD = { pid: 1, name: wire('chronyd') };
const NODE = { pid: 2, name: wire('node') };
const LOOPBACK = '127.0.0.1';

/** A connection with what a precedent may differ in; names are shared by number, or there is none. */
const anyConnection = fc.record({
  life: fc.constantFrom(1, 1, 1, 200),
  name: fc.constantFrom(-1, ...NAMES.keys()),
  how: fc.constantFrom('sni', 'dns'),
  port: fc.constantFrom(443, 443, 53, 8443),
  address: fc.constantFrom('203.0.113.7', '203.0.113.7', LOOPBACK),
  outcome: fc.constantFrom('app-data', 'app-data', 'refused', 'timeout', 'established'),
  protocol: fc.constantFrom('tls', 'tls', 'dns', 'unknown'),
  version: fc.boolean(),
  startSeen: fc.constantFrom(true, true, true, false),
  component: fc.constantFrom(undefined, undefined, 'gateway', 'app'),
  process: fc.constantFrom(undefined, undefined, CHRONYD, NODE),
  transport: fc.constantFrom('tcp', 'tcp', 'udp'),
});

const anyLookup = fc.record({ name: fc.nat(NAMES.length - 1), alias: fc.boolean(), process: fc.constantFrom(undefined, NODE, CHRONYD) });

/** A few kinds, told again and again. */
const anyRun = fc.tuple(
  fc.array(fc.oneof({ weight: 6, arbitrary: anyConnection }, { weight: 1, arbitrary: anyLookup }), { minLength: 1, maxLength: 8 }),
  fc.array(fc.record({ kind: fc.nat(7), second: fc.integer({ min: 0, max: 60 }), address: fc.constantFrom('203.0.113.7', '203.0.113.7', '203.0.113.8') }), { minLength: 1, maxLength: 40 }),
);

type Kind = (typeof anyConnection extends fc.Arbitrary<infer T> ? T : never) | (typeof anyLookup extends fc.Arbitrary<infer T> ? T : never);

function toldOf(kind: Kind, second: number, elsewhere: string, hasPhases: boolean): Told {
  if ('alias' in kind) return lookup(NAMES[kind.name] ?? '', { second, cnames: kind.alias ? ['x.sentry.io'] : [], ...(kind.process === undefined ? {} : { process: kind.process }) });
  const { life, name, how, port, component, version, process, ...more } = kind;
  const address = kind.address === LOOPBACK ? LOOPBACK : elsewhere;
  const isPeer = more.transport === 'udp';
  return connection({
    ...more, second,
    names: name < 0 ? [] : [`${how} ${NAMES[name] ?? ''}`],
    naming: name < 0 ? 0 : name * 2 + (how === 'sni' ? 1 : 2),
    last: START + (second + life) * SECOND,
    to: { address, port },
    ...(component === undefined ? {} : { component }),
    ...(process === undefined ? {} : { process }),
    ...(isPeer ? {} : { tls: version ? { ...tls, server } : tls }),
    ...(hasPhases ? { phasesAtOpening: second >= 20 && second <= 40 ? ['task'] : [] } : {}),
  });
}

function named(name: string, second: number, more: ConnectionParts = {}): Connection {
  return connection({ names: [name], naming: 1, second, ...more });
}

/** A fresh one for each side, since it remembers answers. */
function compiledPolicy(byAddress = false): CompiledPolicy {
  return compilePolicy(policy(byAddress ? ENTRIES : ENTRIES.slice(0, 3)), CATALOGUE);
}

describe('precedents', () => {
  it.each<readonly [string, readonly PhaseRange[] | undefined, boolean]>([
    ['without marks', undefined, false],
    ['with phases', PHASES, false],
    ['under a policy that names addresses', PHASES, true],
  ])('change no verdict, destination, tally or lookup %s', (_, phases, byAddress) => {
    fc.assert(
      fc.property(anyRun, ([kinds, times]) => {
        const told = times.flatMap(({ kind, second, address }) => kinds.slice(kind, kind + 1).map((one) => toldOf(one, second, address, phases !== undefined)));
        expect(followed(told, compiledPolicy(byAddress), phases)).toEqual(judged(told, compiledPolicy(byAddress), phases));
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it.each<readonly [string, readonly Told[], readonly Verdict['kind'][]]>([
    ['an alias to a telemetry host is seen', [named('evil.example', 0), named('evil.example', 1), lookup('evil.example', { cnames: ['x.sentry.io'] }), named('evil.example', 2)], ['undeclared', 'undeclared', 'undeclared']],
    ["a program looks up what seemed the system's own", [named(CHECK, 0), named(CHECK, 1), lookup(CHECK, { process: NODE }), named(CHECK, 2)], ['environment', 'environment', 'undeclared']],
    ["a program asks what seemed the system's own", [named(CHECK, 0, { process: NODE }), named(CHECK, 1, { process: CHRONYD }), named(CHECK, 2, { process: NODE })], ['undeclared', 'environment', 'undeclared']],
    ['the edge of a phase is near', [named('late.x.io', 10), named('late.x.io', 19, { phasesAtOpening: [] }), named('late.x.io', 10, { phasesAtOpening: [] }), named('late.x.io', 19)], ['wrong-phase', 'declared', 'wrong-phase', 'declared']],
  ])('are not followed any more when %s', (_, told, kinds) => {
    const heard = followed(told, compiledPolicy(), PHASES);
    expect(heard).toEqual(judged(told, compiledPolicy(), PHASES));
    expect(heard.verdicts.map(({ kind }) => kind)).toEqual(kinds);
  });

  const VERDICT: Verdict = { kind: 'undeclared', name: 'a.example' };
  const first: ConnectionParts = { names: ['a.example'], naming: 1 };

  function precedentsWith(facts: Partial<ScopeFacts> = {}, grounds: Partial<Grounds> = {}): Precedents {
    const precedents = new Precedents(scope(facts), { readsAddresses: false, learned: 0, ...grounds });
    const known = connection(first);
    precedents.keep(known, { verdict: VERDICT, seat: undefined, isFinal: true }, rowFor(known));
    return precedents;
  }

  it.each<readonly [string, ConnectionParts]>([
    ['another host', { naming: 2 }],
    ['another port', { to: { address: '203.0.113.7', port: 80 } }],
    ['another outcome', { outcome: 'refused' }],
    ['another protocol', { protocol: 'unknown' }],
    ['another kind of address', { to: { address: '10.0.0.8', port: 443 } }],
    ['a start that was not seen', { startSeen: false }],
    ['another component', { component: 'gateway' }],
    ['a process', { process: { pid: 1, name: wire('node') } }],
    ['another TLS version', { tls: { ...tls, server } }],
    ['other phases', { phasesAtOpening: ['task'] }],
    ['a proxy between', { via: { address: '10.0.0.9', port: 3128 } }],
    ['what egret dialled', { dialled: { name: wire('a.example'), port: 443, by: 'egret' } }],
    ['the other direction', { inbound: true }],
    ['a path of a connection told before', { quic: { version: 'v1', continues: { flow: 1, opened: START } } }],
    ['a name that DNS contradicts', { mismatch: { sni: wire('a.example'), addresses: [] } }],
  ])('are not followed by %s', (_, more) => {
    const precedents = precedentsWith();
    expect([precedents.find(connection(first))?.verdict, precedents.find(connection({ ...first, ...more }))]).toEqual([VERDICT, undefined]);
  });

  it('hold at every address of the name, unless the policy names addresses', () => {
    const elsewhere = connection({ ...first, to: { address: '203.0.113.8', port: 443 } });
    expect([precedentsWith().find(elsewhere)?.verdict, precedentsWith({}, { readsAddresses: true }).find(elsewhere)]).toEqual([VERDICT, undefined]);
  });

  it('hold until an alias is learned', () => {
    const grounds = { readsAddresses: false, learned: 0 };
    const precedents = new Precedents(scope(), grounds);
    const known = connection(first);
    precedents.keep(known, { verdict: VERDICT, seat: undefined, isFinal: true }, rowFor(known));
    grounds.learned++;
    expect(precedents.find(connection(first))).toBeUndefined();
    precedents.keep(known, { verdict: VERDICT, seat: undefined, isFinal: true }, rowFor(known));
    expect(precedents.find(connection(first))?.verdict).toEqual(VERDICT);
  });

  it('hold for the part of a phase that they come from, and for short connections in it', () => {
    const precedents = precedentsWith({ phases: PHASES });
    const [during, long] = [connection({ ...first, second: 30 }), connection({ ...first, last: START + 90 * SECOND })];
    expect([precedents.find(connection(first))?.verdict, precedents.find(during), precedents.find(long)]).toEqual([VERDICT, undefined, undefined]);
  });

  it('end with the first mark, for what was opened after it', () => {
    const facts: { phases?: readonly PhaseRange[]; phasesFrom?: number } = {};
    const precedents = new Precedents(Object.assign(facts, scope()), { readsAddresses: false, learned: 0 });
    const known = connection(first);
    precedents.keep(known, { verdict: VERDICT, seat: undefined, isFinal: true }, rowFor(known));
    facts.phases = [{ phase: 'task', from: START + 10 * SECOND }];
    facts.phasesFrom = START + 10 * SECOND;
    const [before, after] = [connection({ ...first, second: 9 }), connection({ ...first, second: 11 })];
    expect([precedents.find(before)?.verdict, precedents.find(after)]).toEqual([VERDICT, undefined]);
  });

  it('are set by nothing that a proxy of the run asked for', () => {
    expect(precedentsWith({ proxy: { address: '10.0.0.9', port: 3128 } }).find(connection(first))).toBeUndefined();
  });
});

const lookupKind = fc.record({
  name: fc.constantFrom('api.x.io', 'api.x.io', 'API.x.io', 'late.x.io', 'evil.example', 'api.x.io.corp.example', CHECK, CHECK),
  type: fc.constantFrom('A', 'AAAA', 'TXT'),
  rcode: fc.constantFrom('NOERROR', 'NOERROR', 'NXDOMAIN', 'unseen'),
  cnames: fc.constantFrom([], [], ['x.sentry.io'], ['edge.example', 'x.sentry.io']),
  resolver: fc.constantFrom({ address: '10.0.0.1', port: 53 }, { address: '10.0.0.1', port: 5353 }, { address: '10.0.0.2', port: 53 }, { address: '224.0.0.251', port: 5353 }),
  component: fc.constantFrom(undefined, undefined, 'gateway', 'app'),
  process: fc.constantFrom(undefined, CHRONYD, NODE),
});

function withOne<T extends object>(base: T, key: keyof T, other: T): T {
  return { ...base, [key]: other[key] };
}

/** Lookups of one kind and of kinds that differ from it in one thing, told again and again. */
const anyLookups = fc.tuple(
  fc.tuple(lookupKind, fc.array(fc.tuple(lookupKind, fc.constantFrom('name', 'type', 'rcode', 'cnames', 'resolver', 'component', 'process')), { maxLength: 5 }))
    .map(([base, others]) => others.map(([other, differing]) => withOne(base, differing, other)).concat(base)),
  fc.array(fc.record({ kind: fc.nat(5), second: fc.integer({ min: 0, max: 60 }), addresses: fc.constantFrom([], ['203.0.113.7'], ['0.0.0.0']), answers: fc.nat(3) }), { minLength: 1, maxLength: 40 }),
);

describe('precedents among lookups', () => {
  it.each<readonly [string, readonly PhaseRange[] | undefined]>([['without marks', undefined], ['with phases', PHASES]])('change no verdict, row or tally %s', (_, phases) => {
    fc.assert(
      fc.property(anyLookups, ([kinds, times]) => {
        const facts = scope({ kind: 'machine', platform: 'linux', ...(phases === undefined ? {} : { phases }) });
        const told = times.flatMap(({ kind, ...more }) => kinds.slice(kind, kind + 1).map(({ component, process, ...one }) => lookup(one.name, { ...one, ...more, ...(component === undefined ? {} : { component }), ...(process === undefined ? {} : { process }) })));
        const judge = new Judge({ policy: compiledPolicy(), scopes: () => facts });
        const [by, ledger, tally, asked, timelines] = [compiledPolicy(), new LookupLedger(), new Tally(compiledPolicy().policy), new AskedNames(), new PhaseTimelines()];
        for (const one of told) {
          const verdict = judgeLookup(by, one, { facts, timelines });
          asked.add(one, facts);
          tally.lookup(one, verdict);
          ledger.add(one, verdict);
          expect(judge.lookup(one)).toEqual(verdict);
        }
        expect(judge.lookups()).toEqual(foldSearchSuffixes(asked.settle(ledger.rows())));
        expect(judge.entries()).toEqual(tally.entries().map((sums) => standingOf(sums, told.length === 0 ? [] : [facts], 'not-seen')));
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});

function rowFor(known: Connection): Row {
  return new Destinations(() => {}).add(known, { kind: 'undeclared' });
}
