/**
 * Chooses among the entries that speak of a destination: the most specific
 * group decides, its best fit counts, the rest is named as shadowed. Takes
 * candidates in groups, most specific first; gives the verdict.
 */
import type { TelemetryHost } from '../knowledge/telemetry.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Asked } from './asked.ts';
import { fit, isNearer, type Fit } from './fit.ts';
import type { CandidateGroup } from './match.ts';

export interface Chosen {
  /** A lookup: ports, transport and protocol are not known. */
  readonly byName: boolean;
  readonly name?: string | undefined;
  readonly telemetry?: (TelemetryHost & { readonly matched: string }) | undefined;
}

/** The verdict of the most specific group; `groups` is not empty. */
export function choose(groups: readonly CandidateGroup[], asked: Asked, context: Chosen): Verdict {
  let best: Fit | undefined;
  let admitting = 0;
  const seen = new Set<string>();
  for (const candidate of groups[0] ?? []) {
    // One entry may list a host twice; it is ambiguous only against others.
    const one = fit(candidate, asked, context.byName);
    if (one.kind === 'declared' && !seen.has(candidate.entry.id)) admitting++;
    seen.add(candidate.entry.id);
    if (best === undefined || isNearer(one, best)) best = one;
  }
  if (best === undefined) return { kind: 'undeclared' };
  const { candidate, kind, leg, unknown, expected } = best;
  const shadowed = shadowedBy(groups, candidate.entry.id);
  return {
    kind,
    entry: candidate.entry.id,
    ...(leg >= 0 && !context.byName && { leg }),
    by: candidate.by,
    ...(context.name !== undefined && { name: context.name }),
    ...(shadowed.length > 0 && { shadowed }),
    ...(admitting > 1 && { ambiguousEntry: true }),
    ...(unknown.length > 0 && { conditionUnknown: unknown }),
    ...(expected !== undefined && { reason: expected }),
    ...(context.telemetry && { telemetry: context.telemetry }),
  };
}

function shadowedBy(groups: readonly CandidateGroup[], winner: string): readonly string[] {
  if (groups.length === 1 && groups[0]?.length === 1) return NONE;
  const ids = new Set(groups.flat().map((candidate) => candidate.entry.id));
  ids.delete(winner);
  return [...ids];
}

const NONE: readonly string[] = [];
