/**
 * Blocked-effects: what blocking each row does. The network shows that a row is
 * blocked, where, and what the vendor says follows; what the user then sees is
 * not on the wire. Nothing on the wire breaks it: each row needs a blocked run.
 */
import type { Check, Exercise, Question } from '../check.ts';
import { destinationsOf, entriesOf, lookupsOf, wasReached } from '../relevant.ts';

export const blockedEffects: Check = {
  name: 'blocked-effects',
  needs: ['start-covered', 'wire-complete', 'names-complete'],
  exercise,
  shownByExercise: true,
};

function exercise(question: Question): Exercise {
  const rows = entriesOf(question.run.policy, question.claim).filter((entry) => entry.blocked !== undefined).map((entry) => entry.id);
  const done = rows.filter((id) => isBlocked(question, id));
  return {
    done,
    of: rows,
    saw: `${done.join(', ')} failed on this network, and the report names the effect (what the app then shows is not on the wire)`,
    supply: 'record a run with the row blocked (refused, dropped or NXDOMAIN), one run for each',
  };
}

/** Tried in this scope and never reached: connections that failed, or lookups that got no address (or a sinkhole's, which the standing knows). */
function isBlocked(question: Question, id: string): boolean {
  const tried = destinationsOf(question).filter(({ verdict }) => verdict.entry === id);
  const asked = lookupsOf(question).filter(({ verdict }) => verdict.entry === id);
  // What never came up in any scope was blocked wherever it was tried, though TCP may have come up before TLS failed.
  if (question.run.entries.find((entry) => entry.id === id)?.standing === 'blocked') return tried.length + asked.length > 0;
  if (tried.some(wasReached)) return false;
  return tried.length > 0 || (asked.length > 0 && asked.every(({ answers }) => answers === 0));
}
