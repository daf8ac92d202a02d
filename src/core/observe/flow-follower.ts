/**
 * Follows every flow of one source packet by packet: counters in sequence
 * space, handshake state, payload handed to a reader until it is understood,
 * and the moment a flow is over. This is the hot path: nothing is allocated
 * for a packet whose flow is understood.
 */
import type { Problem } from '../base/problem.ts';
import { SECOND, type Micros } from '../base/time.ts';
import { ACK, FIN, ICMP, ICMPV6, RST, SYN, TCP, UDP, type Packet } from '../decode/headers/packet.ts';
import { ClosingQueue } from './closing-queue.ts';
import { DuplicateFilter } from './duplicate-filter.ts';
import type { ReaderSink } from './flow-reader.ts';
import { FlowReaders, type Reading } from './flow-readers.ts';
import { FlowTable } from './flow-table.ts';
import { UploadTrail } from './upload-trail.ts';
import { ACK_A, ACK_B, CLOSING, DATAGRAM, FIN_A, FIN_B, LONG_HEADERS, MID_STREAM, QUESTIONS, REPLACED, RST_A, RST_B, SYNACK_A, SYNACK_B, SYN_A, SYN_AGAIN, SYN_B, UNDERSTOOD } from './outcome.ts';

export interface FollowerSink extends ReaderSink {
  /** The flow in `slot` is over; the slot is freed after the call. */
  sealed(slot: number, reading: Reading, trail: UploadTrail | undefined): void;
}

export class FlowFollower {
  readonly table: FlowTable;
  /** Number of the source that packets come from; a flow belongs to the one it began in. */
  source = 0;
  /** Packets captured twice, left out of all counts. */
  repeats = 0;
  /** TCP flows whose first packet was not their start. */
  midStream = 0;
  private readonly sink: FollowerSink;
  private readonly duplicates: DuplicateFilter;
  private readonly readers: FlowReaders;
  private readonly trails = new Map<number, UploadTrail>();
  private readonly closing = new ClosingQueue();
  private flows = 0;
  private nextTick: Micros = Number.NEGATIVE_INFINITY;
  private hand = 0;

  constructor(sink: FollowerSink, seed: number, flowCap?: number) {
    this.sink = sink;
    this.table = new FlowTable(seed, flowCap);
    this.readers = new FlowReaders(this.table, sink);
    this.duplicates = new DuplicateFilter(seed);
  }

  /** One packet with an IP header, whatever it carries. */
  packet(packet: Packet): void {
    if (packet.at >= this.nextTick) this.tick(packet.at);
    if (packet.protocol === TCP || packet.protocol === UDP) this.follow(packet);
    else if (packet.protocol === ICMP || packet.protocol === ICMPV6) this.controlMessage(packet);
    else if (packet.protocol !== IGMP) this.follow(packet);
    if (packet.inner !== undefined) this.packet(packet.inner);
    this.sweep(packet.at);
  }

  /** Seals whatever is still open. */
  finish(): void {
    for (let slot = 0; slot < this.table.slots; slot++) if (this.table.isLive(slot)) this.seal(slot);
  }

  private tick(at: Micros): void {
    this.nextTick = (Math.floor(at / SECOND) + 1) * SECOND;
    for (let slot = this.closing.due(at - LINGER); slot >= 0; slot = this.closing.due(at - LINGER)) {
      if (this.table.number[slot] === this.closing.flow) this.seal(slot);
    }
  }

  /** Looks at two slots per packet and seals flows that have been idle too long: linear in packets whatever their times. */
  private sweep(at: Micros): void {
    const { table } = this;
    for (let step = 0; step < 2; step++) {
      this.hand = this.hand + 1 < table.slots ? this.hand + 1 : 0;
      if (table.number[this.hand] !== 0 && at - (table.last[this.hand] ?? 0) > FIRST_IDLE && this.isStale(this.hand, at)) this.seal(this.hand);
    }
  }

  /** Datagram flows idle for long, and TCP attempts nobody answered. A later packet of the 5-tuple would be a new flow. */
  private isStale(slot: number, at: Micros): boolean {
    const idle = at - (this.table.last[slot] ?? 0);
    const state = this.table.state[slot] ?? 0;
    if ((state & DATAGRAM) !== 0) return idle > ((state & QUESTIONS) === 0 ? DATAGRAM_IDLE : QUESTIONS_IDLE);
    return idle > ATTEMPT_IDLE && (state & (SYNACK_A | SYNACK_B | MID_STREAM)) === 0;
  }

