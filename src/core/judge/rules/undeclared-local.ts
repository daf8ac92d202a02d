/** Undeclared-local: a loopback connection to a local program that the policy does not know. */
import type { TrafficRule } from '../rule.ts';
import { sightings } from '../sightings.ts';
import { aboutSighting, seenSighting } from '../tell.ts';

export const undeclaredLocal: TrafficRule = {
  reads: 'run',
  id: 'undeclared-local',
  severity: 'warning',
  title: 'A loopback connection to a program that the policy does not know',
  why: 'What the other program sends on from there is not part of what was judged: a helper or a proxy on loopback can carry anything out.',
  breaks: [],
  since: '0.1.0',
  *check(run) {
    for (const sighting of sightings(run, ({ verdict }) => verdict.kind === 'undeclared-local')) {
      const [address] = sighting.addresses;
      const to = address === undefined ? 'the address' : address;
      yield {
        about: aboutSighting(sighting),
        confidence: sighting.confidence,
        seen: seenSighting(run, sighting),
        do: `Find what listens on ${sighting.port === undefined ? 'these ports' : `port ${sighting.port}`} (ss -ltnp); if it is part of the product, add under \`local:\`: - { component: ${sighting.component ?? 'COMPONENT'}, to: COMPONENT, address: "${to}", protocol: any }; else record it too.`,
        sure: `${sighting.confidence}: the connection is seen; which program listens is not in the recording, and naming it would raise this.`,
        evidence: sighting.evidence,
        evidenceCount: sighting.count,
      };
    }
  },
};
