/**
 * The payload readers of all open flows: opens one when a flow's first payload
 * comes, takes it back as soon as it has nothing more to learn, and keeps then
 * what it learned alone. So a flow that is understood, or whose questions are
 * answered, costs its row of the table, however long it stays open.
 */
import type { Problem } from '../base/problem.ts';
import { ACK, SYN, TCP, UDP, type Packet } from '../decode/headers/packet.ts';
import type { PayloadFacts } from '../decode/payloads/session.ts';
import { FlowReader, READER_SIZE, type ReaderSink, type Role } from './flow-reader.ts';
import type { FlowTable } from './flow-table.ts';
import { GAPPED, LONG_HEADERS, MID_STREAM, QUESTIONS, ROLE_CLIENT, ROLE_SERVER, SYNACK_A, SYNACK_B, SYN_A, SYN_B, UNDERSTOOD } from './outcome.ts';
import { ReaderBudget } from './reader-budget.ts';

/** What the payload of a flow said; one object for all flows. */
export interface Reading {
  facts: PayloadFacts | undefined;
  /** Role of end A by its payload. */
  roleOfA: Role | undefined;
  /** Bytes were missing before the flow was understood. */
  gapped: boolean;
}

export class FlowReaders {
  private readonly table: FlowTable;
  private readonly sink: ReaderSink;
  /** By slot, as the two below. */
  private readonly readers: (FlowReader | undefined)[] = [];
  /** What readers learned that were taken back. */
  private readonly facts: (PayloadFacts | undefined)[] = [];
  /** Readers of flows that are understood. */
  private readonly spare: FlowReader[] = [];
  private readonly budget = new ReaderBudget();

  constructor(table: FlowTable, sink: ReaderSink) {
    this.table = table;
    this.sink = sink;
  }

  /** A new flow has this slot. */
  begin(slot: number): void {
    this.readers[slot] = this.facts[slot] = undefined;
  }

  /** The payload of a packet of a flow that is not understood. */
  read(slot: number, packet: Packet, fromA: boolean): void {
    const reader = this.readers[slot] ?? this.open(slot, packet, fromA);
    const bytes = packet.bytes.subarray(packet.payloadStart, packet.payloadEnd);
    if (packet.protocol === UDP) reader.datagram(fromA, bytes, packet.at, packet.frame);
    else reader.segment(fromA, (packet.sequence + ((packet.flags & SYN) === 0 ? 0 : 1)) >>> 0, bytes, packet.at, packet.frame);
    if (reader.settled) this.mark(slot, UNDERSTOOD | LONG_HEADERS);
    else if (reader.done) this.takeBack(slot, reader, UNDERSTOOD);
    else if (reader.isQuestions) this.keepQuestions(slot, reader);
    if (this.budget.grew(bytes.length)) this.budget.count(this.readers, (full, other) => this.shed(full, other));
  }

  /** Whether the packet begins another QUIC connection between the same ends: no fresh port is needed for one. */
  begins(slot: number, packet: Packet, fromA: boolean): boolean {
    const reader = this.readers[slot];
    return reader?.isQuic === true && packet.payloadEnd > packet.payloadStart && reader.begins(fromA, packet.bytes.subarray(packet.payloadStart, packet.payloadEnd));
  }

  /** The flow is over: what its payload said. Valid until the next call. */
  end(slot: number): Reading {
    const reader = this.readers[slot];
    if (reader === undefined) {
      const state = this.table.state[slot] ?? 0;
      READING.facts = this.facts[slot];
      READING.roleOfA = roleIn(state);
      READING.gapped = (state & GAPPED) !== 0;
      return READING;
    }
    if (!reader.done) {
      reader.close();
      if (reader.overflowed) this.problem({ code: 'stream-cap' });
      else if (reader.gapped) this.problem({ code: 'stream-gap' });
    }
    READING.facts = reader.facts;
    READING.roleOfA = reader.roleOfA;
    READING.gapped = reader.gapped;
    return READING;
  }

  /** Lets go of the flow's payload, after {@link end}. */
  drop(slot: number): void {
    const reader = this.readers[slot];
    this.begin(slot);
    if (reader !== undefined) this.recycle(reader);
  }

  private open(slot: number, packet: Packet, fromA: boolean): FlowReader {
    const { table } = this;
    const state = table.state[slot] ?? 0;
    const reader = this.spare.pop() ?? new FlowReader(this.sink);
    this.readers[slot] = reader;
    this.budget.grew(READER_SIZE);
    reader.open(slot, packet.protocol === TCP ? 'tcp' : 'udp', table.portA(slot), table.portB(slot));
    const role = roleIn(state);
    // Taken back before it was done: its questions were answered.
    if (role !== undefined) reader.resumeQuestions(role);
    if ((state & (SYN_A | SYNACK_A)) !== 0) reader.startAt(true, ((table.synA[slot] ?? 0) + 1) >>> 0);
    if ((state & (SYN_B | SYNACK_B)) !== 0) reader.startAt(false, ((table.synB[slot] ?? 0) + 1) >>> 0);
    // One SYN was missed: the other end's acknowledgement says where its bytes begin.
    if ((state & MID_STREAM) === 0 && (packet.flags & (ACK | SYN)) === ACK) reader.startAt(!fromA, packet.acknowledgement);
    return reader;
  }

  /** A resolver's flow: most have nothing to wait for once their one question is answered. */
  private keepQuestions(slot: number, reader: FlowReader): void {
    this.mark(slot, QUESTIONS);
    if (!reader.isIdle) return;
    reader.close();
    this.takeBack(slot, reader, 0);
  }

  /** The reader is done: what it learned is kept without it, unless it may be asked again. */
  private takeBack(slot: number, reader: FlowReader, marks: number): void {
    this.mark(slot, marks | (reader.isQuestions ? QUESTIONS : 0));
    if (reader.isAskedAgain) return;
    this.facts[slot] = reader.facts;
    const { state } = this.table;
    // Nothing that may still come is read any more.
    state[slot] = (state[slot] ?? 0) & ~LONG_HEADERS;
    this.mark(slot, (reader.gapped ? GAPPED : 0) | (reader.roleOfA === undefined ? 0 : reader.roleOfA === 'client' ? ROLE_CLIENT : ROLE_SERVER));
    this.readers[slot] = undefined;
    this.recycle(reader);
  }

  /** All readers together keep too much: this one reads no further. */
  private shed(slot: number, reader: FlowReader): void {
    reader.shed();
    this.takeBack(slot, reader, UNDERSTOOD);
    this.problem({ code: 'stream-cap' });
  }

  private recycle(reader: FlowReader): void {
    if (reader.isAskedAgain || this.spare.length >= SPARE_CAP) return;
    reader.facts = undefined;
    this.spare.push(reader);
  }

  private mark(slot: number, bits: number): void {
    const { state } = this.table;
    state[slot] = (state[slot] ?? 0) | bits;
  }

  private problem(problem: Problem): void {
    this.sink.problem(problem);
  }
}

function roleIn(state: number): Role | undefined {
  if ((state & ROLE_CLIENT) !== 0) return 'client';
  return (state & ROLE_SERVER) === 0 ? undefined : 'server';
}

/** Readers kept for later flows, some 500 bytes each: most flows have one only while their first packets pass. */
const SPARE_CAP = 1024;
const READING: Reading = { facts: undefined, roleOfA: undefined, gapped: false };
