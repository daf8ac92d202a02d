/** As-declared: the entries of the claim are used on their port and transport, by their component, with their feature, in their phase. */
import type { Check } from '../check.ts';
import { byEntries } from '../exercises.ts';

export const asDeclared: Check = {
  name: 'as-declared',
  needs: ['start-covered', 'wire-complete', 'names-complete', 'marks-present', 'condition-known'],
  exercise: byEntries,
};
