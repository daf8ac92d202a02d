/** Tls-too-old: a connection was negotiated below the least version of TLS that the policy allows. */
import type { TrafficRule } from '../rule.ts';
import { sightings } from '../sightings.ts';
import { aboutSighting, seenSighting } from '../tell.ts';
import { rankOf, rulesOfTls, tellVersion } from '../tls-version.ts';

export const tlsTooOld: TrafficRule = {
  reads: 'run',
  id: 'tls-too-old',
  severity: 'error',
  title: 'TLS below the least version that the policy allows',
  why: 'Versions below TLS 1.2 are deprecated (RFC 8996): their signatures and ciphers can be attacked on the path.',
  breaks: ['tls-minimum'],
  since: '0.1.0',
  *check(run) {
    const old = sightings(run, (destination) => {
      const least = rankOf(rulesOfTls(run.policy, destination).min);
      return destination.addressClass !== 'loopback' && destination.verdict.kind !== 'environment' && versionsOf(destination).some((version) => below(version, least));
    });
    for (const sighting of old) {
      const versions = [...new Set(sighting.destinations.flatMap(versionsOf))].map(tellVersion).join(', ');
      const [head] = sighting.destinations;
      const least = head === undefined ? run.policy.defaults.tls.min : rulesOfTls(run.policy, head).min;
      yield {
        about: aboutSighting(sighting),
        confidence: 'high',
        seen: `${seenSighting(run, sighting)} The server chose ${versions}; the policy asks for TLS ${least} at least.`,
        do: `Ask who runs the server for TLS ${least} or later; an inspection device on the path may be the one that chose. Where it is meant, set \`tls: { min: ... }\` on the entry.`,
        sure: 'high: the version stands in the ServerHello, which is in clear; who sent that ServerHello is not proven.',
        evidence: sighting.evidence,
        evidenceCount: sighting.count,
      };
    }
  },
};

function versionsOf(destination: { readonly tls?: { readonly version: readonly string[] } }): readonly string[] {
  return destination.tls?.version ?? [];
}

function below(version: string, least: number | undefined): boolean {
  const rank = rankOf(version);
  return rank !== undefined && least !== undefined && rank < least;
}
