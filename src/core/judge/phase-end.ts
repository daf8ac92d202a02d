/**
 * Finds when the condition under which a connection was opened stopped
 * holding. Takes the condition and the phases of the scope as time ranges;
 * gives a moment. Never looks at packets, and accuses of nothing itself.
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

/**
 * The first moment from `opened` on at which the phases end the condition for
 * at least `length`; undefined when they never do. A phase that begins again
 * within `length` goes on; a condition that hangs on something unknown does not end.
 */
export function phaseEnd({ when, leg, known }: Terms, ranges: readonly PhaseRange[], opened: Micros, length: Micros): Micros | undefined {
  const bounds = ranges.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])).filter((bound) => bound > opened);
  let ended: Micros | undefined;
  for (const moment of [opened, ...new Set(bounds)].sort((a, b) => a - b)) {
    if (ended !== undefined && moment - ended >= length) return ended;
    const phases = new Set(ranges.filter(({ from, to = Number.POSITIVE_INFINITY }) => from <= moment && moment < to).map(({ phase }) => phase));
    const { truth } = both(weigh(when, { ...known, phases }), weigh(leg, { ...known, phases }));
    // Features and component stay what they were when it was admitted, so only phases can end it.
    if (truth === 'no') ended ??= moment;
    else ended = undefined;
  }
  return ended;
}
