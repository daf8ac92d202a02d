/** Which phases held at a moment, with the grace that hand-set marks need (design §5). */
import { SECOND, type Micros } from '../base/time.ts';
import type { PhaseRange } from '../policy/sheet.ts';

export interface PhasesAt {
  /** Phases that held at the moment or within the grace of it. */
  readonly phases: ReadonlySet<string>;
  /** Those of them with a mark within the grace: not surely holding, not surely over. */
  readonly phaseEdges: ReadonlySet<string>;
}

/** Phases of a scope at `at`. A phase may have several ranges; one that surely holds makes it sure. */
export function phasesAt(ranges: readonly PhaseRange[], at: Micros): PhasesAt {
  let near: Set<string> | undefined;
  let sure: Set<string> | undefined;
  for (const { phase, from, to } of ranges) {
    if (at < from - GRACE || (to !== undefined && at > to + GRACE)) continue;
    (near ??= new Set()).add(phase);
    if (at >= from + GRACE && (to === undefined || at <= to - GRACE)) (sure ??= new Set()).add(phase);
  }
  if (near === undefined) return NO_PHASES;
  if (sure === undefined) return { phases: near, phaseEdges: near };
  const surely = sure;
  return { phases: near, phaseEdges: new Set([...near].filter((phase) => !surely.has(phase))) };
}

const NO_PHASES: PhasesAt = { phases: new Set(), phaseEdges: new Set() };
/** Marks are set by people and by scripts beside the app: 2 s either way. */
export const GRACE: Micros = 2 * SECOND;
