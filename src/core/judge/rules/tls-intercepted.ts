/** Tls-intercepted: the chain that a server sent in clear was signed by an inspection device, or may have been, or handshakes were changed on the way as such devices do. */
import { formatTime } from '../../base/time.ts';
import type { Severity } from '../../policy/policy.ts';
import type { JudgedRun } from '../context.ts';
import { entryNaming } from '../host-rule.ts';
import { graver, interceptions, type HostInterception } from '../interception.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { sightings, type Sighting } from '../sightings.ts';
import type { Interception } from '../standing.ts';
import { acceptableHost } from '../suggest.ts';
import { aboutSighting, seenSighting } from '../tell.ts';

export const tlsIntercepted: TrafficRule = {
  reads: 'run',
  id: 'tls-intercepted',
  severity: 'error',
  title: 'TLS was re-signed on the way',
  why: 'A device that re-signs TLS reads what the app sends and answers in the server\'s place; WebSocket and WebRTC often fail behind it, and apps that bring their own roots refuse it.',
  breaks: ['inspection-bypass'],
  since: '0.1.0',
  *check(run) {
    const found = interceptions(run);
    for (const sighting of sightings(run, ({ key }) => isSuspect(found.get(key)))) yield draftOf(run, sighting, found);
  },
};

function isSuspect(one: HostInterception | undefined): boolean {
  return one !== undefined && one.verdict !== 'not-seen';
}

function draftOf(run: JudgedRun, sighting: Sighting, found: ReadonlyMap<string, HostInterception>): Draft {
  const all = sighting.destinations.flatMap(({ key }) => found.get(key) ?? []);
  const verdict = all.reduce<Interception>((worst, one) => graver(worst, one.verdict), 'not-seen');
  const signals = [...new Set(all.filter((one) => one.verdict === verdict).flatMap((one) => one.signals.map(({ says }) => says)))];
  const showsChain = all.some((one) => one.verdict === verdict && one.reading !== undefined);
  const entry = entryNaming(run.policy, sighting.verdict, sighting.name);
  const inspection = entry?.inspection ?? run.policy.defaults.inspection;
  const severity = severityOf(verdict, inspection, sighting);
  return {
    about: aboutSighting(sighting, entry?.id),
    severity,
    confidence: CONFIDENCE[verdict],
    seen: `${seenSighting(run, sighting)} TLS inspection is ${verdict}: ${signals.slice(0, SIGNALS_SHOWN).join('; ')}.${validity(sighting)}`,
    do: remedy(run, sighting, verdict, inspection === 'must-bypass'),
    sure: `${all.some(({ reading }) => reading?.state === 'product') ? BY_NAME : showsChain ? SURE[verdict] : BY_PATH[verdict]} ${TLS13}`,
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
    ...(entry === undefined ? {} : { policyAt: entry.at }),
    breaks: severity === 'error' ? ['inspection-bypass'] : [],
  };
}

/** Only what is proven weighs more than a note, and only where the policy does not tolerate it. */
function severityOf(verdict: Interception, inspection: 'must-bypass' | 'tolerates' | 'unknown', sighting: Sighting): Severity {
  if (verdict !== 'proven' || inspection === 'tolerates' || sighting.verdict.kind === 'environment') return 'note';
  return inspection === 'must-bypass' ? 'error' : 'warning';
}

/** Leaves that were out of date when they were seen, by the time of the frames. */
function validity(sighting: Sighting): string {
  for (const { tls, first } of sighting.destinations) {
    const leaf = tls?.chain?.[0];
    if (leaf === undefined) continue;
    if (first > leaf.notAfter) return ` The certificate had expired when it was seen (${formatTime(leaf.notAfter)}).`;
    if (first < leaf.notBefore) return ` The certificate was not valid yet when it was seen (${formatTime(leaf.notBefore)}).`;
  }
  return '';
}

function remedy(run: JudgedRun, sighting: Sighting, verdict: Interception, mustBypass: boolean): string {
  const host = acceptableHost(sighting) ?? 'this host';
  if (verdict !== 'proven') return `From the same network, look at who signed the chain of ${host} (openssl s_client -showcerts${throughProxy(sighting)}). If it is a certificate authority of your own, name its PEM under \`roots:\` of the run sheet or with --ca-file.`;
  if (!mustBypass) return `If the device is yours, name its certificate authority with --ca-file, or say on the entry what inspection does to it (\`inspection: must-bypass\` or \`tolerates\`); else exclude ${host} from TLS inspection.`;
  const hosts = run.policy.entries.filter((entry) => entry.inspection === 'must-bypass').flatMap((entry) => entry.hosts.map(({ text }) => text));
  return `Exclude these hosts from TLS inspection (all that the policy marks must-bypass): ${[...new Set(hosts)].join(', ')}. Then record again.`;
}

/** Without it the command goes around the device that is asked about. */
function throughProxy({ destinations }: Sighting): string {
  const via = destinations.find((destination) => destination.via !== undefined)?.via;
  return via === undefined ? '' : ` -proxy ${via}`;
}

const CONFIDENCE = { proven: 'high', likely: 'medium', possible: 'low', 'not-seen': 'low' } as const;
const TLS13 = 'Connections under TLS 1.3 hide their chain and prove nothing either way.';
const BY_NAME = 'high: the issuer bears the name that the product ships with, in a chain that stood in clear; an authority that only borrows the name would lower it.';
const SURE: Readonly<Record<Interception, string>> = {
  proven: 'high: the chain stood in clear and its signatures were checked; a server that really uses this authority would lower it.',
  likely: 'medium: the chain stood in clear, but a server set up by hand can look the same.',
  possible: 'low: the chain stood in clear, but a public authority that egret does not know, or a server that leaves out its issuers, looks the same.',
  'not-seen': '',
};
/** No chain stood in clear: what else was seen is never proof. */
const BY_PATH: Readonly<Record<Interception, string>> = {
  proven: '',
  likely: 'medium: the marks stood in clear, but no certificate did; a server that speaks the newer version and was told not to use it looks the same.',
  possible: 'low: no certificate stood in clear; a server with several settings, a client that trusts too few roots, or a firewall looks the same.',
  'not-seen': '',
};
/** A sentence stays readable with three. */
const SIGNALS_SHOWN = 3;
