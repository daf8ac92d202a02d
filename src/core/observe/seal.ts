/** Turns a finished slot of the flow table into the `flow` observation: who was the client, what was said, how it ended. */
import { contains, formatWords, type Cidr, type Endpoint } from '../base/address.ts';
import { SECOND, type Micros } from '../base/time.ts';
import { ICMP, ICMPV6, TCP, UDP } from '../decode/headers/packet.ts';
import { turned, type MediaFacts } from '../decode/payloads/media-facts.ts';
import type { QuicFacts } from '../decode/payloads/quic/facts.ts';
import type { TlsFacts } from '../decode/payloads/tls/facts.ts';
import { guessDirection } from './direction.ts';
import type { Role } from './flow-reader.ts';
import type { Reading } from './flow-readers.ts';
import type { FlowTable } from './flow-table.ts';
import type { UploadTrail } from './upload-trail.ts';
import type { Transport } from '../base/transport.ts';
import type { DirectionEvidence, FlowObservation, Process } from './observation.ts';
import { type FlowEnd, CLOSING, FIN_A, FIN_B, MID_STREAM, outcomeOf, REPLACED, RST_A, RST_B, SYNACK_A, SYNACK_B, SYN_A, SYN_AGAIN, SYN_B } from './outcome.ts';

/** May be one object for every flow: what it holds is read inside the call only. */
export interface Sealing {
  readonly seq: number;
  /** First and last packet of the source. */
  readonly first: Micros;
  readonly end: Micros;
  readonly direction: Direction;
  readonly reading: Reading;
  readonly trail: UploadTrail | undefined;
  readonly process: Process | undefined;
}

interface Direction {
  readonly clientIsA: boolean;
  readonly how: DirectionEvidence;
}

/** Address and port of one end of the flow in a slot. */
export function endpointOf(table: FlowTable, slot: number, ofA: boolean): Endpoint {
  const base = slot * 10 + (ofA ? 0 : 4);
  const { keys } = table;
  const port = ofA ? table.portA(slot) : table.portB(slot);
  return { address: formatWords(keys[base] ?? 0, keys[base + 1] ?? 0, keys[base + 2] ?? 0, keys[base + 3] ?? 0), port };
}

/** Role of end A by its payload. Both agents of ICE ask: who asked first says nothing of who serves whom. */
export function roleByPayload({ facts, roleOfA }: Reading): Role | undefined {
  return facts?.media?.stun?.ice === undefined ? roleOfA : undefined;
}

/** SYN, then SYN-ACK, then payload, then the guesses (design §4). */
export function directionOf(table: FlowTable, slot: number, roleOfA: Role | undefined, local: readonly Cidr[]): Direction {
  const state = table.state[slot] ?? 0;
  if ((state & SYN_A) !== 0) return A_BY_SYN;
  if ((state & SYN_B) !== 0) return B_BY_SYN;
  if ((state & (SYNACK_A | SYNACK_B)) !== 0) return { clientIsA: (state & SYNACK_B) !== 0, how: 'syn-ack' };
  if (isGroup(table, slot, false)) return A_BY_PAYLOAD;
  if (isGroup(table, slot, true)) return B_BY_PAYLOAD;
  if (roleOfA !== undefined) return roleOfA === 'client' ? A_BY_PAYLOAD : B_BY_PAYLOAD;
  const isLocal = (ofA: boolean): boolean => local.some((cidr) => contains(cidr, endpointOf(table, slot, ofA).address));
  return guessDirection({
    localA: local.length > 0 && isLocal(true), localB: local.length > 0 && isLocal(false),
    portA: table.portA(slot), portB: table.portB(slot),
  });
}

/** Whether an end is a group of hosts (224.0.0.0/4, ff00::/8): nobody sends from there, so the other end spoke. */
function isGroup(table: FlowTable, slot: number, ofA: boolean): boolean {
  const base = slot * 10 + (ofA ? 0 : 4);
  const { keys } = table;
  const first = keys[base] ?? 0;
  if (first !== 0) return first >>> 24 === 0xff;
  return keys[base + 1] === 0 && keys[base + 2] === 0xffff && (keys[base + 3] ?? 0) >>> 28 === 0xe;
}

