/** Plaintext: an application protocol went in clear to something off the own machine. */
import { findRevocationHost, type RevocationHost } from '../../knowledge/revocation-hosts.ts';
import type { Entry } from '../../policy/policy.ts';
import type { JudgedRun } from '../context.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { sightings, type Sighting } from '../sightings.ts';
import { acceptableHost, acceptLine } from '../suggest.ts';
import { aboutSighting, seenSighting, sureOf } from '../tell.ts';
import { mustBeEncrypted, protectionOf } from '../wire-protection.ts';

export const plaintext: TrafficRule = {
  reads: 'run',
  id: 'plaintext',
  severity: 'error',
  title: 'An application protocol in clear off loopback',
  why: "Everybody on the path can read what was sent, cookies and tokens included, and can answer in the server's place.",
  breaks: ['encrypted-except-loopback'],
  since: '0.1.0',
  *check(run) {
    for (const sighting of sightings(run, (destination) => protectionOf(destination.protocol) === 'clear' && mustBeEncrypted(run.policy, destination))) {
      yield draftOf(run, sighting);
    }
  },
};

function draftOf(run: JudgedRun, sighting: Sighting): Draft {
  const revocation = revocationOf(sighting);
  const entry = declaring(run, sighting);
  const seen = seenSighting(run, sighting);
  const base = {
    about: aboutSighting(sighting),
    confidence: 'high' as const,
    sure: `high that it went in clear: requests were read on the wire. Of whose host it is, ${sureOf(sighting)}`,
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
    ...(entry === undefined ? {} : { policyAt: entry.at }),
  };
  if (revocation !== undefined) {
    return {
      ...base,
      severity: 'note',
      seen: `${seen} The host serves certificate revocation for ${revocation.organisation}.`,
      why: 'Revocation lists and OCSP answers are signed and go in clear on purpose; who asks for which certificate can still be read on the path.',
      do: 'Nothing, unless the client may not tell which hosts it visits: OCSP stapling on the servers keeps it from asking.',
      breaks: [],
    };
  }
  return {
    ...base,
    severity: entry !== undefined && !promisesEncryption(run) ? 'note' : 'error',
    seen: entry === undefined ? seen : `${seen} Entry ${entry.id} declares it in clear.`,
    do: remedyOf(run, sighting, entry),
  };
}

/** The host header is the client's word: only a name that DNS confirms is taken for an authority's. */
function revocationOf({ name, confidence }: Sighting): RevocationHost | undefined {
  return name === undefined || confidence !== 'high' ? undefined : findRevocationHost(name);
}

/** The entry that admitted all of it on a leg that says `http` or `ws` in so many words. */
function declaring(run: JudgedRun, { destinations }: Sighting): Entry | undefined {
  const [head] = destinations;
  const entry = run.policy.entries.find(({ id }) => id === head?.verdict.entry);
  const isDeclared = destinations.every(({ verdict }) => {
    const protocols = entry?.legs[verdict.leg ?? 0]?.protocols ?? [];
    return verdict.kind === 'declared' && verdict.entry === entry?.id && protocols.some((word) => word === 'http' || word === 'ws');
  });
  return isDeclared ? entry : undefined;
}

function promisesEncryption(run: JudgedRun): boolean {
  return run.policy.claims.some((claim) => claim.check === 'encrypted-except-loopback');
}

function remedyOf(run: JudgedRun, sighting: Sighting, entry: Entry | undefined): string {
  const host = acceptableHost(sighting);
  if (entry !== undefined) return `Ask the vendor for an encrypted way to ${host ?? `entry ${entry.id}`}: its list declares one in clear while it promises that there is none.`;
  const accept = host === undefined ? '' : ` To live with it for a while, under \`accept:\`: ${acceptLine(run, 'plaintext', { host })}`;
  return `Ask the vendor to use TLS for ${host ?? 'this connection'}, and change any credential that was sent there.${accept}`;
}
