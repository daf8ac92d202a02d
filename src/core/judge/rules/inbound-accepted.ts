/** Inbound-accepted: somebody outside opened a connection to the scope and was answered. */
import type { TrafficRule } from '../rule.ts';
import { sightings } from '../sightings.ts';
import { aboutSighting, plural } from '../tell.ts';

export const inboundAccepted: TrafficRule = {
  reads: 'run',
  id: 'inbound-accepted',
  severity: 'error',
  title: 'A connection from outside was accepted',
  why: 'The vendor says that the product only opens connections: an accepted one means that something listens where others can reach it.',
  breaks: ['no-inbound-connections'],
  since: '0.1.0',
  *check(run) {
    if (run.policy.inbound === 'any') return;
    const accepted = sightings(run, ({ inbound, reached, addressClass }) => inbound && reached !== 'attempted' && addressClass !== 'loopback');
    for (const sighting of accepted) {
      const port = `${sighting.port ?? 0}/${sighting.transport ?? 'tcp'}`;
      const about = aboutSighting(sighting);
      const { subject } = about;
      yield {
        about,
        confidence: sighting.confidence === 'low' ? 'medium' : sighting.confidence,
        seen: `${plural(sighting.count, 'connection')} from outside to ${subject} got an answer (${sighting.reached === 'sent' ? 'data was sent' : 'nothing was sent'}); ${sighting.up} bytes in, ${sighting.down} out.`,
        do: `Find what listens on ${port} (ss -lnp), and have it bound to 127.0.0.1; if outsiders are meant to connect, set \`inbound: any\`.`,
        sure: 'Who opened the connection is taken from its handshake, never guessed from port numbers; a wrong `local:` network in the run sheet would lower it.',
        evidence: sighting.evidence,
        evidenceCount: sighting.count,
      };
    }
  },
};
