/** Around-proxy: the proxy variables were set for the app, and a web connection went straight to its host. */
import { isBelow } from '../../base/host-name.ts';
import { proxyHabitOf } from '../../knowledge/proxy-habits.ts';
import type { JudgedRun, ScopeFacts } from '../context.ts';
import type { Destination } from '../destination.ts';
import { entryNaming } from '../host-rule.ts';
import { otherProxy } from '../other-proxy.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { sightings, type Sighting } from '../sightings.ts';
import { acceptableHost } from '../suggest.ts';
import { aboutSighting, seenSighting } from '../tell.ts';
import { isCovered } from '../unlisted.ts';

export const aroundProxy: TrafficRule = {
  reads: 'run',
  id: 'around-proxy',
  severity: 'error',
  title: 'A web connection went around the proxy',
  why: 'Where only the proxy may reach the internet such a connection fails, and where it does not fail the proxy neither logs nor stops it.',
  breaks: ['honours-proxy'],
  since: '0.1.0',
  *check(run) {
    for (const sighting of sightings(run, (destination) => wentAround(run, destination))) yield draftOf(run, sighting);
  },
};

function draftOf(run: JudgedRun, sighting: Sighting): Draft {
  const entry = entryNaming(run.policy, sighting.verdict, sighting.name);
  const isUdp = sighting.transport === 'udp';
  const facts = run.scopes.find((one) => sighting.destinations.some(({ scope }) => scope === one.scope) && one.isWatchedTwice === true);
  const isAnybodys = sighting.component === undefined && sighting.destinations.every(({ scope }) => run.scopes.some((one) => one.scope === scope && one.kind === 'machine'));
  const severity = isUdp ? 'note' : isAnybodys ? 'warning' : 'error';
  const host = acceptableHost(sighting) ?? 'the host';
  return {
    about: aboutSighting(sighting),
    severity,
    confidence: isAnybodys ? 'low' : facts === undefined ? 'medium' : 'high',
    seen: `${seenSighting(run, sighting)} The proxy variables were set, and ${wayOf(sighting)}${isUdp ? '; HTTP_PROXY speaks of TCP only, and the proxy could have reached the host that way' : ''}.`,
    do: isUdp
      ? `Block 443/udp if ${host} must be reached through the proxy; clients fall back to TCP.`
      : `${causeOf(sighting)}Ask the vendor which part of the product connects to ${host} without reading HTTP_PROXY and HTTPS_PROXY; on a network without another way out, open it on the firewall. If NO_PROXY named it, say so in the run sheet (\`no-proxy:\`).`,
    sure: sureness(isAnybodys, facts !== undefined),
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
    ...(entry === undefined ? {} : { policyAt: entry.at }),
    breaks: severity === 'error' ? ['honours-proxy'] : [],
  };
}

function wayOf({ destinations }: Sighting): string {
  const [other] = destinations.flatMap(({ via }) => via ?? []);
  return other === undefined ? 'no proxy stood between' : `it went through ${other}, which they do not name`;
}

/** Why a program of that name may not have used the proxy. */
function causeOf({ destinations }: Sighting): string {
  const habits = new Set(destinations.flatMap(({ programs = [] }) => programs.map(proxyHabitOf)).filter((habit) => habit !== undefined));
  return habits.size === 0 ? '' : `Likely cause: ${[...habits].join(' ')} `;
}

/** egret's own proxy knows what went through it, by the sockets; what packets show besides did not. */
function sureness(isAnybodys: boolean, isWatchedTwice: boolean): string {
  if (isAnybodys) return `low: the recording holds a whole machine, and the variables may not have been set for the program that did it; ${UNSAID}`;
  return isWatchedTwice ? `high: egret set the variables itself, and its proxy did not make this connection, which packets show.` : `medium: the run sheet says that the variables were set; ${UNSAID}`;
}

/** Web traffic of a covered component off the own networks, straight to its host, where the variables were set and NO_PROXY did not name it. */
function wentAround(run: JudgedRun, destination: Destination): boolean {
  const facts = run.scopes.find(({ scope }) => scope === destination.scope);
  if (facts?.proxyVariables === undefined || destination.inbound) return false;
  if (destination.via !== undefined) return wentThroughAnother(run, facts, destination);
  if (destination.addressClass !== 'public' || EXEMPT.has(destination.verdict.kind) || !isCovered(run.policy, destination.component)) return false;
  if (facts.proxy?.port === destination.port && destination.addresses.includes(facts.proxy.address)) return false;
  return isWeb(destination) && !facts.proxyVariables.noProxy.some((item) => isNamedBy(item, destination));
}

/** Another proxy that is not on the machine: there, what it sends on is seen for itself or is a need of the claims. */
function wentThroughAnother(run: JudgedRun, facts: ScopeFacts, destination: Destination): boolean {
  const kind = otherProxy(facts, destination);
  return kind !== undefined && kind !== 'loopback' && isCovered(run.policy, destination.component) && facts.proxyVariables?.noProxy.some((item) => isNamedBy(item, destination)) !== true;
}

/** Attempts that never spoke are web traffic by their port; HTTP/3 by its own. */
function isWeb({ transport, protocol, port, reached }: Destination): boolean {
  if (transport === 'udp') return protocol === 'quic' && port === 443;
  return transport === 'tcp' && (WEB.has(protocol) || (reached === 'attempted' && (port === 443 || port === 80)));
}

/** The common reading of NO_PROXY: `*` for all, a domain with all below it, or an address. */
function isNamedBy(item: string, { name, addresses }: Destination): boolean {
  const text = item.trim().toLowerCase();
  if (text === '*') return true;
  const domain = text.replace(/^\*?\./, '');
  return domain !== '' && (addresses.includes(text) || (name !== undefined && (name === domain || isBelow(name, domain))));
}

const UNSAID = 'a NO_PROXY that the sheet does not give would lower it.';
const WEB: ReadonlySet<string> = new Set(['tls', 'http', 'h2c', 'ws', 'websocket']);
/** The own machine, the own network, the resolver and the proxy, and the operating system, which reads its own settings. */
const EXEMPT: ReadonlySet<string> = new Set(['local', 'undeclared-local', 'lan', 'infrastructure', 'environment', 'webrtc-peer']);
