/** Host-not-contacted: the hosts that the claim names, or that the policy denies by name, are left alone. */
import type { Check } from '../check.ts';
import { byAttributedTraffic } from '../exercises.ts';

export const hostNotContacted: Check = {
  name: 'host-not-contacted',
  needs: ['start-covered', 'end-covered', 'wire-complete', 'names-complete', 'scope-known'],
  exercise: byAttributedTraffic,
};
