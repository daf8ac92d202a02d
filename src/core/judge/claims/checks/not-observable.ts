/** Not-observable: a promise that no observer of the network can settle, listed with the reason. */
import type { Check } from '../check.ts';

export const notObservable: Check = {
  name: 'not-observable',
  needs: [],
  exercise: () => ({ done: [], of: ['nothing'], saw: 'nothing', supply: 'ask the vendor for evidence of another kind (code review, audit report)' }),
};
