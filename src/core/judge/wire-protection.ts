/**
 * How a protocol protects what it carries, as far as its name tells: what the
 * rule plaintext and the check encrypted-except-loopback both go by, so that a
 * protocol is never clear to one and unknown to the other.
 */
import { CARRIERS } from '../decode/headers/carriers.ts';
import type { Policy } from '../policy/policy.ts';
import type { Destination } from './destination.ts';
import { isCovered } from './unlisted.ts';

/** `exempt`: in clear by nature and no application's data (design §6). */
export type Protection = 'encrypted' | 'clear' | 'exempt' | 'unknown';

/** What the decoder's name of a protocol says; a name that is not in the table proves nothing. */
export function protectionOf(protocol: string): Protection {
  return PROTECTION.get(protocol) ?? 'unknown';
}

/** Whether a promise of encryption speaks of this destination: off the own machine, not the operating system's, of a covered component. */
export function mustBeEncrypted(policy: Policy, { addressClass, verdict, component }: Destination): boolean {
  if (addressClass === 'loopback' || addressClass === 'unspecified' || OWN.has(verdict.kind)) return false;
  return isCovered(policy, component);
}

/**
 * Payload of which nothing tells whether it is encrypted: of no protocol that anything recognised, beside the one
 * that names the connection, or behind a handshake that the server was not seen to take part in. An app may begin as
 * whatever it likes. Where a proxy refused there was no payload.
 */
export function isOpaque({ protocol, addressClass, up, down, via, reached, unread, tls }: Destination): boolean {
  if (unread !== undefined) return true;
  if (HANDSHAKES.has(protocol)) return reached === 'sent' && tls?.version.length === 0;
  const isUnknown = protectionOf(protocol) === 'unknown' || (addressClass === 'public' && OF_THE_LINK.has(protocol));
  return isUnknown && up + down > 0 && !(via !== undefined && reached === 'attempted');
}

/** `environment` is the operating system's; the other two are the own machine, also where a proxy was asked for `localhost`. */
const OWN: ReadonlySet<Destination['verdict']['kind']> = new Set(['environment', 'local', 'undeclared-local']);

/** Exempt because they stay on the link: what goes to a public address by their name may carry anything. */
const OF_THE_LINK: ReadonlySet<string> = new Set(['mdns', 'llmnr', 'nbns', 'ssdp', 'dhcp', 'dhcpv6']);

/** Encrypted from where both ends agreed on keys, which the server's hello shows. */
const HANDSHAKES: ReadonlySet<string> = new Set(['tls', 'dtls', 'quic']);

/** A Map, because a recording may name a protocol `constructor`. */
const PROTECTION: ReadonlyMap<string, Protection> = new Map<string, Protection>([
  ['tls', 'encrypted'],
  ['dtls', 'encrypted'],
  ['quic', 'encrypted'],
  ['http', 'clear'],
  ['h2c', 'clear'],
  ['ws', 'clear'],
  ['websocket', 'clear'],
  ['dns', 'exempt'],
  ['mdns', 'exempt'],
  ['llmnr', 'exempt'],
  ['nbns', 'exempt'],
  ['icmp', 'exempt'],
  ['ntp', 'exempt'],
  ['stun', 'exempt'],
  ['turn', 'exempt'],
  ['ssdp', 'exempt'],
  // What a tunnel carries is judged by itself.
  ...[...CARRIERS].map((carrier) => [carrier, 'exempt'] as const),
  ['dhcp', 'exempt'],
  ['dhcpv6', 'exempt'],
  ['ssh', 'encrypted'],
  ['wireguard', 'encrypted'],
  ['ike', 'encrypted'],
  ['smtp', 'clear'],
  ['imap', 'clear'],
  ['pop3', 'clear'],
  ['ftp', 'clear'],
  ['nntp', 'clear'],
  ['managesieve', 'clear'],
  ['xmpp', 'clear'],
  ['irc', 'clear'],
  ['ldap', 'clear'],
  ['postgresql', 'clear'],
  ['mqtt', 'clear'],
  ['amqp', 'clear'],
  ['nats', 'clear'],
  ['redis', 'clear'],
  ['mongodb', 'clear'],
  ['sip', 'clear'],
  ['rtsp', 'clear'],
  ['git', 'clear'],
  ['rsync', 'clear'],
  ['telnet', 'clear'],
  ['syslog', 'clear'],
  ['statsd', 'clear'],
]);
