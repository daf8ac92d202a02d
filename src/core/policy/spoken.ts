/**
 * Compares protocol words of the policy with what a decoder saw, at the level
 * that can be seen: `https` and `wss` are both TLS on the wire (formats.md
 * "Words"), and QUIC where the leg is UDP.
 */
import type { Transport } from '../base/transport.ts';
import type { PolicyProtocol } from './policy.ts';

/** Whether a leg that declares `protocols` may look like `seen`; nothing declared, or nothing recognised, never accuses. */
export function isSpoken(protocols: readonly PolicyProtocol[], seen: string, transport: Transport): boolean {
  if (protocols.length === 0 || seen === 'unknown' || seen === '') return true;
  return protocols.some((protocol) => protocol === 'any' || (transport === 'udp' ? OVER_UDP : OVER_TCP)[protocol].includes(seen));
}

const WEB = ['http', 'ws', 'websocket', 'h2c'];
/** TURN and STUN in clear, inside TLS or DTLS; a relayed flow may be recognised by the DTLS it carries. */
const RELAY = ['stun', 'turn', 'tls', 'dtls'];
const QUIC = ['quic', 'gquic'];

const OVER_TCP: Readonly<Record<Exclude<PolicyProtocol, 'any'>, readonly string[]>> = {
  https: ['tls'],
  wss: ['tls'],
  tls: ['tls'],
  http: WEB,
  ws: WEB,
  turn: RELAY,
  turns: RELAY,
  stun: RELAY,
  stuns: RELAY,
  quic: [],
  dns: ['dns'],
};

const OVER_UDP: typeof OVER_TCP = {
  ...OVER_TCP,
  https: QUIC,
  wss: QUIC,
  tls: [...QUIC, 'dtls'],
  http: [],
  ws: [],
  quic: QUIC,
};
