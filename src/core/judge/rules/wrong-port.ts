/** Wrong-port: the host is declared, the port is not. */
import type { TrafficRule } from '../rule.ts';
import type { Entry } from '../../policy/policy.ts';
import type { Sighting } from '../sightings.ts';
import { protectionOf } from '../wire-protection.ts';
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
      // Firewalls and people go by what is declared: a way in clear is closed, not added.
      if (entry !== undefined && isInClear(sighting, entry)) {
        return `Ask the vendor to use ${sighting.verdict.reason ?? 'the port'} there, as ${entryWords(entry)} says: what went to ${port} went in clear, redirects to HTTPS included. Adding ${port} would declare that.`;
      }
      return `Ask the vendor what listens there; if it belongs to the list, add ${port} to \`port:\` of ${entryWords(entry)}, or a leg: { port: ${port}, protocol: any }.`;
    }),
};

/** Something of it went in clear, and no leg of the entry says that anything may. */
function isInClear({ destinations }: Sighting, { legs }: Entry): boolean {
  return destinations.some(({ protocol }) => protectionOf(protocol) === 'clear') && !legs.some(({ protocols }) => protocols.some((word) => IN_CLEAR.has(word)));
}

const IN_CLEAR: ReadonlySet<string> = new Set(['http', 'ws']);
