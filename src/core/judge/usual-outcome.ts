import type { Outcome } from '../observe/observation.ts';

/** The most frequent outcome, the first by name of several: connections of one moment end in any order. Undefined where none is counted. */
export function usualOutcome(outcomes: readonly Outcome[], counts: readonly number[]): Outcome | undefined {
  const most = Math.max(...counts);
  return outcomes.filter((_, index) => counts[index] === most).sort()[0];
}
