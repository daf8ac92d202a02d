/** Wrong-phase: the connection was opened outside the phases of its entry. */
import type { TrafficRule } from '../rule.ts';
import { phasesOf } from '../conditions.ts';
import { entryWords, termDrafts } from './terms.ts';

export const wrongPhase: TrafficRule = {
  reads: 'run',
  id: 'wrong-phase',
  severity: 'error',
  title: 'A declared host, contacted outside its phase',
  why: 'The vendor ties this connection to an activity; opened outside it, the host learns more than the activity explains.',
  breaks: ['as-declared'],
  since: '0.1.0',
  check: (run) =>
    termDrafts(run, 'wrong-phase', (sighting, entry) => {
      const phases = sighting.phases.length === 0 ? 'no marked phase' : sighting.phases.join(', ');
      const meant = entry === undefined ? [] : phasesOf(entry.when);
      return `Check the marks (run sheet \`phases:\`, seen in ${phases}); if they are right, report it to the vendor, or add the phase to \`when: { phase: [${meant.join(', ')}] }\` of ${entryWords(entry)}.`;
    }),
};
