/**
 * One row of destinations (design §4): what all its connections share, and the
 * counts and short lists that grow with them; destination-key.ts says which are
 * alike. Knows no table and drops nothing but what is past a cap.
 */
import type { AddressClass, Endpoint } from '../base/address.ts';
import type { Draft } from '../base/draft.ts';
import type { Micros } from '../base/time.ts';
import type { Transport } from '../base/transport.ts';
import type { WireText } from '../base/wire-text.ts';
import type { HttpPart } from '../decode/payloads/http/facts.ts';
import type { CertificateFacts } from '../decode/payloads/tls/facts.ts';
import { weaknessOf } from '../decode/payloads/tls/tables/weak-ciphers.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { Confidence, Connection, Evidence, NameMismatch } from '../observe/connection.ts';
import type { Outcome } from '../observe/observation.ts';
import { proxyRefusal } from './attempt.ts';
import { outcomeClass, PHASELESS } from './destination-key.ts';
import { EVIDENCE_CAP, VALUE_SET_CAP, type Destination, type Reached } from './destination.ts';
import { countHandshake, handshakesOf, noHandshakes, type GrowingHandshakes } from './handshakes.ts';
import { OPENING_CAP, type TryRow } from './losers.ts';
import { addMedia, mediaOf, type MediaSums } from './media-sums.ts';
import { usualOutcome } from './usual-outcome.ts';

/** Lists are replaced when they grow, not pushed to: a push, and a spread too, makes room for 16 more, and there are 20,000 rows. */
export interface Row extends TryRow {
  readonly key: string;
  /** Stands for many names or addresses, so that no single one is its subject. */
  readonly isFolded: boolean;
  readonly scope: number;
  readonly name: WireText | undefined;
  readonly how: Destination['how'] | undefined;
  readonly verdict: Verdict;
  /** What is the same for all connections of the key, out of the first one: side by side, because every connection is held against it. */
  readonly component: string | undefined;
  readonly addressClass: AddressClass;
  readonly port: number;
  readonly transport: Transport;
  readonly protocol: string;
  readonly confidence: Confidence;
  readonly inbound: boolean;
  readonly nameCount: number;
  readonly firstHow: Destination['how'] | undefined;
  readonly version: string | undefined;
  /** SHA-256 of the leaf certificate. */
  readonly leaf: string | undefined;
  readonly outcome: Outcome;
  readonly via: Endpoint | undefined;
  readonly phases: readonly string[] | undefined;
  readonly mismatch: NameMismatch | undefined;
  readonly ech: Connection['ech'];
  /** The first few in order of sight; when there are more, the set holds all. */
  addresses: readonly string[];
  moreAddresses: Set<string> | undefined;
  programs: readonly WireText[];
  count: number;
  up: number;
  down: number;
  first: Micros;
  last: Micros;
  /** The furthest any of them came. */
  reached: Reached;
  readonly tls: TlsSets | undefined;
  /** Shared and empty until the first error. */
  icmpErrors: Set<string>;
  /** Outcomes in order of first sight, and how many connections ended so. */
  outcomes: readonly Outcome[];
  outcomeCounts: number[];
  evidence: readonly Evidence[];
  openings: readonly Micros[];
  /** Another row of the same subject, opened before. */
  sibling: Row | undefined;
  /** Counted from the first handshake on. */
  handshakes: GrowingHandshakes | undefined;
  upgradesAsked: number;
  upgradesSwitched: number;
  /** Shared and empty until the first one. */
  credentials: Set<string>;
  media: MediaSums | undefined;
}

/** Short lists of distinct values, nearly always those of one hello and shared with it: replaced, never changed. */
interface TlsSets {
  offered: readonly string[];
  version: readonly string[];
  alpn: readonly WireText[];
  ja4: readonly string[];
  readonly chain: readonly CertificateFacts[] | undefined;
  weakOffered: readonly number[];
  weakChosen: readonly number[];
}

