/**
 * Reads the payload of one flow until it is understood: puts TCP segments in
 * order, finds the decoder by the first bytes of either end, feeds its session
 * and keeps what it learned. Exists only while there is something to learn.
 */
import type { Problem } from '../base/problem.ts';
import type { Micros } from '../base/time.ts';
import type { LookupFacts } from '../decode/payloads/dns/facts.ts';
import { dnsUdpDecoder } from '../decode/payloads/dns/session.ts';
import { recognise } from '../decode/payloads/index.ts';
import { RECOGNISE_LIMIT, type PayloadFacts, type Recognised, type Session, type SessionSink, type Side } from '../decode/payloads/session.ts';
import { Stream, type StreamSink } from './stream.ts';

/** Whose side an end of the flow is, once a payload said so. */
export type Role = 'client' | 'server';

export interface ReaderSink {
  lookup(reader: FlowReader, facts: LookupFacts): void;
  problem(problem: Problem): void;
  /** A QUIC server of this flow gave out an identifier. */
  connectionId(reader: FlowReader, id: Uint8Array): void;
  /** The facts of the QUIC connection that the first datagram of this flow, sent by end A, carries on; undefined for none. */
  continued(reader: FlowReader, datagram: Uint8Array): PayloadFacts | undefined;
}

export class FlowReader implements StreamSink, SessionSink {
  /** Slot of the flow in its table. */
  slot = -1;
  /** Role of end A by its payload; undefined until recognised. */
  roleOfA: Role | undefined;
  /** No more bytes are wanted. */
  done = false;
  /** Bytes are missing before the flow was understood. */
  gapped = false;
  /** More had to be kept of the flow than may be, so that it was read on without what is missing, or no further. */
  overflowed = false;
  facts: PayloadFacts | undefined;
  /** The flow asks a resolver: many short ones of these live at once. */
  isQuestions = false;
  /** The flow is QUIC, in which another connection may begin at any time. */
  isQuic = false;
  /** An identifier of the flow's server was told, under which what is known here may be asked for. */
  private isTold = false;
  private transport: 'tcp' | 'udp' = 'tcp';
  private readonly sink: ReaderSink;
  private readonly streamA = new Stream();
  private readonly streamB = new Stream();
  private headA: Uint8Array | undefined;
  private headB: Uint8Array | undefined;
  private deadA = false;
  private deadB = false;
  private session: Session | undefined;
  private misses = 0;
  private conflicted = false;
  private portA = 0;
  private portB = 0;
  private fromA = true;
  private at: Micros = 0;
  private frame = 0;

  constructor(sink: ReaderSink) {
    this.sink = sink;
  }

  /** Takes over a flow: a reader serves one after another, since what is made anew for each is what costs. */
  open(slot: number, transport: 'tcp' | 'udp', portA: number, portB: number): void {
    this.slot = slot;
    this.transport = transport;
    this.portA = portA;
    this.portB = portB;
    this.roleOfA = undefined;
    this.misses = 0;
    this.done = this.gapped = this.overflowed = this.isQuestions = this.isQuic = this.isTold = this.deadA = this.deadB = this.conflicted = false;
    this.streamA.begin();
    this.streamB.begin();
  }

  /** The first byte of one end has this sequence number. */
  startAt(ofA: boolean, sequence: number): void {
    (ofA ? this.streamA : this.streamB).startAt(sequence);
  }

  segment(fromA: boolean, sequence: number, bytes: Uint8Array, at: Micros, frame: number): void {
    this.turnTo(fromA, at, frame);
    if (!this.done) (fromA ? this.streamA : this.streamB).segment(sequence, bytes, this);
  }

  datagram(fromA: boolean, bytes: Uint8Array, at: Micros, frame: number): void {
    this.turnTo(fromA, at, frame);
    this.data(bytes);
  }

  /** Understood but for datagrams with a QUIC long header, which may begin another connection. */
  get settled(): boolean {
    return this.done ? this.facts?.quic?.continues !== undefined : this.session?.settled === true;
  }

  /** What it knows, or whether another connection begins, is asked after it is done. */
  get isAskedAgain(): boolean {
    return this.isTold || (this.isQuic && this.settled);
  }

  /** Its session waits for nothing: another would go on as this one. */
  get isIdle(): boolean {
    return this.session?.isIdle === true;
  }

  /** A resolver's flow goes on, whose reader was taken back when it was idle. */
  resumeQuestions(roleOfA: Role): void {
    this.roleOfA = roleOfA;
    this.isQuestions = true;
    this.session = dnsUdpDecoder.open(this, 0);
  }

  /** Whether a datagram with a QUIC long header begins another connection between the same ends. */
  begins(fromA: boolean, bytes: Uint8Array): boolean {
    if (this.session !== undefined) return this.session.begins?.(this.sideOf(fromA), bytes) === true;
    // A connection that moved has no handshake left: a hello on the new path is another one's.
    return this.settled && this.sideOf(fromA) === 'up' && this.decoderOf(fromA, bytes) !== 'none';
  }

  /** What is known so far. */
  known(): PayloadFacts | undefined {
    return this.facts ?? (this.settled ? this.session?.facts() : undefined);
  }

