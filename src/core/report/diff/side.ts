/**
 * One side of a comparison: the rows of a report folded by what stays the same
 * from run to run. Rows that differ only in scope, phase or outcome are one
 * destination here, with every value that any of them had.
 */
import { isChanceListener } from '../../judge/chance-port.ts';
import type { Reached } from '../../judge/destination.ts';
import { compare } from '../order.ts';
import type { SavedDestination, SavedLookup, SavedReport } from '../saved-report.ts';

/** A destination by component, name (else address), port (any where it is chance: here the first one), transport and direction. Texts may hold wire text. */
export interface DestinationRow {
  readonly component?: string;
  readonly name?: string;
  /** Of nameless ones. */
  readonly address?: string;
  readonly port: number;
  readonly transport: string;
  readonly inbound: boolean;
  readonly verdicts: readonly string[];
  readonly entries: readonly string[];
  /** The furthest that any connection came. */
  readonly reached: Reached;
  readonly protocols: readonly string[];
  /** Negotiated TLS versions. */
  readonly versions: readonly string[];
  /** Issuers of the topmost certificates that were shown. */
  readonly issuers: readonly string[];
  /** `crash: Sentry`, by the catalogue of the egret that made the report. */
  readonly telemetry: readonly string[];
  readonly count: number;
  readonly up: number;
  readonly down: number;
}

/** A name that was asked for and never connected to. */
export interface LookupRow {
  readonly component?: string;
  readonly name: string;
  readonly verdicts: readonly string[];
  readonly rcodes: readonly string[];
  readonly count: number;
}

export interface Side {
  readonly destinations: ReadonlyMap<string, DestinationRow>;
  readonly lookups: ReadonlyMap<string, LookupRow>;
  /** Every name that was asked for or connected to, whoever did. */
  readonly names: ReadonlySet<string>;
}

/** Folds the rows of a report; keys are the same for the same thing in any report. */
export function sideOf(report: SavedReport): Side {
  const destinations = new Map<string, DestinationRow>();
  for (const row of report.destinations) {
    const key = JSON.stringify([row.component ?? '', row.name === undefined ? 'address' : 'name', row.name ?? row.addresses[0] ?? '', isChancePort(row) ? 'any' : row.port, row.transport, row.inbound]);
    const before = destinations.get(key);
    destinations.set(key, before === undefined ? opened(row) : merged(before, opened(row)));
  }
  const lookups = new Map<string, LookupRow>();
  for (const row of report.lookups) {
    if (row.connected) continue;
    const key = JSON.stringify([row.component ?? '', row.name]);
    const before = lookups.get(key);
    lookups.set(key, before === undefined ? asked(row) : { ...before, verdicts: union(before.verdicts, [row.verdict]), rcodes: union(before.rcodes, [row.rcode]), count: before.count + row.count });
  }
  const names = new Set([...report.lookups.map(({ name }) => name), ...report.destinations.flatMap(({ name }) => name ?? [])]);
  return { destinations, lookups, names };
}

/** Media peers choose their ports anew in each session, and so do programs that listen where the system lets them. */
function isChancePort({ name, transport, verdict, protocol, inbound, port }: SavedDestination): boolean {
  return verdict === 'webrtc-peer' || isChanceListener(verdict, inbound, port) || (name === undefined && transport === 'udp' && protocol === 'dtls');
}

function opened(row: SavedDestination): DestinationRow {
  const { component, name, addresses, port, transport, inbound, verdict, entry, reached, protocol, tls, telemetry, count, up, down } = row;
  return {
    ...(component === undefined ? {} : { component }),
    ...(name === undefined ? { address: addresses[0] ?? 'unknown' } : { name }),
    port, transport, inbound,
    verdicts: [verdict],
    entries: entry === undefined ? [] : [entry],
    reached,
    protocols: [protocol],
    versions: tls?.version.toSorted(compare) ?? [],
    issuers: tls?.issuer === undefined ? [] : [tls.issuer],
    telemetry: telemetry === undefined ? [] : [`${telemetry.class}: ${telemetry.organisation}`],
    count, up, down,
  };
}

function merged(one: DestinationRow, other: DestinationRow): DestinationRow {
  return {
    ...one,
    verdicts: union(one.verdicts, other.verdicts),
    entries: union(one.entries, other.entries),
    reached: REACHED.indexOf(other.reached) > REACHED.indexOf(one.reached) ? other.reached : one.reached,
    protocols: known(union(one.protocols, other.protocols)),
    versions: union(one.versions, other.versions),
    issuers: union(one.issuers, other.issuers),
    telemetry: union(one.telemetry, other.telemetry),
    count: one.count + other.count,
    up: one.up + other.up,
    down: one.down + other.down,
  };
}

function asked({ component, name, verdict, rcode, count }: SavedLookup): LookupRow {
  return { ...(component === undefined ? {} : { component }), name, verdicts: [verdict], rcodes: [rcode], count };
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])].sort(compare);
}

/** A connection that ended before it said anything does not make another protocol of the destination. */
function known(protocols: readonly string[]): readonly string[] {
  return protocols.length > 1 ? protocols.filter((protocol) => protocol !== 'unknown') : protocols;
}

const REACHED: readonly Reached[] = ['looked-up', 'attempted', 'established', 'sent'];
