/** Telemetry-host: a name of the telemetry catalogue was contacted, or only looked up. */
import { seenHost } from '../../base/host-name.ts';
import { formatTime } from '../../base/time.ts';
import { carrierOf } from '../coalescing.ts';
import type { CheckName } from '../../policy/checks.ts';
import type { JudgedRun } from '../context.ts';
import { entryNaming, hostRuleOf } from '../host-rule.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { lookedUpOnly, sightings, type Sighting } from '../sightings.ts';
import { acceptableHost, acceptLine } from '../suggest.ts';
import { aboutSighting, plural, seenSighting, sureOf } from '../tell.ts';

export const telemetryHost: TrafficRule = {
  reads: 'run',
  id: 'telemetry-host',
  severity: 'error',
  title: 'A telemetry host was contacted',
  why: 'The host receives analytics, crash reports, traces, flag events, replays or ad measurements, which leave the machine whatever the policy says of the host.',
  breaks: ['no-telemetry', 'as-declared', 'complete-list', 'host-not-contacted'],
  since: '0.1.0',
  *check(run) {
    const belongs = (member: { readonly verdict: Sighting['verdict']; readonly name?: string }): boolean => hostRuleOf(run.policy, member.verdict, member.name) === 'telemetry-host';
    for (const sighting of sightings(run, belongs)) yield draftOf(run, sighting);
    for (const sighting of lookedUpOnly(run, belongs)) yield draftOf(run, sighting);
  },
};

function draftOf(run: JudgedRun, sighting: Sighting): Draft {
  const entry = entryNaming(run.policy, sighting.verdict, sighting.name);
  const covered = sighting.component === undefined || run.policy.components.get(sighting.component)?.covered !== false;
  const onlyName = sighting.destinations.length === 0;
  const severity = covered ? (onlyName ? 'warning' : 'error') : 'note';
  return {
    about: aboutSighting(sighting, entry?.id),
    severity,
    confidence: sighting.confidence,
    seen: `${seenSighting(run, sighting)} ${catalogueOf(run, sighting)}${covered ? '' : ' The policy does not cover this component.'}`,
    do: remedy(run, sighting),
    sure: onlyName ? caution(run, sighting) : sureOf(sighting),
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
    ...(entry === undefined ? {} : { policyAt: entry.at }),
    breaks: covered ? broken(entry !== undefined) : [],
  };
}

/** A host that an entry names is in the list, so it breaks that entry's terms, not the list. */
function broken(declared: boolean): readonly CheckName[] {
  return declared ? ['no-telemetry', 'as-declared', 'host-not-contacted'] : ['no-telemetry', 'complete-list', 'host-not-contacted'];
}

/** What knows the host, and the aliases that lead to it as DNS answered them. */
function catalogueOf(run: JudgedRun, sighting: Sighting): string {
  const row = sighting.verdict.telemetry;
  if (row === undefined) return '';
  const via = row.matched === sighting.name ? '' : `, through its alias ${row.matched}${chainTo(run, sighting, row.matched)}`;
  if (row.class === 'listed') return `The list ${row.organisation} has ${row.pattern} (${row.source})${via}.`;
  const note = row.note === undefined ? '' : ` (${row.note})`;
  return `The catalogue has ${row.pattern} as ${row.class} of ${row.organisation}${note}${via}.`;
}

/** The chain of CNAMEs that led to the alias, as one DNS answer of the scope gave it; nothing where it is not known. */
function chainTo(run: JudgedRun, { name, destinations, lookups }: Sighting, alias: string): string {
  const scopes = new Set([...destinations, ...lookups].map(({ scope }) => scope));
  for (const lookup of run.lookups) {
    if (!scopes.has(lookup.scope) || seenHost(lookup.name) !== name) continue;
    const at = lookup.cnames.findIndex((cname) => seenHost(cname) === alias);
    if (at < 0 || at >= (lookup.chainLength ?? 0)) continue;
    const steps = [lookup.name, ...lookup.cnames.slice(0, at + 1)];
    return ` (DNS: ${steps.length <= CHAIN_CAP ? steps.join(' → ') : `${steps.slice(0, CHAIN_CAP - 1).join(' → ')} → … → ${alias}`})`;
  }
  return '';
}

function remedy(run: JudgedRun, sighting: Sighting): string {
  const host = acceptableHost(sighting);
  const named = host === undefined ? 'the connection' : host;
  const kind = sighting.verdict.telemetry?.class ?? 'analytics';
  const declare = kind === 'listed' ? 'if it is no telemetry, take it off the list or write `@@||host^` for it' : `if the vendor declares it, add \`classes: [${kind}]\` to its entry and drop the promise of no telemetry`;
  const accept = host === undefined ? '' : `; or live with it for a while under \`accept:\`: ${acceptLine(run, 'telemetry-host', { host })}`;
  return `Ask the vendor what is sent to ${named} and how to switch it off; ${declare}${accept}.`;
}

/** Why "looked up only" may be all that was seen and not all that happened. */
function caution(run: JudgedRun, sighting: Sighting): string {
  const carriers = sighting.lookups.flatMap((lookup) => carrierOf(run, lookup) ?? []);
  const [carrier] = carriers;
  if (carrier === undefined) return 'high: the question stood in clear in a DNS message and no connection that could carry requests for the name was open to its addresses.';
  const name = carrier.name === undefined ? 'an unnamed connection' : `a connection to ${carrier.name}`;
  return `high that it was looked up; whether it stopped there is not observable: ${name} that can carry requests for other names (HTTP/2 or HTTP/3) was open to an answered address until ${formatTime(carrier.last)} (${plural(carriers.length, 'such lookup')}).`;
}

/** Names of an alias chain shown: real ones have two to four. */
const CHAIN_CAP = 6;
