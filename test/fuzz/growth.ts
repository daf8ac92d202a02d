/**
 * Whether a target's work grows with its input and no faster: the input again
 * and again until it takes long enough to measure, then twice as often, and
 * where that is steep four times. What is compared are costs of one process a
 * moment apart, the least of several tries each: a busy machine changes all.
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
  const least = async (times: number, enough = 0): Promise<number> => {
    let found = Infinity;
    const fed = repeated(input, times);
    for (let attempt = 0; attempt < ATTEMPTS && found > enough; attempt++) found = Math.min(found, await cost(fed));
    return found;
  };
  let times = 1;
  while (await least(times, MEASURABLE) < MEASURABLE) {
    times *= 2;
    if (times > MOST_TIMES || size(input) * times > LARGEST) return { ratio: 0, times };
  }
  const [one, two] = [await least(times), await least(times * 2)];
  if (two <= one * MOST_GROWTH) return { ratio: two / one, times };
  // Memory that no longer fits a cache, or a collection, makes one step steep; quadratic work makes each.
  return { ratio: Math.min(two / one, await least(times * 4) / two), times };
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
const ATTEMPTS = 5;
