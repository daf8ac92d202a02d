/**
 * Lines of policy to paste: what `do` offers. Hostile text never gets here:
 * only names in normal form and canonical addresses are written out; for any
 * other name the address stands in.
 */
import { canonicalAddress } from '../base/address.ts';
import { normalHost } from '../base/host-name.ts';
import { formatTime, SECOND } from '../base/time.ts';
import type { JudgedRun } from './context.ts';
import type { Sighting } from './sightings.ts';

/** An entry that would declare what was seen, as one line of YAML under `connections:`; undefined when the name cannot stand in a policy. */
export function entryLine(sighting: Sighting): string | undefined {
  const { port, transport } = sighting;
  const place = placeOf(sighting);
  if (place === undefined || port === undefined || (transport !== 'tcp' && transport !== 'udp')) return undefined;
  const component = sighting.component === undefined ? '' : `, component: ${sighting.component}`;
  const id = place.text.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  return `- { id: ${id}, name: ${quoted(place.text)}, ${place.key}: ${quoted(place.text)}, port: ${port}/${transport}, protocol: ${protocolWord(sighting)}${component} }`;
}

/** An acceptance of what was seen, as one line of YAML under `accept:`. */
export function acceptLine(run: JudgedRun, rule: string, about: { readonly host?: string; readonly entry?: string }): string {
  const host = about.host === undefined ? '' : `, host: ${quoted(about.host)}`;
  const entry = about.entry === undefined ? '' : `, entry: ${about.entry}`;
  return `- { rule: ${rule}${host}${entry}, reason: "why this is tolerable", until: ${untilFor(run)}, owner: "who decided" }`;
}

/** The host that an acceptance of the sighting would name; undefined when no safe one exists. */
export function acceptableHost(sighting: Sighting): string | undefined {
  return placeOf(sighting)?.text;
}

/** Latest packet time of the recording; acceptances are judged against it, not against a clock. */
export function lastSeen(run: JudgedRun): number | undefined {
  return run.scopes.reduce<number | undefined>((latest, { last }) => (last === undefined ? latest : Math.max(latest ?? last, last)), undefined);
}

function placeOf(sighting: Sighting): { readonly key: 'host' | 'ip'; readonly text: string } | undefined {
  // A name that is an address admits by address only (design §5).
  if (sighting.name !== undefined && canonicalAddress(sighting.name) === sighting.name) return { key: 'ip', text: sighting.name };
  if (sighting.name !== undefined && normalHost(sighting.name) === sighting.name) return { key: 'host', text: sighting.name };
  const [address] = sighting.addresses;
  // An address entry never admits a connection that has a name, so it is offered for nameless ones only.
  return sighting.name === undefined && address !== undefined && sighting.addressCount === 1 ? { key: 'ip', text: address } : undefined;
}

function untilFor(run: JudgedRun): string {
  const last = lastSeen(run);
  return last === undefined ? 'YYYY-MM-DD' : formatTime(last + REVIEW_AFTER).slice(0, 10);
}

function protocolWord(sighting: Sighting): string {
  const seen = new Set(sighting.destinations.map((destination) => (isOtherTls(destination) ? 'tls' : (PROTOCOL_WORD[destination.protocol] ?? 'any'))));
  const [word] = seen;
  return seen.size === 1 && word !== undefined ? word : 'any';
}

/** What offers to speak something else than HTTP inside (RFC 7301), or uses a port of encrypted DNS, mail, directories or chat. */
function isOtherTls({ protocol, port, tls }: Sighting['destinations'][number]): boolean {
  if (protocol !== 'tls') return false;
  return OTHER_TLS_PORTS.has(port) || (tls !== undefined && tls.alpn.length > 0 && !tls.alpn.some((offer) => OF_HTTP.test(offer)));
}

/** A name that YAML could read as something else (`1.2.3.4`, `::1`) is quoted like all others. */
function quoted(text: string): string {
  return `"${text}"`;
}

/** An acceptance is offered for one quarter: long enough to act, short enough to be looked at again. */
const REVIEW_AFTER = 90 * 24 * 3600 * SECOND;

/** RFC 7858 §3.1; RFC 8314 §3 and the ports of STARTTLS before it; LDAP, XMPP, IRC. */
const OTHER_TLS_PORTS: ReadonlySet<number> = new Set([853, 25, 465, 587, 110, 995, 143, 993, 389, 636, 5222, 5223, 6697]);
/** `h2`, `http/1.1`. */
const OF_HTTP = /^(?:h\d|http\/)/;

const PROTOCOL_WORD: Readonly<Record<string, string>> = {
  tls: 'https',
  http: 'http',
  quic: 'quic',
  dns: 'dns',
  stun: 'stun',
  turn: 'turn',
};
