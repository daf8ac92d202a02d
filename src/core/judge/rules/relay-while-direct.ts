/** Relay-while-direct: media went through the relay although a direct pair of the same phase had succeeded. */
import { formatEndpoint } from '../../base/address.ts';
import { formatTime } from '../../base/time.ts';
import type { Entry } from '../../policy/policy.ts';
import type { JudgedRun } from '../context.ts';
import type { RelayUse } from '../relay-meter.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { acceptLine } from '../suggest.ts';
import { sayList } from '../tell.ts';

export const relayWhileDirect: TrafficRule = {
  reads: 'run',
  id: 'relay-while-direct',
  severity: 'error',
  title: 'Media through the relay while a direct pair worked',
  why: 'The vendor says that media passes its relay only where no direct connection is possible; here one was, and the media went through the vendor\'s server all the same.',
  breaks: ['webrtc-direct', 'as-declared'],
  since: '0.1.0',
  *check(run) {
    for (const { id, relay } of run.entries) {
      const entry = run.policy.entries.find((each) => each.id === id);
      if (entry?.relay === 'only-when-no-direct' && relay?.broken === true) yield draftOf(run, entry, relay);
    }
  },
};

function draftOf(run: JudgedRun, entry: Entry, use: RelayUse): Draft {
  const since = use.directSince === undefined ? '' : ` at ${formatTime(use.directSince)}`;
  const peers = sayList(use.peers.map(({ address, port }) => formatEndpoint(address, port)));
  return {
    about: { subject: entry.id, entry: entry.id },
    confidence: use.stillAlive ? 'high' : 'medium',
    seen: `${entry.name}: at least ${use.whileDirect} of ${use.media} bytes of relayed media passed after a direct pair with ${sayList(use.direct)} had succeeded${since}. Peers behind the relay: ${peers === '' ? 'unknown' : peers}.`,
    do: `Ask the vendor why the relay carries media where a direct pair works: a setting of the app may force it (\`iceTransportPolicy: relay\`). If that is meant, take \`relay: only-when-no-direct\` from entry ${entry.id}; to live with it for a while, add under \`accept:\`: ${acceptLine(run, 'relay-while-direct', { entry: entry.id })}`,
    sure: use.stillAlive
      ? 'high: the pair\'s connectivity check was answered, it was in use to the end, and relayed bytes that are no STUN are counted from then on.'
      : 'medium: the pair\'s connectivity check was answered before, but nothing used it to the end; a pair that failed later would look the same.',
    evidence: use.evidence,
    evidenceCount: use.evidenceCount,
    policyAt: entry.at,
  };
}
