/** Wrong-port: the host is declared, the port is not. */
import type { TrafficRule } from '../rule.ts';
import { entryWords, termDrafts } from './terms.ts';

export const wrongPort: TrafficRule = {
  reads: 'run',
  id: 'wrong-port',
  severity: 'error',
  title: 'A declared host on a port that the policy does not give',
  why: 'Firewalls are opened by host and port: another port on the same host is another service, which nobody has reviewed.',
  breaks: ['as-declared'],
  since: '0.1.0',
  check: (run) =>
    termDrafts(run, 'wrong-port', (sighting, entry) => {
      const port = `${sighting.port ?? 0}/${sighting.transport ?? 'tcp'}`;
      return `Ask the vendor what listens there; if it belongs to the list, add ${port} to \`port:\` of ${entryWords(entry)}, or a leg: { port: ${port}, protocol: any }.`;
    }),
};
