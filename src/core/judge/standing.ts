/**
 * Where an entry stands after the recording: exercised, blocked, flaky,
 * missing or unproven (design §6), with the layer that stopped it and the
 * vendor's words on the effect.
 */
import { weigh, type Circumstances } from '../policy/condition.ts';
import type { Entry } from '../policy/policy.ts';
import type { EntryStanding, StandingKind } from './context.ts';
import type { JudgedEntry, ScopeFacts } from './context.ts';
import type { EntrySums } from './tally.ts';
import type { TrySums } from './tries.ts';

export type Interception = EntryStanding['interception'];

/** The standing of an entry from its sums; `scopes` are those that were looked at. */
export function standingOf(sums: EntrySums, scopes: readonly ScopeFacts[], interception: Interception): JudgedEntry {
  const { entry, tries } = sums;
  const possible = couldApply(entry, scopes);
  const kind = kindOf(sums, possible.truth !== 'no');
  const unknown = sums.connections > 0 ? sums.conditionUnknown : possible.unknown;
  const layer = tries.failed > 0 && kind !== 'exercised' ? mainLayer(tries) : undefined;
  const evidence = kind === 'blocked' || kind === 'flaky' ? sums.failed : sums.came;
  return {
    id: entry.id,
    name: entry.name,
    standing: kind,
    ...(entry.required && { required: true as const }),
    ...(kind === 'blocked' && entry.blocked !== undefined && { effect: entry.blocked }),
    ...(layer !== undefined && { layer }),
    hosts: sums.hosts,
    connections: sums.connections,
    established: sums.established,
    interception,
    ...(unknown.length > 0 && { conditionUnknown: unknown }),
    at: entry.at,
    tries: tries.tries,
    failed: tries.failed,
    broken: sums.broken,
    evidence: evidence.kept,
    ...(sums.upload !== undefined && { upload: sums.upload }),
    ...(sums.relay !== undefined && { relay: sums.relay }),
    ...(sums.drops !== undefined && { drops: sums.drops }),
    leftOpen: sums.leftOpen,
  };
}

function kindOf({ entry, connections, tries }: EntrySums, isPossible: boolean): StandingKind {
  if (tries.failed > 0) return tries.failed < tries.tries ? 'flaky' : 'blocked';
  if (connections > 0) return 'exercised';
  return entry.required && isPossible ? 'missing' : 'unproven';
}

/** Whether the entry's condition could hold at some time in some scope; `no` only where every scope surely excludes it. */
function couldApply(entry: Entry, scopes: readonly ScopeFacts[]): { readonly truth: 'yes' | 'no' | 'unknown'; readonly unknown: readonly string[] } {
  const weighed = (scopes.length === 0 ? [{}] : scopes.map(wholeRun)).map((known) => weigh(entry.when, known));
  if (weighed.some(({ truth }) => truth === 'yes')) return { truth: 'yes', unknown: [] };
  const unknown = [...new Set(weighed.flatMap((one) => one.unknown))].sort();
  return { truth: unknown.length > 0 ? 'unknown' : 'no', unknown };
}

/** Every phase of the run both holds at some time and is over at another. */
function wholeRun({ features, phases }: ScopeFacts): Circumstances {
  const all = phases && new Set(phases.map((range) => range.phase));
  return { ...(features && { features }), ...(all && { phases: all, phaseEdges: all }) };
}

/** The layer that stopped most tries; alphabetical among equals. */
function mainLayer({ layers }: TrySums): string | undefined {
  return [...layers].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
}
