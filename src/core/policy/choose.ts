/**
 * Chooses among the entries that speak of a destination: the most specific
 * group decides, its best fit counts, the rest is named as shadowed. Takes
 * candidates in groups, most specific first; gives the verdict.
 */
import type { Draft } from '../base/draft.ts';
import type { Verdict } from './verdict.ts';
import type { Asked } from './asked.ts';
import { expectedBy, fit, isNearer, type Fit } from './fit.ts';
import type { CandidateGroup } from './match.ts';

/** The verdict of the most specific group; `groups` is not empty. `byName`: a lookup, which knows no port, transport or protocol. */
export function choose(groups: readonly CandidateGroup[], asked: Asked, byName: boolean): Draft<Verdict> {
  let best: Fit | undefined;
  const admitting = new Set<string>();
  for (const candidate of groups[0] ?? []) {
    const one = fit(candidate, asked, byName);
    if (one.term === 'declared') admitting.add(candidate.entry.id);
    if (best === undefined || isNearer(one, best)) best = one;
  }
  if (best === undefined) return { kind: 'undeclared' };
  const { candidate, term, leg, unknown } = best;
  const verdict: Draft<Verdict> = { kind: term === 'wrong-protocol' ? 'wrong-transport' : term, entry: candidate.entry.id };
  if (leg >= 0 && !byName) verdict.leg = leg;
  verdict.by = candidate.by;
  if (groups.length > 1 || (groups[0]?.length ?? 0) > 1) {
    const shadowed = idsOf(groups, candidate.entry.id);
    if (shadowed.length > 0) verdict.shadowed = shadowed;
  }
  if (admitting.size > 1) verdict.ambiguousEntry = true;
  if (unknown.length > 0) verdict.conditionUnknown = unknown;
  if (term !== 'declared') verdict.reason = expectedBy(best);
  return verdict;
}

/** Entries of all groups, each once, without `winner`. */
export function idsOf(groups: readonly CandidateGroup[], winner?: string): readonly string[] {
  const ids = new Set(groups.flat().map((candidate) => candidate.entry.id));
  if (winner !== undefined) ids.delete(winner);
  return [...ids];
}
