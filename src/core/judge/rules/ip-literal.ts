/**
 * Ip-literal: the client asked for an address where a name belongs (CONNECT,
 * Host, SNI), so no name was behind it; or its hello bore no name, and lookups
 * would have been seen (design §4).
 */
import type { NameEvidence } from '../../observe/connection.ts';
import type { Severity } from '../../policy/policy.ts';
import type { Need } from '../claim.ts';
import type { JudgedRun } from '../context.ts';
import { VALUE_SET_CAP, type Destination } from '../destination.ts';
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
    const lookups = seesLookups(run) ? answered(run) : undefined;
    const literals = sightings(run, (destination) => isCovered(run.policy, destination.component) && (isWritten(destination) || (lookups !== undefined && isBare(destination, lookups))));
    for (const sighting of literals) yield draftOf(run, sighting, severity);
  },
};

/** The client itself wrote the address. */
function isWritten({ verdict }: Destination): boolean {
  return verdict.kind === 'undeclared' && verdict.reason === 'ip-literal';
}

/** A hello in sight without a server name, to addresses that no lookup of the run gave. */
function isBare({ verdict, tls, how, mismatch, addresses, addressCount, scope }: Destination, lookups: ReadonlySet<string>): boolean {
  if (verdict.kind !== 'cannot-judge' || verdict.reason !== 'unnamed' || how !== undefined || mismatch !== undefined) return false;
  if (tls === undefined || tls.offered.length === 0 || tls.ech !== 'none' || addressCount > addresses.length) return false;
  return addresses.every((address) => !lookups.has(`${scope} ${address}`));
}

/** Whether a lookup before the connection would be in the recording: from the start, whole, with DNS in clear alone. */
function seesLookups({ coverage, blindSpots, scopes, lookups }: JudgedRun): boolean {
  if (coverage.midStream > 0 || (coverage.dropped ?? 0) > 0 || !coverage.dnsClear || coverage.dnsEncrypted > 0) return false;
  if (scopes.some(({ kind }) => kind !== 'app') || lookups.some(({ addresses }) => addresses.length >= VALUE_SET_CAP)) return false;
  return !blindSpots.some(({ lowers }) => lowers.some((need) => NEEDED.has(need)));
}

function answered({ lookups }: JudgedRun): ReadonlySet<string> {
  return new Set(lookups.flatMap(({ scope, addresses }) => addresses.map((address) => `${scope} ${address}`)));
}

function draftOf(run: JudgedRun, sighting: Sighting, severity: Severity): Draft {
  const host = acceptableHost(sighting);
  const isSure = sighting.destinations.every(isWritten);
  const places = [...new Set(sighting.destinations.flatMap(({ how }) => (how === undefined ? [] : (PLACE[how] ?? []))))];
  const accept = host === undefined ? '' : ` To live with it for a while, under \`accept:\`: ${acceptLine(run, 'ip-literal', { host })}`;
  return {
    about: aboutSighting(sighting),
    severity,
    confidence: isSure ? 'high' : 'medium',
    seen: `${seenSighting(run, sighting)} ${isSure ? `The address stands ${places.join(' and ') || 'in the request itself'}.` : 'The hello bears no name, and no lookup gave this address.'}`,
    do: `Ask the vendor whose host ${host ?? 'it'} is and why it has no name. If it is meant, declare it with \`ip:\` under \`connections:\`.${accept}`,
    sure: isSure ? WRITTEN : BARE,
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
  };
}

const WRITTEN = 'high: the client wrote the address itself.';
const BARE = 'medium: the recording shows the run from its start with DNS in clear, and a client with a name would have sent it; a name remembered from before the recording, or read from a file, would lower it.';
/** Needs that a blind spot may take away, and with them the proof. */
const NEEDED: ReadonlySet<string> = new Set<Need>(['start-covered', 'wire-complete', 'names-complete', 'dns-in-clear']);
/** Where a client writes what it asks for; RFC 6066 §3 allows no address in SNI, and clients write one all the same. */
const PLACE: Readonly<Partial<Record<NameEvidence, string>>> = {
  connect: 'in the CONNECT request',
  sni: 'in the TLS hello',
  'quic-sni': 'in the QUIC hello',
  'http-host': 'in the Host header',
};
