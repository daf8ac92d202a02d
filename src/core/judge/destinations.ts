/**
 * Folds judged connections into destinations (design §4), so that 300,000
 * flows stay a few thousand rows. Past {@link DESTINATION_CAP} rows, new ones
 * fold by registrable domain or network; a verdict is never dropped.
 */
import { canonicalAddress, formatWords } from '../base/address.ts';
import { registrableDomain } from '../base/host-name.ts';
import type { ProblemCode } from '../base/problem.ts';
import type { Micros } from '../base/time.ts';
import { wireText, type WireText } from '../base/wire-text.ts';
import type { HttpPart } from '../decode/payloads/http/facts.ts';
import type { CertificateFacts } from '../decode/payloads/tls/facts.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { Connection, Evidence } from '../observe/connection.ts';
import { proxyRefusal } from './attempt.ts';
import { losersAmong, OPENING_CAP, type TryRow } from './losers.ts';
import { EVIDENCE_CAP, VALUE_SET_CAP, type Destination, type Reached } from './destination.ts';
import { countHandshake, handshakesOf, noHandshakes, type GrowingHandshakes } from './handshakes.ts';
import type { Outcome } from '../observe/observation.ts';

/** Rows before folding harder (design §4). */
const DESTINATION_CAP = 20_000;

export class Destinations {
  private readonly rows = new Map<string, Row>();
  /** The row that a subject met last: most connections to a host are alike, and comparing costs less than a key. */
  private readonly latest = new Map<string, Row>();
  private readonly problem: (code: ProblemCode) => void;

  constructor(problem: (code: ProblemCode) => void) {
    this.problem = problem;
  }

  add(connection: Connection, verdict: Verdict): void {
    const name = shownName(connection, verdict);
    const subject = name ?? connection.to.address;
    const latest = this.latest.get(subject);
    if (latest !== undefined && isSameDestination(latest, connection, verdict)) {
      extend(latest, connection);
      return;
    }
    const key = keyOf(connection, verdict, subject);
    let row = this.rows.get(key);
    if (row === undefined) {
      row = this.rows.size < DESTINATION_CAP ? this.open(key, connection, verdict, name) : this.openFolded(connection, verdict, name);
    }
    if (this.latest.size >= DESTINATION_CAP) this.latest.clear();
    this.latest.set(subject, row);
    extend(row, connection);
  }

  /** All destinations in order of scope, first sight and key. */
  list(): Destination[] {
    const rows = [...this.rows.values()].sort((one, other) => one.scope - other.scope || one.first - other.first || (one.key < other.key ? -1 : 1));
    const losers = losersAmong(rows);
    return rows.map((row) => finished(row, losers.has(row)));
  }

  private openFolded(connection: Connection, verdict: Verdict, name: WireText | undefined): Row {
    this.problem('destination-cap');
    const folded = wireText(name === undefined ? networkOf(connection.to.address) : (registrableDomain(name) ?? name));
    const key = keyOf(connection, verdict, `…${folded}`);
    return this.rows.get(key) ?? this.open(key, connection, verdict, name === undefined ? undefined : folded, true);
  }

  private open(key: string, connection: Connection, verdict: Verdict, name: WireText | undefined, isFolded = false): Row {
    const row: Row = {
      key, isFolded, scope: connection.scope, name, verdict, how: connection.names.find((claim) => claim.name === name)?.how ?? connection.names[0]?.how,
      sample: connection, addresses: new Set(), count: 0, up: 0, down: 0, first: connection.opened, last: connection.last,
      reached: reachedOf(connection), tls: connection.tls === undefined ? undefined : { offered: new Set(), version: new Set(), alpn: new Set(), ja4: new Set(), chain: connection.tls.chain },
      icmpErrors: NONE, outcomes: {}, evidence: [], openings: [], handshakes: noHandshakes(), upgradesAsked: 0, upgradesSwitched: 0, credentials: NONE,
      party: name === undefined || isFolded ? undefined : `${connection.scope}|${connection.component ?? ''}|${name}`, isFailed: outcomeClass(connection.outcome) === 'failed',
    };
    this.rows.set(key, row);
    return row;
  }
}

interface Row extends TryRow {
  readonly key: string;
  /** Stands for many names or addresses, so that no single one is its subject. */
  readonly isFolded: boolean;
  readonly scope: number;
  readonly name: WireText | undefined;
  readonly how: Destination['how'] | undefined;
  readonly verdict: Verdict;
  /** Gives what is the same for all connections of the key. */
  readonly sample: Connection;
  readonly addresses: Set<string>;
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
  readonly outcomes: Partial<Record<Outcome, number>>;
  readonly evidence: Evidence[];
  readonly openings: Micros[];
  readonly handshakes: GrowingHandshakes;
  upgradesAsked: number;
  upgradesSwitched: number;
  /** Shared and empty until the first one. */
  credentials: Set<string>;
}

