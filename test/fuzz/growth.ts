/**
 * Whether a target's work grows with its input and no faster: the input again
 * and again until it takes long enough to measure, then twice as often. What is
 * compared are two costs of one process a moment apart, the least of several
 * tries each, so that a busy machine changes both or neither.
 */
import type { Pieces } from './target.ts';

/** How much more twice the input cost. */
export interface Growth {
  /** 2 for linear work, 4 for quadratic; 0 when even the longest input was too quick to say. */
  readonly ratio: number;
  /** Times that the input was repeated in the smaller of the two. */
  readonly times: number;
}

/** `cost` runs the target on an input and gives what that took, in µs of processor time. */
export async function growthOf(input: Pieces, cost: (input: Pieces) => Promise<number>): Promise<Growth> {
  let times = 1;
  while (await cost(repeated(input, times)) < MEASURABLE) {
    times *= 2;
    if (times > MOST_TIMES || size(input) * times > LARGEST) return { ratio: 0, times };
  }
  let [small, large] = [Infinity, Infinity];
  let ratio = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    small = Math.min(small, await cost(repeated(input, times)));
    large = Math.min(large, await cost(repeated(input, times * 2)));
    ratio = large / small;
    if (ratio <= MOST_GROWTH && attempt > 0) break;
  }
  return { ratio, times };
}

function repeated(input: Pieces, times: number): Pieces {
  return Array.from({ length: times }, () => input).flat();
}

function size(input: Pieces): number {
  return input.reduce((sum, piece) => sum + piece.length + 1, 0);
}

/** Linear work stays near 2, quadratic work is at 4. */
export const MOST_GROWTH = 3.2;
/** µs: enough to stand out from one collection of garbage. */
const MEASURABLE = 30_000;
const MOST_TIMES = 4096;
const LARGEST = 8 << 20;
/** Of each of the two, while they say that it is not linear. */
const ATTEMPTS = 6;
