/** Only-with-feature: the hosts of the entries are not contacted while their feature is off. */
import { weigh } from '../../../policy/condition.ts';
import { mentions } from '../../conditions.ts';
import type { Check, Exercise, Question } from '../check.ts';
import { byTraffic } from '../exercises.ts';
import { entriesOf } from '../relevant.ts';

export const onlyWithFeature: Check = {
  name: 'only-with-feature',
  needs: ['start-covered', 'wire-complete', 'names-complete', 'scope-known', 'condition-known'],
  exercise,
};

/** A run with the feature on says nothing of what happens without it: only a run with it off tests the promise. */
function exercise(question: Question): Exercise {
  const features = question.scope.features;
  const gated = entriesOf(question.run.policy, question.claim).filter((entry) => mentions(entry.when, 'feature'));
  const traffic = byTraffic(question);
  // An entry whose hosts nobody configured has nothing that could be recognised.
  const known = gated.filter((entry) => entry.hosts.length > 0 || entry.addresses.length > 0);
  const off = known.filter((entry) => features !== undefined && weigh(entry.when, { features }).truth === 'no').map((entry) => entry.id);
  return {
    done: traffic.done.length > 0 ? off : [],
    of: gated.map((entry) => entry.id),
    saw: `the feature of ${off.join(', ')} was off, and among ${traffic.saw} none went there`,
    supply: 'record a run that uses the app with the feature off, and say so (`features:` in the run sheet, or --with); hosts that the user configures must be given as variables',
  };
}
