/**
 * A connection as a view of its flow, or of one of the parts that a proxied
 * flow has: what is joined to it stands here, all else is read where it was
 * seen. There are hundreds of thousands, and copying them cost more than
 * judging them.
 */
import { canonicalAddress, classOf, type AddressClass, type Endpoint } from '../base/address.ts';
import type { Micros } from '../base/time.ts';
import type { Transport } from '../base/transport.ts';
import { CARRIERS } from '../decode/headers/carriers.ts';
import type { HttpPart } from '../decode/payloads/http/facts.ts';
import type { MediaFacts } from '../decode/payloads/media-facts.ts';
import type { QuicFacts } from '../decode/payloads/quic/facts.ts';
import type { TlsFacts } from '../decode/payloads/tls/facts.ts';
import type { Confidence, Connection, Evidence, NameClaim, NameMismatch } from './connection.ts';
import type { NameBook } from './name-book.ts';
import { dialledFor, namedAt, nameFlow } from './name-claims.ts';
import type { Naming } from './naming.ts';
import type { Dialled, DirectionEvidence, FlowObservation, Outcome, Process } from './observation.ts';
import type { Scope } from './scope.ts';
import type { Sent } from './upload-trail.ts';

export class FlowConnection implements Connection {
  readonly scope: number;
  readonly to: Endpoint;
  readonly via: Endpoint | undefined;
  readonly addressClass: AddressClass;
  readonly inbound: boolean;
  readonly passing: boolean;
  readonly http: HttpPart | undefined;
  readonly tls: TlsFacts | undefined;
  readonly dialled: Dialled | undefined;
  readonly component: string | undefined;
  readonly phasesAtOpening: readonly string[] | undefined;
  private readonly flow: FlowObservation;
  private readonly known: Naming;
  /** Which of several parts, from 1; 0: the whole flow. */
  private readonly number: number;
  /** What packets show of it, where it is a tunnel of egret's proxy. */
  private readonly legs: readonly FlowObservation[];

  constructor(flow: FlowObservation, part: HttpPart | undefined, number: number, scope: Scope, book: NameBook, legs: readonly FlowObservation[]) {
    const proxied = part !== undefined && part.form !== 'origin';
    this.flow = flow;
    this.number = number;
    this.legs = legs;
    this.scope = scope.id;
    this.http = part;
    this.dialled = proxied ? dialledFor(flow, part) : flow.dialled;
    this.to = proxied ? askedEnd(part, this.dialled) : flow.server;
    this.via = proxied ? flow.server : undefined;
    this.addressClass = this.to.address === '' ? 'public' : classOf(this.to.address);
    this.inbound = isInbound(flow, scope, proxied ? classOf(flow.server.address) : this.addressClass);
    this.passing = CARRIERS.has(flow.protocol) && scope.isOwn(flow.client.address) === false && scope.isOwn(flow.server.address) === false;
    // TLS that runs in a tunnel belongs to its CONNECT, not to what else was asked of the proxy.
    this.tls = flow.http === undefined || part?.form === 'authority' ? (part?.inside?.tls ?? flow.tls) : undefined;
    this.known = nameFlow(flow, part, this.tls, book);
    this.component = scope.componentOf(flow.client, flow.transport, flow.process);
    // A connection that moved to another path had opened on the one before.
    this.phasesAtOpening = scope.phasesAt(flow.quic?.continues?.opened ?? this.opened);
  }

  get id(): string {
    const [source] = this.flow.from;
    return this.number === 0 ? `${source}.${this.flow.flow}` : `${source}.${this.flow.flow}.${this.number}`;
  }

  get opened(): Micros {
    return this.part?.first.at ?? this.flow.opened;
  }

  get last(): Micros {
    return this.part?.last.at ?? this.flow.last;
  }

  get closed(): Micros | undefined {
    return this.flow.closed;
  }

  get transport(): Transport {
    return this.flow.transport;
  }

