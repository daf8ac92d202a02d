/**
 * What tells destinations apart (design §4): the key of a row, and the same
 * question asked of a row and a connection without making the key. A field
 * that is added to one belongs into the other.
 */
import type { Connection } from '../observe/connection.ts';
import type { Outcome } from '../observe/observation.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { Row } from './destination-row.ts';

/** Whether {@link rowKey} would be the same: field for field what it is made of. */
export function isSameDestination(row: Row, connection: Connection, verdict: Verdict): boolean {
  const { verdict: known } = row;
  if (row.port !== connection.to.port || (row.outcome !== connection.outcome && outcomeClass(row.outcome) !== outcomeClass(connection.outcome))) return false;
  if (row.isFolded || row.scope !== connection.scope || row.component !== connection.component || row.addressClass !== connection.addressClass) return false;
  if (row.transport !== connection.transport || row.protocol !== connection.protocol || row.confidence !== connection.confidence) return false;
  if (row.nameCount !== connection.names.length || row.firstHow !== connection.names[0]?.how || row.inbound !== connection.inbound) return false;
  if (row.version !== connection.tls?.server?.version || row.leaf !== connection.tls?.chain?.[0]?.sha256) return false;
  if (row.via?.address !== connection.via?.address || row.via?.port !== connection.via?.port) return false;
  if (!PHASELESS.has(verdict.kind) && !isSameList(row.phases, connection.phasesAtOpening)) return false;
  if (row.mismatch !== connection.mismatch && mismatchKey(row) !== mismatchKey(connection)) return false;
  return known === verdict || isSameVerdict(known, verdict);
}

function isSameVerdict(one: Verdict, other: Verdict): boolean {
  return one.kind === other.kind && one.entry === other.entry && one.leg === other.leg && one.reason === other.reason && isSameList(one.conditionUnknown, other.conditionUnknown);
}

/** Whether two lists hold the same, in the same order. */
export function isSameList(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  if (one === other) return true;
  if (one?.length !== other?.length) return false;
  return one?.every((value, index) => value === other?.[index]) === true;
}

/** What tells destinations apart, as one text. */
export function rowKey(connection: Connection, verdict: Verdict, subject: string): string {
  const { tls, to, via } = connection;
  return [
    connection.scope, connection.component ?? '', subject, connection.addressClass, to.port, connection.transport, connection.protocol, connection.confidence,
    connection.names[0]?.how ?? '', connection.names.length, tls?.server?.version ?? '', tls?.chain?.[0]?.sha256 ?? '', outcomeClass(connection.outcome), connection.inbound,
    PHASELESS.has(verdict.kind) ? '' : (connection.phasesAtOpening?.join('+') ?? ''), verdict.kind, verdict.entry ?? '', verdict.leg ?? '', verdict.reason ?? '', verdict.conditionUnknown?.join('+') ?? '',
    via === undefined ? '' : `${via.address}:${via.port}`,
  ].join('|') + mismatchKey(connection);
}

/** A contradicted name never folds with a sure one; empty where nothing contradicts, so that keys stay what they were. */
function mismatchKey({ mismatch }: Pick<Connection, 'mismatch'>): string {
  return mismatch === undefined ? '' : `|${mismatch.sni}|${mismatch.asked ?? ''}`;
}

/** Outcomes that one row may mix: how far it came matters, not how exactly it ended. */
export function outcomeClass(outcome: Outcome): string {
  if (FAILED.has(outcome)) return outcome === 'abandoned' ? 'abandoned' : 'failed';
  return outcome === 'rejected-by-client' || outcome === 'rejected-by-server' ? outcome : outcome === 'app-data' || outcome === 'answered' ? 'data' : 'open';
}

/** Verdicts that no phase bears on: their rows would only repeat themselves. */
export const PHASELESS: ReadonlySet<Verdict['kind']> = new Set(['infrastructure', 'local', 'lan', 'environment', 'unjudged']);
const FAILED: ReadonlySet<Outcome> = new Set(['attempted', 'refused', 'unreachable', 'timeout', 'abandoned', 'sent-only']);
