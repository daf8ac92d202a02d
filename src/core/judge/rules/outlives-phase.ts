/** Outlives-phase: a connection that should close with its phase was still in use a minute after it. */
import type { TrafficRule } from '../rule.ts';
import { entryWords, phaseEnded, termDrafts } from './terms.ts';

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
      (sighting, entry) => phaseEnded(run, sighting, entry),
    ),
};
