/** Blocked-required: an entry that the product cannot do without was tried and never reached. */
import type { JudgedEntry, JudgedRun } from '../context.ts';
import type { Entry } from '../../policy/policy.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { acceptLine } from '../suggest.ts';

export const blockedRequired: TrafficRule = {
  reads: 'run',
  id: 'blocked-required',
  severity: 'error',
  title: 'A required connection is blocked',
  why: 'The policy marks this connection as required: without it the product does not work on this network.',
  breaks: [],
  since: '0.1.0',
  *check(run) {
    for (const judged of run.entries) {
      const entry = run.policy.entries.find(({ id }) => id === judged.id);
      if (entry !== undefined && entry.required && judged.standing === 'blocked') yield draftOf(run, entry, judged);
    }
  },
};

function draftOf(run: JudgedRun, entry: Entry, judged: JudgedEntry): Draft {
  const layer = judged.layer ?? 'no answer';
  const isSilent = SILENCE.test(layer);
  const effect = entry.blocked === undefined ? '' : ` Effect, in the vendor's words: ${entry.blocked}`;
  return {
    about: { subject: entry.id, entry: entry.id },
    confidence: isSilent ? 'medium' : 'high',
    seen: `${entry.name} was tried ${judged.tries === 1 ? 'once' : `${judged.tries} times`} and never reached; the tries ended at: ${layer}.${effect}`,
    do: `${remedy(layer, openings(entry))}, and try again. To live with it for a while, under \`accept:\`: ${acceptLine(run, 'blocked-required', { entry: entry.id })}`,
    sure: isSilent
      ? 'medium: nothing answered; a server that is down, or a capture that missed the answers, would look the same.'
      : `high: the network answered (${layer}); a server that was down for a moment would look the same.`,
    evidence: judged.evidence,
    evidenceCount: judged.tries,
    policyAt: entry.at,
  };
}

/** What lets the connection through, by the layer that stopped it. */
function remedy(layer: string, places: string): string {
  if (layer.startsWith('dns')) return `Have the resolver of this network answer, and open ${places} on the firewall or proxy`;
  if (layer === 'proxy 407') return `Give the app the proxy's credentials, or let ${places} through the proxy without any`;
  if (layer.startsWith('proxy')) return `Open ${places} on the proxy`;
  if (layer.startsWith('http')) return `Sign in to the network first (a captive portal answers in the server's place), or use one without`;
  if (layer.startsWith('tls rejected by client')) return `The client refused the certificate: if a device inspects TLS, exclude ${places} from inspection`;
  if (layer.startsWith('tls')) return `The network lets TCP through and TLS fails: exclude ${places} from TLS inspection and filtering by name`;
  return `Open ${places} on the firewall or proxy`;
}

/** `api.x.io 443/tcp, 8443/tcp`, from the policy. */
function openings(entry: Entry): string {
  const places = [...entry.hosts.map((pattern) => pattern.text), ...entry.addresses.map((block) => block.text)];
  const ports = entry.legs.flatMap((leg) => leg.ports.map((range) => `${range.from === range.to ? range.from : `${range.from}-${range.to}`}/${range.transport}`));
  return `${places.length === 0 ? 'the configured hosts' : places.join(', ')} ${[...new Set(ports)].join(', ')}`.trim();
}

/** Layers at which nobody answered; at all others somebody refused. */
const SILENCE = /no answer|timeout|^other$/;
