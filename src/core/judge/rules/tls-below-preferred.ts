/** Tls-below-preferred: the client offered the preferred version of TLS and the server chose an older, still allowed one. */
import type { Destination } from '../destination.ts';
import type { JudgedRun } from '../context.ts';
import { entryNaming } from '../host-rule.ts';
import type { TrafficRule } from '../rule.ts';
import { sightings } from '../sightings.ts';
import { aboutSighting, seenSighting } from '../tell.ts';
import { rankOf, rulesOfTls, tellVersion } from '../tls-version.ts';

export const tlsBelowPreferred: TrafficRule = {
  reads: 'run',
  id: 'tls-below-preferred',
  severity: 'note',
  title: 'An older TLS version than the one preferred',
  why: 'The preferred version was offered and not chosen: the server, or an inspection device before it, does not speak it.',
  breaks: [],
  since: '0.1.0',
  *check(run) {
    for (const sighting of sightings(run, (destination) => fellBack(run, destination))) {
      const entry = entryNaming(run.policy, sighting.verdict, sighting.name);
      const versions = [...new Set(sighting.destinations.flatMap((destination) => destination.tls?.version ?? []))].map(tellVersion).join(', ');
      yield {
        about: aboutSighting(sighting),
        confidence: 'high',
        seen: `${seenSighting(run, sighting)} ${run.policy.defaults.tls.prefer === undefined ? 'A newer version' : `TLS ${run.policy.defaults.tls.prefer}`} was offered; the server chose ${versions}.`,
        do: 'Compare with a recording from another network: if the newer version is chosen there, a device on this path stands between.',
        sure: 'high: both versions stand in the hellos, which are in clear.',
        evidence: sighting.evidence,
        evidenceCount: sighting.count,
        ...(entry === undefined ? {} : { policyAt: entry.at }),
      };
    }
  },
};

/** Chosen below preferred but not below least, while the client offered the preferred one. */
function fellBack(run: JudgedRun, destination: Destination): boolean {
  const { min, prefer } = rulesOfTls(run.policy, destination);
  const preferred = prefer === undefined ? undefined : rankOf(prefer);
  const least = rankOf(min);
  if (preferred === undefined || least === undefined || destination.addressClass === 'loopback' || destination.verdict.kind === 'environment') return false;
  const offered = destination.tls?.offered.some((version) => rankOf(version) === preferred) ?? false;
  return offered && (destination.tls?.version ?? []).some((version) => within(rankOf(version), least, preferred));
}

function within(rank: number | undefined, from: number, below: number): boolean {
  return rank !== undefined && rank >= from && rank < below;
}
