/** Wrong-component: the entry is held by a component that it does not list. */
import type { TrafficRule } from '../rule.ts';
import { entryWords, termDrafts } from './terms.ts';

export const wrongComponent: TrafficRule = {
  reads: 'run',
  id: 'wrong-component',
  severity: 'error',
  title: 'A declared host, contacted by another component than the policy says',
  why: 'Components are separate trust zones with their own credentials: a connection from the wrong one means that a credential or a duty has crossed over.',
  breaks: ['as-declared', 'trust-zones'],
  since: '0.1.0',
  check: (run) =>
    termDrafts(run, 'wrong-component', (sighting, entry) => {
      const component = sighting.component ?? 'the component';
      return `Ask the vendor why ${component} holds this connection; if it is meant to, add ${component} to \`component:\` of ${entryWords(entry)}.`;
    }),
};
