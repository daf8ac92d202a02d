/** Used-outside-phase: a connection opened in its phase sent more than a little after it. */
import type { TrafficRule } from '../rule.ts';
import { entryWords, phaseEnded, termDrafts } from './terms.ts';

export const usedOutsidePhase: TrafficRule = {
  reads: 'run',
  id: 'used-outside-phase',
  severity: 'warning',
  title: 'A connection that was used after its phase',
  why: 'The vendor ties this connection to an activity; what is sent on it afterwards is not explained by the activity.',
  breaks: ['as-declared'],
  since: '0.1.0',
  check: (run) =>
    termDrafts(
      run,
      'used-outside-phase',
      (_sighting, entry) => `Check the marks (run sheet \`phases:\`); if they are right, ask the vendor what is sent after the activity, or add the phase to \`when:\` of ${entryWords(entry)}.`,
      (sighting, entry) => phaseEnded(run, sighting, entry),
    ),
};
