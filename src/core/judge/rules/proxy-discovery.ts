/** Proxy-discovery: the settings of a proxy were asked of whoever answers (WPAD), on the link or below a search domain. */
import { asksForProxy } from '../../observe/answers.ts';
import type { JudgedLookup, JudgedRun } from '../context.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { lookedUp, type Sighting } from '../sightings.ts';
import { aboutSighting, sayList, seenSighting } from '../tell.ts';
import { isCovered } from '../unlisted.ts';

export const proxyDiscovery: TrafficRule = {
  reads: 'run',
  id: 'proxy-discovery',
  severity: 'note',
  title: 'The settings of a proxy were asked of the network',
  why: 'Whoever answers for the name wpad gives the settings of the proxy that all requests then go through; on the link any neighbour may answer.',
  breaks: [],
  since: '0.1.0',
  *check(run) {
    const asks = (lookup: JudgedLookup): boolean => asksForProxy(lookup.name) && lookup.verdict.kind !== 'declared' && isCovered(run.policy, lookup.component);
    for (const sighting of lookedUp(run, asks)) yield draftOf(run, sighting);
  },
};

function draftOf(run: JudgedRun, sighting: Sighting): Draft {
  const onLink = sighting.lookups.some(({ verdict }) => verdict.kind === 'lan');
  const asked = [...new Set(sighting.lookups.map(({ resolver }) => resolver))].sort();
  return {
    about: aboutSighting(sighting),
    confidence: 'high',
    seen: `${seenSighting(run, sighting)} It was asked of ${sayList(asked)}.`,
    do: 'Switch the discovery of a proxy off where none is meant (Chromium: --no-proxy-server or --proxy-server; Windows: DisableWpad; browsers: no automatic detection), or answer the name wpad in the own DNS.',
    sure: onLink ? 'high: the question stood in clear and was put to the link.' : 'high: the question stood in clear in a DNS message.',
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
  };
}
