/**
 * Holds what one entry relayed against the direct pairs of the same phase
 * (design §6): media through the relay counts from the moment on at which a
 * direct pair had succeeded; gathering and connectivity checks never do. Told
 * connection by connection, in any order; sums when asked.
 */
import type { Micros } from '../base/time.ts';
import type { RelayPeer } from '../decode/payloads/stun/facts.ts';
import type { Connection, Evidence } from '../observe/connection.ts';
import { EvidenceSet } from './evidence-set.ts';

/** What an entry with `relay: only-when-no-direct` relayed. */
export interface RelayUse {
  /** Bytes relayed that are no STUN, and at least how many of them while a direct pair had succeeded. */
  readonly media: number;
  readonly whileDirect: number;
  /** The phase, or run, with most of them is over the grace. */
  readonly broken: boolean;
  /** When the first direct pair of it succeeded, and the peers' addresses. */
  readonly directSince?: Micros;
  readonly direct: readonly string[];
  /** A direct pair of it was in use until the relay was. */
  readonly stillAlive: boolean;
  /** Who was behind the relay. */
  readonly peers: readonly RelayPeer[];
  readonly evidence: readonly Evidence[];
  readonly evidenceCount: number;
}

interface Direct {
  readonly since: Micros;
  readonly last: Micros;
  readonly address: string;
  readonly phases: readonly string[] | undefined;
  readonly evidence: Evidence;
}

type Relayed = Pick<Connection, 'scope' | 'last' | 'phasesAtOpening' | 'evidence'> & { readonly relay: NonNullable<NonNullable<Connection['media']>['relay']> };

/** Direct pairs of every scope: the earliest of each phase is what counts. */
export class DirectPairs {
  readonly #pairs = new Map<string, Map<string, Direct>>();

  /** Notes a pair that succeeded: its check was answered, whatever was sent on it. */
  add({ scope, transport, media, to, last, phasesAtOpening, addressClass, evidence, names }: Connection): void {
    const since = media?.stun?.ice?.since;
    if (since === undefined || transport !== 'udp' || media?.relay !== undefined || addressClass === 'loopback' || names.length > 0) return;
    const key = `${scope}|${phasesAtOpening?.join('+') ?? ''}`;
    let pairs = this.#pairs.get(key);
    if (pairs === undefined) this.#pairs.set(key, (pairs = new Map<string, Direct>()));
    const known = pairs.get(to.address);
    if (known !== undefined && known.since <= since.at) return;
    if (known === undefined && pairs.size >= PAIR_CAP) return;
    pairs.set(to.address, { since: since.at, last, address: to.address, phases: phasesAtOpening, evidence });
  }

  /** Pairs of the scope in a phase of these; where phases are unknown any pair counts. */
  of(scope: number, phases: readonly string[] | undefined, besides: ReadonlySet<string>): readonly Direct[] {
    const found: Direct[] = [];
    for (const [key, pairs] of this.#pairs) {
      if (!key.startsWith(`${scope}|`)) continue;
      for (const pair of pairs.values()) if (!besides.has(pair.address) && sharePhase(pair.phases, phases)) found.push(pair);
    }
    return found.sort((one, other) => one.since - other.since || (one.address < other.address ? -1 : 1));
  }
}

export class RelayMeter {
  readonly #flows: Relayed[] = [];
  readonly #peers = new Map<string, { address: string; port: number; up: number; down: number }>();
  /** The relay and what it gave out: a pair that leads there is no direct one. */
  readonly #relays = new Set<string>();
  #media = 0;

  add({ scope, last, phasesAtOpening, evidence, media, to }: Connection): void {
    const relay = media?.relay;
    if (relay === undefined) return;
    for (const address of [to.address, ...relay.relayed.map((end) => end.address)]) if (this.#relays.size < ADDRESS_CAP) this.#relays.add(address);
    this.#media += relay.media[0] + relay.media[1];
    for (const peer of relay.peers) this.#credit(peer);
    if (relay.media[0] + relay.media[1] === 0) return;
    this.#flows.push({ scope, last, phasesAtOpening, evidence, relay });
    if (this.#flows.length > FLOW_MOST) this.#flows.sort((one, other) => sum(other) - sum(one)).pop();
  }

  use(direct: DirectPairs): RelayUse {
    const groups = new Map<string, { bytes: number; alive: boolean; directs: readonly Direct[]; evidence: EvidenceSet }>();
    for (const flow of this.#flows) {
      const directs = direct.of(flow.scope, flow.phasesAtOpening, this.#relays);
      const [first] = directs;
      if (first === undefined) continue;
      const key = `${flow.scope}|${flow.phasesAtOpening?.join('+') ?? ''}`;
      const group = groups.get(key) ?? { bytes: 0, alive: false, directs, evidence: new EvidenceSet() };
      groups.set(key, group);
      group.bytes += mediaAfter(flow, first.since);
      group.alive ||= directs.some(({ last }) => last >= flow.last);
      group.evidence.add(flow.evidence);
      if (group.evidence.count === 1) group.evidence.add(first.evidence);
    }
    const worst = [...groups].toSorted(([a, one], [b, other]) => other.bytes - one.bytes || (a < b ? -1 : 1))[0]?.[1];
    return {
      media: this.#media, whileDirect: worst?.bytes ?? 0, broken: (worst?.bytes ?? 0) > MEDIA_GRACE,
      ...(worst?.directs[0] === undefined ? {} : { directSince: worst.directs[0].since }),
      direct: worst?.directs.map(({ address }) => address) ?? [], stillAlive: worst?.alive ?? false,
      peers: [...this.#peers.values()].toSorted((one, other) => other.up + other.down - one.up - one.down || (one.address < other.address ? -1 : 1) || one.port - other.port),
      evidence: worst?.evidence.kept ?? [], evidenceCount: worst?.evidence.count ?? 0,
    };
  }

  #credit({ address, port, up, down }: RelayPeer): void {
    const key = `${address} ${port}`;
    const known = this.#peers.get(key);
    if (known !== undefined) {
      known.up += up;
      known.down += down;
    } else if (this.#peers.size < ADDRESS_CAP) this.#peers.set(key, { address, port, up, down });
  }
}

/** Media of a flow surely relayed after a moment: what a sample at or behind it did not count yet. */
function mediaAfter({ relay }: Pick<Relayed, 'relay'>, moment: Micros): number {
  const sample = relay.mediaBy.find(([at]) => at >= moment);
  return sample === undefined ? 0 : relay.media[0] + relay.media[1] - sample[1];
}

function sharePhase(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  if (one === undefined || other === undefined || (one.length === 0 && other.length === 0)) return true;
  return one.some((phase) => other.includes(phase));
}

function sum({ relay }: Relayed): number {
  return relay.media[0] + relay.media[1];
}

/** Relayed media that proves nothing (design §6): DTLS may begin through the relay while the direct pair is still being nominated. */
const MEDIA_GRACE = 4096;
/** Direct peers told apart in one phase. */
const PAIR_CAP = 256;
/** Relayed flows kept of one entry, with at most 64 samples each; past it the one with least media goes. */
const FLOW_MOST = 1024;
/** Relays' addresses, and peers behind them, told apart under one entry. */
const ADDRESS_CAP = 256;
