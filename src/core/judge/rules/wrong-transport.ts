/** Wrong-transport: host and port are declared, but for the other transport. */
import type { TrafficRule } from '../rule.ts';
import { entryWords, termDrafts } from './terms.ts';

export const wrongTransport: TrafficRule = {
  reads: 'run',
  id: 'wrong-transport',
  severity: 'error',
  title: 'A declared host over a transport that the policy does not give',
  why: 'UDP where TCP was declared (HTTP/3 is the usual case) passes by firewalls, proxies and inspection that were set up for TCP.',
  breaks: ['as-declared'],
  since: '0.1.0',
  check: (run) =>
    termDrafts(run, 'wrong-transport', (sighting, entry) => {
      const port = `${sighting.port ?? 0}/${sighting.transport ?? 'udp'}`;
      return `Have the vendor declare it by adding ${port} to \`port:\` of ${entryWords(entry)}, or block ${port} and check that the product falls back.`;
    }),
};
