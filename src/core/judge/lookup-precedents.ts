/**
 * Precedents among lookups, as precedents.ts has them among connections: the
 * same question with the same answer gets the verdict and the row of the one
 * before, unless something was learned since. Never changes a result.
 */
import type { Lookup } from '../observe/connection.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { ScopeFacts } from './context.ts';
import { isSameList } from './destination-key.ts';
import type { LookupRow } from './lookup-ledger.ts';
import type { PhasesAt } from './phases.ts';
import type { LookupSeat } from './tally.ts';

/** What the judge decided of a lookup, and where others like it are counted. */
export interface LookupRuling {
  readonly verdict: Verdict;
  readonly row: LookupRow;
  /** Undefined where it is no try of an entry. */
  readonly seat: LookupSeat | undefined;
}

/** Told when it was decided and looked for: what a verdict rests on besides the lookup. */
export interface LookupGrounds {
  readonly features: ScopeFacts['features'];
  readonly phases: PhasesAt | undefined;
  readonly learned: number;
}

interface Precedent extends LookupRuling, LookupGrounds, Pick<Lookup, 'type' | 'rcode' | 'scope' | 'component' | 'resolver' | 'cnames'> {
  readonly process: string | undefined;
  readonly phasesAsked: Lookup['phases'];
  readonly next: Precedent | undefined;
  readonly depth: number;
}

export class LookupPrecedents {
  readonly #known = new Map<string, Precedent>();

  /** What was decided of a lookup like this one. */
  find(lookup: Lookup, grounds: LookupGrounds): LookupRuling | undefined {
    let precedent = this.#known.get(lookup.name);
    while (precedent !== undefined && !(isLike(precedent, lookup) && isSameGround(precedent, grounds))) precedent = precedent.next;
    return precedent;
  }

  /** Lets later ones follow this lookup. */
  keep(lookup: Lookup, { features, phases, learned }: LookupGrounds, { verdict, row, seat }: LookupRuling): void {
    const head = this.#known.get(lookup.name);
    const next = head?.learned === learned ? head : undefined;
    if (next === undefined ? head === undefined && this.#known.size >= NAME_CAP : next.depth >= COMPARED_CAP) return;
    this.#known.set(lookup.name, {
      type: lookup.type, rcode: lookup.rcode, scope: lookup.scope, component: lookup.component, resolver: lookup.resolver, cnames: lookup.cnames, process: lookup.process?.name, phasesAsked: lookup.phases,
      verdict, row, seat, features, phases, learned, next, depth: (next?.depth ?? 0) + 1,
    });
  }
}

function isLike(known: Precedent, lookup: Lookup): boolean {
  if (known.type !== lookup.type || known.rcode !== lookup.rcode || known.scope !== lookup.scope || known.component !== lookup.component) return false;
  if (known.resolver.address !== lookup.resolver.address || known.resolver.port !== lookup.resolver.port || known.process !== lookup.process?.name) return false;
  return isSameList(known.cnames, lookup.cnames) && isSameList(known.phasesAsked, lookup.phases);
}

function isSameGround(known: LookupGrounds, grounds: LookupGrounds): boolean {
  return known.learned === grounds.learned && known.phases === grounds.phases && known.features === grounds.features;
}

/** Lookups of one name that another is compared with: types, resolvers and answers of a name are few. */
const COMPARED_CAP = 8;
/** Names whose lookups are remembered, about 10 MB at worst; others are judged each time. */
const NAME_CAP = 20_000;
