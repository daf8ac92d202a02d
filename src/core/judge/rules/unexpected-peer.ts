/** Unexpected-peer: media between peers where the policy allows none, or to an address that no ICE exchange named. */
import type { Severity } from '../../policy/policy.ts';
import type { Destination } from '../destination.ts';
import type { JudgedRun } from '../context.ts';
import { UNEXPECTED_PEER } from '../judge-peer.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { sightings, type Sighting } from '../sightings.ts';
import { aboutSighting, seenSighting } from '../tell.ts';
import { isCovered, severityOfUnlisted } from '../unlisted.ts';

export const unexpectedPeer: TrafficRule = {
  reads: 'run',
  id: 'unexpected-peer',
  severity: 'error',
  title: 'Media to a peer that the policy does not expect',
  why: 'Media between peers goes to addresses that no list of hosts can hold; the policy says who may hold it and when, and nothing else bounds where it goes.',
  breaks: ['webrtc-direct', 'complete-list'],
  since: '0.1.0',
  *check(run) {
    const severity = severityOfUnlisted(run.policy, 'error');
    if (severity === undefined) return;
    for (const sighting of sightings(run, (one) => one.verdict.reason === UNEXPECTED_PEER && isCovered(run.policy, one.component))) yield forbidden(run, sighting, severity);
    for (const sighting of sightings(run, (one) => isUnchecked(one) && isCovered(run.policy, one.component))) yield unchecked(run, sighting, severity);
  },
};

/** A media handshake to an address without a name; what was checked is judged as a peer. */
function isUnchecked({ verdict, name, protocol, transport, tls, ice }: Destination): boolean {
  if (verdict.kind !== 'cannot-judge' || verdict.reason !== 'unnamed' || name !== undefined || transport !== 'udp') return false;
  return protocol === 'dtls' && ice === undefined && (tls?.offered.length ?? 0) > 0;
}

function forbidden(run: JudgedRun, sighting: Sighting, severity: Severity): Draft {
  return {
    about: aboutSighting(sighting),
    severity,
    confidence: 'high',
    seen: `${seenSighting(run, sighting)} ${allowed(run)}`,
    do: 'Ask the vendor whose peer it is. If WebRTC belongs there, say so under `webrtc:` with its `component`, `phase` and `peers`.',
    sure: 'high: an ICE check was answered on this very 5-tuple and media followed; who the peer is no packet tells.',
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
  };
}

function unchecked(run: JudgedRun, sighting: Sighting, severity: Severity): Draft {
  return {
    about: { ...aboutSighting(sighting), detail: 'unchecked' },
    severity: severity === 'error' ? 'warning' : severity,
    confidence: 'medium',
    seen: `${seenSighting(run, sighting)} No answered ICE check names the address.`,
    do: 'Find the program that opens it (ss -tunp while it runs) and ask the vendor whose host it is; record from before the session, so that its checks are in the file.',
    sure: 'medium: the hello is in the recording and no connectivity check is; checks from before the recording would look the same.',
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
    breaks: ['webrtc-direct'],
  };
}

function allowed({ policy: { webrtc } }: JudgedRun): string {
  if (webrtc === undefined) return 'The policy has no `webrtc:`, so it expects peers nowhere.';
  const who = webrtc.components.length === 0 ? 'any component' : webrtc.components.join(' or ');
  const when = webrtc.phases.length === 0 ? 'at any time' : `during ${webrtc.phases.join(' or ')}`;
  return `The policy allows peers (${webrtc.peers}) of ${who} ${when}.`;
}