  private follow(packet: Packet): void {
    const { table } = this;
    let slot = table.find(packet);
    let { fromA } = table;
    if (this.duplicates.isRepeat(packet)) {
      this.repeats++;
      if (slot >= 0) table.duplicates[slot] = (table.duplicates[slot] ?? 0) + 1;
      return;
    }
    if (slot >= 0 && this.isAnother(slot, packet, fromA)) {
      table.state[slot] = (table.state[slot] ?? 0) | REPLACED;
      this.seal(slot);
      slot = -1;
    }
    if (slot < 0) {
      slot = this.open(packet);
      fromA = true;
      if (slot < 0) return;
    }
    if (packet.at >= (table.sampleDue[slot] ?? 0)) this.sample(slot, packet.at);
    if (packet.at > (table.last[slot] ?? 0)) table.last[slot] = packet.at;
    if (table.source[slot] === this.source) table.lastFrame[slot] = packet.frame;
    if (packet.protocol === TCP) this.segment(slot, packet, fromA);
    else this.datagram(slot, packet, fromA);
  }

  /** A SYN with another ISN, or a datagram after a long silence, on a used 5-tuple (design §4). */
  private isAnother(slot: number, packet: Packet, fromA: boolean): boolean {
    if (packet.protocol === UDP && (packet.bytes[packet.payloadStart] ?? 0) >= LONG_HEADER && this.readers.begins(slot, packet, fromA)) return true;
    if (packet.protocol !== TCP || (packet.flags & (SYN | ACK | RST)) !== SYN) return this.isStale(slot, packet.at);
    const state = this.table.state[slot] ?? 0;
    const seen = fromA ? state & SYN_A : state & SYN_B;
    const syn = fromA ? this.table.synA[slot] : this.table.synB[slot];
    // A capture of several queues may show the answer before its SYN: this end has said nothing else yet.
    if (seen === 0 && (state & (fromA ? SYNACK_B : SYNACK_A)) !== 0 && ((fromA ? this.table.packetsA : this.table.packetsB)[slot] ?? 0) === 0) return false;
    return seen === 0 ? (state & (SYN_A | SYN_B | SYNACK_A | SYNACK_B | MID_STREAM)) !== 0 : syn !== packet.sequence;
  }

  private open(packet: Packet): number {
    const { table } = this;
    const slot = table.add(packet);
    if (slot < 0) {
      this.problem({ code: 'flow-cap' });
      return -1;
    }
    table.number[slot] = ++this.flows;
    table.opened[slot] = table.last[slot] = packet.at;
    table.sampleDue[slot] = packet.at + LONG;
    table.firstFrame[slot] = packet.frame;
    table.source[slot] = this.source;
    table.process[slot] = packet.process + 1;
    if (packet.protocol !== TCP) table.state[slot] = DATAGRAM;
    else if ((packet.flags & SYN) === 0) {
      table.state[slot] = MID_STREAM;
      this.midStream++;
    }
    this.readers.begin(slot);
    return slot;
  }

  /** What both ends had sent before this packet of a long flow. */
  private sample(slot: number, at: Micros): void {
    const { table } = this;
    let trail = this.trails.get(slot);
    if (trail === undefined) {
      table.sampleDue[slot] = Number.POSITIVE_INFINITY;
      if (this.trails.size >= TRAIL_CAP) return;
      this.trails.set(slot, (trail = new UploadTrail()));
    }
    table.sampleDue[slot] = trail.add(at, table.bytesA[slot] ?? 0, table.bytesB[slot] ?? 0);
  }

