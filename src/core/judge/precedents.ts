/**
 * Precedents of one scope: what was decided of an earlier connection that was
 * like this one in everything that decides. Most connections repeat one, and
 * follow it without being judged, tallied by look-ups and compared with rows
 * again. Keeps nothing of what is only sometimes decisive; such a connection
 * has no precedent and sets none. Never changes a result.
 */
import type { AddressClass } from '../base/address.ts';
import type { Connection } from '../observe/connection.ts';
import type { Outcome } from '../observe/observation.ts';
import { isLocalhost } from '../policy/decide.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { ScopeFacts } from './context.ts';
import { isSameList } from './destination-key.ts';
import type { Row } from './destination-row.ts';
import { isLasting } from './judge-lasting.ts';
import { PhaseTimelines, type PhasesAt } from './phases.ts';
import type { Seat } from './tally.ts';

/** What the judge decided, to be followed as long as nothing was learned since. */
export interface Ruling {
  readonly verdict: Verdict;
  /** Where the entry it names counts; undefined where it names none. */
  readonly seat: Seat | undefined;
  /** Holds for others alike: nothing told later takes it back. */
  readonly isFinal: boolean;
}

export interface Precedent extends Ruling {
  readonly row: Row;
  readonly next: Precedent | undefined;
  /** How many with `next` and behind. */
  readonly depth: number;
  readonly port: number;
  readonly outcome: Outcome;
  readonly transport: Connection['transport'];
  readonly protocol: string;
  readonly addressClass: AddressClass;
  readonly startSeen: boolean;
  readonly version: string | undefined;
  readonly leaf: string | undefined;
  readonly component: string | undefined;
  readonly process: string | undefined;
  readonly phasesAtOpening: readonly string[] | undefined;
  readonly phases: PhasesAt | undefined;
  readonly features: ScopeFacts['features'];
  /** Undefined: the name decided, wherever it led. */
  readonly address: string | undefined;
  readonly learned: number;
}

/** What verdicts of this run rest on besides the connection and its scope. */
export interface Grounds {
  /** The policy names addresses, so that a name alone does not decide. */
  readonly readsAddresses: boolean;
  /** Grows with each fact learned from the recording that may change a verdict. */
  readonly learned: number;
}

export class Precedents {
  readonly #facts: ScopeFacts;
  readonly #grounds: Grounds;
  readonly #timelines = new PhaseTimelines();
  /** By the number of the naming. */
  readonly #named: (Precedent | undefined)[] = [];
  /** Connections without a name, by address. */
  readonly #nameless = new Map<string, Precedent>();
  #size = 0;

  constructor(facts: ScopeFacts, grounds: Grounds) {
    this.#facts = facts;
    this.#grounds = grounds;
  }

  /** The precedent that this connection follows, if there is one. */
  find(connection: Connection): Precedent | undefined {
    let precedent = this.#headOf(connection);
    if (precedent === undefined || !this.#isOrdinary(connection)) return undefined;
    const phases = this.#timelines.known(this.#facts, connection.opened);
    while (precedent !== undefined && !(isLike(precedent, connection) && this.#isCurrent(precedent, phases))) precedent = precedent.next;
    return precedent;
  }

  /** Lets later ones follow this connection, where its kind sets precedents. */
  keep(connection: Connection, { verdict, seat, isFinal }: Ruling, row: Row): void {
    if (!isFinal || row.isFolded || this.#size >= PRECEDENT_CAP || !this.#isOrdinary(connection)) return;
    const head = this.#headOf(connection);
    const { learned } = this.#grounds;
    // What was decided before something was learned is never followed again.
    const next = head?.learned === learned ? head : undefined;
    if (next === undefined) this.#size -= head?.depth ?? 0;
    else if (next.depth >= COMPARED_CAP) return;
    const { to, tls, names: [name], naming } = connection;
    const byNameAlone = name !== undefined && !this.#grounds.readsAddresses && !isLocalhost(name.name);
    const precedent: Precedent = {
      verdict, seat, isFinal, row, next, depth: (next?.depth ?? 0) + 1,
      port: to.port, outcome: connection.outcome, transport: connection.transport, protocol: connection.protocol, addressClass: connection.addressClass, startSeen: connection.startSeen,
      version: tls?.server?.version, leaf: tls?.chain?.[0]?.sha256, component: connection.component, process: connection.process?.name,
      phasesAtOpening: connection.phasesAtOpening, phases: this.#timelines.known(this.#facts, connection.opened), features: this.#facts.features,
      address: byNameAlone ? undefined : to.address, learned,
    };
    this.#size++;
    if (naming === 0) this.#nameless.set(to.address, precedent);
    else {
      // Filled up, since a list with holes is a slow one.
      while (this.#named.length <= naming) this.#named.push(undefined);
      this.#named[naming] = precedent;
    }
  }

  /** Forgets all. */
  clear(): void {
    this.#named.length = 0;
    this.#nameless.clear();
  }

  #headOf({ naming, names, to }: Connection): Precedent | undefined {
    if (naming > 0) return this.#named[naming];
    return names.length === 0 ? this.#nameless.get(to.address) : undefined;
  }

  /** Nothing about it decides that a precedent does not hold. */
  #isOrdinary(connection: Connection): boolean {
    const { proxy, phases } = this.#facts;
    if (connection.inbound || connection.passing || connection.http !== undefined || connection.media !== undefined || connection.quic?.continues !== undefined) return false;
    if (connection.via !== undefined || connection.dialled !== undefined || proxy !== undefined || connection.mismatch !== undefined) return false;
    if (connection.naming === 0 && connection.names.length > 0) return false;
    return phases === undefined || !isLasting(connection);
  }

  #isCurrent(precedent: Precedent, phases: PhasesAt | undefined): boolean {
    return precedent.learned === this.#grounds.learned && precedent.phases === phases && precedent.features === this.#facts.features;
  }
}

function isLike(precedent: Precedent, connection: Connection): boolean {
  if (precedent.port !== connection.to.port || precedent.outcome !== connection.outcome) return false;
  if (precedent.transport !== connection.transport || precedent.protocol !== connection.protocol || precedent.addressClass !== connection.addressClass) return false;
  if (precedent.startSeen !== connection.startSeen || precedent.component !== connection.component || precedent.process !== connection.process?.name) return false;
  if (precedent.address !== undefined && precedent.address !== connection.to.address) return false;
  const { tls } = connection;
  if (precedent.version !== tls?.server?.version || precedent.leaf !== tls?.chain?.[0]?.sha256) return false;
  return isSameList(precedent.phasesAtOpening, connection.phasesAtOpening);
}

/** Precedents of one host that are compared with a connection: its ports, outcomes and versions are few. */
const COMPARED_CAP = 8;
/** Precedents per scope, about 10 MB at worst; what has none is judged by itself. */
const PRECEDENT_CAP = 40_000;
