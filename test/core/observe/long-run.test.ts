/** A run that goes on for hours: what the ledger keeps does not grow with it, and nothing is told twice or lost. */
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../src/core/observe/ledger.ts';
import { Scope } from '../../../src/core/observe/scope.ts';
import { dayOf } from '../../bench/day-observations.ts';

const MINUTES = 90;
const PER_MINUTE = 300;
/** Of the generator: one connection in forty goes around the proxy. */
const AROUND = (MINUTES * PER_MINUTE) / 40;

describe('a run of ninety minutes at five connections a second', () => {
  it('keeps no more after an hour than after twenty minutes, and joins every packet of every tunnel', () => {
    const scope = new Scope(0, { scope: 'app', variables: {}, local: [], roots: [], components: [], clockOffset: 0 });
    scope.witnesses.opened(0, true);
    scope.witnesses.opened(1, false);
    let connections = 0;
    let joined = 0;
    const corroborated = new Set<number>();
    const ledger = new Ledger(scope, {
      connection({ evidence, alsoSeen }) {
        connections++;
        if (evidence.source === 0) corroborated.add(alsoSeen?.length ?? 0);
      },
      lookup: () => {}, blindSpot: () => {}, source: () => {}, joined: () => void joined++,
    });
    const held: number[] = [];
    let second = 0;
    for (const observation of dayOf(MINUTES, PER_MINUTE)) {
      ledger.add(observation);
      if (observation.kind === 'tick' && ++second % 600 === 0) held.push(ledger.held);
    }
    ledger.finish();
    const [, early = 0] = held;
    expect(early).toBeGreaterThan(1000);
    // Names of hosts that were looked up once are kept too, up to their own cap.
    for (const later of held.slice(2)) expect(later).toBeLessThan(early * 1.5);
    expect([connections, joined]).toEqual([MINUTES * PER_MINUTE, 2 * (MINUTES * PER_MINUTE - AROUND)]);
    expect([...corroborated]).toEqual([2]);
  });
});