  get ipProtocol(): number {
    return this.flow.ipProtocol;
  }

  get from(): Endpoint {
    return this.flow.client;
  }

  get direction(): DirectionEvidence {
    return this.flow.direction;
  }

  get startSeen(): boolean {
    return this.flow.startSeen;
  }

  get protocol(): string {
    const { flow, http } = this;
    // The HTTP of a CONNECT is the proxy's; what counts is what runs inside.
    return http?.form === 'authority' ? (http.inside?.protocol ?? flow.http?.inner ?? 'unknown') : flow.protocol;
  }

  get names(): readonly NameClaim[] {
    return this.known.names;
  }

  get naming(): number {
    return this.known.number;
  }

  get namedAt(): Micros {
    return namedAt(this.flow);
  }

  get confidence(): Confidence {
    return this.known.confidence;
  }

  get ech(): Connection['ech'] {
    return this.known.ech;
  }

  get mismatch(): NameMismatch | undefined {
    return this.known.mismatch;
  }

  get media(): MediaFacts | undefined {
    return this.flow.media;
  }

  get credentialScheme(): string | undefined {
    // What runs inside a tunnel belongs to its CONNECT.
    return this.flow.http === undefined || this.http?.form === 'authority' ? this.flow.credentialScheme : undefined;
  }

  get quic(): QuicFacts | undefined {
    return this.flow.quic;
  }

  get outcome(): Outcome {
    return this.flow.outcome;
  }

  get dropped(): Micros | undefined {
    return this.flow.dropped;
  }

  get alsoSeen(): readonly Evidence[] | undefined {
    return this.legs.length === 0 ? undefined : this.legs.map(({ from, lastFrame, opened }) => ({ source: from[0], frames: [from[1], lastFrame] as const, at: opened }));
  }

  /** Packets say why the network refused what the proxy only saw fail. */
  get icmpError(): string | undefined {
    if (this.legs.length === 0) return this.flow.icmpError;
    return this.flow.icmpError ?? this.legs.find(({ icmpError }) => icmpError !== undefined)?.icmpError;
  }

  get up(): number {
    return this.part?.up ?? this.flow.up;
  }

  get down(): number {
    return this.part?.down ?? this.flow.down;
  }

  get upBy(): Sent | undefined {
    return this.number === 0 ? this.flow.upBy : undefined;
  }

  get packets(): number {
    return this.flow.packetsUp + this.flow.packetsDown;
  }

  get process(): Process | undefined {
    return this.flow.process;
  }

  get evidence(): Evidence {
    const { flow, part } = this;
    const [source, firstFrame] = flow.from;
    if (part === undefined) return { source, frames: [firstFrame, flow.lastFrame], at: flow.opened };
    return { source, frames: [part.first.frame, part.last.frame], at: part.first.at };
  }

  /** One of several; the only part of a flow is the flow. */
  private get part(): HttpPart | undefined {
    return this.number === 0 ? undefined : this.http;
  }
}

/** What a client asked of a proxy; the address is empty unless the authority was one, or egret's proxy found it and went there. */
function askedEnd(part: HttpPart, dialled: Dialled | undefined): Endpoint {
  return { address: dialled?.address ?? (part.host === undefined ? '' : (canonicalAddress(part.host) ?? '')), port: part.port ?? 0 };
}

/** Only certain directions count (design §4): the far end opened it towards one of the scope's own hosts. */
function isInbound(flow: FlowObservation, scope: Scope, serverClass: AddressClass): boolean {
  if (flow.direction === 'local' || flow.direction === 'port' || flow.direction === 'first-sender') return false;
  if (serverClass === 'loopback' || serverClass === 'multicast' || serverClass === 'broadcast') return false;
  const ownServer = scope.isOwn(flow.server.address);
  if (ownServer !== undefined) return ownServer && scope.isOwn(flow.client.address) === false;
  return serverClass !== 'public' && classOf(flow.client.address) === 'public';
}
