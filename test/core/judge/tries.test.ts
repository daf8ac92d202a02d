import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { LayerTable, Tries, type AttemptResult, type TrySums } from '../../../src/core/judge/tries.ts';
import { START } from '../../build/connection.ts';

type Told = readonly [second: number, result: AttemptResult];

const REFUSED = { layer: 'tcp refused' };
const NXDOMAIN = { layer: 'dns NXDOMAIN' };

function sumsOf(told: readonly Told[]): TrySums {
  const tries = new Tries(new LayerTable());
  for (const [second, result] of told) tries.add(START + second * SECOND, result);
  return tries.sums();
}

describe('Tries', () => {
  it.each<[string, Told[], [tries: number, through: number, failed: number, layers: Record<string, number>]]>([
    ['nothing is no try', [], [0, 0, 0, {}]],
    ['a loser of a successful try is no failure', [[0, REFUSED], [0.2, 'through']], [1, 1, 0, {}]],
    ['the winner may be told before the loser', [[0.2, 'through'], [0, REFUSED]], [1, 1, 0, {}]],
    ['three seconds later is another try', [[0, REFUSED], [3, 'through']], [2, 1, 1, { 'tcp refused': 1 }]],
    ['a try is measured from its first attempt', [[0, REFUSED], [2, REFUSED], [4, 'through']], [2, 1, 1, { 'tcp refused': 1 }]],
    ['the layer that came furthest explains a failed try', [[0, NXDOMAIN], [0.1, { layer: 'tcp timeout' }], [0.2, REFUSED]], [1, 0, 1, { 'tcp refused': 1 }]],
    ['a lookup that worked takes the blame from one that did not', [[0, NXDOMAIN], [0.1, 'resolved']], [0, 0, 0, {}]],
    ['but not from a connection that was refused', [[0, 'resolved'], [0.1, REFUSED]], [1, 0, 1, { 'tcp refused': 1 }]],
    ['lookups alone are no try', [[0, 'resolved']], [0, 0, 0, {}]],
    ['an open attempt is a try without result', [[0, 'open']], [1, 0, 0, {}]],
    ['a failure beside an open attempt is a failure', [[0, 'open'], [1, REFUSED]], [1, 0, 1, { 'tcp refused': 1 }]],
  ])('%s', (_, told, [tries, through, failed, layers]) => {
    const sums = sumsOf(told);
    expect({ ...sums, layers: Object.fromEntries(sums.layers) }).toEqual({ tries, through, failed, layers });
  });

  it('gives the same sums in whatever order attempts are told', () => {
    const result = fc.constantFrom<AttemptResult>('through', 'open', 'resolved', REFUSED, NXDOMAIN, { layer: 'reset' });
    const attempts = fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }).map((tenths) => tenths / 10), result), { maxLength: 40 });
    fc.assert(
      fc.property(
        attempts.chain((told) => fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length }))),
        ([told, shuffled]) => {
          expect(sumsOf(shuffled)).toEqual(sumsOf(told));
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });

  it('keeps what was settled early', () => {
    const tries = new Tries(new LayerTable());
    tries.add(START, REFUSED);
    tries.settle();
    tries.add(START + 10 * SECOND, 'through');
    expect(tries.sums()).toEqual({ tries: 2, through: 1, failed: 1, layers: new Map([['tcp refused', 1]]) });
  });

  it('tells tries decades apart', () => {
    expect(sumsOf([[0, 'through'], [-1e9, REFUSED], [1e9, REFUSED]])).toMatchObject({ tries: 3, through: 1, failed: 2 });
  });
});
