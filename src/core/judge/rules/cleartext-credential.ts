/** Cleartext-credential: a request in clear carried an Authorization header off the own machine. Knows its scheme, never the secret. */
import type { Destination } from '../destination.ts';
import { entryNaming } from '../host-rule.ts';
import type { TrafficRule } from '../rule.ts';
import { sightings, type Sighting } from '../sightings.ts';
import { acceptableHost } from '../suggest.ts';
import { aboutSighting, seenSighting } from '../tell.ts';
import { mustBeEncrypted } from '../wire-protection.ts';

export const cleartextCredential: TrafficRule = {
  reads: 'run',
  id: 'cleartext-credential',
  severity: 'error',
  title: 'A credential went in clear',
  why: 'Everybody on the path can read it and use it in the place of whom it belongs to.',
  breaks: ['credentials-in-zone'],
  since: '0.1.0',
  *check(run) {
    for (const sighting of sightings(run, (destination) => isReadable(destination) && mustBeEncrypted(run.policy, destination))) {
      const entry = entryNaming(run.policy, sighting.verdict, sighting.name);
      const toProxy = sighting.destinations.every(({ via }) => via !== undefined);
      const schemes = [...new Set(sighting.destinations.flatMap(({ credentials }) => credentials ?? []))].sort().join(', ');
      yield {
        about: aboutSighting(sighting),
        ...(toProxy ? { severity: 'warning' as const } : {}),
        confidence: 'high',
        seen: `${seenSighting(run, sighting)} A request in clear carried a credential (${schemes})${toProxy ? ' on its way through the proxy; it may be the one for the proxy itself' : ''}.`,
        do: remedyOf(sighting, toProxy),
        sure: `high: the header was read on the wire.${toProxy ? ' Whether it was meant for the proxy or for the server is not told apart.' : ' Egret keeps the scheme and never the secret, so whose credential it is was not looked at.'}`,
        evidence: sighting.evidence,
        evidenceCount: sighting.count,
        ...(entry === undefined ? {} : { policyAt: entry.at }),
        // What is for the proxy is no provider's key, and the two cannot be told apart.
        breaks: toProxy ? [] : ['credentials-in-zone'],
      };
    }
  },
};

function isReadable({ credentials, inbound }: Destination): boolean {
  return credentials !== undefined && !inbound;
}

function remedyOf(sighting: Sighting, toProxy: boolean): string {
  if (toProxy) return 'Reach the proxy over TLS (an https:// address in HTTPS_PROXY), or over a network that nobody else reads; change the credential if others could.';
  return `Change the credential, and have the vendor send it to ${acceptableHost(sighting) ?? 'this host'} over TLS only.`;
}