/** The observation of a flow that is over. */
export function describeFlow(table: FlowTable, slot: number, sealing: Sealing): FlowObservation {
  const { direction } = sealing;
  const { facts, roleOfA, gapped } = sealing.reading;
  const { clientIsA } = direction;
  const state = table.state[slot] ?? 0;
  const ipProtocol = table.protocol(slot);
  const opened = table.opened[slot] ?? 0;
  const last = table.last[slot] ?? 0;
  const up = (clientIsA ? table.bytesA[slot] : table.bytesB[slot]) ?? 0;
  const down = (clientIsA ? table.bytesB[slot] : table.bytesA[slot]) ?? 0;
  const packetsUp = (clientIsA ? table.packetsA[slot] : table.packetsB[slot]) ?? 0;
  const packetsDown = (clientIsA ? table.packetsB[slot] : table.packetsA[slot]) ?? 0;
  const icmp = table.icmp[slot] ?? 0;
  const closed = (state & CLOSING) !== 0;
  const protocol = facts?.protocol ?? nameOf(ipProtocol);
  const tls = tlsOf(facts?.tls, roleOfA, clientIsA);
  const quic = quicOf(facts?.quic, roleOfA, clientIsA);
  seenFlow.tcp = ipProtocol === TCP;
  seenFlow.synSeen = (state & (SYN_A | SYN_B)) !== 0;
  seenFlow.synAckSeen = (state & (SYNACK_A | SYNACK_B)) !== 0;
  seenFlow.synAgain = (state & SYN_AGAIN) !== 0;
  seenFlow.closed = closed;
  seenFlow.finished = (state & (FIN_A | FIN_B | REPLACED)) !== 0;
  seenFlow.resetByClient = (state & (clientIsA ? RST_A : RST_B)) !== 0;
  seenFlow.resetByServer = (state & (clientIsA ? RST_B : RST_A)) !== 0;
  seenFlow.icmpError = icmp !== 0;
  seenFlow.up = up;
  seenFlow.down = down;
  seenFlow.packetsUp = packetsUp;
  seenFlow.packetsDown = packetsDown;
  seenFlow.opened = opened;
  seenFlow.last = last;
  seenFlow.end = sealing.end;
  seenFlow.tls = tls;
  seenFlow.quic = quic;
  return {
    kind: 'flow',
    at: sealing.end,
    seq: sealing.seq,
    from: [table.source[slot] ?? 0, table.firstFrame[slot] ?? 0],
    flow: table.number[slot] ?? 0,
    transport: transportOf(ipProtocol),
    ipProtocol,
    client: endpointOf(table, slot, clientIsA),
    server: endpointOf(table, slot, !clientIsA),
    direction: direction.how,
    opened,
    last,
    closed: closed ? last : undefined,
    lastFrame: table.lastFrame[slot] ?? 0,
    startSeen: ipProtocol === TCP ? (state & MID_STREAM) === 0 : (facts !== undefined && facts.isGuessed !== true) || opened - sealing.first > UDP_START,
    outcome: outcomeOf(seenFlow),
    dropped: up > 0 && down > 0 ? droppedAt(table, slot, clientIsA) : undefined,
    up, down, packetsUp, packetsDown,
    upBy: sealing.trail?.of(clientIsA),
    duplicates: table.duplicates[slot] ?? 0,
    protocol,
    tls,
    http: facts?.http,
    media: mediaOf(facts?.media, roleOfA, clientIsA),
    credentialScheme: facts?.credentialScheme,
    quic,
    icmpError: icmp === 0 ? undefined : `${(icmp - 1) >> 8}/${(icmp - 1) & 0xff}`,
    gap: gapped ? true : undefined,
    process: sealing.process,
  };
}

/** The session's client is the payload's; the flow's may have turned out to be the other end. */
function mediaOf(media: MediaFacts | undefined, roleOfA: Role | undefined, clientIsA: boolean): MediaFacts | undefined {
  if (media === undefined || (roleOfA === 'client') === clientIsA) return media;
  return turned(media);
}

/** When a TCP flow in use was broken off from the far side. What the ends still said afterwards does not change it. */
function droppedAt(table: FlowTable, slot: number, clientIsA: boolean): Micros | undefined {
  const broken = table.broken.get(slot);
  if (broken !== undefined) return broken.byA === clientIsA ? undefined : broken.at;
  const isOpen = table.protocol(slot) === TCP && ((table.state[slot] ?? 0) & (FIN_A | FIN_B | RST_A | RST_B)) === 0;
  return isOpen && (table.icmp[slot] ?? 0) !== 0 ? table.last[slot] : undefined;
}

/** Whose alert ended it, by the ends of the flow: what judges it knows no others. */
function tlsOf(tls: TlsFacts | undefined, roleOfA: Role | undefined, clientIsA: boolean): TlsFacts | undefined {
  if (tls?.alert === undefined || roleOfA === undefined || (roleOfA === 'client') === clientIsA) return tls;
  return { ...tls, alert: { ...tls.alert, from: OTHER_END[tls.alert.from] } };
}

function quicOf(quic: QuicFacts | undefined, roleOfA: Role | undefined, clientIsA: boolean): QuicFacts | undefined {
  if (quic?.close === undefined || roleOfA === undefined || (roleOfA === 'client') === clientIsA) return quic;
  return { ...quic, close: { ...quic.close, from: OTHER_END[quic.close.from] } };
}

/** Transport of an IP protocol number. */
export function transportOf(ipProtocol: number): Transport {
  if (ipProtocol === TCP) return 'tcp';
  if (ipProtocol === UDP) return 'udp';
  return ipProtocol === ICMP || ipProtocol === ICMPV6 ? 'icmp' : 'ip';
}

function nameOf(ipProtocol: number): string {
  if (ipProtocol === ICMP || ipProtocol === ICMPV6) return 'icmp';
  return IP_PROTOCOLS[ipProtocol] ?? 'unknown';
}

const OTHER_END = { client: 'server', server: 'client' } as const;
/** IANA protocol numbers that a reader of a report may meet beside TCP, UDP and ICMP. */
const IP_PROTOCOLS: Readonly<Record<number, string>> = { 4: 'ip-in-ip', 41: '6in4', 47: 'gre', 50: 'esp', 51: 'ah', 97: 'etherip', 132: 'sctp' };
/** A datagram flow first seen this long after the capture's begin began in it. */
const UDP_START: Micros = SECOND;
/** Made once: nearly every flow has one of these. */
const A_BY_SYN: Direction = { clientIsA: true, how: 'syn' };
const B_BY_SYN: Direction = { clientIsA: false, how: 'syn' };
const A_BY_PAYLOAD: Direction = { clientIsA: true, how: 'payload' };
const B_BY_PAYLOAD: Direction = { clientIsA: false, how: 'payload' };
/** What {@link outcomeOf} is asked about: one object for all flows. */
const seenFlow: FlowEnd = {
  tcp: false, synSeen: false, synAckSeen: false, synAgain: false, closed: false, finished: false, resetByClient: false, resetByServer: false, icmpError: false,
  up: 0, down: 0, packetsUp: 0, packetsDown: 0, opened: 0, last: 0, end: 0, tls: undefined, quic: undefined,
};
