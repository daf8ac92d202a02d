/**
 * Folds lookups by scope, component, name, rcode, resolver and kind of
 * verdict; works without a policy too. Past its cap new names fold by
 * registrable domain, never across verdicts, so that a flood of generated names
 * costs no memory and hides nothing.
 */
import { formatEndpoint, type Endpoint } from '../base/address.ts';
import { registrableDomain, seenHost } from '../base/host-name.ts';
import { wireText, type WireText } from '../base/wire-text.ts';
import type { Lookup } from '../observe/connection.ts';
import { VALUE_SET_CAP } from './destination.ts';
import type { JudgedLookup } from './context.ts';
import { EvidenceSet } from './evidence-set.ts';
import { SmallestSet } from './smallest-set.ts';
import type { Verdict } from '../policy/verdict.ts';
import { worse } from './worst.ts';

export interface LookupRow {
  readonly scope: number;
  readonly component: string | undefined;
  readonly name: WireText;
  readonly rcode: string;
  readonly resolver: string;
  readonly types: SmallestSet;
  /** Of the first question: tells rows of one name apart without putting a text together. */
  readonly asked: Endpoint;
  /** Another row of the same name, the one met before. */
  readonly next: LookupRow | undefined;
  /** Stands for many names; counted as folded each time. */
  readonly isFolded: boolean;
  /** Of the earliest answer, in its order; `aliases` are those of all answers. */
  chain: readonly WireText[];
  chainAt: number;
  readonly aliases: SmallestSet;
  readonly addresses: SmallestSet;
  readonly evidence: EvidenceSet;
  verdict: Verdict;
  answers: number;
  count: number;
  first: number;
  last: number;
}

export class LookupLedger {
  readonly #rows = new Map<string, Map<string, LookupRow>>();
  /** The rows of a name that are no fold of many: comparing their terms costs less than putting a key together. */
  readonly #named = new Map<string, LookupRow>();
  #size = 0;
  readonly #connected = new Map<number, Set<string>>();
  #connectedCount = 0;
  #folded = 0;

  /** Counts a lookup, and gives the row that others with this name, type, chain and verdict are counted in by {@link extendLookup}. */
  add(lookup: Lookup, verdict: Verdict): LookupRow {
    const row = this.#rowOf(lookup, verdict);
    row.types.add(lookup.type);
    for (const cname of lookup.cnames) row.aliases.add(cname);
    // One kind of verdict may hang on more or fewer unknowns, or gain telemetry by an alias: the worse stays.
    row.verdict = worse(row.verdict, verdict);
    extendLookup(row, lookup);
    return row;
  }

