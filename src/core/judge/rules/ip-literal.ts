/** Ip-literal: the client asked for an address where a name belongs (CONNECT, Host, SNI), so no name was behind it. */
import type { NameEvidence } from '../../observe/connection.ts';
import type { Severity } from '../../policy/policy.ts';
import type { JudgedRun } from '../context.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { sightings, type Sighting } from '../sightings.ts';
import { acceptableHost, acceptLine } from '../suggest.ts';
import { aboutSighting, seenSighting } from '../tell.ts';
import { isCovered, severityOfUnlisted } from '../unlisted.ts';

export const ipLiteral: TrafficRule = {
  reads: 'run',
  id: 'ip-literal',
  severity: 'warning',
  title: 'An address was asked for where a name belongs',
  why: 'An address in a request passes by filters of names, leaves no lookup behind and does not say whose host it is; a list of host names can never admit it.',
  breaks: ['complete-list'],
  since: '0.1.0',
  *check(run) {
    const severity = severityOfUnlisted(run.policy, 'warning');
    if (severity === undefined) return;
    const literals = sightings(run, ({ verdict, component }) => verdict.kind === 'undeclared' && verdict.reason === 'ip-literal' && isCovered(run.policy, component));
    for (const sighting of literals) yield draftOf(run, sighting, severity);
  },
};

function draftOf(run: JudgedRun, sighting: Sighting, severity: Severity): Draft {
  const host = acceptableHost(sighting);
  const places = [...new Set(sighting.destinations.flatMap(({ how }) => (how === undefined ? [] : (PLACE[how] ?? []))))];
  const accept = host === undefined ? '' : ` To live with it for a while, under \`accept:\`: ${acceptLine(run, 'ip-literal', { host })}`;
  return {
    about: aboutSighting(sighting),
    severity,
    confidence: 'high',
    seen: `${seenSighting(run, sighting)} The address stands ${places.join(' and ') || 'in the request itself'}.`,
    do: `Ask the vendor whose host ${host ?? 'it'} is and why it has no name. If it is meant, declare it with \`ip:\` under \`connections:\`.${accept}`,
    sure: 'high: the client wrote the address itself; a connection that merely has no visible name is never called this.',
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
  };
}

/** Where a client writes what it asks for; RFC 6066 §3 allows no address in SNI, and clients write one all the same. */
const PLACE: Readonly<Partial<Record<NameEvidence, string>>> = {
  connect: 'in the CONNECT request',
  sni: 'in the TLS hello',
  'quic-sni': 'in the QUIC hello',
  'http-host': 'in the Host header',
};
