import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { LOOKUP_CAP, LookupLedger } from '../../../src/core/judge/lookup-ledger.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import { lookup, START } from '../../build/connection.ts';

const UNJUDGED: Verdict = { kind: 'unjudged' };
const UNDECLARED: Verdict = { kind: 'undeclared' };

describe('LookupLedger', () => {
  it('folds equal lookups without a policy', () => {
    const ledger = new LookupLedger();
    ledger.add(lookup('A.x.io', { second: 5, cnames: ['b.x.io', 'a.cdn.io'], addresses: ['203.0.113.9'] }), UNJUDGED);
    ledger.add(lookup('a.x.io.', { second: 1, type: 'AAAA', cnames: ['z.x.io', 'a.cdn.io'], addresses: ['2001:db8::9'] }), UNJUDGED);
    expect(ledger.rows()).toMatchObject([
      {
        name: 'a.x.io',
        types: ['A', 'AAAA'],
        cnames: ['z.x.io', 'a.cdn.io', 'b.x.io'],
        addresses: ['2001:db8::9', '203.0.113.9'],
        answers: 3,
        count: 2,
        first: START + SECOND,
        last: START + 5 * SECOND,
        connected: false,
        verdict: UNJUDGED,
      },
    ]);
  });

  it.each<[string, Parameters<typeof lookup>[1], Verdict]>([
    ['rcode', { rcode: 'NXDOMAIN' }, UNJUDGED],
    ['resolver', { resolver: { address: '192.168.1.1', port: 5353 } }, UNJUDGED],
    ['component', { component: 'gateway' }, UNJUDGED],
    ['scope', { scope: 1 }, UNJUDGED],
    ['kind of verdict', {}, UNDECLARED],
  ])('keeps rows of another %s apart', (_, parts, verdict) => {
    const ledger = new LookupLedger();
    ledger.add(lookup('a.x.io'), UNJUDGED);
    ledger.add(lookup('a.x.io', parts), verdict);
    expect(ledger.rows()).toHaveLength(2);
  });

  it('names a resolver by its address, and by its port where that is unusual', () => {
    const ledger = new LookupLedger();
    ledger.add(lookup('a.x.io'), UNJUDGED);
    ledger.add(lookup('b.x.io', { resolver: { address: 'ff02::fb', port: 5353 } }), UNJUDGED);
    expect(ledger.rows().map((row) => row.resolver)).toEqual(['192.168.1.1', '[ff02::fb]:5353']);
  });

  it('folds by registrable domain past its cap, and never a breach into a promise', () => {
    const ledger = new LookupLedger();
    for (let index = 0; index < LOOKUP_CAP; index++) ledger.add(lookup(`n${index}.one.co.uk`), UNDECLARED);
    ledger.add(lookup('x1.two.co.uk'), UNDECLARED);
    ledger.add(lookup('x2.two.co.uk'), UNDECLARED);
    ledger.add(lookup('x3.two.co.uk'), { kind: 'declared', entry: 'two' });
    ledger.add(lookup('n0.one.co.uk'), UNDECLARED);
    const folded = ledger.rows().filter((row) => row.name.startsWith('*'));
    expect(folded.map((row) => [row.name, row.verdict.kind, row.count])).toEqual([
      ['*.two.co.uk', 'declared', 1],
      ['*.two.co.uk', 'undeclared', 2],
    ]);
    expect(ledger.folded).toBe(3);
  });

  it('ends in one row per verdict when even domains are too many', () => {
    const ledger = new LookupLedger();
    for (let index = 0; index < 2 * LOOKUP_CAP + 10; index++) ledger.add(lookup(`a.d${index}.com`), UNDECLARED);
    const rows = ledger.rows();
    expect([rows.length, rows.find((row) => row.name === '*')?.count]).toEqual([2 * LOOKUP_CAP + 1, 10]);
  });
});