  /** StreamSink: contiguous bytes of the end whose segment is being read. */
  data(bytes: Uint8Array): void {
    if (this.done) return;
    if (this.session !== undefined) this.feed(this.session, this.fromA, bytes);
    else this.recognise(bytes);
  }

  gap(length: number): void {
    if (this.done) return;
    this.gapped = true;
    if (this.session === undefined) {
      this.giveUp(this.fromA);
      return;
    }
    if (!this.session.gap(this.sideOf(this.fromA), length)) this.finish();
  }

  /** SessionSink: a lookup of this flow. */
  lookup(facts: LookupFacts): void {
    this.sink.lookup(this, facts);
  }

  problem(problem: Problem): void {
    this.sink.problem(problem);
  }

  overflow(): void {
    this.overflowed = true;
  }

  /** Memory it takes now, about. */
  get held(): number {
    return this.done ? 0 : READER_SIZE + this.streamA.held + this.streamB.held + (this.session?.held?.() ?? 0);
  }

  /** There is no room for what it keeps: it reads what waits and nothing later. */
  shed(): void {
    this.overflowed = this.gapped = true;
    this.close();
  }

  /** SessionSink: an identifier of the server. */
  connectionId(id: Uint8Array): void {
    this.isTold = true;
    this.sink.connectionId(this, id);
  }

  conflict(): void {
    if (this.conflicted) return;
    this.conflicted = true;
    this.sink.problem({ code: 'stream-overlap' });
  }

  /** The flow is over: reads what still waits behind gaps and closes the session. */
  close(): void {
    if (this.done) return;
    for (const fromA of [true, false]) {
      this.fromA = fromA;
      (fromA ? this.streamA : this.streamB).flush(this);
    }
    this.finish();
  }

  private turnTo(fromA: boolean, at: Micros, frame: number): void {
    this.fromA = fromA;
    this.at = at;
    this.frame = frame;
  }

  private recognise(bytes: Uint8Array): void {
    const { fromA } = this;
    if (fromA ? this.deadA : this.deadB) {
      if (++this.misses > MISS_CAP) this.finish();
      return;
    }
    const held = fromA ? this.headA : this.headB;
    const head = held === undefined ? bytes : joined(held, bytes);
    const found = this.decoderOf(fromA, head);
    if (found === 'none' && this.carriesOn(fromA, bytes)) return;
    if (found === 'none' || (found === 'more' && this.transport === 'udp')) this.giveUp(fromA);
    else if (found === 'more') this.hold(head);
    else {
      this.isQuestions = found.decoder.protocol === 'dns';
      this.isQuic = found.decoder.protocol === 'quic';
      this.begin(found.decoder.open(this, 0), found.sender, head);
    }
  }

  private decoderOf(fromA: boolean, head: Uint8Array): Recognised {
    const { portA, portB } = this;
    const looked = this.transport === 'tcp' && head.length > RECOGNISE_LIMIT ? head.subarray(0, RECOGNISE_LIMIT) : head;
    return recognise(this.transport, looked, fromA ? [portA, portB] : [portB, portA]);
  }

  /** The first datagram is one of a QUIC connection that came from elsewhere before: its short header bears a known identifier. */
  private carriesOn(fromA: boolean, bytes: Uint8Array): boolean {
    if (this.transport !== 'udp' || !fromA || this.misses > 0 || (bytes[0] ?? 0) >= 0x80) return false;
    const facts = this.sink.continued(this, bytes);
    if (facts === undefined) return false;
    this.finish();
    this.facts = facts;
    this.isQuic = true;
    this.roleOfA = 'client';
    return true;
  }

  private begin(session: Session, sender: Role, head: Uint8Array): void {
    this.session = session;
    this.roleOfA = this.fromA === (sender === 'client') ? 'client' : 'server';
    const other = this.fromA ? this.headB : this.headA;
    const mine = this.fromA;
    this.headA = this.headB = undefined;
    // What the other end said before counts as said first: it could not be told apart until now.
    if (other !== undefined) this.feed(session, !mine, other);
    this.feed(session, mine, head);
  }

  private feed(session: Session, fromA: boolean, bytes: Uint8Array): void {
    if (!this.done && !session.push(this.sideOf(fromA), bytes, this.at, this.frame)) this.finish();
  }

  private hold(head: Uint8Array): void {
    if (this.fromA) this.headA = head.slice();
    else this.headB = head.slice();
  }

  private giveUp(fromA: boolean): void {
    if (this.transport === 'udp') {
      if (++this.misses > MISS_CAP) this.finish();
      return;
    }
    if (fromA) this.deadA = true;
    else this.deadB = true;
    if (this.deadA && this.deadB) this.finish();
  }

  private sideOf(fromA: boolean): Side {
    return fromA === (this.roleOfA === 'client') ? 'up' : 'down';
  }

  private finish(): void {
    this.done = true;
    const { session } = this;
    this.session = undefined;
    this.facts = session?.facts();
    if (this.facts?.isGuessed === true) this.roleOfA = undefined;
    session?.recycle?.();
    this.streamA.release();
    this.streamB.release();
    this.headA = this.headB = undefined;
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Payloads without a known protocol after which a flow is called unknown: server-first protocols speak within them. */
const MISS_CAP = 4;
/** Bytes that a reader takes with its streams and its session, as measured; what they keep of the flow comes on top. */
export const READER_SIZE = 2048;