/** A row for connections like this one, none of which it has counted yet. */
export function openRow(key: string, connection: Connection, verdict: Verdict, name: WireText | undefined, isFolded: boolean): Row {
  const { names, tls, outcome } = connection;
  return {
    key, isFolded, scope: connection.scope, name, verdict, how: names.find((claim) => claim.name === name)?.how ?? names[0]?.how,
    component: connection.component, addressClass: connection.addressClass, port: connection.to.port, transport: connection.transport, protocol: connection.protocol,
    confidence: connection.confidence, inbound: connection.inbound, nameCount: names.length, firstHow: names[0]?.how, version: tls?.server?.version, leaf: tls?.chain?.[0]?.sha256,
    outcome, via: connection.via, phases: connection.phasesAtOpening, mismatch: connection.mismatch, ech: connection.ech,
    addresses: NO_VALUES, moreAddresses: undefined, programs: NO_VALUES, count: 0, up: 0, down: 0, first: connection.opened, last: connection.last, reached: reachedOf(connection),
    tls: tls === undefined ? undefined : { offered: NO_VALUES, version: NO_VALUES, alpn: NO_VALUES, ja4: NO_VALUES, chain: tls.chain, weakOffered: NO_VALUES, weakChosen: NO_VALUES },
    icmpErrors: NONE, outcomes: NO_VALUES, outcomeCounts: [], evidence: NO_VALUES, openings: NO_VALUES, sibling: undefined, handshakes: undefined, upgradesAsked: 0, upgradesSwitched: 0, credentials: NONE, media: undefined,
    party: name === undefined || isFolded ? undefined : `${connection.scope}|${connection.component ?? ''}|${name}`, isFailed: outcomeClass(outcome) === 'failed',
  };
}

/** Counts one more connection. */
export function extendRow(row: Row, connection: Connection): void {
  // A QUIC connection on another path is the one that was counted already.
  const isSame = connection.quic?.continues !== undefined;
  if (!isSame) row.count++;
  row.up += connection.up;
  row.down += connection.down;
  if (connection.opened < row.first) row.first = connection.opened;
  if (connection.last > row.last) row.last = connection.last;
  const { address } = connection.to;
  if (address !== '') noteAddress(row, address);
  if (connection.process !== undefined) row.programs = withValue(row.programs, connection.process.exe ?? connection.process.name);
  const reached = reachedOf(connection);
  if (reached !== row.reached && REACHED.indexOf(reached) > REACHED.indexOf(row.reached)) row.reached = reached;
  if (!isSame) noteOutcome(row, connection.outcome);
  if (connection.icmpError !== undefined) {
    if (row.icmpErrors === NONE) row.icmpErrors = new Set();
    if (row.icmpErrors.size < VALUE_SET_CAP) row.icmpErrors.add(connection.icmpError);
  }
  // Only a party's tries are told apart.
  if (!isSame && row.party !== undefined && row.openings.length < OPENING_CAP) row.openings = row.openings.concat(connection.opened);
  if (row.evidence.length < EVIDENCE_CAP) row.evidence = row.evidence.concat(connection.evidence);
  if (connection.alsoSeen !== undefined && row.evidence.length < EVIDENCE_CAP) row.evidence = row.evidence.concat(connection.alsoSeen.slice(0, EVIDENCE_CAP - row.evidence.length));
  const { tls, http, media } = connection;
  if (media !== undefined) row.media = addMedia(row.media, media);
  if (http !== undefined) noteRequests(row, http);
  if (connection.credentialScheme !== undefined) noteCredential(row, connection.credentialScheme);
  if (tls === undefined) return;
  countHandshake((row.handshakes ??= noHandshakes()), connection);
  if (row.tls === undefined) return;
  const { hello, server } = tls;
  // One client says the same hello again and again.
  if (hello !== undefined && !row.tls.ja4.includes(hello.ja4)) {
    row.tls.offered = withAll(row.tls.offered, hello.offered);
    row.tls.alpn = withAll(row.tls.alpn, hello.alpn);
    row.tls.ja4 = withValue(row.tls.ja4, hello.ja4);
    if (hello.weakCiphers !== undefined) row.tls.weakOffered = withAll(row.tls.weakOffered, hello.weakCiphers);
  }
  if (server === undefined) return;
  row.tls.version = withValue(row.tls.version, server.version);
  if (weaknessOf(server.cipher) !== undefined) row.tls.weakChosen = withValue(row.tls.weakChosen, server.cipher);
}

function noteOutcome(row: Row, outcome: Outcome): void {
  const known = row.outcomes.indexOf(outcome);
  if (known >= 0) row.outcomeCounts[known] = (row.outcomeCounts[known] ?? 0) + 1;
  else {
    row.outcomes = row.outcomes.concat(outcome);
    row.outcomeCounts = row.outcomeCounts.concat(1);
  }
}

function noteAddress(row: Row, address: string): void {
  const { moreAddresses } = row;
  if (moreAddresses !== undefined) {
    if (moreAddresses.size < ADDRESSES_COUNTED) moreAddresses.add(address);
  } else if (!row.addresses.includes(address)) {
    if (row.addresses.length < VALUE_SET_CAP) row.addresses = row.addresses.concat(address);
    else row.moreAddresses = new Set([...row.addresses, address]);
  }
}

function withAll<T>(list: readonly T[], values: readonly T[]): readonly T[] {
  if (list.length === 0 && values.length <= VALUE_SET_CAP && new Set(values).size === values.length) return values;
  let longer = list;
  for (const value of values) longer = withValue(longer, value);
  return longer;
}

