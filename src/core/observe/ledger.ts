/**
 * Joins the observations of one scope: puts them in order inside the join
 * window, learns names from lookups, takes what packets show of the tunnels of
 * egret's proxy for the same, and hands on connections and lookups as they are
 * settled. Any order inside the window gives the same result.
 */
import type { ProblemCode } from '../base/problem.ts';
import { SECOND, type Micros } from '../base/time.ts';
import type { Connection, Lookup } from './connection.ts';
import { connectionsOf, lookupOf } from './connections.ts';
import { Answers } from './answers.ts';
import { Holding } from './holding.ts';
import { NameBook } from './name-book.ts';
import type { BlindSpotObservation, FlowObservation, MarkObservation, Observation, SourceObservation } from './observation.ts';
import type { Scope } from './scope.ts';

export interface LedgerSink {
  connection(connection: Connection): void;
  lookup(lookup: Lookup): void;
  blindSpot(code: ProblemCode, count: number, detail: string | undefined, scope: Scope): void;
  source(source: SourceObservation): void;
  /** A captured flow or lookup that is no connection or lookup of its own: it belongs to a tunnel of egret's proxy. */
  joined(what: 'flow' | 'lookup'): void;
}

export class Ledger {
  private readonly scope: Scope;
  private readonly sink: LedgerSink;
  private readonly book: NameBook;
  private readonly answers: Answers;
  private readonly holding: Holding;
  private readonly waiting: Observation[] = [];
  /** Ahead of what they are marks of: a phase holds for what began up to {@link WINDOW} before its mark. In order. */
  private readonly marks: MarkObservation[] = [];
  private isSorted = true;
  /** Told when it is known whether packets were seen too. */
  private proxyOnly = 0;
  private latest: Micros = Number.NEGATIVE_INFINITY;
  private released: Micros = Number.NEGATIVE_INFINITY;

  constructor(scope: Scope, sink: LedgerSink) {
    this.scope = scope;
    this.sink = sink;
    const tell = (code: ProblemCode): void => sink.blindSpot(code, 1, undefined, scope);
    this.book = new NameBook(tell);
    this.answers = new Answers(this.book, tell);
    this.holding = new Holding(scope.witnesses, {
      flow: (flow, legs) => this.tellFlow(flow, legs),
      lookup: (lookup) => sink.lookup(lookupOf(lookup, scope, this.answers.carriesOn(lookup))),
      joined: (what) => sink.joined(what),
    });
  }

  add(observation: Observation): void {
    this.answers.begin(observation.at);
    if (observation.kind === 'mark') {
      this.marks.push(observation);
      if (this.marks.length > 1) this.marks.sort(inOrder);
    }
    const before = this.waiting.at(-1);
    // Files tell nearly everything in order already; only then is there nothing to sort.
    if (before !== undefined && inOrder(before, observation) > 0) this.isSorted = false;
    this.waiting.push(observation);
    if (observation.at > this.latest) this.latest = observation.at;
    if (this.latest - this.released >= 2 * WINDOW) this.release(this.latest - WINDOW);
    else if (this.waiting.length >= WAITING_CAP) this.settleFirst(WAITING_CAP / 2);
  }

  /** Observations and what is remembered of tunnels; bounded however long a run goes on. */
  get held(): number {
    return this.waiting.length + this.holding.held;
  }

  /** No more observations come. */
  finish(): void {
    this.release(Number.POSITIVE_INFINITY);
    this.holding.finish();
    if (this.proxyOnly > 0 && !this.scope.witnesses.sawPackets) this.sink.blindSpot('proxy-only', this.proxyOnly, undefined, this.scope);
  }

  private release(until: Micros): void {
    this.sort();
    let due = 0;
    while (due < this.waiting.length && (this.waiting[due]?.at ?? 0) <= until) due++;
    this.released = Math.max(this.released, Math.min(until, this.latest));
    this.settleFirst(due);
  }

  /** Hands on the oldest ones, in the order in which all will have gone. */
  private settleFirst(count: number): void {
    this.sort();
    this.settleAll(this.waiting.splice(0, count));
  }

  private sort(): void {
    if (!this.isSorted) this.waiting.sort(inOrder);
    this.isSorted = true;
  }

  private settleAll(due: readonly Observation[]): void {
    const until = (due.at(-1)?.at ?? Number.NEGATIVE_INFINITY) + WINDOW;
    const early = this.marks.findIndex(({ at }) => at > until);
    for (const mark of this.marks.splice(0, early < 0 ? this.marks.length : early)) this.scope.mark(mark);
    // Names and marks first: a flow is told when it is over, so every answer before its opening is in this batch or an earlier one.
    for (const observation of due) {
      if (observation.kind === 'lookup') this.answers.learn(observation);
      else if (observation.kind === 'tunnel') this.holding.tell(observation);
    }
    for (const observation of due) this.settle(observation);
  }

  private settle(observation: Observation): void {
    if (observation.kind === 'flow' || observation.kind === 'lookup') this.holding.take(observation);
    else if (observation.kind === 'tick') this.holding.tick(observation);
    else if (observation.kind === 'blind-spot') this.tellBlindSpot(observation);
    else if (observation.kind === 'source') {
      this.scope.witnesses.ended(observation);
      this.sink.source(observation);
    }
  }

  private tellFlow(flow: FlowObservation, legs: readonly FlowObservation[]): void {
    for (const connection of connectionsOf(flow, this.scope, this.book, legs)) this.sink.connection(connection);
  }

  private tellBlindSpot(seen: BlindSpotObservation): void {
    if (seen.code === 'proxy-only') this.proxyOnly += seen.count;
    else this.sink.blindSpot(seen.code, seen.count, seen.detail, this.scope);
  }
}

function inOrder(one: Observation, other: Observation): number {
  return one.at - other.at || one.from[0] - other.from[0] || one.seq - other.seq;
}

/** Observations of one moment arrive within this time of each other (design §2). */
const WINDOW: Micros = 2 * SECOND;
/** Observations held at most, about 30 MB: a capture's end tells every open flow at one moment. */
const WAITING_CAP = 1 << 15;
