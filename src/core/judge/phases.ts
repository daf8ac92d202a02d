/** Which phases held at a moment, with the grace that hand-set marks need (design §5). */
import { SECOND, type Micros } from '../base/time.ts';
import type { PhaseRange } from '../policy/sheet.ts';
import type { ScopeFacts } from './context.ts';

export interface PhasesAt {
  /** Phases that held at the moment or within the grace of it. */
  readonly phases: ReadonlySet<string>;
  /** Those of them with a mark within the grace: not surely holding, not surely over. */
  readonly phaseEdges: ReadonlySet<string>;
}

/**
 * The phases of one scope over time. Equal moments between the same marks give
 * the same object, so that verdicts can be remembered by identity.
 */
export class PhaseTimeline {
  readonly #ranges: readonly PhaseRange[];
  readonly #bounds: Float64Array;
  readonly #segments: (PhasesAt | undefined)[] = [];

  constructor(ranges: readonly PhaseRange[]) {
    this.#ranges = ranges;
    const bounds = ranges.flatMap(({ from, to = Number.POSITIVE_INFINITY }) => [from - GRACE, from + GRACE, to - GRACE, to + GRACE]);
    this.#bounds = Float64Array.from(new Set(bounds)).sort();
  }

  /** Phases at `at`; a phase with several ranges is sure when one of them surely holds. */
  at(at: Micros): PhasesAt {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#bounds[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return (this.#segments[low] ??= this.#between(this.#bounds[low - 1] ?? Number.NEGATIVE_INFINITY));
  }

  /** `start`: first moment of a stretch without bounds inside. */
  #between(start: number): PhasesAt {
    const phases = new Set<string>();
    const sure = new Set<string>();
    for (const { phase, from, to = Number.POSITIVE_INFINITY } of this.#ranges) {
      if (start < from - GRACE || start >= to + GRACE) continue;
      phases.add(phase);
      if (start >= from + GRACE && start < to - GRACE) sure.add(phase);
    }
    return { phases, phaseEdges: new Set([...phases].filter((phase) => !sure.has(phase))) };
  }
}

/** Timelines by the ranges they were made from. */
export class PhaseTimelines {
  readonly #known = new WeakMap<readonly PhaseRange[], PhaseTimeline>();

  /** Phases at `at` as a scope knows them; undefined where they are unknown. */
  known({ phases, phasesFrom = Number.NEGATIVE_INFINITY }: Pick<ScopeFacts, 'phases' | 'phasesFrom'>, at: Micros): PhasesAt | undefined {
    return phases === undefined || at < phasesFrom ? undefined : this.at(phases, at);
  }

  at(ranges: readonly PhaseRange[], at: Micros): PhasesAt {
    let timeline = this.#known.get(ranges);
    if (!timeline) {
      timeline = new PhaseTimeline(ranges);
      this.#known.set(ranges, timeline);
    }
    return timeline.at(at);
  }
}

/** Marks are set by people and by scripts beside the app: 2 s either way. */
const GRACE: Micros = 2 * SECOND;
