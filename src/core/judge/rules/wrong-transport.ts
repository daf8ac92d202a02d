/** Wrong-transport: host and port are declared, but for the other transport, or for another protocol on it. */
import type { PortRange } from '../../policy/policy.ts';
import type { TrafficRule } from '../rule.ts';
import type { Sighting } from '../sightings.ts';
import { entryWords, termDrafts } from './terms.ts';

export const wrongTransport: TrafficRule = {
  reads: 'run',
  id: 'wrong-transport',
  severity: 'error',
  title: 'A declared host over a transport or protocol that the policy does not give',
  why: 'UDP where TCP was declared (HTTP/3 is the usual case) passes by firewalls, proxies and inspection that were set up for TCP; another protocol on the same port (HTTP in clear where HTTPS was declared) is another exposure.',
  breaks: ['as-declared'],
  since: '0.1.0',
  check: (run) =>
    termDrafts(run, 'wrong-transport', (sighting, entry) => {
      const port = `${sighting.port ?? 0}/${sighting.transport ?? 'udp'}`;
      if (entry !== undefined && entry.legs.some((leg) => leg.ports.some((range) => gives(range, sighting)))) {
        return `Ask the vendor why another protocol runs on ${port}; if it is meant to, add it to \`protocol:\` of ${entryWords(entry)}.`;
      }
      return `Have the vendor declare it by adding ${port} to \`port:\` of ${entryWords(entry)}, or block ${port} and check that the product falls back.`;
    }),
};

/** The entry gives this very port and transport, so it is the protocol that differs. */
function gives(range: PortRange, { port, transport }: Sighting): boolean {
  return port !== undefined && range.transport === transport && range.from <= port && port <= range.to;
}
