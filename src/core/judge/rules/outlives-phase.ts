/** Outlives-phase: a connection that should close with its phase was still in use a minute after it. */
import { formatDuration, formatTime } from '../../base/time.ts';
import type { Entry } from '../../policy/policy.ts';
import { phasesOf } from '../conditions.ts';
import type { JudgedRun } from '../context.ts';
import type { TrafficRule } from '../rule.ts';
import type { Sighting } from '../sightings.ts';
import { entryWords, termDrafts } from './terms.ts';

export const outlivesPhase: TrafficRule = {
  reads: 'run',
  id: 'outlives-phase',
  severity: 'warning',
  title: 'A connection that outlives its phase',
  why: 'The vendor says that the connection closes when the activity ends; one that stays open can carry anything after it, and shows the host when the app is used.',
  breaks: ['as-declared'],
  since: '0.1.0',
  check: (run) =>
    termDrafts(
      run,
      'outlives-phase',
      (_sighting, entry) =>
        `Check the marks (run sheet \`phases:\`); if they are right, report to the vendor that the connection stays open, or drop \`closes-with-phase\` from ${entryWords(entry)}.`,
      (sighting, entry) => ended(run, sighting, entry),
    ),
};

/** When the last of its phases ended before the connection did. */
function ended(run: JudgedRun, sighting: Sighting, entry: Entry | undefined): string {
  if (entry === undefined) return '';
  const meant = new Set([entry.when, ...entry.legs.map(({ when }) => when)].flatMap(phasesOf));
  const scopes = new Set(sighting.destinations.map(({ scope }) => scope));
  const over = run.scopes.flatMap(({ scope, phases }) => (scopes.has(scope) ? (phases ?? []) : [])).filter(({ phase, to }) => meant.has(phase) && to !== undefined && to < sighting.last);
  const last = over.reduce<(typeof over)[number] | undefined>((latest, range) => ((range.to ?? 0) > (latest?.to ?? 0) ? range : latest), undefined);
  if (last?.to === undefined) return '';
  return ` Phase ${last.phase} ended at ${formatTime(last.to)}; the last packet passed ${formatDuration(sighting.last - last.to)} later.`;
}
