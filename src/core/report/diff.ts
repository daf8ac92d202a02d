/**
 * Compares two reports: what B has that A has not, what A had that B has not,
 * and what both have and is not the same. Pure, symmetric in its sides apart
 * from the words; never says more than what both sides could see.
 */
import { type DestinationRow, type LookupRow, sideOf, type Side } from './diff/side.ts';
import { type DiffExit, diffExit, type DiffFailOn } from './diff/exit.ts';
import { type Sight, sightOf, unlikeness } from './diff/sight.ts';
import { compare } from './order.ts';
import type { SavedClaim, SavedEntry, SavedFinding, SavedReport } from './saved-report.ts';

export interface Compared {
  readonly report: SavedReport;
  readonly path: string;
  readonly kind: Sight['kind'];
}

/** One value that is not what it was; absent where the side has none. */
export interface Step {
  readonly what: string;
  readonly was?: string;
  readonly now?: string;
}

interface ChangedDestination {
  /** As B has it. */
  readonly row: DestinationRow;
  readonly steps: readonly Step[];
}

/** Something known by an id on both sides, or on one: then the step lacks `was` or `now`. */
export interface ChangedById {
  readonly id: string;
  /** The promise or the entry's name. May hold policy text. */
  readonly text: string;
  readonly steps: readonly Step[];
}

interface ChangedFinding {
  readonly finding: SavedFinding;
  readonly steps: readonly Step[];
}

interface Sorted<Row, Change> {
  readonly new: readonly Row[];
  readonly gone: readonly Row[];
  readonly changed: readonly Change[];
  readonly same: number;
}

export interface DifferenceParts {
  readonly a: Sight;
  readonly b: Sight;
  readonly unlike: readonly { readonly about: string; readonly text: string }[];
  /** Both sides were judged, so verdicts, claims, entries and findings were compared. */
  readonly judged: boolean;
  readonly destinations: Sorted<DestinationRow, ChangedDestination>;
  /** Names that one side asked for or connected to and the other never heard of; listed where nobody connected. */
  readonly lookups: Omit<Sorted<LookupRow, never>, 'changed'>;
  readonly findings: Sorted<SavedFinding, ChangedFinding>;
  readonly claims: { readonly changed: readonly ChangedById[]; readonly same: number };
  readonly entries: { readonly changed: readonly ChangedById[]; readonly same: number };
}

export interface Difference extends DifferenceParts {
  readonly schema: 'egret.diff/1';
  readonly summary: DiffExit;
}

/** The differences from A to B, in a fixed order. */
export function diffReports(one: Compared, other: Compared, failOn: DiffFailOn): Difference {
  const [a, b] = [sightOf(one.report, one.path, one.kind), sightOf(other.report, other.path, other.kind)];
  const [from, to] = [sideOf(one.report), sideOf(other.report)];
  const judged = a.policy !== undefined && b.policy !== undefined;
  const parts: DifferenceParts = {
    a,
    b,
    unlike: unlikeness(a, b),
    judged,
    destinations: sorted(from.destinations, to.destinations, (was, now) => changedDestination(was, now, judged), byDestination),
    lookups: lookupsOf(from, to),
    findings: judged ? sorted(byFingerprint(one.report), byFingerprint(other.report), changedFinding, byFinding) : NOTHING,
    claims: judged ? changesById(one.report.claims, other.report.claims, ({ text }) => text, claimValues) : UNCHANGED,
    entries: judged ? changesById(one.report.entries, other.report.entries, ({ name }) => name, entryValues) : UNCHANGED,
  };
  return { schema: 'egret.diff/1', ...parts, summary: diffExit(parts, failOn) };
}

function sorted<Row, Change>(from: ReadonlyMap<string, Row>, to: ReadonlyMap<string, Row>, changed: (was: Row, now: Row) => Change | undefined, order: (one: Row, other: Row) => number): Sorted<Row, Change> {
  const gone = [...from].filter(([key]) => !to.has(key)).map(([, row]) => row).sort(order);
  const fresh = [...to].filter(([key]) => !from.has(key)).map(([, row]) => row).sort(order);
  const both = [...to].flatMap(([key, now]) => {
    const was = from.get(key);
    return was === undefined ? [] : [{ was, now }];
  });
  const changes = both.sort((one, other) => order(one.now, other.now)).flatMap(({ was, now }) => changed(was, now) ?? []);
  return { new: fresh, gone, changed: changes, same: both.length - changes.length };
}

