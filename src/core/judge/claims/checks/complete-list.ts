/** Complete-list: no host outside the policy's entries is contacted. */
import type { Check } from '../check.ts';
import { byAttributedTraffic } from '../exercises.ts';

export const completeList: Check = {
  name: 'complete-list',
  needs: ['start-covered', 'end-covered', 'wire-complete', 'names-complete', 'dns-in-clear', 'scope-known'],
  exercise: byAttributedTraffic,
};
