/**
 * Finds when the condition under which a connection was opened stopped
 * holding. Takes the condition and the phases of the scope as time ranges;
 * gives moments. Never looks at packets, and accuses of nothing itself.
 */
import type { Micros } from '../base/time.ts';
import { both, weigh, type Circumstances } from '../policy/condition.ts';
import type { Condition } from '../policy/policy.ts';
import type { PhaseRange } from '../policy/sheet.ts';

/** What an entry and its leg ask for, and what is known besides phases. */
export interface Terms {
  readonly when: Condition;
  readonly leg: Condition;
  readonly known: Pick<Circumstances, 'component' | 'features'>;
}

/** A stretch of time; `to` is infinite for the last. */
export interface Stretch {
  readonly from: Micros;
  readonly to: Micros;
}

/**
 * The stretches from `opened` on in which the phases do not meet the condition,
 * in order. A condition that hangs on something unknown may be met.
 */
export function stretchesOutside({ when, leg, known }: Terms, ranges: readonly PhaseRange[], opened: Micros): readonly Stretch[] {
  const bounds = ranges.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])).filter((bound) => bound > opened);
  const stretches: Stretch[] = [];
  let since: Micros | undefined;
  for (const moment of [opened, ...new Set(bounds)].sort((a, b) => a - b)) {
    const phases = new Set(ranges.filter(({ from, to = Number.POSITIVE_INFINITY }) => from <= moment && moment < to).map(({ phase }) => phase));
    const { truth } = both(weigh(when, { ...known, phases }), weigh(leg, { ...known, phases }));
    // Features and component stay what they were when it was admitted, so only phases can end it.
    if (truth === 'no') since ??= moment;
    else if (since !== undefined) {
      stretches.push({ from: since, to: moment });
      since = undefined;
    }
  }
  if (since !== undefined) stretches.push({ from: since, to: Number.POSITIVE_INFINITY });
  return stretches;
}
