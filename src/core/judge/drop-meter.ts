/**
 * What came after connections were broken off under entries that promise to
 * come back to the same host (design §6, C22): the same host again, or a host
 * that was spoken to after drops and at no other time. Told connection by
 * connection, in any order; sums when asked.
 */
import { seenHost } from '../base/host-name.ts';
import { SECOND, type Micros } from '../base/time.ts';
import type { Connection, Evidence } from '../observe/connection.ts';
import type { Policy } from '../policy/policy.ts';
import type { Verdict } from '../policy/verdict.ts';

/** What an entry did after drops. */
export interface DropUse {
  readonly drops: readonly { readonly scope: number; readonly host: string; readonly at: Micros; readonly isBack: boolean }[];
  readonly fallbacks: readonly Fallback[];
}

/** A host that the promise does not speak of, spoken to soon after drops only. Holds wire text. */
export interface Fallback {
  readonly component?: string;
  readonly host: string;
  readonly isName: boolean;
  readonly port: number;
  readonly transport: string;
  /** Drops that it came after, the hosts that were lost, and how soon it came after the first of them. */
  readonly after: number;
  readonly lost: readonly string[];
  readonly delay: Micros;
  readonly evidence: readonly Evidence[];
  readonly count: number;
}

interface Drop {
  readonly scope: number;
  readonly who: string;
  readonly host: string;
  readonly at: Micros;
  readonly evidence: Evidence;
}

interface Settled extends Drop {
  /** When the same host was opened again. */
  readonly until: Micros | undefined;
}

/** One host as one component spoke to it. */
interface Spoken {
  readonly who: string;
  readonly scope: number;
  readonly component: string | undefined;
  readonly host: string;
  readonly isName: boolean;
  readonly port: number;
  readonly transport: string;
  /** Entry that declares it; absent: none does. */
  readonly entry: string | undefined;
  /** Entry that the verdict named, also where it promises nothing. */
  readonly named: string | undefined;
  readonly opened: Micros[];
  readonly evidence: Evidence[];
}

export class DropMeter {
  readonly #promising: ReadonlySet<string>;
  readonly #drops = new Map<string, Drop[]>();
  readonly #spoken = new Map<string, Spoken>();
  /** By host, whoever spoke to it last: comparing the rest costs less than putting a key together for each connection. */
  readonly #latest = new Map<string, Spoken>();
  #openings = 0;

  constructor({ entries, claims }: Policy) {
    const claimed = new Set(claims.filter(({ check }) => check === 'reconnects-same-host').flatMap((claim) => claim.entries));
    this.#promising = new Set(entries.filter(({ id, reconnects }) => reconnects === 'same-host' || claimed.has(id)).map(({ id }) => id));
  }

