/**
 * What each entry of the policy was seen doing, told connection by connection
 * and lookup by lookup, before anything is folded. Sums do not depend on the
 * order of telling. Only what the policy declared counts as a try; what named
 * an entry and broke its terms is counted beside.
 */
import type { Connection, Lookup } from '../observe/connection.ts';
import type { Entry, Policy } from '../policy/policy.ts';
import { attemptOf } from './attempt.ts';
import { EvidenceSet } from './evidence-set.ts';
import { DropMeter, type DropUse } from './drop-meter.ts';
import { lookupFailure } from './judge-lookup.ts';
import { DirectPairs, RelayMeter, type RelayUse } from './relay-meter.ts';
import { SmallestSet } from './smallest-set.ts';
import { UploadMeter, type UploadUse } from './upload-meter.ts';
import { addSums, LayerTable, noTries, Tries, type AttemptResult, type TrySums } from './tries.ts';
import type { Verdict, VerdictKind } from '../policy/verdict.ts';

/** All that is known of an entry, over all scopes. */
export interface EntrySums {
  readonly entry: Entry;
  readonly connections: number;
  readonly established: number;
  readonly hosts: readonly string[];
  readonly conditionUnknown: readonly string[];
  readonly broken: Readonly<Record<string, number>>;
  readonly tries: TrySums;
  readonly came: EvidenceSet;
  readonly failed: EvidenceSet;
  /** Entries with an upload budget. */
  readonly upload: UploadUse | undefined;
  /** Entries with `relay`. */
  readonly relay: RelayUse | undefined;
  /** Entries that promise to come back to the same host, where one of their connections was broken off. */
  readonly drops: DropUse | undefined;
  /** TCP connections that nobody was seen to close. */
  readonly leftOpen: number;
}

interface EntryTally {
  readonly entry: Entry;
  connections: number;
  established: number;
  readonly hosts: SmallestSet;
  readonly conditionUnknown: SmallestSet;
  readonly broken: Map<string, number>;
  /** By who and what for, then by name. */
  readonly tries: Map<string, Map<string, Tries>>;
  readonly came: EvidenceSet;
  readonly failed: EvidenceSet;
  readonly upload: UploadMeter | undefined;
  readonly relay: RelayMeter | undefined;
  leftOpen: number;
}

/** Where connections of one host and purpose are counted under an entry; found once for all that are alike. */
export interface Seat {
  readonly entry: EntryTally;
  /** Undefined where they are no tries of the entry. */
  readonly tries: Tries | undefined;
}

/** Where lookups of one name are counted under an entry. */
export interface LookupSeat {
  readonly entry: EntryTally;
  /** Found with the first of them that came to something. */
  tries: Tries | undefined;
}

export class Tally {
  readonly #layers = new LayerTable();
  readonly #direct = new DirectPairs();
  readonly #entries = new Map<string, EntryTally>();
  readonly #drops: DropMeter;
  #names = 0;
  #waiting = 0;

