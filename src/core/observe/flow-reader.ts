/**
 * Reads the payload of one flow until it is understood: puts TCP segments in
 * order, finds the decoder by the first bytes of either end, feeds its session
 * and keeps what it learned. Exists only while there is something to learn.
 */
import type { Problem } from '../base/problem.ts';
import type { Micros } from '../base/time.ts';
import type { LookupFacts } from '../decode/payloads/dns/facts.ts';
import { recognise } from '../decode/payloads/index.ts';
import { RECOGNISE_LIMIT, type PayloadFacts, type Session, type SessionSink, type Side } from '../decode/payloads/session.ts';
import { Stream, type StreamSink } from './stream.ts';

/** Whose side an end of the flow is, once a payload said so. */
export type Role = 'client' | 'server';

export interface ReaderSink {
  lookup(reader: FlowReader, facts: LookupFacts): void;
  problem(problem: Problem): void;
}

export class FlowReader implements StreamSink, SessionSink {
  /** Slot of the flow in its table. */
  readonly slot: number;
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
  private readonly transport: 'tcp' | 'udp';
  private readonly sink: ReaderSink;
  private streamA: Stream | undefined;
  private streamB: Stream | undefined;
  private headA: Uint8Array | undefined;
  private headB: Uint8Array | undefined;
  private deadA = false;
  private deadB = false;
  private session: Session | undefined;
  private misses = 0;
  private conflicted = false;
  private readonly ports: readonly [a: number, b: number];
  private fromA = true;
  private at: Micros = 0;
  private frame = 0;

  constructor(slot: number, transport: 'tcp' | 'udp', portA: number, portB: number, sink: ReaderSink) {
    this.slot = slot;
    this.transport = transport;
    this.ports = [portA, portB];
    this.sink = sink;
    if (transport === 'tcp') {
      this.streamA = new Stream();
      this.streamB = new Stream();
    }
  }

  /** The first byte of one end has this sequence number. */
  startAt(ofA: boolean, sequence: number): void {
    (ofA ? this.streamA : this.streamB)?.startAt(sequence);
  }

  segment(fromA: boolean, sequence: number, bytes: Uint8Array, at: Micros, frame: number): void {
    this.turnTo(fromA, at, frame);
    (fromA ? this.streamA : this.streamB)?.segment(sequence, bytes, this);
  }

  datagram(fromA: boolean, bytes: Uint8Array, at: Micros, frame: number): void {
    this.turnTo(fromA, at, frame);
    this.data(bytes);
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
    return this.done ? 0 : READER_SIZE + (this.streamA?.held ?? 0) + (this.streamB?.held ?? 0) + (this.session?.held?.() ?? 0);
  }

  /** There is no room for what it keeps: it reads what waits and nothing later. */
  shed(): void {
    this.overflowed = this.gapped = true;
    this.close();
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
      (fromA ? this.streamA : this.streamB)?.flush(this);
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
    const [a, b] = this.ports;
    const looked = this.transport === 'tcp' && head.length > RECOGNISE_LIMIT ? head.subarray(0, RECOGNISE_LIMIT) : head;
    const found = recognise(this.transport, looked, fromA ? [a, b] : [b, a]);
    if (found === 'none' || (found === 'more' && this.transport === 'udp')) this.giveUp(fromA);
    else if (found === 'more') this.hold(head);
    else {
      this.isQuestions = found.decoder.protocol === 'dns';
      this.open(found.decoder.open(this, 0), found.sender, head);
    }
  }

  private open(session: Session, sender: Role, head: Uint8Array): void {
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
    this.facts = this.session?.facts();
    this.session = undefined;
    this.streamA?.release();
    this.streamB?.release();
    this.streamA = this.streamB = undefined;
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
