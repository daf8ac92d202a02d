/**
 * Where egret's proxy and packets watched the same scope: holds captured flows
 * and lookups until it is known whether they are the proxy's doing, and tunnels
 * until their packets were told. Hands everything on in a fixed order; without
 * both witnesses at once.
 */
import { SECOND, type Micros } from '../base/time.ts';
import { Join, type Tunnel } from './join.ts';
import type { FlowObservation, LookupObservation, TickObservation, TunnelObservation } from './observation.ts';
import type { Witnesses } from './witnesses.ts';

export interface HoldingSink {
  flow(flow: FlowObservation, legs: readonly FlowObservation[]): void;
  lookup(lookup: LookupObservation): void;
  joined(what: 'flow' | 'lookup'): void;
}

export class Holding {
  private readonly witnesses: Witnesses;
  private readonly sink: HoldingSink;
  private readonly join: Join;
  private readonly captured = new Queue<FlowObservation | LookupObservation>();
  private readonly tunnels = new Queue<{ readonly tunnel: Tunnel; readonly flow: FlowObservation }>();

  constructor(witnesses: Witnesses, sink: HoldingSink) {
    this.witnesses = witnesses;
    this.sink = sink;
    this.join = new Join(() => witnesses.isLate);
  }

  /** What the proxy tells of a tunnel that goes on; before anything that its packets show. */
  tell(seen: TunnelObservation): void {
    if (this.witnesses.isProxy(seen.from[0])) this.join.tell(seen);
  }

  tick(seen: TickObservation): void {
    this.join.tick(seen);
  }

  /** A flow or lookup, in order of time. */
  take(seen: FlowObservation | LookupObservation): void {
    const isProxys = this.witnesses.isProxy(seen.from[0]);
    const tunnel = isProxys && seen.kind === 'flow' ? this.join.end(seen) : undefined;
    if (!this.witnesses.isBoth) {
      this.hand(seen);
      return;
    }
    this.release(seen.at);
    if (!isProxys) this.captured.add(seen, seen.at + WINDOW);
    else if (tunnel !== undefined && seen.kind === 'flow') this.tunnels.add({ tunnel, flow: seen }, this.witnesses.isLate ? Number.POSITIVE_INFINITY : seen.at + LEG_WAIT);
    else this.hand(seen);
  }

  /** Observations, tunnels, sockets and names that are kept. */
  get held(): number {
    return this.join.held + this.captured.size + this.tunnels.size;
  }

  /** Nothing more comes. */
  finish(): void {
    this.release(Number.POSITIVE_INFINITY);
    for (const { flow, legs } of this.join.cut()) this.sink.flow(flow, legs);
  }

  private release(until: Micros): void {
    // First all captured ones: they are what the tunnels wait for.
    for (let due = this.captured.take(until); due !== undefined; due = this.captured.take(until)) this.settle(due);
    for (let due = this.tunnels.take(until); due !== undefined; due = this.tunnels.take(until)) {
      due.tunnel.isHanded = true;
      this.sink.flow(due.flow, due.tunnel.legs.splice(0));
    }
  }

  private settle(seen: FlowObservation | LookupObservation): void {
    if (seen.kind === 'lookup') {
      if (this.join.asked(seen)) this.sink.joined('lookup');
      else this.hand(seen);
      return;
    }
    const tunnel = this.join.tunnelWith(seen);
    if (tunnel === undefined) {
      this.hand(seen);
      return;
    }
    if (!tunnel.isHanded && tunnel.legs.length < LEG_CAP) tunnel.legs.push(seen);
    this.sink.joined('flow');
  }

  private hand(seen: FlowObservation | LookupObservation): void {
    if (seen.kind === 'flow') this.sink.flow(seen, NO_LEGS);
    else this.sink.lookup(seen);
  }
}

/** In and out in one order. */
class Queue<T> {
  private items: { readonly item: T; readonly due: Micros }[] = [];
  private head = 0;

  get size(): number {
    return this.items.length - this.head;
  }

  add(item: T, due: Micros): void {
    this.items.push({ item, due });
  }

  /** The oldest, if it is due, or if too many wait. */
  take(until: Micros): T | undefined {
    const first = this.items[this.head];
    if (first === undefined || (first.due > until && this.items.length - this.head <= HELD_CAP)) return undefined;
    this.head++;
    // What has gone on shall not be kept by the place it stood in.
    if (this.head >= COMPACT_AT || this.head === this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return first.item;
  }
}

/** Places that are given back together, so that each costs little. */
const COMPACT_AT = 512;
const NO_LEGS: readonly FlowObservation[] = [];
/** Two clocks: what the proxy tells of a socket may be younger than its packets (design §2). */
const WINDOW: Micros = 2 * SECOND;
/** A captured flow is told 5 s after its end, and within the window of the tunnel's; some more for slow ends. */
const LEG_WAIT: Micros = 10 * SECOND;
/** Held of each kind, about 30 MB. */
const HELD_CAP = 32_768;
/** Flows kept with a tunnel: the client's, the one to the server, and pieces of long ones; all are counted. */
const LEG_CAP = 4;
