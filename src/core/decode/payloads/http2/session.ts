/**
 * HTTP/2 in clear (h2c): from the client's preface, or behind an upgrade. Takes
 * the contiguous bytes of both sides, gives one part per destination that
 * requests ask for, for as long as the flow lives, and what runs inside CONNECT
 * streams. Keeps no body, no path and no secret.
 */
import type { ProblemCode } from '../../../base/problem.ts';
import type { Micros } from '../../../base/time.ts';
import type { HttpFacts, HttpPart } from '../http/facts.ts';
import { noteStatus, PART_SIZE, Parts, type OpenPart } from '../http/parts.ts';
import type { Decoder, PayloadFacts, Recognise, Session, SessionSink, Side } from '../session.ts';
import { Tunnel } from '../tunnel.ts';
import { Frames, type FrameListener } from './frames.ts';
import { Hpack } from './hpack.ts';
import { recogniseHttp2 } from './recognise.ts';
import { keepField, requestOf, statusOf, type BlockFields } from './requests.ts';

/** HTTP/2 over TCP without TLS; `recognise` finds what runs inside CONNECT streams. */
export function http2Decoder(recognise: Recognise): Decoder {
  return { protocol: PROTOCOL, transport: 'tcp', recognise: recogniseHttp2, open: (sink, depth) => new Http2Session(sink, recognise, depth) };
}

interface OpenStream {
  readonly part: OpenPart | undefined;
  /** What a success makes of the stream. */
  readonly wants: 'tunnel' | 'switch' | undefined;
  readonly tunnel: Tunnel | undefined;
}

class Http2Session implements Session {
  private readonly sink: SessionSink;
  private readonly recognise: Recognise;
  private readonly depth: number;
  private readonly parts = new Parts();
  private readonly tables = { up: new Hpack(), down: new Hpack() };
  private readonly up: Frames;
  private readonly down: Frames;
  private readonly streams = new Map<number, OpenStream>();
  /** What the tunnels of each part that the proxy let through carried, as far as they are read. */
  private readonly tunnels = new Map<OpenPart, Tunnel[]>();
  /** Parts with tunnels beyond the caps. */
  private readonly unread = new Set<OpenPart>();
  private openTunnels = 0;
  private grpc = false;
  private readonly told = new Set<string>();
  private at: Micros = 0;
  private frame = 0;

  constructor(sink: SessionSink, recognise: Recognise, depth: number) {
    this.sink = sink;
    this.recognise = recognise;
    this.depth = depth;
    this.up = new Frames(this.listener('up', (stream, fields, at, frame) => this.request(stream, fields, at, frame)), true);
    this.down = new Frames(this.listener('down', (stream, fields) => this.response(stream, fields)), false);
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    this.at = at;
    this.frame = frame;
    const end = this[side].push(data, at, frame);
    if (this.parts.size > 1) this.parts.count(side, data.length - end, at, frame);
    return this.isWanted();
  }

  gap(side: Side, length: number): boolean {
    this[side].gap(length);
    return this.isWanted();
  }

  held(): number {
    const { up, down, tables, parts, streams } = this;
    let inside = 0;
    for (const { tunnel } of streams.values()) inside += tunnel?.held ?? 0;
    for (const tunnels of this.tunnels.values()) inside += tunnels.length * TUNNEL_SIZE;
    return SESSION_SIZE + up.held + down.held + tables.up.held + tables.down.held + parts.kept * PART_SIZE + streams.size * STREAM_SIZE + inside;
  }

  facts(): PayloadFacts {
    const inside = new Map(Array.from(this.tunnels, ([part, tunnels]) => [part, tellingOf(tunnels, this.unread.has(part))] as const));
    const beyond: HttpPart[] = [];
    let credentialScheme: string | undefined;
    for (const [part, facts] of inside) {
      if (facts?.http !== undefined) beyond.push(...this.parts.adopt(facts.http, part));
      for (const tunnel of this.tunnels.get(part) ?? []) credentialScheme ??= tunnel.close()?.credentialScheme;
    }
    const one = this.parts.size === 1 ? [...inside.values()][0] : undefined;
    // Several tunnels of one connection carry each their own; one alone is told as HTTP/1 tells it.
    if (this.parts.size > 1) for (const [part, facts] of inside) if (facts !== undefined) part.inside = { protocol: facts.http?.inner ?? facts.protocol, ...(facts.tls === undefined ? {} : { tls: facts.tls }) };
    const parts = [...this.parts.facts(), ...beyond];
    const inner = one?.http?.inner ?? one?.protocol ?? (this.grpc && !parts.some(({ form }) => form === 'authority') ? 'grpc' : undefined);
    const http: HttpFacts = { parts, moreParts: this.parts.more, ...(inner === undefined ? {} : { inner }) };
    return { protocol: PROTOCOL, http, ...(one?.tls === undefined ? {} : { tls: one.tls }), ...(credentialScheme === undefined ? {} : { credentialScheme }) };
  }

  /** Requests tell the destinations: without them nothing more is to be learned, unless bytes of several parts are counted. */
  private isWanted(): boolean {
    return this.up.broken === undefined || this.parts.size > 1;
  }

