/** Reconnects-same-host: after a drop the app comes back to the same hosts. */
import type { Check } from '../check.ts';
import { byDestinations } from '../exercises.ts';

export const reconnectsSameHost: Check = {
  name: 'reconnects-same-host',
  needs: ['wire-complete', 'names-complete'],
  exercise: (question) => byDestinations(question, ({ outcome, verdict }) => outcome === 'reset' && verdict.kind === 'declared', 'dropped connection to a declared host', 'record a run in which a connection to a declared host is dropped'),
};
