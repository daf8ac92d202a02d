/**
 * Judges a run against a policy: each connection and lookup as it is told,
 * entry standings and folded lookups when asked for. Holds bounded memory
 * whatever it is told; results do not depend on the order of telling.
 */
import { seenHost } from '../base/host-name.ts';
import type { Connection, Lookup } from '../observe/connection.ts';
import type { CompiledPolicy } from '../policy/compile.ts';
import { matchTelemetry } from '../policy/match.ts';
import type { JudgedEntry, JudgedLookup, ScopeFacts } from './context.ts';
import type { Destination } from './destination.ts';
import { isSameList } from './destination-key.ts';
import { AskedNames } from './environment.ts';
import { judgeConnection } from './judge-connection.ts';
import { judgeLasting } from './judge-lasting.ts';
import { judgeLookup } from './judge-lookup.ts';
import { extendLookup, LookupLedger } from './lookup-ledger.ts';
import { LookupPrecedents } from './lookup-precedents.ts';
import { PhaseTimelines } from './phases.ts';
import type { Ruling } from './precedents.ts';
import { foldSearchSuffixes } from './search-suffix.ts';
import { standingOf, type Interception } from './standing.ts';
import { Tally } from './tally.ts';
import type { Verdict } from '../policy/verdict.ts';

export interface JudgeOptions {
  readonly policy: CompiledPolicy;
  /** Facts of a scope; asked for each connection, so that marks may still arrive. */
  readonly scopes: (scope: number) => ScopeFacts;
}

export class Judge {
  readonly #policy: CompiledPolicy;
  readonly #scopes: JudgeOptions['scopes'];
  readonly #seen = new Set<number>();
  readonly #tally: Tally;
  readonly #ledger = new LookupLedger();
  readonly #lookups = new LookupPrecedents();
  /** Names that lead by CNAME to telemetry hosts, per scope. */
  readonly #cloaked = new Map<number, Map<string, readonly string[]>>();
  #cloakedCount = 0;
  readonly #timelines = new PhaseTimelines();
  readonly #asked = new AskedNames();

  constructor(options: JudgeOptions) {
    this.#policy = options.policy;
    this.#scopes = options.scopes;
    this.#tally = new Tally(options.policy.policy);
  }

  /** The verdict on a connection, which is counted under the entry it names. */
  connection(connection: Connection): Verdict {
    return this.rule(connection).verdict;
  }

  /** The same, with what others like it need to follow. */
  rule(connection: Connection): Ruling {
    const { scope } = connection;
    this.#seen.add(scope);
    const around = { facts: this.#scopes(scope), timelines: this.#timelines, aliases: this.#cloaked.get(scope) };
    const judged = judgeConnection(this.#policy, connection, around);
    const verdict = judgeLasting(this.#policy.policy, connection, this.#asked.correct(judged, scope), around.facts);
    const seat = this.#tally.connection(connection, verdict);
    noteNames(this.#ledger, connection);
    // A later lookup may show that what looked like the system's is the application's own.
    return { verdict, seat, isFinal: judged.kind !== 'environment' };
  }

  /** Counts a connection like one that {@link rule} was asked about, with the same verdict. */
  follow(connection: Connection, { verdict, seat }: Ruling): void {
    if (seat === undefined) this.#tally.beside(connection, verdict);
    else this.#tally.again(connection, verdict, seat);
  }

  /** Names that a connection bears decide alone, unless the policy names addresses. */
  get readsAddresses(): boolean {
    const { blocks, resolvers } = this.#policy;
    return blocks.length > 0 || resolvers !== 'system';
  }

  /** Grows with each alias that may change the verdict on a connection. */
  get learned(): number {
    return this.#cloakedCount;
  }

  /**
   * The verdict on a lookup by itself. A failed one below a search domain reads
   * `undeclared` here and is folded in {@link lookups}, when the name that was meant is known.
   */
  lookup(lookup: Lookup): Verdict {
    const facts = this.#scopes(lookup.scope);
    const phases = this.#timelines.known(facts, lookup.at);
    const precedent = this.#lookups.find(lookup, { features: facts.features, phases, learned: this.#cloakedCount });
    if (precedent !== undefined) {
      if (precedent.seat !== undefined) this.#tally.lookupAgain(lookup, precedent.verdict, precedent.seat);
      extendLookup(precedent.row, lookup);
      return precedent.verdict;
    }
    this.#seen.add(lookup.scope);
    this.#asked.add(lookup, facts);
    const verdict = judgeLookup(this.#policy, lookup, { facts, timelines: this.#timelines });
    this.#rememberAliases(lookup);
    const seat = this.#tally.lookup(lookup, verdict);
    const row = this.#ledger.add(lookup, verdict);
    if (!row.isFolded) this.#lookups.keep(lookup, { features: facts.features, phases, learned: this.#cloakedCount }, { verdict, row, seat });
    return verdict;
  }

  /** Every entry of the policy with its standing; `interception` by entry id, where chains were seen. */
  entries(interception: ReadonlyMap<string, Interception> = NOT_SEEN): readonly JudgedEntry[] {
    const scopes = [...this.#seen].sort((a, b) => a - b).map(this.#scopes);
    return this.#tally.entries().map((sums) => standingOf(sums, scopes, interception.get(sums.entry.id) ?? 'not-seen'));
  }

  /** All lookups, folded, in a fixed order. */
  lookups(): readonly JudgedLookup[] {
    return foldSearchSuffixes(this.#asked.settle(this.#ledger.rows()));
  }

  /** The destinations, corrected by what was looked up after they were judged; ask when everything was told. */
  settle(destinations: readonly Destination[]): readonly Destination[] {
    return this.#asked.settle(destinations);
  }

  /** Lookups that lost their own row because there were too many names. */
  get foldedLookups(): number {
    return this.#ledger.folded;
  }

  #rememberAliases({ scope, name, cnames }: Lookup): void {
    if (cnames.length === 0 || this.#cloakedCount >= CLOAKED_CAP) return;
    const leads = cnames.map(seenHost).filter((cname) => matchTelemetry(this.#policy, cname));
    if (leads.length === 0) return;
    const cloaked = this.#cloaked.get(scope) ?? new Map<string, readonly string[]>();
    if (isSameList(cloaked.get(seenHost(name)), leads)) return;
    this.#cloaked.set(scope, cloaked.set(seenHost(name), leads));
    this.#cloakedCount++;
  }
}

/** Tells the ledger which names a connection surely bore: spoken ones, or the only one that DNS offers. */
export function noteNames(ledger: LookupLedger, { scope, names }: Connection): void {
  let isSpoken = false;
  for (const { name, how } of names) {
    if (how === 'dns' || how === 'dns-stale' || how === 'ech-outer') continue;
    isSpoken = true;
    ledger.connected(scope, name);
  }
  const only = names.length === 1 ? names[0] : undefined;
  if (!isSpoken && only && only.how !== 'ech-outer') ledger.connected(scope, only.name);
}

const NOT_SEEN: ReadonlyMap<string, Interception> = new Map();
/** Names remembered for leading to telemetry; a capture with more has told enough by its lookups. */
const CLOAKED_CAP = 10_000;
