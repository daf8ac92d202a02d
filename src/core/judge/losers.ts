/**
 * Losers of successful tries among folded connections (design §4): attempts to
 * one name by one component within 3 s are one try, whatever the address
 * family, and those that another attempt overtook did not fail. Told only where
 * every opening of a row is known and was overtaken.
 */
import type { Micros } from '../base/time.ts';
import { TRY_WINDOW } from './tries.ts';

/** What a row must tell of itself. */
export interface TryRow {
  /** Scope, component and name: whose tries these are. */
  readonly party: string | undefined;
  readonly isFailed: boolean;
  readonly count: number;
  /** Openings of the first connections, up to {@link OPENING_CAP}. */
  readonly openings: readonly Micros[];
}

/** The failed rows all of whose connections lost to another attempt that came through. */
export function losersAmong<T extends TryRow>(rows: readonly T[]): ReadonlySet<T> {
  const wins = new Map<string, Micros[]>();
  for (const { party, isFailed, openings } of rows) {
    if (party === undefined || isFailed) continue;
    const known = wins.get(party);
    if (known === undefined) wins.set(party, [...openings]);
    else if (known.length < WIN_CAP) known.push(...openings);
  }
  return new Set(rows.filter(({ party, isFailed, count, openings }) => {
    const won = party === undefined ? undefined : wins.get(party);
    return isFailed && won !== undefined && count === openings.length && openings.every((at) => won.some((other) => Math.abs(other - at) <= TRY_WINDOW));
  }));
}

/** Openings remembered per row: beyond them nothing is called a loser. */
export const OPENING_CAP = 16;
/** Openings of one party's successes that failures are held against. */
const WIN_CAP = 1024;
