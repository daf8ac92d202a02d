import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { DropMeter, type DropUse } from '../../../src/core/judge/drop-meter.ts';
import type { Connection } from '../../../src/core/observe/connection.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import { connection, START, type ConnectionParts } from '../../build/connection.ts';
import { buildPolicy } from '../../build/policy.ts';

type Told = readonly [Connection, Verdict];

const POLICY = buildPolicy({ entries: [{ id: 'ws', hosts: ['*.x.example'], reconnects: 'same-host' }, { id: 'api', hosts: ['api.example'] }] });

/** A connection from one second to another. */
function spoke(host: string, verdict: Partial<Verdict>, from: number, to: number, more: ConnectionParts = {}): Told {
  const names = /^[\d.]+$/.test(host) ? [] : [host];
  const known = connection({ second: from, last: START + to * SECOND, names, ...(names.length === 0 ? { to: { address: host, port: 443 } } : {}), ...more });
  return [known, { kind: 'undeclared', ...(names.length === 0 ? {} : { name: host }), ...verdict }];
}
const declared = (host: string, from: number, to: number, more: ConnectionParts = {}): Told => spoke(host, { kind: 'declared', entry: 'ws' }, from, to, more);
const lost = (host: string, from: number, to: number, more: ConnectionParts = {}): Told => declared(host, from, to, { dropped: START + to * SECOND, ...more });
const other = (host: string, from: number, more: ConnectionParts = {}): Told => spoke(host, {}, from, from + 1, more);

function measure(...told: readonly Told[]): DropUse | undefined {
  const meter = new DropMeter(POLICY);
  for (const [each, verdict] of told) meter.add(each, verdict);
  return meter.use('ws');
}

describe('a connection that was broken off', () => {
  it.each([
    ['came back to the same host', [lost('a.x.example', 0, 10), declared('a.x.example', 12, 20)], [true], []],
    ['did not come back in time', [lost('a.x.example', 0, 10), declared('a.x.example', 71, 80)], [false], []],
    ['is not come back to by what was open before', [lost('a.x.example', 0, 10), declared('a.x.example', 5, 20)], [false], []],
    ['is not come back to by another component', [lost('a.x.example', 0, 10, { component: 'desktop' }), declared('a.x.example', 12, 20, { component: 'gateway' })], [false], []],
    ['was replaced by a host that nobody declares', [lost('a.x.example', 0, 10), other('spare.example', 13)], [false], ['spare.example']],
    ['was replaced by an address', [lost('a.x.example', 0, 10), other('198.51.100.7', 13)], [false], ['198.51.100.7']],
    ['was replaced by another host of the same wildcard', [lost('a.x.example', 0, 10), declared('b.x.example', 13, 20)], [false], ['b.x.example']],
    ['was replaced for a while', [lost('a.x.example', 0, 10), other('spare.example', 13), declared('a.x.example', 20, 30)], [true], ['spare.example']],
    ['has nothing to do with a host that came when it was back already', [lost('a.x.example', 0, 10), declared('a.x.example', 11, 30), other('spare.example', 13)], [true], []],
    ['twice was replaced twice', [lost('a.x.example', 0, 10), other('spare.example', 13), lost('a.x.example', 100, 110), other('spare.example', 113)], [false, false], ['spare.example']],
    ['has nothing to do with a host that is spoken to at other times too', [lost('a.x.example', 0, 10), other('spare.example', 13), other('spare.example', 90)], [false], []],
    ['has nothing to do with a host that was spoken to before', [other('spare.example', 2), lost('a.x.example', 0, 10), other('spare.example', 13)], [false], []],
    ['has nothing to do with what another component does', [lost('a.x.example', 0, 10, { component: 'desktop' }), other('spare.example', 13, { component: 'gateway' })], [false], []],
    ['has nothing to do with what another scope does', [lost('a.x.example', 0, 10), other('spare.example', 13, { scope: 1 })], [false], []],
    ['has nothing to do with who calls in', [lost('a.x.example', 0, 10), other('198.51.100.7', 13, { inbound: true })], [false], []],
    ['leaves telemetry to a rule of its own', [lost('a.x.example', 0, 10), spoke('t.example', { telemetry: { pattern: 't.example', class: 'crash', organisation: 'T', source: 'https://t.example', matched: 't.example' } }, 13, 14)], [false], []],
    ['leaves other terms of entries to theirs', [lost('a.x.example', 0, 10), spoke('api.example', { kind: 'wrong-port', entry: 'api' }, 13, 14)], [false], []],
  ] as const)('%s', (_what, told, back, fallbacks) => {
    const use = measure(...told);
    expect(use?.drops.map(({ isBack }) => isBack)).toEqual(back);
    expect(use?.fallbacks.map(({ host }) => host)).toEqual(fallbacks);
  });

  it('tells how soon, after how many drops, and for which host', () => {
    const use = measure(lost('a.x.example', 0, 10), other('spare.example', 13), lost('b.x.example', 100, 110), other('spare.example', 111));
    expect(use?.fallbacks).toMatchObject([{ host: 'spare.example', isName: true, port: 443, transport: 'tcp', after: 2, lost: ['a.x.example', 'b.x.example'], delay: 3 * SECOND, count: 4 }]);
  });

  it('is nothing where an entry promises nothing, or nothing was broken off', () => {
    expect(measure(declared('a.x.example', 0, 10), other('spare.example', 13))).toBeUndefined();
    const meter = new DropMeter(buildPolicy({ entries: [{ id: 'ws', hosts: ['*.x.example'] }] }));
    const [known, verdict] = lost('a.x.example', 0, 10);
    meter.add(known, verdict);
    expect(meter.use('ws')).toBeUndefined();
  });

  it('is looked at too where only a claim says so', () => {
    const meter = new DropMeter(buildPolicy({ entries: [{ id: 'ws', hosts: ['*.x.example'] }], claims: [{ id: 'C', check: 'reconnects-same-host', entries: ['ws'] }] }));
    const [known, verdict] = lost('a.x.example', 0, 10);
    meter.add(known, verdict);
    expect(meter.use('ws')?.drops).toHaveLength(1);
  });

  it('says the same in whatever order it is told', () => {
    const told = [lost('a.x.example', 0, 10), other('spare.example', 13), declared('a.x.example', 20, 30), lost('a.x.example', 100, 110), other('spare.example', 113), other('q.example', 200), declared('b.x.example', 112, 120)];
    const { fallbacks, ...rest } = measure(...told) ?? { fallbacks: [] };
    fc.assert(fc.property(fc.shuffledSubarray(told, { minLength: told.length }), (order) => {
      const use = measure(...order);
      expect({ ...use, fallbacks: use?.fallbacks.map(({ host, after }) => [host, after]) }).toEqual({ ...rest, fallbacks: fallbacks.map(({ host, after }) => [host, after]) });
    }), { seed: 20_261_123, numRuns: 100 });
  });
});
