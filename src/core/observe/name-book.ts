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
      bindings = [];
      this.byAddress.set(address, bindings);
    }
    const until = at + (Math.max(ttl, LEAST_LIFE) + GRACE) * SECOND;
    let known: Binding | undefined;
    for (const binding of bindings) if (binding.name === name) known = binding;
    if (known !== undefined && known.until >= at) {
      known.until = Math.max(known.until, until);
    } else {
      if (bindings.length >= NAMES_PER_ADDRESS_CAP) {
        bindings.shift();
        this.problem('dns-cap');
      }
      bindings.push({ name, alone: { live: [name] }, from: at, until });
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
    const live: WireText[] = [];
    let stale: Binding | undefined;
    for (const binding of bindings) {
      if (binding.from > at) continue;
      if (binding.until < at) {
        if (stale === undefined || binding.until > stale.until) stale = binding;
      } else if (!live.includes(binding.name)) live.push(binding.name);
    }
    if (live.length > 0) return { live };
    return stale === undefined ? NONE : { live, stale: stale.name };
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

  private noteAddress(name: string, address: string, at: Micros): void {
    const known = this.addressesOf.get(name);
    if (known !== undefined) {
      const from = known.get(address);
      if (from === undefined ? known.size < ADDRESSES_PER_NAME_CAP : at < from) known.set(address, at);
    } else if (this.addressesOf.size < ADDRESS_CAP) this.addressesOf.set(name, new Map([[address, at]]));
  }
}

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