interface TlsSets {
  readonly offered: Set<string>;
  readonly version: Set<string>;
  readonly alpn: Set<WireText>;
  readonly ja4: Set<string>;
  readonly chain: readonly CertificateFacts[] | undefined;
}

function extend(row: Row, connection: Connection): void {
  row.count++;
  row.up += connection.up;
  row.down += connection.down;
  if (connection.opened < row.first) row.first = connection.opened;
  if (connection.last > row.last) row.last = connection.last;
  if (connection.to.address !== '' && !row.addresses.has(connection.to.address)) {
    if (row.addresses.size < ADDRESSES_COUNTED) row.addresses.add(connection.to.address);
  }
  const reached = reachedOf(connection);
  if (REACHED.indexOf(reached) > REACHED.indexOf(row.reached)) row.reached = reached;
  row.outcomes[connection.outcome] = (row.outcomes[connection.outcome] ?? 0) + 1;
  if (connection.icmpError !== undefined) {
    if (row.icmpErrors === NONE) row.icmpErrors = new Set();
    keep(row.icmpErrors, connection.icmpError);
  }
  if (row.openings.length < OPENING_CAP) row.openings.push(connection.opened);
  if (row.evidence.length < EVIDENCE_CAP) row.evidence.push(connection.evidence);
  const { tls, http } = connection;
  if (http !== undefined) noteRequests(row, http);
  noteCredential(row, connection.credentialScheme);
  countHandshake(row.handshakes, connection);
  if (row.tls === undefined || tls === undefined) return;
  // One client says the same hello again and again.
  if (tls.hello !== undefined && !row.tls.ja4.has(tls.hello.ja4)) {
    for (const version of tls.hello.offered) keep(row.tls.offered, version);
    for (const protocol of tls.hello.alpn) keep(row.tls.alpn, protocol);
    keep(row.tls.ja4, tls.hello.ja4);
  }
  if (tls.server !== undefined) keep(row.tls.version, tls.server.version);
}

function noteRequests(row: Row, { upgrade, switched, credentialScheme }: HttpPart): void {
  if (upgrade?.toLowerCase() === 'websocket') {
    row.upgradesAsked++;
    if (switched) row.upgradesSwitched++;
  }
  noteCredential(row, credentialScheme);
}

function noteCredential(row: Row, scheme: string | undefined): void {
  if (scheme === undefined) return;
  if (row.credentials === NONE) row.credentials = new Set();
  keep(row.credentials, scheme.toLowerCase());
}

function keep<T>(set: Set<T>, value: T): void {
  if (set.size < VALUE_SET_CAP) set.add(value);
}

/** The name that decided, else the first one claimed. */
function shownName(connection: Connection, verdict: Verdict): WireText | undefined {
  return verdict.name === undefined ? connection.names[0]?.name : wireText(verdict.name);
}

/** Whether {@link keyOf} would be the same: field for field what it is made of. */
function isSameDestination(row: Row, connection: Connection, verdict: Verdict): boolean {
  const { sample, verdict: known } = row;
  if (row.isFolded || sample.scope !== connection.scope || sample.component !== connection.component || sample.addressClass !== connection.addressClass) return false;
  if (sample.to.port !== connection.to.port || sample.transport !== connection.transport || sample.protocol !== connection.protocol || sample.confidence !== connection.confidence) return false;
  if (sample.names.length !== connection.names.length || sample.names[0]?.how !== connection.names[0]?.how || sample.inbound !== connection.inbound) return false;
  if (sample.tls?.server?.version !== connection.tls?.server?.version || sample.tls?.chain?.[0]?.sha256 !== connection.tls?.chain?.[0]?.sha256) return false;
  if (sample.outcome !== connection.outcome && outcomeClass(sample.outcome) !== outcomeClass(connection.outcome)) return false;
  if (known.kind !== verdict.kind || known.entry !== verdict.entry || known.leg !== verdict.leg || known.reason !== verdict.reason) return false;
  if (sample.via?.address !== connection.via?.address || sample.via?.port !== connection.via?.port) return false;
  if (!PHASELESS.has(verdict.kind) && !isSameList(sample.phasesAtOpening, connection.phasesAtOpening)) return false;
  if (sample.mismatch !== connection.mismatch && mismatchKey(sample) !== mismatchKey(connection)) return false;
  return isSameList(known.conditionUnknown, verdict.conditionUnknown);
}

function isSameList(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  if (one === other) return true;
  if (one?.length !== other?.length) return false;
  return one?.every((value, index) => value === other?.[index]) === true;
}

