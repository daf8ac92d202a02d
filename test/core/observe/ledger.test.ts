/** The order in which a ledger settles what it is told, and what coverage counts on the way. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import type { Connection, Lookup } from '../../../src/core/observe/connection.ts';
import { CoverageCount } from '../../../src/core/observe/coverage.ts';
import { Ledger } from '../../../src/core/observe/ledger.ts';
import type { Observation, SourceObservation } from '../../../src/core/observe/observation.ts';
import { Scope } from '../../../src/core/observe/scope.ts';
import { connection } from '../../build/connection.ts';
import { answerOf, BEGIN, flowOf, tlsOf } from '../../build/flow.ts';

const totals: SourceObservation = { kind: 'source', at: BEGIN, seq: 9, from: [0, 9], packets: 7, duplicates: 2, midStream: 1, snapped: 0, linkTypes: [1] };

function ledger(): { readonly add: (...seen: readonly Observation[]) => void; readonly finish: () => void; readonly told: string[] } {
  const told: string[] = [];
  const book = new Ledger(new Scope(0, { variables: {}, local: [], roots: [], components: [], clockOffset: 0 }), {
    connection: (found: Connection) => void told.push(`connection ${found.id} ${found.names[0]?.name ?? '-'}`),
    lookup: (found: Lookup) => void told.push(`lookup ${found.name}`),
    blindSpot: (code, count) => void told.push(`${code} ${count}`),
    source: (found) => void told.push(`source ${found.packets}`),
    joined: (what) => void told.push(`joined ${what}`),
  });
  return { add: (...seen) => seen.forEach((one) => book.add(one)), finish: () => book.finish(), told };
}

const answer = answerOf('a.example', '203.0.113.7', BEGIN - SECOND);

describe('the ledger', () => {
  it('names a flow by an answer that arrives after it, if it was given before', () => {
    const { add, finish, told } = ledger();
    add(flowOf({ at: BEGIN + SECOND }), answer);
    finish();
    expect(told).toEqual(['lookup a.example', 'connection 0.1 a.example']);
  });

  it('keeps everything for two seconds at least and hands it on in order of time', () => {
    const { add, finish, told } = ledger();
    add(flowOf({ flow: 2, at: BEGIN + 2 * SECOND }), flowOf({ flow: 1, at: BEGIN }));
    expect(told).toEqual([]);
    add(flowOf({ flow: 3, at: BEGIN + 4.5 * SECOND }));
    expect(told).toEqual(['connection 0.1 -', 'connection 0.2 -']);
    finish();
    expect(told).toEqual(['connection 0.1 -', 'connection 0.2 -', 'connection 0.3 -']);
  });

  it.each([
    ['within the grace before a phase that begins after it had closed', 1.9, ['task']],
    ['before the grace', 2.1, []],
  ])('settles a flow by marks of its own time that come after it: %s', (_, after, phases) => {
    const found: Connection[] = [];
    const book = new Ledger(new Scope(0, { variables: {}, local: [], roots: [], components: [], clockOffset: 0, phases: [] }), {
      connection: (one) => void found.push(one), lookup: () => {}, blindSpot: () => {}, source: () => {}, joined: () => {},
    });
    book.add(flowOf({ flow: 1, opened: BEGIN, last: BEGIN, at: BEGIN }));
    book.add({ kind: 'mark', at: BEGIN + after * SECOND, seq: 1, from: [0, 0], phase: 'task', edge: 'start' });
    // Late enough that the flow is told, and the mark is not due yet.
    book.add(flowOf({ flow: 2, opened: BEGIN + 2.15 * SECOND, at: BEGIN + 2.15 * SECOND }));
    book.finish();
    expect(found[0]).toMatchObject({ id: '0.1', phasesAtOpening: phases });
  });

  it('takes what is later than that all the same', () => {
    const { add, finish, told } = ledger();
    add(flowOf({ flow: 1, at: BEGIN + 60 * SECOND }), flowOf({ flow: 2, at: BEGIN }));
    finish();
    expect(told.toSorted()).toEqual(['connection 0.1 -', 'connection 0.2 -']);
  });

  it('settles one moment by source and sequence', () => {
    const { add, finish, told } = ledger();
    add(flowOf({ flow: 3, seq: 1, from: [1, 1] }), flowOf({ flow: 2, seq: 5 }), flowOf({ flow: 1, seq: 4 }));
    finish();
    expect(told).toEqual(['connection 0.1 -', 'connection 0.2 -', 'connection 1.3 -']);
  });

  it('holds no more than its cap, however many come in one moment', () => {
    const { add, told } = ledger();
    for (let flow = 1; flow <= 40_000; flow++) add(flowOf({ flow, seq: flow }));
    expect(told.length).toBeGreaterThan(0);
    expect(told.slice(0, 2)).toEqual(['connection 0.1 -', 'connection 0.2 -']);
  });

  it('hands on blind spots and totals', () => {
    const { add, finish, told } = ledger();
    add({ kind: 'blind-spot', at: BEGIN, seq: 1, from: [0, 1], code: 'file-cut', count: 3 }, totals, { kind: 'tick', at: BEGIN, seq: 2, from: [0, 1] });
    finish();
    expect(told).toEqual(['file-cut 3', 'source 7']);
  });
});

describe('coverage', () => {
  it('calls a connection named from medium confidence on', () => {
    expect(coverageOf(connection({ names: ['a.example'], confidence: 'high' }), connection({ names: ['dns b.example'], confidence: 'medium' }), connection({ names: ['stale c.example'], confidence: 'low' }), connection({ confidence: 'low' })))
      .toMatchObject({ connections: 4, named: 2, confidence: { high: 1, medium: 1, low: 2 } });
  });

  it('counts hidden certificates and encrypted resolvers among TLS only', () => {
    const visible = tlsOf('a.example', { certificate: ['a.example'] });
    expect(coverageOf(
      connection({ tls: tlsOf('a.example') }), connection({ tls: visible }), connection({ tls: tlsOf('dns.example'), names: ['dns.example'] }), connection({ to: { address: '9.9.9.9', port: 443 } }),
      connection({ tls: tlsOf(undefined), to: { address: '203.0.113.9', port: 853 } }),
    )).toMatchObject({ connections: 5, tls: 4, certificatesHidden: 3, dnsEncrypted: 2 });
  });

  it('knows a process by witness or by the sheet', () => {
    expect(coverageOf(connection({ component: 'desktop' }), connection()).processesKnown).toBe(1);
  });

  it('adds up sources, and tells no losses from losses unknown', () => {
    const coverage = new CoverageCount(() => false);
    coverage.source(totals);
    expect(coverage.result()).toMatchObject({ midStream: 1, duplicates: 2, dnsClear: false });
    expect(coverage.result().dropped).toBeUndefined();
    coverage.source({ ...totals, dropped: 0 });
    coverage.source({ ...totals, dropped: 4 });
    coverage.lookup();
    expect(coverage.result()).toMatchObject({ midStream: 3, duplicates: 6, dropped: 4, dnsClear: true });
  });
});

function coverageOf(...connections: readonly Connection[]): ReturnType<CoverageCount['result']> {
  const coverage = new CoverageCount((name, address) => name === 'dns.example' || address === '9.9.9.9');
  for (const one of connections) coverage.connection(one);
  return coverage.result();
}
