/** Flows become connections: one per destination asked for (design §4). */
import { ledAddresses, ledNames } from './answers.ts';
import type { Connection, Lookup } from './connection.ts';
import { FlowConnection } from './flow-connection.ts';
import type { NameBook } from './name-book.ts';
import type { FlowObservation, LookupObservation } from './observation.ts';
import type { Scope } from './scope.ts';

/** The connections of a flow: each CONNECT, absolute-form authority or Host is one; a flow without such parts is one itself. `legs`: what packets show of a tunnel of egret's proxy. */
export function connectionsOf(flow: FlowObservation, scope: Scope, book: NameBook, legs: readonly FlowObservation[] = NO_LEGS): Connection[] {
  const parts = flow.http?.parts;
  if (parts === undefined || parts.length <= 1) return [new FlowConnection(flow, parts?.[0], 0, scope, book, legs)];
  return parts.map((part, index) => new FlowConnection(flow, part, index + 1, scope, book, legs));
}

/** A DNS question as judges see it; `isRetry` where it carries on a lookup told before. */
export function lookupOf(seen: LookupObservation, scope: Scope, isRetry = false): Lookup {
  const component = scope.componentOf(seen.client, seen.transport, seen.process);
  const asked = seen.asked?.at ?? seen.at;
  const phases = scope.phasesAt(asked);
  return {
    scope: scope.id,
    at: asked,
    name: seen.name,
    type: seen.type,
    cnames: ledNames(seen),
    answers: seen.answers,
    addresses: ledAddresses(seen),
    rcode: seen.rcode,
    resolver: seen.resolver,
    client: seen.client,
    transport: seen.transport,
    isRetry,
    isCut: seen.truncated && seen.addresses.length === 0,
    process: seen.process,
    component,
    phases,
    evidence: { source: seen.from[0], frames: [seen.asked?.frame ?? seen.from[1], seen.answered?.frame ?? seen.from[1]], at: asked },
  };
}

const NO_LEGS: readonly FlowObservation[] = [];
