/**
 * Tells STUN by the first bytes of either end: by its cookie on any port, by
 * RFC 3489's form only where nothing else fits it. A request comes from a
 * client, a response from a server, an indication from either.
 */
import { u16be, u32be } from '../../numbers.ts';
import type { Recognition } from '../session.ts';
import { HEADER, readStun, stunLength, type StunMessage } from './message.ts';
import { METHOD, METHODS } from './tables/methods.ts';

type Ports = readonly [from: number, to: number];

/** A datagram of STUN (`turn` false: Binding and what no RFC names), or of TURN. */
export function recogniseDatagram(data: Uint8Array, ports: Ports, turn: boolean): Recognition {
  const first = data[0] ?? 0xff;
  if (first >= 64 && first < 80) return turn && isChannelData(data, ports) ? byPort(ports) : 'no';
  if (first > 3) return 'no';
  const message = readStun(data, 0, data.length);
  if (message === undefined || isTurn(message.method) !== turn) return 'no';
  if (message.classic && !isClassic(message, data, ports)) return 'no';
  return senderOf(message, ports);
}

/** The beginning of a stream of STUN or TURN messages (RFC 8489 §6.2.2). */
export function recogniseStream(data: Uint8Array, ports: Ports, turn: boolean): Recognition {
  const first = data[0] ?? 0xff;
  if (first > 3 || (data.length > 3 && (u16be(data, 2) & 3) !== 0)) return 'no';
  if (data.length < 8) return isCookieSoFar(data) ? 'more' : 'no';
  const length = stunLength(data, 0);
  const type = u16be(data, 0);
  const method = (type & 0xf) | ((type >> 1) & 0x70) | ((type >> 2) & 0xf80);
  if (length === 0 || !METHODS.has(method) || isTurn(method) !== turn) return 'no';
  if ((type & 0x110) === 0) return 'client';
  return (type & 0x100) === 0 ? byPort(ports) : 'server';
}

function isTurn(method: number): boolean {
  return method >= METHOD.allocate && method <= 0xc;
}

function senderOf({ class: kind, method }: StunMessage, ports: Ports): Recognition {
  if (kind === 'request') return 'client';
  if (kind !== 'indication') return 'server';
  // RFC 8656 §11: Send goes to the relay, Data comes from it.
  if (method === METHOD.send) return 'client';
  return method === METHOD.data ? 'server' : byPort(ports);
}

/** RFC 3489 §11.1: Binding or Shared Secret, and bytes that hold a known attribute or go to STUN's port. */
function isClassic({ method, mapped, username }: StunMessage, data: Uint8Array, ports: Ports): boolean {
  if (method > 2) return false;
  if (ports.includes(STUN_PORT) || ports.includes(STUN_PORT + 1)) return true;
  if (mapped !== undefined || username !== undefined) return true;
  return data.length === HEADER + 8 && u32be(data, HEADER) === CHANGE_REQUEST;
}

/** ChannelData that a capture begins with: nothing in it but its length tells it, so the port must too. */
function isChannelData(data: Uint8Array, ports: Ports): boolean {
  const length = u16be(data, 2) + 4;
  return ports.includes(STUN_PORT) && data.length > 4 && (length === data.length || ((length + 3) & ~3) === data.length);
}

function isCookieSoFar(data: Uint8Array): boolean {
  for (let at = 4; at < data.length; at++) if (data[at] !== COOKIE[at - 4]) return false;
  return true;
}

/** A guess where both ends may say the same: the service has the registered or the lower port. */
function byPort([from, to]: Ports): Recognition {
  if (to === STUN_PORT || from === STUN_PORT) return to === STUN_PORT ? 'client' : 'server';
  return from !== 0 && (to === 0 || from < to) ? 'server' : 'client';
}

const STUN_PORT = 3478;
const COOKIE: readonly number[] = [0x21, 0x12, 0xa4, 0x42];
/** RFC 3489 §11.2.4: the type and length of CHANGE-REQUEST. */
const CHANGE_REQUEST = 0x0003_0004;
