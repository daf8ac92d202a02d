/** As-declared: the entries of the claim are used on their port and transport, by their component, with their feature, in their phase, within their budget. */
import { plural } from '../../tell.ts';
import type { Check, Exercise, Question } from '../check.ts';
import { byEntries } from '../exercises.ts';
import { entriesOf } from '../relevant.ts';

export const asDeclared: Check = {
  name: 'as-declared',
  needs: ['start-covered', 'wire-complete', 'names-complete', 'marks-present', 'condition-known'],
  exercise: byClosedEntries,
};

/** Entries reached under their terms, with the doubt about those that should have closed and were not seen to. */
function byClosedEntries(question: Question): Exercise {
  const closing = new Set(entriesOf(question.run.policy, question.claim).flatMap((entry) => (entry.closesWithPhase ? [entry.id] : [])));
  const open = question.run.entries.filter(({ id, leftOpen }) => closing.has(id) && leftOpen > 0);
  if (open.length === 0) return byEntries(question);
  const count = open.reduce((sum, { leftOpen }) => sum + leftOpen, 0);
  return { ...byEntries(question), doubt: `${plural(count, 'connection')} under ${open.map(({ id }) => id).join(', ')} had not closed when the capture ended; record until a minute after the phase` };
}