  private listener(side: Side, read: (stream: number, fields: BlockFields, at: Micros, frame: number) => void): FrameListener {
    const table = this.tables[side];
    return {
      begins: (stream) => {
        const part = this.streams.get(stream)?.part;
        if (part !== undefined) this.parts.turn(side, part);
      },
      block: (stream, pushed, data, start, end, at, frame) => {
        const fields: BlockFields = { authorities: [], hosts: [] };
        const isSound = table.read(data, start, end, (name, value) => keepField(fields, name, value));
        // What was read before the damage was sent all the same; what a server would push nobody asked for.
        if (!pushed) read(stream, fields, at, frame);
        if (!isSound) this.tell('http-damaged', `${side === 'up' ? 'request' : 'response'} header block`);
        return isSound;
      },
      content: (stream, data) => this.streams.get(stream)?.tunnel?.push(side, data, this.at, this.frame),
      lost: (stream, length) => this.streams.get(stream)?.tunnel?.gap(side, length),
      ends: (stream, reset) => {
        if (side === 'down' || reset) this.forget(stream);
      },
      took: (length) => {
        this.parts.count(side, length, this.at, this.frame);
        const { broken } = this[side];
        if (broken === 'cap') this.tell('http-cap', `${side === 'up' ? 'request' : 'response'} header block`);
        else if (broken === 'damaged') this.tell('http-damaged', `${side === 'up' ? 'request' : 'response'} frames`);
      },
    };
  }

  private request(stream: number, fields: BlockFields, at: Micros, frame: number): void {
    // Trailers of a request (RFC 9113 §8.1) have no method.
    if (fields.method === undefined && this.streams.has(stream)) return;
    const head = requestOf(fields);
    if (head === undefined) {
      this.tell('http-damaged', 'request without a method');
      return;
    }
    if (head.damage !== undefined) this.tell('http-damaged', head.damage);
    if (fields.grpc === true) this.grpc = true;
    const part = this.parts.ask(head, at, frame);
    if (part === undefined) this.tell('http-cap', 'destinations');
    const wants = head.form === 'authority' ? 'tunnel' : head.upgrade === undefined ? undefined : 'switch';
    const [oldest] = this.streams.size >= STREAM_CAP ? this.streams.keys() : [];
    if (oldest !== undefined) this.forget(oldest);
    this.streams.set(stream, { part, wants, tunnel: wants === 'tunnel' && part !== undefined ? this.openTunnel(head.asked[0]?.port ?? 0) : undefined });
  }

  private response(stream: number, fields: BlockFields): void {
    const status = statusOf(fields);
    const open = this.streams.get(stream);
    // RFC 9110 §15.2: interim responses announce the one that counts.
    if (status === undefined || status < 200 || open === undefined) return;
    const { part, wants, tunnel } = open;
    if (part === undefined) return;
    this.parts.turn('down', part);
    if (wants !== undefined && status < 300) {
      part.switched = true;
      if (wants === 'tunnel') this.keep(part, tunnel);
    }
    noteStatus(part, status);
  }

  private keep(part: OpenPart, tunnel: Tunnel | undefined): void {
    const kept = this.tunnels.get(part) ?? [];
    if (tunnel === undefined || kept.length >= KEPT_CAP) this.unread.add(part);
    else kept.push(tunnel);
    this.tunnels.set(part, kept);
  }

  /** A client may send before it hears whether the tunnel stands: what it sent is read, and counts only if it does. */
  private openTunnel(port: number): Tunnel | undefined {
    if (this.openTunnels >= TUNNEL_CAP) return undefined;
    this.openTunnels++;
    const { sink, recognise, depth } = this;
    return new Tunnel({ sink, recognise, port, depth });
  }

  private forget(stream: number): void {
    const tunnel = this.streams.get(stream)?.tunnel;
    if (tunnel !== undefined) {
      tunnel.close();
      this.openTunnels--;
    }
    this.streams.delete(stream);
  }

  /** Each detail once: one flow with a thousand damaged blocks is one blind spot. */
  private tell(code: ProblemCode, detail: string): void {
    if (this.told.has(detail)) return;
    this.told.add(detail);
    this.sink.problem({ code, detail });
  }
}

/** What one line on several tunnels to one destination says: never TLS where another of them was in clear, or is not known. */
function tellingOf(tunnels: readonly Tunnel[], isUnread: boolean): PayloadFacts | undefined {
  const known = tunnels.map((tunnel) => tunnel.close()).filter((facts) => facts !== undefined);
  const clear = known.find(({ tls }) => tls === undefined);
  if (clear !== undefined || known.length === 0) return clear;
  return isUnread || tunnels.some((tunnel) => tunnel.isUsed && tunnel.close() === undefined) ? UNKNOWN : known[0];
}

const UNKNOWN: PayloadFacts = { protocol: 'unknown' };
const PROTOCOL = 'h2c';
/** Bytes that a session takes, as measured, beside those that every flow is counted with; a stream; a tunnel with what was said in it. */
const SESSION_SIZE = 2048;
const STREAM_SIZE = 128;
const TUNNEL_SIZE = 2048;
/** Streams open at once: servers allow 100 to 256. */
const STREAM_CAP = 1024;
/** Tunnels kept of one destination. */
const KEPT_CAP = 64;
/** CONNECT streams read at once on one connection; each may hold what a TLS handshake takes. */
const TUNNEL_CAP = 16;
