/** Trust-zones: each component holds only the connections that its entries give it. */
import type { Check, Exercise, Question } from '../check.ts';
import { byEntries } from '../exercises.ts';
import { entriesOf } from '../relevant.ts';

export const trustZones: Check = {
  name: 'trust-zones',
  needs: ['start-covered', 'wire-complete', 'names-complete', 'process-complete'],
  exercise,
};

/** Entries that restrict their components; one that any component may hold tests nothing, and not each need be used. */
function exercise(question: Question): Exercise {
  const restricted = new Set(entriesOf(question.run.policy, question.claim).filter((entry) => entry.components.length > 0).map((entry) => entry.id));
  const { done, saw } = byEntries(question);
  const used = done.filter((id) => restricted.has(id));
  return { done: used, of: question.claim.entries.length > 0 ? [...restricted] : used, saw, supply: 'record a run in which the components use their connections' };
}
