/** What became of a flow, from what was seen of it (design §4). */
import { SECOND, type Micros } from '../base/time.ts';
import type { QuicFacts } from '../decode/payloads/quic/facts.ts';
import type { TlsFacts } from '../decode/payloads/tls/facts.ts';
import type { Outcome } from './observation.ts';

/** Bits of a flow's state; A is the sender of its first packet. */
export const SYN_A = 1;
export const SYN_B = 2;
export const SYNACK_A = 4;
export const SYNACK_B = 8;
export const FIN_A = 16;
export const FIN_B = 32;
export const RST_A = 64;
export const RST_B = 128;
/** An ACK of the handshake's end: the connection was complete. */
export const ACK_A = 256;
export const ACK_B = 512;
/** The SYN was sent again. */
export const SYN_AGAIN = 1024;
export const CLOSING = 2048;
/** Payload of both ends has been offered to a reader, or there is nothing more to learn. */
export const UNDERSTOOD = 4096;
/** Not TCP: the flow is over when it has been silent for long. */
export const DATAGRAM = 32_768;
/** The flow asks a resolver: it is over sooner than other datagram flows. */
export const QUESTIONS = 16_384;
/** The flow was there before the capture began (first packet was not its start). */
export const MID_STREAM = 8192;
/** QUIC that is understood: only datagrams with a long header may still tell something. */
export const LONG_HEADERS = 131_072;
/** End A is the client, or the server, by a payload whose reader was taken back; neither while it is not. */
export const ROLE_CLIENT = 262_144;
export const ROLE_SERVER = 524_288;
/** Bytes were missing before that payload was understood. */
export const GAPPED = 1_048_576;
/** Another connection took the 5-tuple: this one is over, though nobody said so. */
export const REPLACED = 65_536;

/** A flow seen from its client. */
export interface FlowEnd {
  tcp: boolean;
  synSeen: boolean;
  synAckSeen: boolean;
  synAgain: boolean;
  closed: boolean;
  /** A FIN of either end was seen, or another connection took its place. */
  finished: boolean;
  resetByClient: boolean;
  resetByServer: boolean;
  icmpError: boolean;
  up: number;
  down: number;
  packetsDown: number;
  packetsUp: number;
  opened: Micros;
  last: Micros;
  /** Time of the last packet of the capture. */
  end: Micros;
  tls: TlsFacts | undefined;
  quic: QuicFacts | undefined;
}

/** The furthest a flow came, or how it failed. */
export function outcomeOf(flow: FlowEnd): Outcome {
  return flow.tcp ? outcomeOfTcp(flow) : outcomeOfDatagrams(flow);
}

function outcomeOfDatagrams(flow: FlowEnd): Outcome {
  const { quic } = flow;
  // Only a connection whose server had answered can move to another path.
  if (quic?.continues !== undefined) return 'answered';
  if (quic?.close !== undefined && quic.close.code !== 0) return quic.close.from === 'client' ? 'rejected-by-client' : 'rejected-by-server';
  if (flow.packetsUp > 0 && flow.packetsDown > 0) return 'answered';
  return flow.icmpError ? 'unreachable' : 'sent-only';
}

function outcomeOfTcp(flow: FlowEnd): Outcome {
  if (flow.synSeen && !flow.synAckSeen && flow.down === 0) return outcomeOfAttempt(flow);
  const { tls } = flow;
  if (tls !== undefined) return outcomeOfTls(flow, tls);
  if (flow.up > 0 && flow.down > 0) return 'app-data';
  if (flow.resetByClient || flow.resetByServer) return 'reset';
  return isCut(flow) ? 'cut' : 'established';
}

function outcomeOfAttempt(flow: FlowEnd): Outcome {
  if (flow.resetByServer) return 'refused';
  if (flow.icmpError) return 'unreachable';
  if (flow.resetByClient) return 'abandoned';
  return flow.synAgain || flow.end - flow.last >= SYN_WAIT ? 'timeout' : 'attempted';
}

function outcomeOfTls(flow: FlowEnd, tls: TlsFacts): Outcome {
  if (tls.applicationData === 'both') return 'app-data';
  if (tls.alert !== undefined && isFatal(tls.alert.level, tls.alert.code)) return tls.alert.from === 'client' ? 'rejected-by-client' : 'rejected-by-server';
  if (tls.encryptedAlert === true) return 'rejected-by-client';
  if (tls.applicationData === 'one-way') return 'app-data';
  if (flow.resetByClient || flow.resetByServer) return 'reset';
  return isCut(flow) ? 'cut' : 'tls-started';
}

/** close_notify (0) and user_canceled (90) end a connection without refusing it. */
function isFatal(level: number, code: number): boolean {
  return code !== 0 && code !== 90 && (level === 2 || code !== 100);
}

function isCut(flow: FlowEnd): boolean {
  return !flow.closed && !flow.finished && flow.end - flow.last < CUT_WINDOW;
}

/** A SYN without an answer for this long counts as timed out even if it was not repeated (first retransmission: 1 s, RFC 6298). */
const SYN_WAIT: Micros = 3 * SECOND;
/** A flow that moved this shortly before the capture's end was cut by it. */
const CUT_WINDOW: Micros = 5 * SECOND;
