/**
 * What DNS said an address was called, and when (design §4): every answer of
 * the scope names its addresses for its time to live; later the name is stale.
 * All candidates are kept, because shared addresses have many names.
 */
import { canonicalAddress } from '../base/address.ts';
import type { ProblemCode } from '../base/problem.ts';
import { SECOND, type Micros } from '../base/time.ts';
import type { WireText } from '../base/wire-text.ts';
import { Namings, type SoleName } from './naming.ts';

/** A name that an address had during a time. */
interface Binding {
  readonly name: WireText;
  readonly named: Named;
  readonly from: Micros;
  until: Micros;
  /** The one bound after it. */
  next: Binding | undefined;
}

/** A name with all its addresses. */
interface Named {
  /** The name as the only candidate, shared by all who ask. */
  readonly alone: Candidates;
  /** Each with the time of its first answer. */
  readonly addresses: Map<string, Micros>;
}

export interface Candidates {
  /** Names alive at the time asked about, in order of their answers. */
  readonly live: readonly WireText[];
  /** The latest name that had died by then, where none is alive. */
  readonly stale?: WireText | undefined;
  /** Where one name is alive and no other. */
  readonly sole?: SoleName | undefined;
}

export class NameBook {
  /** What connections are called by the names in here. */
  readonly namings = new Namings();
  /** By address: the binding made first. */
  private readonly byAddress = new Map<string, Binding>();
  private readonly byName = new Map<string, Named>();
  private readonly problem: (code: ProblemCode) => void;

  constructor(problem: (code: ProblemCode) => void) {
    this.problem = problem;
  }

  /** An answer at `at` (µs) gave `address` to `name` for `ttl` seconds. */
  learn(name: WireText, address: string, ttl: number, at: Micros): void {
    const first = this.byAddress.get(address);
    if (first === undefined && this.byAddress.size >= ADDRESS_CAP) {
      this.problem('dns-cap');
      return;
    }
    const until = at + (Math.max(ttl, LEAST_LIFE) + GRACE) * SECOND;
    // A name given again after its life is bound again, so the last one counts.
    let known: Binding | undefined;
    let last: Binding | undefined;
    let count = 0;
    for (let binding = first; binding !== undefined; binding = binding.next, count++) {
      if (binding.name === name) known = binding;
      last = binding;
    }
    const named = known?.named ?? this.nameOf(name);
    // What the name and address were first told together covers every later time.
    if (known === undefined || at < known.from) noteAddress(named, address, at);
    if (known !== undefined && known.until >= at) {
      if (until > known.until) known.until = until;
      return;
    }
    const binding: Binding = { name, named, from: at, until, next: undefined };
    if (last === undefined) this.byAddress.set(address, binding);
    else last.next = binding;
    if (count < NAMES_PER_ADDRESS_CAP || first?.next === undefined) return;
    this.byAddress.set(address, first.next);
    this.problem('dns-cap');
  }

  /** Names of `address` at `at`; an answer that came later never names what was opened before it. */
  candidates(address: string, at: Micros): Candidates {
    const oldest = this.byAddress.get(address);
    if (oldest === undefined) return NONE;
    if (oldest.next === undefined && oldest.from <= at && oldest.until >= at) return oldest.named.alone;
    let first: Binding | undefined;
    let stale: Binding | undefined;
    let isShared = false;
    for (let binding: Binding | undefined = oldest; binding !== undefined; binding = binding.next) {
      if (binding.from > at) continue;
      if (binding.until < at) {
        if (stale === undefined || binding.until > stale.until) stale = binding;
      } else if (first === undefined) first = binding;
      else if (binding.name !== first.name) isShared = true;
    }
    if (isShared) return { live: liveAt(oldest, at) };
    if (first !== undefined) return first.named.alone;
    return stale === undefined ? NONE : { live: NONE.live, stale: stale.name };
  }

  /**
   * Addresses that answers before `at` gave to `name`, in the family of `address`, where none ever gave it `address`
   * itself; undefined when that cannot be said. A name with more addresses than are kept contradicts nothing.
   */
  elsewhere(name: string, address: string, at: Micros): readonly string[] | undefined {
    const known = this.byName.get(name)?.addresses;
    if (known === undefined || known.has(address) || known.size >= ADDRESSES_PER_NAME_CAP) return undefined;
    const others = [...known].filter(([other, from]) => from <= at && other.includes(':') === address.includes(':')).map(([other]) => other);
    return others.length === 0 ? undefined : others.sort().slice(0, ELSEWHERE_CAP);
  }

  /** Addresses that answers gave to `name` and that it still has at `at`, with the time (µs) until which it has them. */
  addressesAt(name: WireText, at: Micros): readonly { readonly address: string; readonly until: Micros }[] {
    const alive: { readonly address: string; readonly until: Micros }[] = [];
    for (const address of this.byName.get(name)?.addresses.keys() ?? []) {
      for (let binding = this.byAddress.get(address); binding !== undefined; binding = binding.next) {
        if (binding.name !== name || binding.from > at || binding.until < at) continue;
        alive.push({ address, until: binding.until });
        break;
      }
    }
    return alive;
  }

  /** Past the cap a name is bound, but nobody can ask for its addresses. */
  private nameOf(name: WireText): Named {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const live = [name] as const;
    // What reads as an address is none that a hello could bear, however it is written.
    const sole = canonicalAddress(name) === undefined ? { live, namings: undefined } : undefined;
    const named: Named = { alone: { live, stale: undefined, sole }, addresses: new Map() };
    if (this.byName.size < ADDRESS_CAP) this.byName.set(name, named);
    return named;
  }
}

function noteAddress({ addresses }: Named, address: string, at: Micros): void {
  const from = addresses.get(address);
  if (from === undefined ? addresses.size < ADDRESSES_PER_NAME_CAP : at < from) addresses.set(address, at);
}

/** Names alive at the time, each once. */
function liveAt(oldest: Binding, at: Micros): readonly WireText[] {
  const live: WireText[] = [];
  for (let binding: Binding | undefined = oldest; binding !== undefined; binding = binding.next) {
    const { name, from, until } = binding;
    if (from <= at && until >= at && !live.includes(name)) live.push(name);
  }
  return live;
}

const NONE: Candidates = { live: [] };
/** Seconds a name lives at least (design §4): resolvers and clients cache shorter ones too. */
const LEAST_LIFE = 60;
/** Seconds of grace after the time to live: an app may connect a little late. */
const GRACE = 30;
/** Addresses with names kept per scope, three times as many as there are rows of destinations to name by them: about 40 MB at worst. */
const ADDRESS_CAP = 65_536;
/** Names of one address: large CDNs give an address to dozens of an app's hosts. */
const NAMES_PER_ADDRESS_CAP = 256;
const ADDRESSES_PER_NAME_CAP = 64;
/** Addresses told where a name was resolved elsewhere: enough to look them up. */
const ELSEWHERE_CAP = 4;
