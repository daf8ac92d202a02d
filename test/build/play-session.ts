/**
 * Plays one flow to a decoder's session as the flow reader would: passages
 * and gaps in order, one frame each. Gives the facts and all that was told.
 */
import type { Problem } from '../../src/core/base/problem.ts';
import type { LookupFacts } from '../../src/core/decode/payloads/dns/facts.ts';
import type { Decoder, PayloadFacts, Side } from '../../src/core/decode/payloads/session.ts';
import { bytes } from './bytes.ts';

/** Bytes or text of one side, or a number of missing bytes. `at` and `frame` default to the passage's place (1, 2, …). */
export interface Passage {
  readonly side: Side;
  readonly data: Uint8Array | number;
  readonly at?: number;
  readonly frame?: number;
}

export interface Played {
  readonly facts: PayloadFacts;
  readonly problems: readonly Problem[];
  readonly lookups: readonly LookupFacts[];
  /** Passages taken before the session wanted no more; all of them when it never said so. */
  readonly taken: number;
}

export function playSession(decoder: Decoder, passages: readonly Passage[]): Played {
  const problems: Problem[] = [];
  const lookups: LookupFacts[] = [];
  const session = decoder.open({ lookup: (facts) => lookups.push(facts), problem: (problem) => problems.push(problem) }, 0);
  let taken = 0;
  for (const [index, { side, data, at = index + 1, frame = index + 1 }] of passages.entries()) {
    taken++;
    // A copy that is wiped afterwards: what a session keeps of a passage must be its own.
    const own = typeof data === 'number' ? undefined : data.slice();
    const wanted = own === undefined ? session.gap(side, Number(data)) : session.push(side, own, at, frame);
    own?.fill(0xee);
    if (!wanted) break;
  }
  return { facts: session.facts(), problems, lookups, taken };
}

export function up(...parts: readonly (string | Uint8Array)[]): Passage {
  return { side: 'up', data: bytes(...parts) };
}

export function down(...parts: readonly (string | Uint8Array)[]): Passage {
  return { side: 'down', data: bytes(...parts) };
}

export function lost(side: Side, length: number): Passage {
  return { side, data: length };
}

/** The same bytes in other pieces: `sizes` are used in turn. Times and frames stay those of the passage, so that nothing else differs. */
export function rechunked(passages: readonly Passage[], sizes: readonly number[]): Passage[] {
  const pieces: Passage[] = [];
  let turn = 0;
  for (const [index, { side, data }] of passages.entries()) {
    if (typeof data === 'number') {
      pieces.push({ side, data, at: index + 1, frame: index + 1 });
      continue;
    }
    for (let from = 0; from < data.length;) {
      const to = from + Math.max(1, sizes[turn++ % sizes.length] ?? 1);
      pieces.push({ side, data: data.subarray(from, to), at: index + 1, frame: index + 1 });
      from = to;
    }
  }
  return pieces;
}
