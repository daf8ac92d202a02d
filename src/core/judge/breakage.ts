/**
 * What was seen to break at one host (design §7 "would it break"): upgrades not
 * relayed, relays dropped, certificates refused, protocols that fell back. Takes
 * the destinations of a host and what the policy says of it. A break that was
 * seen is `seen`; what only looks like one from outside of TLS is a `hint`.
 * Never says who broke it: an inspection device, a firewall and a server that is down look alike.
 */
import type { Entry } from '../policy/policy.ts';
import type { Destination } from './destination.ts';
import { silentQuic, sum } from './inspection-signals.ts';
import { plural } from './tell.ts';

type Breaks = 'websocket' | 'turn-tcp' | 'media-udp' | 'certificate' | 'http2' | 'quic';

export interface Breakage {
  readonly what: Breaks;
  readonly sure: 'seen' | 'hint';
  /** A sentence without its full stop; holds no wire text. */
  readonly says: string;
}

/** Breaks of a host whose destinations fall under this entry, in a fixed order. */
export function breakages(host: readonly Destination[], entry: Entry | undefined): readonly Breakage[] {
  return [...upgradesNotRelayed(host), ...briefSockets(host, entry), ...relayDropped(host, entry), ...mediaDropped(host, entry), ...refusals(host), ...fallbacks(host)];
}

/** RFC 6455 §4.2.2: a WebSocket begins with 101. Visible where HTTP is in clear. */
function* upgradesNotRelayed(host: readonly Destination[]): Iterable<Breakage> {
  const asked = sum(host, ({ upgrades }) => upgrades?.asked);
  const failed = asked - sum(host, ({ upgrades }) => upgrades?.switched);
  if (failed > 0) yield { what: 'websocket', sure: 'seen', says: `WebSocket: ${failed} of ${plural(asked, 'upgrade')} asked for in clear never got a 101` };
}

/** Inside TLS the 101 is hidden; connections that are over at once, again and again, are what a client does that is turned away. */
function* briefSockets(host: readonly Destination[], entry: Entry | undefined): Iterable<Breakage> {
  if (entry === undefined) return;
  const sockets = host.filter(({ transport, verdict, protocol }) => transport === 'tcp' && protocol === 'tls' && verdict.entry === entry.id && isSocketLeg(entry, verdict.leg));
  const brief = sum(sockets, ({ handshakes }) => handshakes?.brief);
  const all = sum(sockets, ({ outcomes }) => outcomes['app-data']);
  if (brief >= BRIEF_LEAST && brief === all) yield { what: 'websocket', sure: 'hint', says: `WebSocket: all ${brief} connections were over within 5 s, as when the upgrade is turned away; TLS hides the answer` };
}

function isSocketLeg(entry: Entry, leg = 0): boolean {
  const protocols = entry.legs[leg]?.protocols ?? [];
  return protocols.length > 0 && protocols.every((word) => word === 'wss' || word === 'ws');
}

/** TURN over TCP or TLS to 443 (RFC 8656 §3.1): seen where the first message is in clear, or nothing came up at all. */
function* relayDropped(host: readonly Destination[], entry: Entry | undefined): Iterable<Breakage> {
  const tries = host.filter(({ transport, port, protocol, verdict }) => transport === 'tcp' && port === 443 && (RELAYS.has(protocol) || (protocol === 'unknown' && isRelayLeg(entry, verdict.entry, verdict.leg))));
  if (tries.length === 0 || tries.some(({ down }) => down > 0)) return;
  yield { what: 'turn-tcp', sure: 'seen', says: `TURN: ${plural(sum(tries, ({ count }) => count), 'connection')} to 443/tcp got no answer` };
}

function isRelayLeg(entry: Entry | undefined, id: string | undefined, leg = 0): boolean {
  const protocols = entry?.id === id ? (entry?.legs[leg]?.protocols ?? []) : [];
  return protocols.length > 0 && protocols.every((word) => word === 'turn' || word === 'turns');
}

