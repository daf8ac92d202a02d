/** Reads what an entry's condition speaks of; what it comes to is weighed by core/policy/condition.ts. */
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

function named(condition: Condition, kind: 'feature' | 'phase'): readonly string[] {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.flatMap((part) => named(part, kind));
  return condition.kind === kind ? condition.anyOf : [];
}
