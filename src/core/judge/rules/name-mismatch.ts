/** Name-mismatch: the name in the hello is contradicted, by DNS of the scope or by what the proxy was asked for. */
import { formatEndpoint } from '../../base/address.ts';
import type { JudgedRun } from '../context.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { sightings, type Sighting } from '../sightings.ts';
import { acceptableHost, acceptLine } from '../suggest.ts';
import { aboutSighting, seenSighting } from '../tell.ts';
import { isCovered } from '../unlisted.ts';

export const nameMismatch: TrafficRule = {
  reads: 'run',
  id: 'name-mismatch',
  severity: 'warning',
  title: 'The name in the hello does not fit where the connection went',
  why: 'The client writes the name itself: a declared name on a connection to somebody else passes filters and lists of names (domain fronting).',
  breaks: [],
  since: '0.1.0',
  *check(run) {
    const mismatched = sightings(run, ({ mismatch, verdict, component, inbound }) => mismatch !== undefined && !inbound && verdict.kind !== 'environment' && isCovered(run.policy, component));
    for (const sighting of mismatched) yield draftOf(run, sighting);
  },
};

function draftOf(run: JudgedRun, sighting: Sighting): Draft {
  const mismatches = sighting.destinations.flatMap(({ mismatch }) => mismatch ?? []);
  const isAsked = mismatches.some(({ asked }) => asked !== undefined);
  const host = acceptableHost(sighting);
  const [address] = sighting.addresses;
  const accept = host === undefined ? '' : ` To live with it for a while, under \`accept:\`: ${acceptLine(run, 'name-mismatch', { host })}`;
  const told = [...new Set(mismatches.map(({ sni, asked, addresses }) =>
    asked === undefined ? `The hello names ${sni}, which DNS of this recording gave other addresses: ${addresses.join(', ')}.` : `The proxy was asked for ${asked}; the hello inside names ${sni}.`))];
  return {
    about: aboutSighting(sighting),
    confidence: isAsked ? 'high' : 'medium',
    seen: `${seenSighting(run, sighting)} ${told.join(' ')}`,
    do: `${address === undefined ? 'Ask the vendor why the two names differ' : `Find out who holds ${address} (whois ${address}; openssl s_client -connect ${formatEndpoint(address, sighting.port ?? 443)} -showcerts) and ask the vendor why it is used under this name`}.${accept}`,
    sure: isAsked
      ? 'high: the client wrote both names on one connection; neither is hidden by ECH.'
      : 'medium: the name was resolved before the connection opened, never to this address; an answer from before the capture, a hosts file, a relay that asks without CONNECT or a resolver that is not seen would look the same.',
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
  };
}
