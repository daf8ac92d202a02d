/** Reads what an entry's condition speaks of, and what it comes to when only the features are known. */
import type { Condition } from '../policy/policy.ts';

/** Features a condition names, negated ones left out. */
export function featuresOf(condition: Condition): readonly string[] {
  return named(condition, 'feature');
}

/** Phases a condition names, negated ones left out. */
export function phasesOf(condition: Condition): readonly string[] {
  return named(condition, 'phase');
}

/** Whether any part of the condition, negated or not, speaks of the kind. */
export function mentions(condition: Condition, kind: 'feature' | 'phase' | 'running'): boolean {
  if (condition.kind === 'not') return mentions(condition.inner, kind);
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.some((part) => mentions(part, kind));
  return condition.kind === kind;
}

/** The condition with these features on and all others off, phases and processes unknown. */
export function underFeatures(condition: Condition, on: ReadonlySet<string>): 'true' | 'false' | 'unknown' {
  if (condition.kind === 'always') return 'true';
  if (condition.kind === 'feature') return condition.anyOf.some((feature) => on.has(feature)) ? 'true' : 'false';
  if (condition.kind === 'not') return NEGATED[underFeatures(condition.inner, on)];
  if (condition.kind === 'all') return worst(condition.of, on, 'false', 'true');
  if (condition.kind === 'any') return worst(condition.of, on, 'true', 'false');
  return 'unknown';
}

/** Kleene's three values: `decisive` wins, then unknown, else `rest`. */
function worst(parts: readonly Condition[], on: ReadonlySet<string>, decisive: 'true' | 'false', rest: 'true' | 'false'): 'true' | 'false' | 'unknown' {
  const values = new Set(parts.map((part) => underFeatures(part, on)));
  if (values.has(decisive)) return decisive;
  return values.has('unknown') ? 'unknown' : rest;
}

function named(condition: Condition, kind: 'feature' | 'phase'): readonly string[] {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.flatMap((part) => named(part, kind));
  return condition.kind === kind ? condition.anyOf : [];
}

const NEGATED = { true: 'false', false: 'true', unknown: 'unknown' } as const;