/** Packets to the ports of STUN and TURN (RFC 8489 §18.6, 5349 for DTLS) that nobody answered. */
function* mediaDropped(host: readonly Destination[], entry: Entry | undefined): Iterable<Breakage> {
  const isMedia = ({ transport, port, protocol, verdict }: Destination): boolean => transport === 'udp' && port !== 443 && (MEDIA_PORTS.has(port) || RELAYS.has(protocol) || isRelayLeg(entry, verdict.entry, verdict.leg));
  const ports = new Map<number, { count: number; up: number; down: number }>();
  for (const flow of host.filter(isMedia)) {
    const port = ports.get(flow.port) ?? { count: 0, up: 0, down: 0 };
    ports.set(flow.port, { count: port.count + flow.count, up: port.up + flow.up, down: port.down + flow.down });
  }
  const silent = [...ports].filter(([, { up, down }]) => up > 0 && down === 0).sort(([one], [other]) => one - other);
  for (const [port, { count }] of silent.slice(0, PORT_CAP)) yield { what: 'media-udp', sure: 'seen', says: `STUN and TURN over UDP: ${plural(count, 'flow')} to ${port}/udp got no answer` };
  if (silent.length > PORT_CAP) yield { what: 'media-udp', sure: 'seen', says: `STUN and TURN over UDP: ${silent.length - PORT_CAP} more ports got no answer` };
}

function* refusals(host: readonly Destination[]): Iterable<Breakage> {
  const clear = sum(host, ({ handshakes }) => handshakes?.certificateAlerts);
  if (clear > 0) yield { what: 'certificate', sure: 'seen', says: `TLS: the client refused the certificate in ${plural(clear, 'connection')}` };
  const hidden = sum(host, ({ handshakes }) => handshakes?.hiddenAlerts);
  if (hidden > 0) yield { what: 'certificate', sure: 'hint', says: `TLS: the client gave up right after the server's flight in ${plural(hidden, 'connection')}; why is encrypted` };
  yield* unusedAll(host);
}

/** Clients that look at a certificate only after the handshake refuse it without an alert; Node does. One spare connection that a browser never used is no pattern. */
function* unusedAll(host: readonly Destination[]): Iterable<Breakage> {
  const sessions = host.filter(({ transport, protocol }) => transport === 'tcp' && protocol === 'tls');
  const unused = sum(sessions, ({ handshakes }) => handshakes?.unused);
  if (unused < BRIEF_LEAST || unused !== sum(sessions, ({ count }) => count)) return;
  yield { what: 'certificate', sure: 'hint', says: `TLS: all ${unused} connections were closed within 5 s without data, as by a client that refuses the certificate after the handshake` };
}

function* fallbacks(host: readonly Destination[]): Iterable<Breakage> {
  const dropped = sum(host, ({ handshakes }) => handshakes?.h2Dropped);
  const chosen = sum(host, ({ handshakes }) => handshakes?.h2Chosen);
  if (dropped > 0) yield { what: 'http2', sure: chosen > 0 ? 'seen' : 'hint', says: `HTTP/2: offered and not chosen in ${plural(dropped, 'connection')}${chosen > 0 ? `, chosen in ${chosen}` : '; whether the server itself speaks it was not seen'}` };
  const silent = sum(silentQuic(host), ({ count }) => count);
  if (silent > 0) yield { what: 'quic', sure: 'seen', says: `HTTP/3: ${plural(silent, 'flow')} to 443/udp came to nothing and TCP took over` };
}

const RELAYS: ReadonlySet<string> = new Set(['stun', 'turn']);
const MEDIA_PORTS: ReadonlySet<number> = new Set([3478, 5349]);
/** Ports told one by one: STUN and TURN with their TLS ports. */
const PORT_CAP = 4;
/** Once is a server that restarts, twice a network that changes; three times in a row is a pattern. */
const BRIEF_LEAST = 3;