  private segment(slot: number, packet: Packet, fromA: boolean): void {
    const { table } = this;
    const { flags, sequence, payloadLength } = packet;
    let state = table.state[slot] ?? 0;
    const bytes = fromA ? table.bytesA : table.bytesB;
    const tops = fromA ? table.topA : table.topB;
    const counts = fromA ? table.packetsA : table.packetsB;
    const count = counts[slot] ?? 0;
    counts[slot] = count + 1;
    if ((flags & SYN) !== 0) {
      if ((flags & ACK) !== 0) state |= fromA ? SYNACK_A : SYNACK_B;
      else state |= (state & (fromA ? SYN_A : SYN_B)) === 0 ? (fromA ? SYN_A : SYN_B) : SYN_AGAIN;
      if (fromA) table.synA[slot] = sequence;
      else table.synB[slot] = sequence;
    } else if ((flags & ACK) !== 0) state |= fromA ? ACK_A : ACK_B;
    if ((flags & RST) === 0) {
      const end = (sequence + payloadLength + ((flags & (SYN | FIN)) === 0 ? 0 : 1)) >>> 0;
      const ahead = count === 0 ? payloadLength : (end - (tops[slot] ?? 0)) | 0;
      if (count === 0 || ahead > 0) {
        bytes[slot] = (bytes[slot] ?? 0) + (count > 0 && (flags & (SYN | FIN)) !== 0 ? ahead - 1 : ahead);
        tops[slot] = end;
      }
    }
    if ((flags & RST) !== 0 && (state & (FIN_A | FIN_B | RST_A | RST_B)) === 0 && (table.bytesA[slot] ?? 0) > 0 && (table.bytesB[slot] ?? 0) > 0) table.broken.set(slot, { at: packet.at, byA: fromA });
    if ((flags & FIN) !== 0) state |= fromA ? FIN_A : FIN_B;
    if ((flags & RST) !== 0) state |= fromA ? RST_A : RST_B;
    if ((state & CLOSING) === 0 && ((state & (RST_A | RST_B)) !== 0 || (state & (FIN_A | FIN_B)) === (FIN_A | FIN_B))) {
      state |= CLOSING;
      this.closing.add(slot, table.number[slot] ?? 0, packet.at);
    }
    table.state[slot] = state;
    if (packet.payloadEnd > packet.payloadStart && (state & UNDERSTOOD) === 0 && (flags & RST) === 0) this.readers.read(slot, packet, fromA);
  }

  private datagram(slot: number, packet: Packet, fromA: boolean): void {
    const { table } = this;
    const bytes = fromA ? table.bytesA : table.bytesB;
    const counts = fromA ? table.packetsA : table.packetsB;
    counts[slot] = (counts[slot] ?? 0) + 1;
    bytes[slot] = (bytes[slot] ?? 0) + packet.payloadLength;
    const state = table.state[slot] ?? 0;
    const isWanted = (state & UNDERSTOOD) === 0 || ((state & LONG_HEADERS) !== 0 && (packet.bytes[packet.payloadStart] ?? 0) >= LONG_HEADER);
    if (isWanted && packet.protocol === UDP && packet.payloadEnd > packet.payloadStart) this.readers.read(slot, packet, fromA);
  }

  private controlMessage(packet: Packet): void {
    if (packet.quoted === undefined) {
      if (packet.icmpType === (packet.protocol === ICMP ? 8 : 128) || packet.icmpType === (packet.protocol === ICMP ? 0 : 129)) this.follow(packet);
      return;
    }
    if (packet.quoted.protocol === 0 || !isFailure(packet)) return;
    const slot = this.table.find(packet.quoted);
    if (slot >= 0) this.table.icmp[slot] = ((packet.icmpType << 8) | packet.icmpCode) + 1;
  }

  private seal(slot: number): void {
    this.sink.sealed(slot, this.readers.end(slot), this.trails.get(slot));
    this.trails.delete(slot);
    this.table.remove(slot);
    this.readers.drop(slot);
  }

  private problem(problem: Problem): void {
    this.sink.problem(problem);
  }
}

/** Destination unreachable and time exceeded; "fragmentation needed" and "packet too big" are path discovery at work. */
function isFailure(packet: Packet): boolean {
  if (packet.protocol === ICMP) return (packet.icmpType === 3 && packet.icmpCode !== 4) || packet.icmpType === 11;
  return packet.icmpType === 1 || packet.icmpType === 3;
}

/** A flow that lives longer may outlive a phase by the time in which it may still be used (design §5: 30 s). */
const LONG: Micros = 30 * SECOND;
/** Long flows sampled at a time, some 500 bytes each; what others sent after a phase is not known. */
const TRAIL_CAP = 32_768;
/** First byte of a datagram with a QUIC long header (RFC 8999 §5.1), and any above. */
const LONG_HEADER = 0x80;
/** Group membership of the local link, no egress. */
const IGMP = 2;
/** A closed flow stays for late segments before it is sealed (design §2). */
const LINGER: Micros = 5 * SECOND;
/** The shortest of the idle times below: no flow younger than this is looked at closely. */
const FIRST_IDLE: Micros = 10 * SECOND;
/** A DNS client waits 5 s for an answer and takes a fresh port for most questions. */
const QUESTIONS_IDLE: Micros = 10 * SECOND;
/** Linux repeats a SYN for 127 s; an attempt silent for longer is over. */
const ATTEMPT_IDLE: Micros = 130 * SECOND;
/** RFC 4787 REQ-5 recommends NATs to keep UDP mappings for 5 minutes; a later datagram is a new flow. */
const DATAGRAM_IDLE: Micros = 300 * SECOND;
