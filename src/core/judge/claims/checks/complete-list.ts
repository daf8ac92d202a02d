/** Complete-list: no host outside the policy's entries is contacted. */
import type { Check } from '../check.ts';
import { byAttributedTraffic } from '../exercises.ts';

export const completeList: Check = {
  name: 'complete-list',
  asks: 'Is every host that was contacted in the list?',
  needs: ['start-covered', 'end-covered', 'wire-complete', 'names-complete', 'dns-in-clear', 'scope-known'],
  exercise: byAttributedTraffic,
};
