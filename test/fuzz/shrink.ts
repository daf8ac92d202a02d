/**
 * Makes a failing input small: drops pieces, then halves, quarters, … of each
 * piece, for as long as the same complaint stays. Bounded in attempts.
 */
import { type Pieces, sizeOf } from './target.ts';

/** The smallest input found that still fails; `fails` says whether one does. */
export async function shrink(input: Pieces, fails: (input: Pieces) => Promise<boolean>, attempts = 1500): Promise<Pieces> {
  let best = input;
  let left = attempts;
  for (let before = Infinity; sizeOf(best) + best.length < before && left > 0; ) {
    before = sizeOf(best) + best.length;
    for (const candidate of smaller(() => best)) {
      if (left-- <= 0) return best;
      if (sizeOf(candidate) + candidate.length < sizeOf(best) + best.length && (await fails(candidate))) best = candidate;
    }
  }
  return best;
}

/** Candidates in order of how much they take away, each cut from the best so far. */
function* smaller(best: () => Pieces): Generator<Pieces> {
  for (let step = best().length >> 1; step >= 1; step >>= 1) {
    for (let at = 0; at < best().length; at += step) yield best().toSpliced(at, step);
  }
  for (let place = 0; place < best().length; place++) {
    for (let step = (best()[place]?.length ?? 0) >> 1; step >= 1; step >>= 1) {
      for (let at = 0; at < (best()[place]?.length ?? 0); at += step) {
        const piece = best()[place] ?? new Uint8Array(0);
        yield best().with(place, Buffer.concat([piece.subarray(0, at), piece.subarray(at + step)]));
      }
    }
  }
}
