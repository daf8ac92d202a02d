/** Undeclared-resolver: names were asked of a resolver that the policy does not name, in clear or encrypted. */
import { seenHost } from '../../base/host-name.ts';
import { offersOnlyDns } from '../../decode/payloads/dns/offer.ts';
import { findResolver } from '../../knowledge/find-resolver.ts';
import type { Policy, Severity } from '../../policy/policy.ts';
import type { Destination } from '../destination.ts';
import type { JudgedRun } from '../context.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { sightings, type Sighting } from '../sightings.ts';
import { acceptableHost, acceptLine, entryLine } from '../suggest.ts';
import { aboutSighting, seenSighting, sureOf } from '../tell.ts';
import { isCovered } from '../unlisted.ts';

export const undeclaredResolver: TrafficRule = {
  reads: 'run',
  id: 'undeclared-resolver',
  severity: 'warning',
  title: 'A resolver that the policy does not name',
  why: 'Who answers the lookups learns every name and decides where connections go; lookups inside encryption are hidden from this audit too.',
  breaks: ['complete-list'],
  since: '0.1.0',
  *check(run) {
    const designated = designatedBy(run);
    for (const sighting of sightings(run, (destination) => markOf(run, designated, destination) !== undefined)) yield draftOf(run, designated, sighting);
  },
};

/** By what a resolver was recognised; `clear` is DNS that was read, `foreign` such at a resolver that the machine does not ask, `offer` what the hello offers to speak, `designated` what DNS itself named as a resolver. */
type Mark = 'clear' | 'foreign' | 'offer' | 'name' | 'designated' | 'address' | 'port';

/** Names and addresses, per scope, that answers gave as resolvers. */
type Designated = ReadonlySet<string>;

function markOf(run: JudgedRun, designated: Designated, destination: Destination): Mark | undefined {
  const { policy } = run;
  const { verdict, addressClass, component, inbound } = destination;
  if (isForeign(run, destination)) return 'foreign';
  if (inbound || addressClass === 'loopback' || MEANT.has(verdict.kind) || !isCovered(policy, component)) return undefined;
  if (verdict.reason === 'undeclared-resolver' || isAskedAbroad(destination)) return 'clear';
  if (policy.dns.encrypted === 'allow' || !HIDING.has(destination.protocol)) return undefined;
  return encryptedMark(designated, destination);
}

/** Taken for the system's resolver because it was asked, where it is known which ones that are. */
function isForeign({ policy, scopes }: JudgedRun, { scope, verdict, inbound, addresses, addressClass, component }: Destination): boolean {
  if (policy.dns.resolvers !== 'system' || verdict.reason !== 'resolver' || inbound || addressClass === 'loopback' || !isCovered(policy, component)) return false;
  const known = scopes.find((one) => one.scope === scope)?.resolvers;
  return known !== undefined && addresses.some((address) => !known.has(address));
}

/** Questions in the format of a link's own service that went to a public address: some resolvers answer on that port, too. */
function isAskedAbroad({ protocol, addressClass }: Destination): boolean {
  return addressClass === 'public' && LINK_SERVICES.has(protocol);
}

/** DoT and DoQ by what the hello offers to speak, on whatever port, and by their own port (RFC 7858 §3.1, RFC 9250 §4.1); DoH by the operator's name or service address (RFC 8484). */
function encryptedMark(designated: Designated, { scope, name, addresses, port, tls }: Destination): Mark | undefined {
  if (tls !== undefined && offersOnlyDns(tls.alpn)) return 'offer';
  if ([name, ...addresses].some((one) => one !== undefined && designated.has(`${scope} ${one}`))) return 'designated';
  if (port !== HTTPS_PORT && port !== TLS_PORT) return undefined;
  if (name !== undefined && findResolver(name, '') !== undefined) return 'name';
  if (addresses.some((address) => findResolver(undefined, address) !== undefined)) return 'address';
  return port === TLS_PORT ? 'port' : undefined;
}

/** What service bindings below `_dns.` answered (RFC 9461 §4), asked of a resolver by its special name (RFC 9462 §4) or of a host by its own. */
function designatedBy(run: JudgedRun): Designated {
  const designated = new Set<string>();
  for (const { name, scope, cnames, addresses } of run.lookups) {
    if (name.charCodeAt(0) !== UNDERSCORE || !SERVER_BINDING.test(name)) continue;
    for (const one of [...cnames.map(seenHost), ...addresses]) designated.add(`${scope} ${one}`);
  }
  return designated;
}

function draftOf(run: JudgedRun, designated: Designated, sighting: Sighting): Draft {
  const marks = new Set(sighting.destinations.map((destination) => markOf(run, designated, destination)));
  const mark = MARKS.find((one) => marks.has(one)) ?? 'port';
  const confidence = mark === 'clear' || mark === 'foreign' || mark === 'offer' ? 'high' : mark === 'name' ? sighting.confidence : 'medium';
  const undeclared = sighting.destinations.some(({ verdict }) => verdict.kind === 'undeclared');
  return {
    about: aboutSighting(sighting),
    severity: severityOf(run.policy, mark),
    confidence,
    seen: `${seenSighting(run, sighting)} ${recognised(sighting, mark)}`,
    do: remedyOf(run, sighting, mark),
    sure: SURE[mark] ?? sureOf(sighting),
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
    // Where the verdict is open, the missing need says so; only what is surely outside the list breaks it.
    ...(undeclared || (mark === 'foreign' && sighting.destinations.every(({ addressClass }) => addressClass === 'public')) ? {} : { breaks: [] }),
  };
}

