/** Undeclared-host: a destination that no entry of the policy names, or a name that was only looked up. */
import type { Severity } from '../../policy/policy.ts';
import type { JudgedLookup, JudgedRun } from '../context.ts';
import { dnsTunnels } from '../dns-tunnels.ts';
import { hostRuleOf } from '../host-rule.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { lookedUpOnly, sightings, type Sighting } from '../sightings.ts';
import { acceptableHost, acceptLine, entryLine } from '../suggest.ts';
import { aboutSighting, seenSighting, sureOf } from '../tell.ts';
import { isCovered, severityOfUnlisted } from '../unlisted.ts';

export const undeclaredHost: TrafficRule = {
  reads: 'run',
  id: 'undeclared-host',
  severity: 'error',
  title: 'A host that the policy does not declare',
  why: 'The vendor says that its list of connections is the whole list; this one is not on it, so nobody has reviewed what goes there.',
  breaks: ['complete-list'],
  since: '0.1.0',
  *check(run) {
    const belongs = (member: { readonly verdict: Sighting['verdict']; readonly name?: string; readonly component?: string }): boolean =>
      isCovered(run.policy, member.component) && hostRuleOf(run.policy, member.verdict, member.name) === 'undeclared-host';
    const isNeighbours = (member: { readonly verdict: Sighting['verdict'] }): boolean => member.verdict.kind === 'lan' && run.policy.defaults.lan !== 'violation';
    for (const sighting of sightings(run, (destination) => belongs(destination) && !(isNeighbours(destination) && NAME_SERVICES.has(destination.protocol)))) yield* draftOf(run, sighting);
    // One finding for all of them, by the rule dns-tunnel.
    const tunnelled = new Set(dnsTunnels(run.lookups).flatMap(({ lookups }) => lookups));
    for (const sighting of lookedUpOnly(run, (lookup) => belongs(lookup) && !tunnelled.has(lookup) && !isNeighbours(lookup) && !namesNoHost(lookup))) yield* draftOf(run, sighting);
  },
};

function* draftOf(run: JudgedRun, sighting: Sighting): Iterable<Draft> {
  const lan = sighting.verdict.kind === 'lan';
  const severity = severityOf(run, sighting, lan);
  if (severity === undefined) return;
  const remedy = remedyOf(run, sighting);
  yield {
    about: aboutSighting(sighting),
    severity,
    confidence: sighting.confidence,
    seen: seenSighting(run, sighting),
    ...(lan ? { why: 'A nameless peer in the local network: what answers there depends on the network, and no entry says that it is meant.' } : {}),
    do: remedy,
    sure: sureOf(sighting),
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
    // A peer in the local network is for a person to look at; only `lan: violation` makes it a breach of the list.
    ...(lan && run.policy.defaults.lan !== 'violation' ? { breaks: [] } : {}),
  };
}

function severityOf(run: JudgedRun, sighting: Sighting, lan: boolean): Severity | undefined {
  const atMost = sighting.destinations.length === 0 ? 'warning' : 'error';
  if (!lan) return severityOfUnlisted(run.policy, atMost);
  return run.policy.defaults.lan === 'violation' ? atMost : 'note';
}

function remedyOf(run: JudgedRun, sighting: Sighting): string {
  // An entry would be the wrong place for a resolver; its own rule says where it belongs.
  if (sighting.verdict.reason === 'undeclared-resolver') return 'Find what asks it (ss -tunp while it runs); the finding undeclared-resolver beside this one gives the line to add if the resolver is meant.';
  const host = acceptableHost(sighting);
  const entry = entryLine(sighting);
  const accept = host === undefined ? undefined : `to live with it for a while, add under \`accept:\`: ${acceptLine(run, 'undeclared-host', { host })}`;
  if (entry !== undefined) return `Ask the vendor what it is for. If it belongs to the list, add under \`connections:\`: ${entry}${accept === undefined ? '' : `; ${accept}`}`;
  if (accept !== undefined) return `Ask the vendor what it is for; ${accept}`;
  return 'The destination has no name that a policy could hold: find the program that opens it (ss -tunp while it runs) and ask the vendor what it is for.';
}

/**
 * Questions that resolver libraries and browsers ask on their own and that name no host anybody could reach:
 * reverse names (RFC 1035 §3.5, RFC 3596 §2.5) and single labels that failed. Neither carries data to a chosen server.
 */
function namesNoHost({ name, answers, rcode }: JudgedLookup): boolean {
  if (name.endsWith('.in-addr.arpa') || name.endsWith('.ip6.arpa')) return true;
  return !name.includes('.') && answers === 0 && rcode !== 'NOERROR';
}

/** Questions to the link: no host is contacted by them, and what they ask stands among the lookups. */
const NAME_SERVICES: ReadonlySet<string> = new Set(['mdns', 'llmnr', 'nbns']);
