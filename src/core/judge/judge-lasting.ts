/**
 * Judges a declared connection over its whole life (design §5): one that sent
 * more than a little after its phase was used outside it, and one of an entry
 * with `closes-with-phase` that was open a minute after outlives it. Takes the
 * verdict of the opening, gives it back or a worse one. Silence proves nothing.
 */
import { SECOND, type Micros } from '../base/time.ts';
import type { Connection } from '../observe/connection.ts';
import type { Entry, Policy } from '../policy/policy.ts';
import type { Verdict } from '../policy/verdict.ts';
import { mentions } from './conditions.ts';
import type { ScopeFacts } from './context.ts';
import { uploadWithin } from './late-upload.ts';
import { stretchesOutside, type Stretch, type Terms } from './phase-end.ts';

/** The verdict on a connection over its whole life. */
export function judgeLasting(policy: Policy, connection: Connection, verdict: Verdict, facts: ScopeFacts): Verdict {
  if (verdict.kind !== 'declared' || facts.phases === undefined || !isLasting(connection)) return verdict;
  // Before anybody marked, the phase it was opened in is not known.
  if (connection.opened < (facts.phasesFrom ?? Number.NEGATIVE_INFINITY)) return verdict;
  const entry = policy.entries.find(({ id }) => id === verdict.entry);
  if (entry === undefined) return verdict;
  const terms = termsOf(entry, connection, verdict, facts);
  if (!mentions(terms.when, 'phase') && !mentions(terms.leg, 'phase')) return verdict;
  const outside = stretchesOutside(terms, facts.phases, connection.opened);
  const sent = uploadWithin(connection, outside, USE_GRACE);
  const limit = `at most ${LATE_UPLOAD_MAX} bytes up later than ${USE_GRACE / SECOND} s after its phase`;
  if (sent.least > LATE_UPLOAD_MAX) return { ...verdict, kind: 'used-outside-phase', reason: limit };
  if (entry.closesWithPhase && outlives(connection, outside)) return { ...verdict, kind: 'outlives-phase', reason: `closed within ${CLOSE_GRACE / SECOND} s of the end of its phase` };
  if (sent.most <= LATE_UPLOAD_MAX) return verdict;
  return { ...verdict, conditionUnknown: [...(verdict.conditionUnknown ?? []), 'bytes up after the phase'] };
}

/** Whether it lived long enough to be judged by more than its opening. Of one opened before the capture the phase is not known. */
export function isLasting(connection: Connection): boolean {
  return connection.startSeen && openUntil(connection) - connection.opened > USE_GRACE;
}

/** A phase that begins again within the minute goes on. */
function outlives(connection: Connection, outside: readonly Stretch[]): boolean {
  const ended = outside.find(({ from, to }) => to - from >= CLOSE_GRACE);
  return ended !== undefined && openUntil(connection) > ended.from + CLOSE_GRACE;
}

function termsOf(entry: Entry, { component }: Connection, { leg }: Verdict, { features }: ScopeFacts): Terms {
  const known = { ...(component === undefined ? {} : { component }), ...(features === undefined ? {} : { features }) };
  return { when: entry.when, leg: (leg === undefined ? undefined : entry.legs[leg]?.when) ?? { kind: 'always' }, known };
}

/** The last moment at which it was surely open; what straggles in after a close is not use. */
function openUntil({ closed, last }: Connection): Micros {
  return Math.min(closed ?? last, last);
}

/** Time to close after the phase (design §5): keep-alive of common clients ends within it. */
const CLOSE_GRACE: Micros = 60 * SECOND;
/** Time after the phase in which what is sent still belongs to it (design §5): queues drain, marks come late. */
const USE_GRACE: Micros = 30 * SECOND;
/** Bytes up after that which are no use: pings, acknowledgements and the end of a TLS session stay below. */
const LATE_UPLOAD_MAX = 1024;
