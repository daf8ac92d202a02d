/**
 * What DNS said an address was called, and when (design §4): every answer of
 * the scope names its addresses for its time to live; later the name is stale.
 * All candidates are kept, because shared addresses have many names.
 */
import type { ProblemCode } from '../base/problem.ts';
import { SECOND, type Micros } from '../base/time.ts';
import type { WireText } from '../base/wire-text.ts';

/** A name that an address had during a time. */
interface Binding {
  readonly name: WireText;
  /** The name as the only candidate, shared by all who ask. */
  readonly alone: Candidates;
  readonly from: Micros;
  until: Micros;
}

export interface Candidates {
  /** Names alive at the time asked about, in order of their answers. */
  readonly live: readonly WireText[];
  /** The latest name that had died by then, where none is alive. */
  readonly stale?: WireText | undefined;
}

export class NameBook {
  private readonly byAddress = new Map<string, Binding[]>();
  /** By name: each address with the time of its first answer. */
  private readonly addressesOf = new Map<string, Map<string, Micros>>();
  private readonly problem: (code: ProblemCode) => void;

  constructor(problem: (code: ProblemCode) => void) {
    this.problem = problem;
  }

  /** An answer at `at` (µs) gave `address` to `name` for `ttl` seconds. */
  learn(name: WireText, address: string, ttl: number, at: Micros): void {
    let bindings = this.byAddress.get(address);
    if (bindings === undefined) {
      if (this.byAddress.size >= ADDRESS_CAP) {
        this.problem('dns-cap');
        return;
      }
      bindings = NO_BINDINGS;
    }
    const until = at + (Math.max(ttl, LEAST_LIFE) + GRACE) * SECOND;
    const known = latestOf(bindings, name);
    if (known !== undefined && known.until >= at) {
      known.until = Math.max(known.until, until);
    } else {
      if (bindings.length >= NAMES_PER_ADDRESS_CAP) {
        bindings.shift();
        this.problem('dns-cap');
      }
      const binding = { name, alone: known?.alone ?? { live: [name] }, from: at, until };
      // Made whole: the first push makes room for 17, and most addresses have one name.
      if (bindings === NO_BINDINGS) this.byAddress.set(address, [binding]);
      else bindings.push(binding);
    }
    // What the name and address were last told together covers every later time.
    if (known === undefined || at < known.from) this.noteAddress(name, address, at);
  }

  /** Names of `address` at `at`; an answer that came later never names what was opened before it. */
  candidates(address: string, at: Micros): Candidates {
    const bindings = this.byAddress.get(address);
    if (bindings === undefined) return NONE;
    const only = bindings.length === 1 ? bindings[0] : undefined;
    if (only !== undefined && only.from <= at && only.until >= at) return only.alone;
    let first: Binding | undefined;
    let stale: Binding | undefined;
    let isShared = false;
    for (const binding of bindings) {
      if (binding.from > at) continue;
      if (binding.until < at) {
        if (stale === undefined || binding.until > stale.until) stale = binding;
      } else if (first === undefined) first = binding;
      else if (binding.name !== first.name) isShared = true;
    }
    if (isShared) return { live: liveAt(bindings, at) };
    if (first !== undefined) return first.alone;
    return stale === undefined ? NONE : { live: NONE.live, stale: stale.name };
  }

  /**
   * Addresses that answers before `at` gave to `name`, in the family of `address`, where none ever gave it `address`
   * itself; undefined when that cannot be said. A name with more addresses than are kept contradicts nothing.
   */
  elsewhere(name: string, address: string, at: Micros): readonly string[] | undefined {
    const known = this.addressesOf.get(name);
    if (known === undefined || known.has(address) || known.size >= ADDRESSES_PER_NAME_CAP) return undefined;
    const others = [...known].filter(([other, from]) => from <= at && other.includes(':') === address.includes(':')).map(([other]) => other);
    return others.length === 0 ? undefined : others.sort().slice(0, ELSEWHERE_CAP);
  }

  /** Addresses that answers gave to `name` and that it still has at `at`, with the time (µs) until which it has them. */
  addressesAt(name: WireText, at: Micros): readonly { readonly address: string; readonly until: Micros }[] {
    const alive: { readonly address: string; readonly until: Micros }[] = [];
    for (const address of this.addressesOf.get(name)?.keys() ?? []) {
      const binding = this.byAddress.get(address)?.find((one) => one.name === name && one.from <= at && one.until >= at);
      if (binding !== undefined) alive.push({ address, until: binding.until });
    }
    return alive;
  }

  private noteAddress(name: string, address: string, at: Micros): void {
    const known = this.addressesOf.get(name);
    if (known !== undefined) {
      const from = known.get(address);
      if (from === undefined ? known.size < ADDRESSES_PER_NAME_CAP : at < from) known.set(address, at);
    } else if (this.addressesOf.size < ADDRESS_CAP) this.addressesOf.set(name, new Map([[address, at]]));
  }
}

/** A name given again after its life is bound again, so the last one counts; it is nearly always the last of all. */
function latestOf(bindings: readonly Binding[], name: WireText): Binding | undefined {
  for (let at = bindings.length - 1; at >= 0; at--) {
    const binding = bindings[at];
    if (binding?.name === name) return binding;
  }
  return undefined;
}

/** Names alive at the time, each once. */
function liveAt(bindings: readonly Binding[], at: Micros): readonly WireText[] {
  const live: WireText[] = [];
  for (const { name, from, until } of bindings) if (from <= at && until >= at && !live.includes(name)) live.push(name);
  return live;
}

/** Stands for an address without names yet; never pushed to. */
const NO_BINDINGS: Binding[] = [];
const NONE: Candidates = { live: [] };
/** Seconds a name lives at least (design §4): resolvers and clients cache shorter ones too. */
const LEAST_LIFE = 60;
/** Seconds of grace after the time to live: an app may connect a little late. */
const GRACE = 30;
/** Addresses with names kept per scope: about 50 MB at worst. */
const ADDRESS_CAP = 200_000;
/** Names of one address: large CDNs give an address to dozens of an app's hosts. */
const NAMES_PER_ADDRESS_CAP = 256;
const ADDRESSES_PER_NAME_CAP = 64;
/** Addresses told where a name was resolved elsewhere: enough to look them up. */
const ELSEWHERE_CAP = 4;
