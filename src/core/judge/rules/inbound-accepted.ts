/** Inbound-accepted: somebody outside opened a connection to the scope and was answered. */
import { legPorts } from '../leg-port.ts';
import type { TrafficRule } from '../rule.ts';
import { sightings } from '../sightings.ts';
import { aboutSighting, plural } from '../tell.ts';

export const inboundAccepted: TrafficRule = {
  reads: 'run',
  id: 'inbound-accepted',
  severity: 'error',
  title: 'A connection from outside was accepted',
  why: 'The vendor says that the product only opens connections: an accepted one means that something listens where others can reach it.',
  breaks: ['no-inbound-connections', 'loopback-leg'],
  since: '0.1.0',
  *check(run) {
    const isLegPort = legPorts(run);
    const accepted = sightings(run, ({ inbound, reached, addressClass }) => inbound && reached !== 'attempted' && addressClass !== 'loopback');
    for (const sighting of accepted) {
      // A leg that the policy keeps on loopback is exposed by this, whatever it says of inbound connections.
      const isLeg = sighting.destinations.some(isLegPort);
      if (run.policy.inbound === 'any' && !isLeg) continue;
      const port = sighting.port === undefined ? `these ${sighting.transport ?? 'tcp'} ports` : `${sighting.port}/${sighting.transport ?? 'tcp'}`;
      const about = aboutSighting(sighting);
      const { subject } = about;
      yield {
        about,
        confidence: sighting.confidence === 'low' ? 'medium' : sighting.confidence,
        seen: `${plural(sighting.count, 'connection')} from outside to ${subject} got an answer (${sighting.reached === 'sent' ? 'data was sent' : 'nothing was sent'}); ${sighting.up} bytes in, ${sighting.down} out.${isLeg ? ' The same port serves a leg that the policy keeps on loopback.' : ''}`,
        do: `Find what listens on ${port} (ss -lnp), and have it bound to 127.0.0.1; if outsiders are meant to connect, set \`inbound: any\`.`,
        sure: 'Who opened the connection is taken from its handshake, never guessed from port numbers; a wrong `local:` network in the run sheet would lower it.',
        breaks: [...(run.policy.inbound === 'any' ? [] : ['no-inbound-connections' as const]), ...(isLeg ? ['loopback-leg' as const] : [])],
        evidence: sighting.evidence,
        evidenceCount: sighting.count,
      };
    }
  },
};
