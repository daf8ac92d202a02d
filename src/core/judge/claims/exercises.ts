/** Ways to put a promise to the test that several checks share. */
import { plural } from '../tell.ts';
import type { Exercise, Question } from './check.ts';
import { destinationsOf, entriesOf, lookupsOf, outward, wasReached } from './relevant.ts';
import type { Destination } from '../destination.ts';
import { isByNameAlone } from '../environment.ts';

/** Any outward traffic at all: for promises that something never happens. */
export function byTraffic(question: Question): Exercise {
  const count = outward(question).reduce((sum, destination) => sum + destination.count, 0);
  const lookups = lookupsOf(question).length;
  return {
    done: count + lookups > 0 ? ['traffic'] : [],
    of: ['traffic'],
    saw: `${plural(count, 'connection')} and ${plural(lookups, 'name')} looked up`,
    supply: 'record a run in which the app uses the network',
  };
}

/** Traffic, with the doubt that hosts taken for the operating system's by name alone bring (design §6). */
export function byAttributedTraffic(question: Question): Exercise {
  const contacted = destinationsOf(question).filter(isByNameAlone).length;
  const asked = lookupsOf(question).filter(({ verdict, connected }) => verdict.kind === 'environment' && !connected).length;
  const traffic = byTraffic(question);
  if (contacted + asked === 0) return traffic;
  const what = [contacted > 0 ? plural(contacted, 'destination') : '', asked > 0 ? `${plural(asked, 'name')} that ${asked === 1 ? 'was' : 'were'} only looked up` : ''].filter((part) => part !== '').join(' and ');
  return { ...traffic, doubt: `${what} taken for the operating system's by name alone; a recording with the app closed, or one that knows the process, would settle it` };
}

/** Every entry of the claim reached under its terms. */
export function byEntries(question: Question): Exercise {
  const entries = entriesOf(question.run.policy, question.claim).map((entry) => entry.id);
  const reached = destinationsOf(question).filter((destination) => destination.verdict.kind === 'declared' && wasReached(destination));
  const done = entries.filter((id) => reached.some(({ verdict }) => verdict.entry === id));
  const count = reached.filter(({ verdict }) => verdict.entry !== undefined && done.includes(verdict.entry)).reduce((sum, destination) => sum + destination.count, 0);
  return { done, of: entries, saw: `${plural(count, 'connection')} under ${done.join(', ')}`, supply: 'record a run that uses it' };
}

/** Destinations of the kind that the promise speaks of. */
export function byDestinations(question: Question, admits: (destination: Destination) => boolean, what: string, supply: string): Exercise {
  const count = destinationsOf(question).filter(admits).reduce((sum, destination) => sum + destination.count, 0);
  return { done: count > 0 ? [what] : [], of: [what], saw: `${count} × ${what}`, supply };
}
