/**
 * Whether a datagram is QUIC, on whatever port: a long header with a version
 * that somebody speaks, or one of the reserved numbers, and identifiers of a
 * possible length. Short headers look like anything and are never recognised.
 */
import type { Recognition } from '../session.ts';
import { googleVersion } from './google.ts';
import { isVersionList, word } from './long-header.ts';
import { initialScheme, isKnownVersion, isReserved, typeNumber } from './versions.ts';

/** The first bytes of a datagram. Where both ends may send such a packet, the ports decide. */
export function recogniseQuic(data: Uint8Array, ports: readonly [from: number, to: number]): Recognition {
  if (data.length < SHORTEST) return 'no';
  if (googleVersion(data) !== undefined) return 'client';
  const first = data[0] ?? 0;
  if ((first & 0x80) === 0) return 'no';
  const version = word(data, 1);
  if (version === 0) return isNegotiation(data) ? 'server' : 'no';
  if (!isKnownVersion(version) && !isReserved(version)) return 'no';
  if ((first & 0x40) === 0) return 'no';
  if (initialScheme(version) === undefined && !isReserved(version)) return byPorts(ports);
  const destination = data[5] ?? 0;
  const source = data[6 + destination];
  if (destination > LONGEST_ID || source === undefined || source > LONGEST_ID) return 'no';
  if (isReserved(version)) return destination >= FIRST_ID ? 'client' : 'no';
  return senderOf(typeNumber(first, version), destination, data[7 + destination + source] ?? 0, ports);
}

function senderOf(type: number, destination: number, token: number, ports: readonly [from: number, to: number]): 'client' | 'server' {
  if (type === ZERO_RTT) return 'client';
  if (type === RETRY) return 'server';
  if (type !== INITIAL) return byPorts(ports);
  // RFC 9000 §17.2.2, §7.2: a server sends no token, a client's first identifier has eight bytes or more.
  if (token > 0) return 'client';
  return destination < FIRST_ID ? 'server' : byPorts(ports);
}

function byPorts([from, to]: readonly [from: number, to: number]): 'client' | 'server' {
  return from < SYSTEM_PORTS && to >= SYSTEM_PORTS ? 'server' : 'client';
}

function isNegotiation(data: Uint8Array): boolean {
  const destination = data[5] ?? 0;
  const source = data[6 + destination] ?? 0;
  const from = 7 + destination + source;
  return destination <= LONGEST_ID && source <= LONGEST_ID && from + 4 <= data.length && (data.length - from) % 4 === 0 && isVersionList(data, from, data.length);
}

const SHORTEST = 13;
const INITIAL = 0;
const ZERO_RTT = 1;
const RETRY = 3;
const LONGEST_ID = 20;
const FIRST_ID = 8;
const SYSTEM_PORTS = 1024;
