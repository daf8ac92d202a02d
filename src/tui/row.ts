/**
 * One destination of the screen: what was asked for, what the policy thinks of
 * it, and the last few connections as evidence. Compact, because there are
 * 20,000 of them; the report has everything.
 */
import type { Micros } from '../core/base/time.ts';
import type { Role } from '../core/report/layout/look.ts';
import { accuses, weight } from '../core/judge/worst.ts';
import type { Confidence, NameEvidence } from '../core/observe/connection.ts';
import type { Outcome } from '../core/observe/observation.ts';
import type { Verdict } from '../core/policy/verdict.ts';

export interface Row {
  /** Stays with the row while its place in the list changes. */
  readonly key: string;
  /** In order of first sight, from 0. */
  readonly order: number;
  readonly host: string;
  readonly port: number;
  readonly transport: string;
  readonly first: Micros;
  last: Micros;
  /** What the policy says of it by what was known before it was contacted. */
  asked: Verdict | undefined;
  /** The worst verdict on its connections that are over. */
  judged: Verdict | undefined;
  how: NameEvidence | undefined;
  confidence: Confidence | undefined;
  connections: number;
  open: number;
  denied: number;
  failed: number;
  /** Of connections that are over, in bytes; those of open ones are beside them. */
  up: number;
  down: number;
  openUp: number;
  openDown: number;
  /** The last few, newest first. */
  addresses: readonly string[];
  process: string | undefined;
  component: string | undefined;
  recent: readonly Sight[];
}

/** A connection that is over, as evidence. */
export interface Sight {
  readonly id: string;
  readonly at: Micros;
  readonly outcome: Outcome;
  readonly protocol: string;
  readonly address: string;
  readonly up: number;
  readonly down: number;
  /** `TLS 1.3 h2 t13d…`; absent where there was none. */
  readonly tls: string | undefined;
}

export type Stance = 'broken' | 'unclear' | 'fine';

/** The verdict that is shown: what its connections were judged, else what was thought before. */
export function verdictOf(row: Row): Verdict | undefined {
  return row.judged ?? row.asked;
}

/** The word of the verdict column; `?` until a connection is over and judged. */
export function verdictWord(row: Row): string {
  const verdict = verdictOf(row);
  if (row.denied > 0) return 'denied';
  if (verdict === undefined || verdict.kind === 'unjudged') return verdict?.telemetry === undefined ? 'contacted' : 'telemetry';
  return row.judged === undefined ? `${verdict.kind}?` : verdict.kind;
}

/** Which of three drawers it is in: against the policy, not to be told, or as it should be. */
export function stanceOf(row: Row): Stance {
  const verdict = verdictOf(row);
  if (row.denied > 0) return 'broken';
  if (verdict === undefined) return 'unclear';
  if (accuses(verdict)) return 'broken';
  return verdict.kind === 'cannot-judge' || verdict.kind === 'unjudged' || verdict.conditionUnknown !== undefined ? 'unclear' : 'fine';
}

/** Larger is worse. */
export function weightOf(row: Row): number {
  const verdict = verdictOf(row);
  return (row.denied > 0 ? DENIED : 0) + (verdict === undefined ? 0 : weight(verdict));
}

/** How what belongs to its stance is painted. */
export function roleOf(row: Row): Role {
  return ROLES[stanceOf(row)];
}

const ROLES: Readonly<Record<Stance, Role>> = { broken: 'bad', unclear: 'warn', fine: 'good' };
/** More than any verdict weighs: somebody was turned away. */
const DENIED = 200;