function withValue<T>(list: readonly T[], value: T): readonly T[] {
  return list.length >= VALUE_SET_CAP || list.includes(value) ? list : list.concat([value]);
}

function noteRequests(row: Row, { upgrade, switched, credentialScheme }: HttpPart): void {
  if (upgrade?.toLowerCase() === 'websocket') {
    row.upgradesAsked++;
    if (switched) row.upgradesSwitched++;
  }
  if (credentialScheme !== undefined) noteCredential(row, credentialScheme);
}

function noteCredential(row: Row, scheme: string): void {
  if (row.credentials === NONE) row.credentials = new Set();
  if (row.credentials.size < VALUE_SET_CAP) row.credentials.add(scheme.toLowerCase());
}

function reachedOf(connection: Connection): Reached {
  // What was said in clear was said to the proxy; the destination never saw it.
  if (proxyRefusal(connection) !== undefined || connection.dialled?.failure !== undefined) return 'attempted';
  if (connection.up > 0 && (connection.outcome === 'app-data' || connection.outcome === 'answered')) return 'sent';
  if (outcomeClass(connection.outcome) === 'failed') return 'attempted';
  return connection.transport === 'tcp' ? 'established' : connection.down > 0 ? 'established' : 'attempted';
}


/** The destination that rules and reports see; `isLoser`: its tries were overtaken. */
export function finishRow(row: Row, isLoser: boolean): Destination {
  // Put together field by field: there are 20,000, and spreading what may be absent costs as much as counting them did.
  const destination: Draft<Destination> = {
    key: row.key,
    scope: row.scope,
    confidence: row.confidence,
    addresses: sorted(row.addresses),
    addressCount: row.moreAddresses?.size ?? row.addresses.length,
    addressClass: row.addressClass,
    port: row.port,
    transport: row.transport,
    protocol: row.protocol,
    verdict: row.verdict,
    reached: row.reached,
    outcome: isLoser ? 'abandoned' : usualOutcome(row.outcomes, row.outcomeCounts) ?? row.outcome,
    outcomes: isLoser ? { abandoned: row.count } : outcomesOf(row),
    count: Math.max(1, row.count),
    up: row.up,
    down: row.down,
    first: row.first,
    last: row.last,
    inbound: row.inbound,
    icmpErrors: sorted([...row.icmpErrors]),
    evidence: row.evidence,
  };
  if (row.component !== undefined) destination.component = row.component;
  if (row.programs.length > 0) destination.programs = row.programs.toSorted();
  if (row.name !== undefined) destination.name = row.name;
  if (row.how !== undefined) destination.how = row.how;
  if (row.phases !== undefined && !PHASELESS.has(row.verdict.kind)) destination.phases = row.phases;
  if (row.tls !== undefined) destination.tls = tlsOf(row.tls, row.ech);
  if (row.handshakes !== undefined) Object.assign(destination, handshakesOf(row.handshakes));
  if (row.upgradesAsked > 0) destination.upgrades = { asked: row.upgradesAsked, switched: row.upgradesSwitched };
  if (row.media !== undefined) Object.assign(destination, mediaOf(row.media));
  if (row.credentials.size > 0) destination.credentials = [...row.credentials].sort();
  if (row.mismatch !== undefined) destination.mismatch = row.mismatch;
  if (row.via !== undefined) destination.via = `${row.via.address}:${row.via.port}`;
  return destination;
}

function sorted(texts: readonly string[]): readonly string[] {
  return texts.length > 1 ? texts.toSorted() : texts;
}

function outcomesOf({ count, outcome: only, outcomes, outcomeCounts }: Row): Destination['outcomes'] {
  if (count === 0) return { [only]: 1 };
  const counts: Partial<Record<Outcome, number>> = {};
  outcomes.forEach((outcome, index) => (counts[outcome] = outcomeCounts[index] ?? 0));
  return counts;
}

function tlsOf({ offered, version, alpn, ja4, chain, weakOffered, weakChosen }: TlsSets, ech: Connection['ech']): NonNullable<Destination['tls']> {
  const tls: Draft<NonNullable<Destination['tls']>> = { offered, version, alpn, ja4, ech };
  if (chain !== undefined) tls.chain = chain;
  if (weakOffered.length > 0) tls.weakOffered = weakOffered;
  if (weakChosen.length > 0) tls.weakChosen = weakChosen;
  return tls;
}

const REACHED: readonly Reached[] = ['looked-up', 'attempted', 'established', 'sent'];
const NONE = new Set<string>();
const NO_VALUES: readonly never[] = [];
/** Addresses told apart per destination; large services rotate through dozens. */
const ADDRESSES_COUNTED = 256;
