/** Connections folded into destinations, and folded harder past the cap. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Destinations } from '../../../src/core/judge/destinations.ts';
import type { Destination } from '../../../src/core/judge/destination.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import { connection, type ConnectionParts } from '../../build/connection.ts';

/** Rows before folding harder (docs/limits.md). */
const DESTINATION_CAP = 20_000;
const UNDECLARED: Verdict = { kind: 'undeclared' };
const DECLARED: Verdict = { kind: 'declared', entry: 'api' };

function fold(...all: readonly (readonly [ConnectionParts, Verdict?])[]): { readonly rows: readonly Destination[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const destinations = new Destinations((code) => void problems.push(code));
  for (const [parts, verdict = UNDECLARED] of all) destinations.add(connection(parts), verdict);
  return { rows: destinations.list(), problems };
}

describe('destinations', () => {
  it('fold connections to one name, adding bytes, addresses and times', () => {
    const { rows } = fold([{ names: ['a.example'], second: 5, up: 1, down: 2 }], [{ names: ['a.example'], second: 1, up: 10, down: 20, to: { address: '203.0.113.8', port: 443 } }]);
    expect(rows).toMatchObject([{ name: 'a.example', count: 2, up: 11, down: 22, addressCount: 2, addresses: ['203.0.113.7', '203.0.113.8'] }]);
    expect((rows[0]?.last ?? 0) - (rows[0]?.first ?? 0)).toBe(5_000_000);
  });

  it('tell the same outcome in whatever order connections of one moment ended', () => {
    const [slow, deaf]: readonly (readonly [ConnectionParts])[] = [[{ names: ['a.example'], outcome: 'timeout', up: 0 }], [{ names: ['a.example'], outcome: 'unreachable', up: 0 }]];
    if (slow === undefined || deaf === undefined) throw new Error('there are two');
    expect(fold(slow, deaf).rows.map(({ outcome }) => outcome)).toEqual(fold(deaf, slow).rows.map(({ outcome }) => outcome));
    expect(fold(slow, deaf, deaf).rows.map(({ outcome }) => outcome)).toEqual(['unreachable']);
  });

  it('keep what contradicts a name', () => {
    const mismatch = { sni: wireText('a.example'), addresses: ['203.0.113.9'] };
    expect(fold([{ names: ['a.example'], mismatch }], [{ names: ['a.example'], mismatch: { ...mismatch } }]).rows).toMatchObject([{ count: 2, mismatch }]);
  });

  it.each<readonly [string, ConnectionParts, Verdict | undefined]>([
    ['another name', { names: ['b.example'] }, undefined],
    ['another port', { names: ['a.example'], to: { address: '203.0.113.7', port: 8443 } }, undefined],
    ['another transport', { names: ['a.example'], transport: 'udp' }, undefined],
    ['another protocol', { names: ['a.example'], protocol: 'http' }, undefined],
    ['another component', { names: ['a.example'], component: 'gateway' }, undefined],
    ['other phases', { names: ['a.example'], phasesAtOpening: ['task'] }, undefined],
    ['another scope', { names: ['a.example'], scope: 1 }, undefined],
    ['another verdict', { names: ['a.example'] }, DECLARED],
    ['a failed outcome', { names: ['a.example'], outcome: 'refused' }, undefined],
    ['another witness of the name', { names: ['dns a.example'] }, undefined],
    ['a proxy', { names: ['a.example'], via: { address: '10.0.0.9', port: 3128 } }, undefined],
    ['a name that DNS contradicts', { names: ['a.example'], mismatch: { sni: wireText('a.example'), addresses: ['203.0.113.9'] } }, undefined],
    ['the other direction', { names: ['a.example'], inbound: true }, undefined],
  ])('keep apart %s', (_what, parts, verdict) => expect(fold([{ names: ['a.example'] }], verdict === undefined ? [parts] : [parts, verdict]).rows).toHaveLength(2));

  it('keep at most three pieces of evidence and count the rest', () => {
    const { rows } = fold(...Array.from({ length: 7 }, () => [{ names: ['a.example'] }] as const));
    expect([rows[0]?.count, rows[0]?.evidence.length]).toEqual([7, 3]);
  });

  it.each<readonly [string, ConnectionParts, Destination['reached']]>([
    ['bytes answered', {}, 'sent'],
    ['a handshake only', { up: 0, outcome: 'established' }, 'established'],
    ['a refused attempt', { up: 0, outcome: 'refused' }, 'attempted'],
    ['datagrams without an answer', { transport: 'udp', outcome: 'sent-only', down: 0 }, 'attempted'],
    ['a rejected certificate', { outcome: 'rejected-by-client' }, 'established'],
  ])('were reached as far as %s', (_what, parts, reached) => expect(fold([parts]).rows[0]?.reached).toBe(reached));
});

describe('destinations past their cap', () => {
  const problems: string[] = [];
  const destinations = new Destinations((code) => void problems.push(code));
  let rows: readonly Destination[] = [];
  beforeAll(() => {
    for (let host = 0; host < DESTINATION_CAP; host++) destinations.add(connection({ names: [`h${host}.first.example`] }), UNDECLARED);
    for (let host = 0; host < 500; host++) {
      destinations.add(connection({ names: [`x${host}.late.example`], up: 1 }), UNDECLARED);
      destinations.add(connection({ names: [`y${host}.late.example`] }), DECLARED);
      destinations.add(connection({ to: { address: `198.51.100.${host % 256}`, port: 443 } }), UNDECLARED);
      destinations.add(connection({ to: { address: `2001:db8:9:${host.toString(16)}::1`, port: 443 } }), UNDECLARED);
    }
    destinations.add(connection({ names: ['h0.first.example'] }), UNDECLARED);
    rows = destinations.list();
  });

  it('fold by registrable domain or network, never across verdicts', () => {
    const late = rows.filter(({ name, addresses }) => name === 'late.example' || addresses.some((address) => address.startsWith('198.51.') || address.startsWith('2001:')));
    expect(late.map(({ name, count, verdict }) => `${name ?? 'nameless'} ${count} ${verdict.kind}`).toSorted()).toEqual(['late.example 500 declared', 'late.example 500 undeclared', 'nameless 500 undeclared', 'nameless 500 undeclared']);
    expect(rows).toHaveLength(DESTINATION_CAP + 4);
  });

  it('lose no connection and no byte', () => {
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(DESTINATION_CAP + 2001);
    expect(rows.find(({ name, verdict }) => name === 'late.example' && verdict.kind === 'undeclared')?.up).toBe(500);
  });

  it('go on adding to rows that are there', () => expect(rows.find(({ name }) => name === 'h0.first.example')?.count).toBe(2));

  it('say how many were folded', () => expect([problems.length, new Set(problems)]).toEqual([2000, new Set(['destination-cap'])]));
});