  add(connection: Connection, { kind, entry, name, telemetry }: Verdict): void {
    if (this.#promising.size === 0 || connection.inbound || connection.quic?.continues !== undefined) return;
    const isPromised = kind === 'declared' && entry !== undefined && this.#promising.has(entry);
    // What the catalogue knows was spoken to for a reason of its own.
    if (!isPromised && (kind !== 'undeclared' || telemetry !== undefined)) return;
    const { opened, evidence, dropped } = connection;
    const host = name ?? (connection.names[0] === undefined ? connection.to.address : seenHost(connection.names[0].name));
    const spoken = this.#spokenOf(connection, host, entry, isPromised);
    if (spoken === undefined) return;
    this.#openings++;
    if (this.#openings <= OPENINGS_MOST) spoken.opened.push(opened);
    if (spoken.evidence.length < EVIDENCE_KEPT_CAP) spoken.evidence.push(evidence);
    if (!isPromised || dropped === undefined) return;
    const drops = this.#drops.get(entry) ?? [];
    this.#drops.set(entry, drops);
    if (drops.length < DROP_CAP) drops.push({ scope: spoken.scope, who: spoken.who, host, at: dropped, evidence });
  }

  #spokenOf({ scope, component, to, transport }: Connection, host: string, named: string | undefined, isPromised: boolean): Spoken | undefined {
    const latest = this.#latest.get(host);
    if (latest !== undefined && latest.port === to.port && latest.scope === scope && latest.component === component && latest.transport === transport && latest.named === named) return latest;
    const who = `${scope}\n${component ?? ''}`;
    const key = `${who}\n${named ?? ''}\n${to.port}/${transport}\n${host}`;
    let spoken = this.#spoken.get(key);
    if (spoken === undefined) {
      if (this.#spoken.size >= HOST_CAP) return undefined;
      this.#spoken.set(key, (spoken = { who, scope, component, host, isName: host !== to.address, port: to.port, transport, entry: isPromised ? named : undefined, named, opened: [], evidence: [] }));
    }
    this.#latest.set(host, spoken);
    return spoken;
  }

  /** Undefined where the entry promises nothing, or nothing of it was broken off. */
  use(entry: string): DropUse | undefined {
    const known = this.#drops.get(entry)?.toSorted((one, other) => one.at - other.at || (one.host < other.host ? -1 : 1));
    if (known === undefined) return undefined;
    const all = [...this.#spoken.values()];
    const mine = all.filter((spoken) => spoken.entry === entry);
    const drops = known.map((drop): Settled => Object.assign({ until: backAt(drop, mine) }, drop));
    return {
      drops: drops.map(({ scope, host, at, until }) => ({ scope, host, at, isBack: until !== undefined })),
      // Of a host whose openings were not all kept nobody knows whether it was spoken to at other times.
      fallbacks: this.#openings > OPENINGS_MOST || this.#spoken.size >= HOST_CAP ? [] : all.flatMap((spoken) => fallbackOf(spoken, entry, drops)).sort((one, other) => (one.host < other.host ? -1 : one.host > other.host ? 1 : one.port - other.port)),
    };
  }
}

/** The host as a fallback: neither one that was lost nor one that was spoken to at another time. */
function fallbackOf({ who, component, host, isName, port, transport, entry, opened, evidence }: Spoken, promised: string, all: readonly Settled[]): readonly Fallback[] {
  const drops = all.filter((drop) => drop.who === who);
  if ((entry !== undefined && entry !== promised) || drops.some((drop) => drop.host === host)) return [];
  if (!opened.every((at) => drops.some((drop) => isSoon(drop, at)))) return [];
  // What was opened when the lost host was back already stands in for nothing.
  const before = drops.filter((drop) => opened.some((at) => isSoon(drop, at) && at <= (drop.until ?? at)));
  const [first] = before;
  if (first === undefined) return [];
  return [{
    ...(component === undefined ? {} : { component }),
    host, isName, port, transport,
    after: before.length,
    lost: [...new Set(before.map((drop) => drop.host))],
    delay: Math.min(...opened.filter((at) => isSoon(first, at))) - first.at,
    evidence: [first.evidence, ...evidence].slice(0, EVIDENCE_KEPT_CAP),
    count: before.length + opened.length,
  }];
}

/** When the host that was lost was opened again. */
function backAt(drop: Drop, mine: readonly Spoken[]): Micros | undefined {
  const returns = mine.flatMap(({ who, host, opened }) => (who === drop.who && host === drop.host ? opened.filter((at) => isSoon(drop, at)) : []));
  return returns.length === 0 ? undefined : returns.reduce((first, at) => Math.min(first, at));
}

function isSoon(drop: Drop, at: Micros): boolean {
  return at > drop.at && at <= drop.at + FALLBACK_WINDOW;
}

/** Clients come back with a delay that doubles to half a minute; what is opened later has other reasons. */
const FALLBACK_WINDOW: Micros = 60 * SECOND;
/** Drops kept of one entry. */
const DROP_CAP = 256;
/** Hosts followed, some 300 bytes each. */
const HOST_CAP = 4096;
/** Openings kept of all of them, eight bytes each. */
const OPENINGS_MOST = 65_536;
/** As of destinations. */
const EVIDENCE_KEPT_CAP = 3;