function keyOf(connection: Connection, verdict: Verdict, subject: string): string {
  const { tls, to, via } = connection;
  return [
    connection.scope, connection.component ?? '', subject, connection.addressClass, to.port, connection.transport, connection.protocol, connection.confidence,
    connection.names[0]?.how ?? '', connection.names.length, tls?.server?.version ?? '', tls?.chain?.[0]?.sha256 ?? '', outcomeClass(connection.outcome), connection.inbound,
    PHASELESS.has(verdict.kind) ? '' : (connection.phasesAtOpening?.join('+') ?? ''), verdict.kind, verdict.entry ?? '', verdict.leg ?? '', verdict.reason ?? '', verdict.conditionUnknown?.join('+') ?? '',
    via === undefined ? '' : `${via.address}:${via.port}`,
  ].join('|') + mismatchKey(connection);
}

/** A contradicted name never folds with a sure one; empty where nothing contradicts, so that keys stay what they were. */
function mismatchKey({ mismatch }: Connection): string {
  return mismatch === undefined ? '' : `|${mismatch.sni}|${mismatch.asked ?? ''}`;
}

function reachedOf(connection: Connection): Reached {
  // What was said in clear was said to the proxy; the destination never saw it.
  if (proxyRefusal(connection) !== undefined) return 'attempted';
  if (connection.up > 0 && (connection.outcome === 'app-data' || connection.outcome === 'answered')) return 'sent';
  if (outcomeClass(connection.outcome) === 'failed') return 'attempted';
  return connection.transport === 'tcp' ? 'established' : connection.down > 0 ? 'established' : 'attempted';
}

/** Outcomes that one row may mix: how far it came matters, not how exactly it ended. */
function outcomeClass(outcome: Outcome): string {
  if (FAILED.has(outcome)) return outcome === 'abandoned' ? 'abandoned' : 'failed';
  return outcome === 'rejected-by-client' || outcome === 'rejected-by-server' ? outcome : outcome === 'app-data' || outcome === 'answered' ? 'data' : 'open';
}

function finished(row: Row, isLoser: boolean): Destination {
  const { sample, tls } = row;
  return {
    key: row.key,
    scope: row.scope,
    ...(sample.component === undefined ? {} : { component: sample.component }),
    ...(row.name === undefined ? {} : { name: row.name }),
    ...(row.how === undefined ? {} : { how: row.how }),
    confidence: sample.confidence,
    addresses: [...row.addresses].slice(0, VALUE_SET_CAP).sort(),
    addressCount: row.addresses.size,
    addressClass: sample.addressClass,
    port: sample.to.port,
    transport: sample.transport,
    protocol: sample.protocol,
    verdict: row.verdict,
    reached: row.reached,
    outcome: isLoser ? 'abandoned' : sample.outcome,
    outcomes: isLoser ? { abandoned: row.count } : row.outcomes,
    count: row.count,
    up: row.up,
    down: row.down,
    first: row.first,
    last: row.last,
    ...(sample.phasesAtOpening === undefined || PHASELESS.has(row.verdict.kind) ? {} : { phases: sample.phasesAtOpening }),
    inbound: sample.inbound,
    ...(tls === undefined ? {} : {
      tls: { offered: [...tls.offered], version: [...tls.version], alpn: [...tls.alpn], ja4: [...tls.ja4], ech: sample.ech, ...(tls.chain === undefined ? {} : { chain: tls.chain }) },
    }),
    ...handshakesOf(row.handshakes),
    ...(row.upgradesAsked === 0 ? {} : { upgrades: { asked: row.upgradesAsked, switched: row.upgradesSwitched } }),
    ...(row.credentials.size === 0 ? {} : { credentials: [...row.credentials].sort() }),
    ...(sample.mismatch === undefined ? {} : { mismatch: sample.mismatch }),
    icmpErrors: [...row.icmpErrors].sort(),
    evidence: row.evidence,
    ...(sample.via === undefined ? {} : { via: `${sample.via.address}:${sample.via.port}` }),
  };
}

const REACHED: readonly Reached[] = ['looked-up', 'attempted', 'established', 'sent'];
const NONE = new Set<string>();
/** Addresses told apart per destination; large services rotate through dozens. */
const ADDRESSES_COUNTED = 256;
/** Verdicts that no phase bears on: their rows would only repeat themselves. */
const PHASELESS: ReadonlySet<Verdict['kind']> = new Set(['infrastructure', 'local', 'lan', 'environment', 'unjudged']);

/** The /24 or /48 of an address. */
function networkOf(address: string): string {
  const canonical = canonicalAddress(address);
  if (canonical === undefined) return address;
  if (!canonical.includes(':')) return `${canonical.split('.').slice(0, 3).join('.')}.0/24`;
  const groups = canonical.split('::')[0]?.split(':') ?? [];
  const [a = '0', b = '0', c = '0'] = groups;
  return `${formatWords((Number.parseInt(a, 16) << 16) | Number.parseInt(b, 16), Number.parseInt(c, 16) << 16, 0, 0)}/48`;
}

const FAILED: ReadonlySet<Outcome> = new Set(['attempted', 'refused', 'unreachable', 'timeout', 'abandoned', 'sent-only']);