/** A name that the other side connected to is no new name, and its destination already shows as gone or new. */
function lookupsOf(from: Side, to: Side): DifferenceParts['lookups'] {
  const fresh = [...to.lookups.values()].filter(({ name }) => !from.names.has(name)).sort(byLookup);
  const gone = [...from.lookups.values()].filter(({ name }) => !to.names.has(name)).sort(byLookup);
  return { new: fresh, gone, same: to.lookups.size - fresh.length };
}

function changedDestination(was: DestinationRow, now: DestinationRow, judged: boolean): ChangedDestination | undefined {
  const steps = stepsOf(destinationValues(was, judged), destinationValues(now, judged));
  return steps.length === 0 ? undefined : { row: now, steps };
}

/** What must not change unnoticed; counts, bytes, times and addresses differ in any two runs. */
function destinationValues(row: DestinationRow, judged: boolean): Values {
  return [
    ...(judged ? ([['verdict', row.verdicts.join(' + ')], ['entry', row.entries.join(' + ')]] as const) : []),
    ['reached', row.reached],
    ['protocol', row.protocols.join(' + ')],
    ['TLS', row.versions.join(' + ')],
    ['issuer', row.issuers.join(' + ')],
    ['telemetry', row.telemetry.join(' + ')],
  ];
}

function changedFinding(was: SavedFinding, now: SavedFinding): ChangedFinding | undefined {
  const steps = stepsOf([['severity', was.severity], ['standing', was.standing]], [['severity', now.severity], ['standing', now.standing]]);
  return steps.length === 0 ? undefined : { finding: now, steps };
}

function changesById<Row extends { readonly id: string }>(before: readonly Row[], after: readonly Row[], text: (row: Row) => string, values: (row: Row) => Values): DifferenceParts['claims'] {
  const [from, to] = [new Map(before.map((row) => [row.id, row])), new Map(after.map((row) => [row.id, row]))];
  const changed = [...to.values(), ...[...from.values()].filter(({ id }) => !to.has(id))].flatMap((row) => {
    const [was, now] = [from.get(row.id), to.get(row.id)];
    const names = values(row).map(([what]) => what);
    const none: Values = names.map((what) => [what, '']);
    const steps = stepsOf(was === undefined ? none : values(was), now === undefined ? none : values(now));
    return steps.length === 0 ? [] : [{ id: row.id, text: text(row), steps }];
  });
  return { changed, same: [...to.keys()].filter((id) => from.has(id)).length - changed.filter(({ id }) => from.has(id) && to.has(id)).length };
}

function claimValues({ verdict }: SavedClaim): Values {
  return [['verdict', verdict]];
}

function entryValues({ standing, interception }: SavedEntry): Values {
  return [['standing', standing], ['interception', interception]];
}

/** Values by what they are, in the same order on both sides; empty where there is none. */
type Values = readonly (readonly [what: string, value: string])[];

function stepsOf(before: Values, after: Values): readonly Step[] {
  return after.flatMap(([what, now], at) => {
    const was = before[at]?.[1] ?? '';
    return was === now ? [] : [{ what, ...(was === '' ? {} : { was }), ...(now === '' ? {} : { now }) }];
  });
}

function byFingerprint(report: SavedReport): ReadonlyMap<string, SavedFinding> {
  return new Map(report.findings.map((finding) => [finding.fingerprint, finding]));
}

function byDestination(one: DestinationRow, other: DestinationRow): number {
  return (
    compare(one.name ?? one.address ?? '', other.name ?? other.address ?? '') || one.port - other.port || compare(one.transport, other.transport) || compare(one.component ?? '', other.component ?? '') || Number(one.inbound) - Number(other.inbound)
  );
}

function byLookup(one: LookupRow, other: LookupRow): number {
  return compare(one.name, other.name) || compare(one.component ?? '', other.component ?? '');
}

function byFinding(one: SavedFinding, other: SavedFinding): number {
  return SEVERITY_ORDER[one.severity] - SEVERITY_ORDER[other.severity] || compare(one.rule, other.rule) || compare(one.subject, other.subject) || compare(one.fingerprint, other.fingerprint);
}

const SEVERITY_ORDER = { error: 0, warning: 1, note: 2 } as const;
const NOTHING: DifferenceParts['findings'] = { new: [], gone: [], changed: [], same: 0 };
const UNCHANGED: DifferenceParts['claims'] = { changed: [], same: 0 };
