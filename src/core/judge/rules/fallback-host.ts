/** Fallback-host: after a connection broke off, the app turned to a host that it speaks to at no other time. */
import { formatEndpoint } from '../../base/address.ts';
import { formatDuration } from '../../base/time.ts';
import type { Entry } from '../../policy/policy.ts';
import type { JudgedRun } from '../context.ts';
import type { Fallback } from '../drop-meter.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { acceptLine } from '../suggest.ts';
import { plural, sayList } from '../tell.ts';

export const fallbackHost: TrafficRule = {
  reads: 'run',
  id: 'fallback-host',
  severity: 'error',
  title: 'Another host after a connection broke off',
  why: 'The vendor says that a connection that drops is opened again to the same host: a spare host is one that no firewall, no review and no inventory knows, and that whoever breaks connections can choose the moment for.',
  breaks: ['reconnects-same-host'],
  since: '0.1.0',
  *check(run) {
    for (const { id, drops } of run.entries) {
      const entry = run.policy.entries.find((each) => each.id === id);
      if (entry !== undefined) for (const fallback of drops?.fallbacks ?? []) yield draftOf(run, entry, fallback);
    }
  },
};

function draftOf(run: JudgedRun, entry: Entry, { component, host, isName, port, transport, after, lost, delay, evidence, count }: Fallback): Draft {
  const subject = `${formatEndpoint(host, port)}/${transport}`;
  return {
    about: { subject, ...(component === undefined ? {} : { component }), ...(isName ? { name: host } : { addresses: [host] }), port, transport, entry: entry.id, detail: entry.id },
    confidence: after > 1 ? 'high' : 'medium',
    seen: `${component ?? 'The app'} turned to ${subject} ${formatDuration(delay)} after its connection to ${sayList(lost)} (entry ${entry.id}) had been broken off, after ${plural(after, 'such drop')} in all, and at no other time.`,
    do: `Ask the vendor whether the host stands in for entry ${entry.id} and under whose name; have it declared, or the fallback switched off. To live with it for a while, add under \`accept:\`: ${acceptLine(run, 'fallback-host', { entry: entry.id })}`,
    sure: after > 1 ? 'high: it came after every one of several drops and at no other time.' : 'medium: it came after one drop and at no other time, which may be chance; a second drop would tell.',
    evidence,
    evidenceCount: count,
    policyAt: entry.at,
  };
}