  /** A connection of this scope bore the name. */
  connected(scope: number, name: string): void {
    if (this.#connectedCount >= CONNECTED_CAP) return;
    let names = this.#connected.get(scope);
    if (!names) this.#connected.set(scope, (names = new Set()));
    if (names.has(name)) return;
    names.add(name);
    this.#connectedCount++;
  }

  /** Lookups that were folded because there were too many names. */
  get folded(): number {
    return this.#folded;
  }

  /** In a fixed order: scope, name, component, rcode, resolver, verdict. */
  rows(): readonly JudgedLookup[] {
    const rows: LookupRow[] = [];
    for (const byName of this.#rows.values()) for (const row of byName.values()) rows.push(row);
    return rows.sort(compare).map((row) => judged(row, this.#connected.get(row.scope)?.has(row.name) === true));
  }

  #rowOf(lookup: Lookup, verdict: Verdict): LookupRow {
    const name = seenHost(lookup.name);
    let steps = 0;
    for (let row = this.#named.get(name); row !== undefined && steps < COMPARED_CAP; row = row.next, steps++) if (isSameRow(row, lookup, verdict)) return row;
    const resolver = formatResolver(lookup.resolver);
    const telemetry = verdict.telemetry ? 'telemetry' : '';
    const head = `${lookup.scope}\n${lookup.component ?? ''}\n${lookup.rcode}\n${resolver}\n${verdict.kind}\n${verdict.entry ?? ''}\n${telemetry}`;
    const known = this.#rows.get(head)?.get(name);
    if (known) return known;
    if (this.#size < LOOKUP_CAP) {
      const row = this.#open(head, name, resolver, lookup, verdict, false);
      this.#named.set(name, row);
      return row;
    }
    this.#folded++;
    const domain = `*.${registrableDomain(name) ?? name.slice(name.lastIndexOf('.') + 1)}`;
    const shared = this.#rows.get(head)?.get(domain);
    if (shared) return shared;
    if (this.#size < 2 * LOOKUP_CAP) return this.#open(head, domain, resolver, lookup, verdict, true);
    const rest = `${lookup.scope}\n${verdict.kind}\n${verdict.entry ?? ''}\n${telemetry}`;
    return this.#rows.get(rest)?.get(REST) ?? this.#open(rest, REST, resolver, lookup, verdict, true);
  }

  #open(head: string, name: string, resolver: string, lookup: Lookup, verdict: Verdict, isFolded: boolean): LookupRow {
    const row: LookupRow = {
      scope: lookup.scope,
      component: lookup.component,
      name: wireText(name),
      rcode: lookup.rcode,
      resolver,
      asked: lookup.resolver,
      next: this.#named.get(name),
      isFolded,
      types: new SmallestSet(VALUE_SET_CAP),
      chain: [],
      chainAt: Number.POSITIVE_INFINITY,
      aliases: new SmallestSet(VALUE_SET_CAP),
      addresses: new SmallestSet(VALUE_SET_CAP),
      evidence: new EvidenceSet(),
      verdict,
      answers: 0,
      count: 0,
      first: lookup.at,
      last: lookup.at,
    };
    let byName = this.#rows.get(head);
    if (!byName) this.#rows.set(head, (byName = new Map()));
    byName.set(name, row);
    this.#size++;
    return row;
  }
}

/** Counts one more lookup of which only addresses, amounts and times may be new to the row. */
export function extendLookup(row: LookupRow, lookup: Lookup): void {
  const { cnames, at } = lookup;
  if (cnames.length > 0 && at < row.chainAt) {
    row.chain = cnames;
    row.chainAt = at;
  }
  for (const address of lookup.addresses) row.addresses.add(address);
  row.evidence.add(lookup.evidence);
  if (lookup.answers > row.answers) row.answers = lookup.answers;
  if (lookup.isRetry !== true) row.count++;
  if (at < row.first) row.first = at;
  if (at > row.last) row.last = at;
}

/** Whether both stand under one head in {@link LookupLedger}; the name is the same. */
function isSameRow(row: LookupRow, lookup: Lookup, verdict: Verdict): boolean {
  const { asked, verdict: known } = row;
  return (
    row.scope === lookup.scope &&
    row.component === lookup.component &&
    row.rcode === lookup.rcode &&
    asked.address === lookup.resolver.address &&
    asked.port === lookup.resolver.port &&
    known.kind === verdict.kind &&
    known.entry === verdict.entry &&
    (known.telemetry === undefined) === (verdict.telemetry === undefined)
  );
}

function judged(row: LookupRow, connected: boolean): JudgedLookup {
  return {
    scope: row.scope,
    ...(row.component !== undefined && { component: row.component }),
    name: row.name,
    types: row.types.sorted(),
    ...(row.chain.length === 0 ? {} : { chainLength: row.chain.length }),
    cnames: [...new Set([...row.chain, ...row.aliases.sorted().map(wireText)])].slice(0, VALUE_SET_CAP),
    addresses: row.addresses.sorted(),
    answers: row.answers,
    rcode: row.rcode,
    resolver: row.resolver,
    count: row.count,
    first: row.first,
    last: row.last,
    verdict: row.verdict,
    connected,
    evidence: row.evidence.kept,
  };
}

/** The address alone where the port is DNS's own. */
function formatResolver({ address, port }: Endpoint): string {
  return port === 53 ? address : formatEndpoint(address, port);
}

function compare(a: LookupRow, b: LookupRow): number {
  return (
    a.scope - b.scope ||
    order(a.name, b.name) ||
    order(a.component ?? '', b.component ?? '') ||
    order(a.rcode, b.rcode) ||
    order(a.resolver, b.resolver) ||
    order(a.verdict.kind, b.verdict.kind) ||
    order(a.verdict.entry ?? '', b.verdict.entry ?? '')
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Rows before names fold by registrable domain; as many again before all that is left of a verdict is one row. */
export const LOOKUP_CAP = 20_000;
/** Name of the row for all that is left of a verdict. */
const REST = '*';
/** Connected names remembered over all scopes; past it a lookup may read as never followed by a connection. */
const CONNECTED_CAP = 50_000;
/** Rows of one name compared before a key is put together: a name that is asked of many resolvers must not cost time for each of them. */
const COMPARED_CAP = 8;
