/**
 * The sentences that findings share: who did what, when and where, and what
 * the confidence rests on. `seen` and `subject` may hold wire text, which
 * formats escape; `do` texts never come from here.
 */
import { formatEndpoint } from '../base/address.ts';
import { formatDuration, formatTime } from '../base/time.ts';
import type { Confidence, NameEvidence } from '../observe/connection.ts';
import type { JudgedRun } from './context.ts';
import type { About } from './rule.ts';
import type { Sighting } from './sightings.ts';

/** `api.x.io:443/tcp`; the address where there is no name; no port where there are several; the name alone when it was only looked up. */
function subjectOf(sighting: Sighting): string {
  const { name, port, transport } = sighting;
  if (transport === undefined) return name ?? 'a name';
  const [address] = sighting.addresses;
  const place = name ?? (sighting.addressCount === 1 ? address : undefined);
  if (place !== undefined) return `${port === undefined ? place : formatEndpoint(place, port)}/${transport}`;
  return `${sighting.addressCount} ${sighting.addressClass ?? 'unnamed'} addresses${port === undefined ? ' ' : `:${port}/`}${transport}`;
}

/** What a draft is about, from a sighting. */
export function aboutSighting(sighting: Sighting, entry = sighting.verdict.entry): About {
  return {
    subject: subjectOf(sighting),
    ...(sighting.component === undefined ? {} : { component: sighting.component }),
    ...(sighting.name === undefined ? { addresses: sighting.addresses } : { name: sighting.name }),
    ...(sighting.addressClass === undefined ? {} : { addressClass: sighting.addressClass }),
    ...(sighting.port === undefined || sighting.isChancePort ? {} : { port: sighting.port }),
    ...(sighting.transport === undefined ? {} : { transport: sighting.transport }),
    ...(entry === undefined ? {} : { entry }),
  };
}

/** Who, what, where, when, with counts, bytes and the farthest step reached. */
export function seenSighting(run: JudgedRun, sighting: Sighting): string {
  const who = whoOf(run, sighting);
  const during = sighting.phases.length === 0 ? '' : `, during ${sighting.phases.join(', ')}`;
  if (sighting.destinations.length === 0) {
    const connected = sighting.lookups.some((lookup) => lookup.connected) ? 'a connection bears the name' : 'no connection bears the name';
    return `${who} looked up ${subjectOf(sighting)} ${times(sighting.count)} ${whenOf(sighting)}; ${answerOf(sighting)}; ${connected}.`;
  }
  const protocols = protocolsOf(sighting);
  const where = sighting.name === undefined && sighting.addressCount === 1 ? protocols : [protocols, ...placesOf(sighting)].join(', ');
  const outcome = sighting.reached === 'attempted' ? `; ended as ${outcomes(sighting)}` : '';
  return `${who} ${STEP[sighting.reached]} ${subjectOf(sighting)} (${where}) in ${plural(sighting.count, 'connection')} ${whenOf(sighting)}${during}; ${sighting.up} bytes up, ${sighting.down} down${outcome}.`;
}

function answerOf({ addresses, addressCount, lookups }: Sighting): string {
  if (addresses.length > 0) return `answered ${list(addresses, addressCount)}`;
  // Neighbours answer in flows of their own.
  return lookups.every(({ rcode }) => rcode === 'unseen') ? 'whether it was answered is not seen' : 'no address was answered';
}

/** Attempts that failed show no protocol; beside those that did come up they say nothing. */
function protocolsOf({ destinations }: Sighting): string {
  const all = [...new Set(destinations.map((destination) => destination.protocol))].sort();
  const known = all.filter((protocol) => protocol !== 'unknown');
  return (known.length === 0 ? all : known).join(', ');
}

/** What the confidence rests on and what would lower it. */
export function sureOf(sighting: Sighting): string {
  if (sighting.destinations.length === 0) return 'high: the question stood in clear in a DNS message; which program asked would lower it where the recording holds more than the app.';
  const how = sighting.destinations.find((destination) => destination.confidence === sighting.confidence)?.how;
  const known = how === undefined ? UNNAMED : HOW[how];
  const agreed = sighting.confidence === 'high' && how !== undefined && how !== 'connect' ? AGREED : '';
  return `${sighting.confidence}: ${known}${agreed}${LOWER[sighting.confidence]}`;
}

/** `1 connection`, `3 connections`. */
export function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** `a, b and 3 more`: claims without entries would else list the whole policy. */
export function sayList(words: readonly string[]): string {
  const shown = words.slice(0, LISTED_CAP);
  return words.length > LISTED_CAP ? `${shown.join(', ')} and ${words.length - LISTED_CAP} more` : shown.join(', ');
}

/** The addresses; behind a proxy, which resolves the name itself, there are none to see and the proxy stands for them. */
function placesOf(sighting: Sighting): readonly string[] {
  if (sighting.addresses.length > 0) return [list(sighting.addresses, sighting.addressCount)];
  return [...new Set(sighting.destinations.flatMap(({ via }) => (via === undefined ? [] : [`through the proxy ${via}`])))];
}

/** The component, else what the scope says; and which programs it was, where a witness saw them. */
function whoOf(run: JudgedRun, sighting: Sighting): string {
  const programs = [...new Set(sighting.destinations.flatMap((destination) => destination.programs ?? []))];
  const who = sighting.component ?? somebody(run, sighting);
  return programs.length === 0 ? who : `${who} (${sayList(programs)})`;
}

function somebody(run: JudgedRun, sighting: Sighting): string {
  const scopes = new Set([...sighting.destinations, ...sighting.lookups].map((member) => member.scope));
  return run.scopes.some((scope) => scopes.has(scope.scope) && scope.kind === 'machine') ? 'A program of the machine' : 'The app';
}

function whenOf(sighting: Sighting): string {
  const length = sighting.last - sighting.first;
  const first = formatTime(sighting.first);
  return length === 0 ? `at ${first}` : `from ${first} for ${formatDuration(length)}`;
}

function outcomes(sighting: Sighting): string {
  return [...new Set(sighting.destinations.map((destination) => destination.outcome))].join(', ');
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function list(addresses: readonly string[], count: number): string {
  const shown = addresses.slice(0, ADDRESS_CAP);
  const more = count - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** A sentence stays readable with three addresses; the report's destinations hold the rest. */
const ADDRESS_CAP = 3;

/** A reason stays one line with four names. */
const LISTED_CAP = 4;

const STEP = { 'looked-up': 'looked up', attempted: 'tried to reach', established: 'connected to', sent: 'sent data to' } as const;

const HOW: Readonly<Record<NameEvidence, string>> = {
  connect: 'the client asked a proxy for this name',
  sni: 'the name stands in the TLS hello, which the client writes itself',
  'quic-sni': 'the name stands in the QUIC hello, which the client writes itself',
  'http-host': 'the name stands in the HTTP Host header, which the client writes itself',
  dns: 'a DNS answer of the recording gave this address to the name',
  'dns-stale': 'an old DNS answer gave this address to the name',
  'ech-outer': 'the hello was encrypted and this is its outer name',
};
/** What makes a name high that the program under audit wrote (design §4). */
const AGREED = ', and a DNS answer or the certificate of this recording agrees';
const UNNAMED = 'only the address is known';

const LOWER: Readonly<Record<Confidence, string>> = {
  high: '; a DNS answer that gives the name other addresses would lower it.',
  medium: '; nothing else in the recording says the same, and a DNS answer in clear would raise it.',
  low: '; a recording that begins before the DNS lookup, or one made through a proxy, would raise it.',
};
