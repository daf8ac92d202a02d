/**
 * Judges how long a declared connection lasted: an entry with
 * `closes-with-phase` that is still open a minute after its phase outlives it
 * (design §5). Takes the verdict of the opening, gives it back or a worse one.
 * Silence proves nothing: a packet after the minute does.
 */
import { SECOND, type Micros } from '../base/time.ts';
import type { Connection } from '../observe/connection.ts';
import type { Entry, Policy } from '../policy/policy.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { ScopeFacts } from './context.ts';
import { phaseEnd } from './phase-end.ts';

/** The verdict on a connection over its whole life. */
export function judgeLasting(policy: Policy, connection: Connection, verdict: Verdict, facts: ScopeFacts): Verdict {
  // Opened before the capture: the phase it belongs to is not known.
  if (verdict.kind !== 'declared' || facts.phases === undefined || !connection.startSeen) return verdict;
  if (openUntil(connection) - connection.opened <= CLOSE_GRACE) return verdict;
  const entry = policy.entries.find(({ id }) => id === verdict.entry);
  if (entry?.closesWithPhase !== true) return verdict;
  const ended = endOf(entry, connection, verdict, facts);
  if (ended === undefined || openUntil(connection) <= ended + CLOSE_GRACE) return verdict;
  return { ...verdict, kind: 'outlives-phase', reason: `closed within ${CLOSE_GRACE / SECOND} s of the end of its phase` };
}

/** When its phase ended, for a connection judged `outlives-phase`. */
function endOf(entry: Entry, { component, opened }: Connection, { leg }: Verdict, { features, phases }: ScopeFacts): Micros | undefined {
  const known = { ...(component === undefined ? {} : { component }), ...(features === undefined ? {} : { features }) };
  const terms = { when: entry.when, leg: (leg === undefined ? undefined : entry.legs[leg]?.when) ?? { kind: 'always' as const }, known };
  return phaseEnd(terms, phases ?? [], opened, CLOSE_GRACE);
}

/** The last moment at which it was surely open. */
function openUntil({ closed, last }: Connection): Micros {
  return closed ?? last;
}

/** Time to close after the phase (design §5): keep-alive of common clients ends within it. */
const CLOSE_GRACE: Micros = 60 * SECOND;