/** `dns.encrypted` re-sets what is hidden; DNS in clear to a resolver off the list is a warning whatever it says. */
function severityOf(policy: Policy, mark: Mark): Severity {
  return mark !== 'clear' && mark !== 'foreign' && policy.dns.encrypted === 'review' ? 'note' : 'warning';
}

function recognised(sighting: Sighting, mark: Mark): string {
  if (sighting.destinations.some(isAskedAbroad)) return 'Questions in the format of a local name service went to a public address.';
  if (mark === 'clear') return 'The policy lists its resolvers, and this one is not among them.';
  if (mark === 'foreign') return 'The machine was told to ask other resolvers, and the policy means those.';
  if (mark === 'designated') return 'A DNS answer of the recording names it as an encrypted resolver.';
  const offered = mark === 'offer' ? 'The hello offers to speak nothing but DNS. ' : '';
  const [operator] = sighting.destinations.flatMap(({ name, addresses }) => (findResolver(name, '') ?? findResolver(undefined, addresses[0] ?? '')) ?? []);
  if (operator === undefined && mark === 'offer') return offered.trimEnd();
  return operator === undefined ? 'Port 853 is that of DNS over TLS and QUIC.' : `${offered}It is an encrypted resolver of ${operator.organisation}.`;
}

function remedyOf(run: JudgedRun, sighting: Sighting, mark: Mark): string {
  const host = acceptableHost(sighting);
  const accept = host === undefined ? '' : ` To live with it for a while, under \`accept:\`: ${acceptLine(run, 'undeclared-resolver', { host })}`;
  if (mark === 'clear' || mark === 'foreign') return `Have the app use the system's resolver. If this one is meant, ${listing(run, sighting)}.${accept}`;
  return `Switch encrypted DNS off to see the lookups (Chromium policy DnsOverHttpsMode: off; Electron: app.configureHostResolver with secureDnsMode off). If it is meant, ${declaring(sighting) ?? (isListed(run, sighting) ? 'set `encrypted: review` under `dns:`' : `${listing(run, sighting)} and set \`encrypted: review\``)}.${accept}`;
}

/** A name is declared as any other host is: `resolvers:` holds addresses. */
function declaring(sighting: Sighting): string | undefined {
  const line = sighting.name === undefined ? undefined : entryLine(sighting);
  return line === undefined ? undefined : `declare it under \`connections:\`: ${line}`;
}

function isListed({ policy }: JudgedRun, { addresses, addressCount }: Sighting): boolean {
  const { resolvers } = policy.dns;
  return resolvers !== 'system' && addressCount === addresses.length && addresses.every((address) => resolvers.includes(address));
}

function listing({ policy }: JudgedRun, { addresses, addressCount }: Sighting): string {
  const [address] = addresses;
  const which = address !== undefined && addressCount === 1 ? `"${address}"` : 'its addresses';
  if (policy.dns.resolvers !== 'system') return `add ${which} to the list \`resolvers:\` under \`dns:\``;
  return `make \`resolvers:\` under \`dns:\` a list of ${which} and the system's own`;
}

/** What the policy or the machine means to be there; a host that an entry declares needs no second leave. */
const MEANT: ReadonlySet<Destination['verdict']['kind']> = new Set(['declared', 'infrastructure', 'environment', 'local', 'undeclared-local', 'webrtc-peer']);
/** Protocols in which questions are not seen; a flow that nothing recognised may be QUIC. */
const HIDING: ReadonlySet<string> = new Set(['tls', 'quic', 'dtls', 'unknown']);
/** Strongest first. */
const MARKS: readonly Mark[] = ['clear', 'foreign', 'offer', 'name', 'designated', 'address', 'port'];
const SURE: Readonly<Partial<Record<Mark, string>>> = {
  clear: 'high: the questions stood in clear in DNS messages.',
  foreign: 'high: the questions stood in clear in DNS messages, and the resolvers of the machine are known.',
  offer: 'high: the client says in its hello that it wants to speak DNS, which no other service answers.',
  designated: 'medium: DNS itself says that encrypted DNS is spoken there; another service at the same address would lower it.',
  address: "medium: the address is one that the operator publishes for its resolver; another service behind it would lower it.",
  port: 'medium: the port is reserved for encrypted DNS; another program may use it, and what is inside is not seen.',
};
const LINK_SERVICES: ReadonlySet<string> = new Set(['mdns', 'llmnr', 'nbns']);
const UNDERSCORE = 95;
/** `_dns.resolver.arpa`, `_dns.dns.example`, `_853._dns.dns.example`. */
const SERVER_BINDING = /^(?:_\d{1,5}\.)?_dns\./;
const HTTPS_PORT = 443;
const TLS_PORT = 853;
