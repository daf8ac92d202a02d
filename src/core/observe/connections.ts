/** Flows become connections: one per destination asked for (design §4). */
import { canonicalAddress, classOf, type AddressClass, type Endpoint } from '../base/address.ts';
import { CARRIERS } from '../decode/headers/carriers.ts';
import type { HttpPart } from '../decode/payloads/http/facts.ts';
import type { Connection } from './connection.ts';
import type { NameBook } from './name-book.ts';
import { ledAddresses, ledNames } from './answers.ts';
import { dialledFor, namedAt, nameFlow } from './name-claims.ts';
import type { Dialled, FlowObservation, LookupObservation } from './observation.ts';
import type { Lookup } from './connection.ts';
import type { Scope } from './scope.ts';

/** The connections of a flow: each CONNECT, absolute-form authority or Host is one; a flow without such parts is one itself. */
export function connectionsOf(flow: FlowObservation, scope: Scope, book: NameBook): Connection[] {
  const parts = flow.http?.parts;
  if (parts === undefined || parts.length <= 1) return [connectionOf(flow, parts?.[0], undefined, scope, book)];
  return parts.map((part, index) => connectionOf(flow, part, index + 1, scope, book));
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

function connectionOf(flow: FlowObservation, part: HttpPart | undefined, number: number | undefined, scope: Scope, book: NameBook): Connection {
  const proxied = part !== undefined && part.form !== 'origin';
  const dialled = proxied ? dialledFor(flow, part) : flow.dialled;
  const to = proxied ? askedEnd(part, dialled) : flow.server;
  // TLS that runs in a tunnel belongs to its CONNECT, not to what else was asked of the proxy.
  const tls = flow.http === undefined || part?.form === 'authority' ? (part?.inside?.tls ?? flow.tls) : undefined;
  const naming = nameFlow(flow, part, tls, book);
  const component = scope.componentOf(flow.client, flow.transport, flow.process);
  const opened = number === undefined || part === undefined ? flow.opened : part.first.at;
  // A connection that moved to another path had opened on the one before.
  const phases = scope.phasesAt(flow.quic?.continues?.opened ?? opened);
  const source = flow.from[0];
  const firstFrame = flow.from[1];
  return {
    id: number === undefined ? `${source}.${flow.flow}` : `${source}.${flow.flow}.${number}`,
    scope: scope.id,
    opened,
    last: number === undefined || part === undefined ? flow.last : part.last.at,
    closed: flow.closed,
    transport: flow.transport,
    ipProtocol: flow.ipProtocol,
    from: flow.client,
    to,
    via: proxied ? flow.server : undefined,
    addressClass: addressClassOf(to),
    direction: flow.direction,
    inbound: isInbound(flow, scope),
    passing: CARRIERS.has(flow.protocol) && scope.isOwn(flow.client.address) === false && scope.isOwn(flow.server.address) === false,
    startSeen: flow.startSeen,
    // The HTTP of a CONNECT is the proxy's; what counts is what runs inside.
    protocol: part?.form === 'authority' ? (part.inside?.protocol ?? flow.http?.inner ?? 'unknown') : flow.protocol,
    names: naming.names,
    naming: naming.number,
    namedAt: namedAt(flow),
    confidence: naming.confidence,
    tls,
    ech: naming.ech,
    mismatch: naming.mismatch,
    http: part,
    media: flow.media,
    // What runs inside a tunnel belongs to its CONNECT.
    credentialScheme: flow.http === undefined || part?.form === 'authority' ? flow.credentialScheme : undefined,
    quic: flow.quic,
    outcome: flow.outcome,
    dropped: flow.dropped,
    dialled,
    icmpError: flow.icmpError,
    up: number === undefined || part === undefined ? flow.up : part.up,
    down: number === undefined || part === undefined ? flow.down : part.down,
    upBy: number === undefined ? flow.upBy : undefined,
    packets: flow.packetsUp + flow.packetsDown,
    process: flow.process,
    component,
    phasesAtOpening: phases,
    evidence: number === undefined || part === undefined
      ? { source, frames: [firstFrame, flow.lastFrame], at: flow.opened }
      : { source, frames: [part.first.frame, part.last.frame], at: part.first.at },
  };
}

/** What a client asked of a proxy; the address is empty unless the authority was one, or egret's proxy found it and went there. */
function askedEnd(part: HttpPart, dialled: Dialled | undefined): Endpoint {
  return { address: dialled?.address ?? (part.host === undefined ? '' : (canonicalAddress(part.host) ?? '')), port: part.port ?? 0 };
}

function addressClassOf(end: Endpoint): AddressClass {
  return end.address === '' ? 'public' : classOf(end.address);
}

/** Only certain directions count (design §4): the far end opened it towards one of the scope's own hosts. */
function isInbound(flow: FlowObservation, scope: Scope): boolean {
  if (flow.direction === 'local' || flow.direction === 'port' || flow.direction === 'first-sender') return false;
  const serverClass = classOf(flow.server.address);
  if (serverClass === 'loopback' || serverClass === 'multicast' || serverClass === 'broadcast') return false;
  const ownServer = scope.isOwn(flow.server.address);
  if (ownServer !== undefined) return ownServer && scope.isOwn(flow.client.address) === false;
  return serverClass !== 'public' && classOf(flow.client.address) === 'public';
}
