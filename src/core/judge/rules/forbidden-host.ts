/** Forbidden-host: a host that the policy says must not be contacted was contacted, or only looked up. */
import type { JudgedRun } from '../context.ts';
import { covers, entryNaming, hostRuleOf } from '../host-rule.ts';
import type { Denial } from '../../policy/policy.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { lookedUpOnly, sightings, type Sighting } from '../sightings.ts';
import { acceptableHost, acceptLine } from '../suggest.ts';
import { aboutSighting, seenSighting, sureOf } from '../tell.ts';
import { carrierOf } from '../coalescing.ts';

export const forbiddenHost: TrafficRule = {
  reads: 'run',
  id: 'forbidden-host',
  severity: 'error',
  title: 'A host that must not be contacted was contacted',
  why: 'The policy denies this host by name: reaching it contradicts a promise of the vendor.',
  breaks: ['host-not-contacted', 'complete-list'],
  since: '0.1.0',
  *check(run) {
    const belongs = (member: { readonly verdict: Sighting['verdict']; readonly name?: string }): boolean => hostRuleOf(run.policy, member.verdict, member.name) === 'forbidden-host';
    for (const sighting of sightings(run, belongs)) yield draftOf(run, sighting);
    for (const sighting of lookedUpOnly(run, belongs)) yield draftOf(run, sighting);
  },
};

function draftOf(run: JudgedRun, sighting: Sighting): Draft {
  const denial = denialOf(run, sighting);
  const entry = entryNaming(run.policy, sighting.verdict, sighting.name);
  const host = acceptableHost(sighting);
  const onlyName = sighting.destinations.length === 0;
  const uncovered = sighting.component !== undefined && run.policy.components.get(sighting.component)?.covered === false;
  const accept = host === undefined ? '' : ` To live with it for a while, under \`accept:\`: ${acceptLine(run, 'forbidden-host', { host })}`;
  const carried = sighting.lookups.some((lookup) => carrierOf(run, lookup) !== undefined);
  return {
    about: aboutSighting(sighting, entry?.id),
    severity: uncovered ? 'note' : onlyName ? 'warning' : 'error',
    confidence: sighting.confidence,
    seen: seenSighting(run, sighting),
    ...(denial === undefined ? {} : { why: `The policy denies it: ${denial.because}. Reaching it contradicts that promise.`, policyAt: denial.at }),
    do: `Find what opens ${host ?? 'it'} (ss -tunp while it runs) and have it removed, or drop the host from \`must-not:\`.${accept}`,
    sure: carried ? 'high that it was looked up; a connection that can carry requests for other names was open to an answered address, so whether it stopped there is not observable.' : sureOf(sighting),
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
    breaks: uncovered ? [] : broken(entry !== undefined),
  };
}

/** A lookup shows the intent and breaks as much as contact; a host that an entry names is in the list. */
function broken(declared: boolean): readonly ('host-not-contacted' | 'complete-list')[] {
  return declared ? ['host-not-contacted'] : ['host-not-contacted', 'complete-list'];
}

function denialOf(run: JudgedRun, { name }: Sighting): Denial | undefined {
  return name === undefined ? undefined : run.policy.mustNot.find((denial) => denial.hosts.some((pattern) => covers(pattern, name)));
}
