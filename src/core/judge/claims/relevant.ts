/** The part of a judged run that a claim speaks of: its entries, and the scope's destinations and lookups. */
import type { Destination } from '../destination.ts';
import type { ClaimLine, Entry, Policy } from '../../policy/policy.ts';
import type { JudgedLookup } from '../context.ts';
import type { Question } from './check.ts';

/** Entries that the claim names; all when it names none. */
export function entriesOf(policy: Policy, claim: ClaimLine): readonly Entry[] {
  return claim.entries.length === 0 ? policy.entries : policy.entries.filter((entry) => claim.entries.includes(entry.id));
}

/** Destinations of the scope. */
export function destinationsOf({ run, scope }: Question): readonly Destination[] {
  return partsOf(run.destinations, scope.scope).all;
}

/** Lookups of the scope. */
export function lookupsOf({ run, scope }: Question): readonly JudgedLookup[] {
  return run.lookups.filter((lookup) => lookup.scope === scope.scope);
}

/** Destinations of the scope whose verdict names an entry of the claim. */
export function destinationsUnder(question: Question): readonly Destination[] {
  const ids = new Set(entriesOf(question.run.policy, question.claim).map((entry) => entry.id));
  return partsOf(question.run.destinations, question.scope.scope).entered.filter(({ verdict }) => verdict.entry !== undefined && ids.has(verdict.entry));
}

/** Destinations of the scope off loopback, inbound ones left out. */
export function outward(question: Question): readonly Destination[] {
  return destinationsOf(question).filter((destination) => destination.addressClass !== 'loopback' && !destination.inbound);
}

/** Whether a connection got as far as an answer. */
export function wasReached(destination: Destination): boolean {
  return destination.reached === 'established' || destination.reached === 'sent';
}

/** Destinations of one scope, and those of them whose verdict names an entry. */
interface Parts {
  readonly all: readonly Destination[];
  readonly entered: readonly Destination[];
}

function partsOf(destinations: readonly Destination[], scope: number): Parts {
  let byScope = remembered.get(destinations);
  if (byScope === undefined) remembered.set(destinations, (byScope = new Map()));
  let parts = byScope.get(scope);
  if (parts === undefined) {
    const all = destinations.filter((destination) => destination.scope === scope);
    parts = { all, entered: all.filter(({ verdict }) => verdict.entry !== undefined) };
    byScope.set(scope, parts);
  }
  return parts;
}

/** Every claim asks this of one run several times. */
const remembered = new WeakMap<readonly Destination[], Map<number, Parts>>();