  constructor(policy: Policy) {
    this.#drops = new DropMeter(policy);
    for (const entry of policy.entries) {
      this.#entries.set(entry.id, {
        entry,
        connections: 0,
        established: 0,
        hosts: new SmallestSet(HOST_CAP),
        conditionUnknown: new SmallestSet(HOST_CAP),
        broken: new Map(),
        tries: new Map(),
        came: new EvidenceSet(),
        failed: new EvidenceSet(),
        upload: entry.upload && new UploadMeter(entry.upload),
        relay: entry.relay === undefined ? undefined : new RelayMeter(),
        leftOpen: 0,
      });
    }
  }

  /** Counts a connection, and gives the seat of others like it; undefined where the verdict names no entry. */
  connection(connection: Connection, verdict: Verdict): Seat | undefined {
    if (connection.media !== undefined) this.#direct.add(connection);
    const entry = verdict.entry === undefined ? undefined : this.#entries.get(verdict.entry);
    if (!entry) {
      this.beside(connection, verdict);
      return undefined;
    }
    let tries: Tries | undefined;
    // The same connection on another path is neither another connection nor another try.
    if (OPENED_ON_TERMS.has(verdict.kind) && connection.quic?.continues === undefined) {
      note(entry, verdict);
      const purpose = verdict.leg === undefined ? undefined : entry.entry.legs[verdict.leg]?.for;
      tries = this.#triesOf(entry, connection, verdict.name ?? '', purpose);
    }
    const seat = { entry, tries };
    this.again(connection, verdict, seat);
    return seat;
  }

  /** Counts a connection in a seat that {@link connection} gave for one like it, with the same verdict. */
  again(connection: Connection, verdict: Verdict, { entry, tries }: Seat): void {
    this.#drops.add(connection, verdict);
    entry.upload?.add(connection, verdict.kind);
    entry.relay?.add(connection);
    if (verdict.kind !== 'declared') entry.broken.set(verdict.kind, (entry.broken.get(verdict.kind) ?? 0) + 1);
    if (tries === undefined) return;
    if (connection.transport === 'tcp' && connection.closed === undefined && connection.down > 0) entry.leftOpen++;
    const attempt = attemptOf(connection);
    entry.connections++;
    if (attempt.result === 'through') entry.established++;
    (attempt.result === 'failed' ? entry.failed : entry.came).add(connection.evidence);
    this.#add(tries, connection.opened, attempt.result === 'failed' ? attempt : attempt.result);
  }

  /** Notes a connection whose verdict names no entry. */
  beside(connection: Connection, verdict: Verdict): void {
    this.#drops.add(connection, verdict);
  }

  /** Counts a lookup, and gives the seat of others of its type, name and verdict; undefined where they are no tries. */
  lookup(lookup: Lookup, verdict: Verdict): LookupSeat | undefined {
    const entry = verdict.entry === undefined ? undefined : this.#entries.get(verdict.entry);
    if (!entry || verdict.kind !== 'declared' || !HOST_TYPES.has(lookup.type)) return undefined;
    const seat: LookupSeat = { entry, tries: undefined };
    this.lookupAgain(lookup, verdict, seat);
    return seat;
  }

  /** Counts a lookup in a seat that {@link lookup} gave for one like it, with the same verdict. */
  lookupAgain(lookup: Lookup, verdict: Verdict, seat: LookupSeat): void {
    // Neither came to anything by itself: the one is answered in other flows, the other over TCP.
    if (lookup.rcode === 'unseen' || lookup.isCut === true) return;
    const layer = lookupFailure(lookup);
    if (layer !== undefined) {
      seat.entry.failed.add(lookup.evidence);
      note(seat.entry, verdict);
    }
    // No address of one family says nothing about the other.
    if (layer === undefined && lookup.addresses.length === 0) return;
    // A lookup serves every purpose alike, so entries whose legs name purposes count it beside them.
    seat.tries ??= this.#triesOf(seat.entry, lookup, verdict.name ?? '', undefined);
    this.#add(seat.tries, lookup.at, layer === undefined ? 'resolved' : { layer });
  }

  /** Every entry of the policy, in its order. */
  entries(): readonly EntrySums[] {
    return [...this.#entries.values()].map((tally) => ({
      entry: tally.entry,
      connections: tally.connections,
      established: tally.established,
      hosts: tally.hosts.sorted(),
      conditionUnknown: tally.conditionUnknown.sorted(),
      broken: Object.fromEntries([...tally.broken].sort(([a], [b]) => (a < b ? -1 : 1))),
      tries: sumTries(triesIn(tally)),
      came: tally.came,
      failed: tally.failed,
      upload: tally.upload?.use(),
      relay: tally.relay?.use(this.#direct),
      drops: this.#drops.use(tally.entry.id),
      leftOpen: tally.leftOpen,
    }));
  }

  #triesOf(tally: EntryTally, who: { readonly scope: number; readonly component?: string | undefined }, name: string, purpose: string | undefined): Tries {
    const head = `${who.scope}\n${who.component ?? ''}\n${purpose ?? ''}`;
    let byName = tally.tries.get(head);
    if (!byName) tally.tries.set(head, (byName = new Map()));
    const known = byName.get(name);
    if (known) return known;
    // Names below a wildcard are a stranger's choice: past the cap they share one row.
    const key = this.#names < NAME_CAP ? name : '*';
    const shared = byName.get(key);
    if (shared) return shared;
    const tries = new Tries(this.#layers);
    byName.set(key, tries);
    this.#names++;
    return tries;
  }

  #add(tries: Tries, at: number, result: AttemptResult): void {
    tries.add(at, result);
    if (++this.#waiting < ATTEMPT_CAP) return;
    for (const tally of this.#entries.values()) for (const each of triesIn(tally)) each.settle();
    this.#waiting = 0;
  }
}

function note(tally: EntryTally, verdict: Verdict): void {
  if (verdict.name !== undefined) tally.hosts.add(verdict.name);
  for (const part of verdict.conditionUnknown ?? []) tally.conditionUnknown.add(part);
}

function* triesIn(tally: EntryTally): Generator<Tries> {
  for (const byName of tally.tries.values()) yield* byName.values();
}

function sumTries(all: Iterable<Tries>): TrySums {
  const total = noTries();
  for (const one of all) addSums(total, one.sums());
  return total;
}

/** What outlives its phase, or was used after it, was opened on the entry's terms all the same. */
const OPENED_ON_TERMS: ReadonlySet<VerdictKind> = new Set(['declared', 'outlives-phase', 'used-outside-phase']);
/** Types a client asks in order to connect; a missing TXT record blocks nothing. */
const HOST_TYPES: ReadonlySet<string> = new Set(['A', 'AAAA', 'HTTPS', 'SVCB']);
/** Concrete hosts shown per entry. */
const HOST_CAP = 64;
/** Distinct (scope, component, purpose, name) whose tries are told apart: some 10 MB at worst. */
const NAME_CAP = 20_000;
/** Attempts kept for grouping, 8 bytes each; past it they are counted early. */
const ATTEMPT_CAP = 1_000_000;
