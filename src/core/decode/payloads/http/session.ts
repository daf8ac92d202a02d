/**
 * The HTTP/1.x decoder: every request head in the life of a cleartext flow,
 * with responses followed far enough to pair them and to see a switch to
 * another protocol, which is then recognised inside. Tells one part for each
 * destination asked for; never keeps a path, a body or a secret.
 */
import type { Micros } from '../../../base/time.ts';
import type { Decoder, PayloadFacts, Recognise, Session, SessionSink, Side } from '../session.ts';
import type { HttpFacts, HttpPart } from './facts.ts';
import { readRequest, readResponse, type Body, type RequestHead, type ResponseHead } from './head.ts';
import { MessageStream, type Next } from './message-stream.ts';
import { countRequest, Parts, type Part } from './parts.ts';
import { recogniseHttp, startsRequest, startsResponse } from './recognise.ts';
import { Tunnel } from './tunnel.ts';

/** `recognise` finds what runs inside tunnels; it is handed in because it knows this decoder, too. */
export function httpDecoder(recognise: Recognise): Decoder {
  return { protocol: 'http', transport: 'tcp', recognise: (data) => recogniseHttp(data), open: (sink) => new HttpSession(sink, recognise, 0) };
}

class HttpSession implements Session {
  private readonly sink: SessionSink;
  private readonly recognise: Recognise;
  private readonly depth: number;
  private readonly parts = new Parts();
  private readonly up: MessageStream;
  private readonly down: MessageStream;
  /** Requests whose final response has not come, in order. */
  private waiting: Waiting[] = [];
  private readonly current: Record<Side, Part | undefined> = { up: undefined, down: undefined };
  /** Client bytes behind a request to switch, until its response says what they are. */
  private held: Held | undefined;
  /** The response to the request to switch was lost: the next client bytes must say themselves what they are. */
  private undecided = false;
  private tunnel: Tunnel | undefined;
  private inner: string | undefined;
  private done = false;

  constructor(sink: SessionSink, recognise: Recognise, depth: number) {
    this.sink = sink;
    this.recognise = recognise;
    this.depth = depth;
    this.up = new MessageStream(
      { head: (data, start, end, at, frame, cut) => this.request(data, start, end, at, frame, cut), took: (length) => this.count('up', length) },
      (data) => startsRequest(data) === 'yes',
    );
    this.down = new MessageStream(
      { head: (data, start, end, _at, _frame, cut) => this.response(data, start, end, cut), took: (length) => this.count('down', length) },
      (data) => startsResponse(data) === 'yes',
    );
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    if (this.done) return false;
    if (this.tunnel !== undefined) this.inside(side, data, at, frame);
    else if (side === 'up') this.fromClient(data, at, frame);
    else this.fromServer(data, at, frame);
    return !this.done;
  }

  gap(side: Side, length: number): boolean {
    if (this.done) return false;
    if (this.tunnel !== undefined) {
      this.count(side, length);
      this.done = !this.tunnel.gap(side, length);
      return !this.done;
    }
    if (this[side].gap(length)) return true;
    // Requests or responses may be among the lost bytes: what was waiting can no longer be paired.
    this.waiting = [];
    this.undecided = this.up.stopped;
    if (side === 'up') this.held = undefined;
    else this.decideAlone();
    return true;
  }

  facts(): PayloadFacts {
    this.decideAlone();
    const inner = this.tunnel?.facts();
    const beyond = inner?.http === undefined ? [] : innerParts(inner.http, this.current.up);
    const name = this.inner ?? inner?.http?.inner ?? this.tunnel?.protocol;
    const http: HttpFacts = {
      parts: [...this.parts.list(), ...beyond],
      moreParts: this.parts.more + (inner?.http?.moreParts ?? 0),
      ...(name === undefined ? {} : { inner: name }),
    };
    return { protocol: 'http', http, ...(inner?.tls === undefined ? {} : { tls: inner.tls }) };
  }

  private fromClient(data: Uint8Array, at: Micros, frame: number): void {
    const from = this.up.push(data, at, frame);
    if (from === data.length) return;
    const rest = data.subarray(from);
    this.held = this.held === undefined ? { bytes: rest.slice(), at, frame } : { ...this.held, bytes: joined(this.held.bytes, rest) };
    if (this.undecided) this.decideAlone();
    else if (this.held.bytes.length > HOLD_CAP) this.overflow(this.held.bytes);
  }

  /** Too much without a response. Requests are dropped and looked for anew at the next segment: taking them up here could go on for each of them. */
  private overflow(bytes: Uint8Array): void {
    if (startsRequest(bytes) !== 'yes') {
      this.decideAlone();
      return;
    }
    this.held = undefined;
    this.undecided = true;
    this.sink.problem({ code: 'http-cap', detail: 'bytes before the response to a switch' });
  }

  private fromServer(data: Uint8Array, at: Micros, frame: number): void {
    const from = this.down.push(data, at, frame);
    if (this.tunnel === undefined || this.done) return;
    const { held } = this;
    this.held = undefined;
    if (held !== undefined) this.inside('up', held.bytes, held.at, held.frame);
    if (!this.done && from < data.length) this.inside('down', data.subarray(from), at, frame);
  }

  private inside(side: Side, data: Uint8Array, at: Micros, frame: number): void {
    this.count(side, data.length);
    this.done = this.tunnel?.push(side, data, at, frame) !== true;
  }

  private request(data: Uint8Array, start: number, end: number, at: Micros, frame: number, cut: boolean): Next {
    const head = readRequest(data, start, end);
    if (head === undefined || head.damage !== undefined) this.sink.problem({ code: 'http-damaged', detail: head?.damage ?? 'request line' });
    if (cut) this.sink.problem({ code: 'http-cap', detail: 'request head' });
    if (head === undefined) return LOST;
    const beyond = this.parts.more;
    const part = this.note(head, at, frame);
    if (this.parts.more > beyond) this.sink.problem({ code: 'http-cap', detail: 'destinations of one connection' });
    this.current.up = part;
    const body = cut ? 'lost' : head.body;
    const switches = body !== 'lost' && (head.form === 'authority' || head.upgrade !== undefined);
    this.waiting.push({ method: head.method, part, switches });
    if (this.waiting.length > WAITING_CAP) this.waiting = [];
    return { body, stop: switches };
  }

  /** Counts the request for what it asked; hosts in conflict with that become parts of their own, so that each is judged. */
  private note(head: RequestHead, at: Micros, frame: number): Part | undefined {
    const [main, ...others] = head.asked;
    const part = this.parts.find({ form: head.form, host: main?.host, port: main?.port }, at, frame);
    for (const other of others) {
      const beside = this.parts.find({ form: 'origin', host: other.host, port: other.port }, at, frame);
      if (beside !== undefined) countRequest(beside, head.method, at, frame);
    }
    if (part === undefined) return undefined;
    countRequest(part, head.method, at, frame);
    if (head.upgrade !== undefined) part.upgrade ??= head.upgrade;
    if (head.credentialScheme !== undefined) part.credentialScheme ??= head.credentialScheme;
    return part;
  }

  private response(data: Uint8Array, start: number, end: number, cut: boolean): Next {
    const head = readResponse(data, start, end);
    if (head === undefined || head.damage !== undefined) this.sink.problem({ code: 'http-damaged', detail: head?.damage ?? 'status line' });
    if (cut) this.sink.problem({ code: 'http-cap', detail: 'response head' });
    if (head === undefined) return LOST;
    // RFC 9110 §15.2: interim responses come before the final one, and 101 is the only last of them.
    if (head.status < 200 && head.status !== SWITCHING) return { body: 0, stop: false };
    const asked = this.waiting.shift();
    this.current.down = asked?.part;
    if (asked?.part !== undefined) asked.part.status ??= head.status;
    const connected = asked?.method === 'CONNECT' && head.status >= 200 && head.status < 300;
    if (connected || head.status === SWITCHING) {
      this.enterTunnel(asked?.part, head);
      return { body: 0, stop: true };
    }
    if (asked?.switches === true) this.release();
    return { body: cut ? 'lost' : bodyOf(head, asked?.method), stop: false };
  }

  private enterTunnel(part: Part | undefined, head: ResponseHead): void {
    if (part !== undefined) part.switched = true;
    this.current.up ??= part;
    const protocol = (head.upgrade ?? part?.upgrade ?? '').toLowerCase().split(/[,\s]/, 1)[0] ?? '';
    if (head.status === SWITCHING && KNOWN_UPGRADES.has(protocol)) {
      this.inner = protocol;
      this.done = true;
    }
    this.openTunnel();
  }

  private openTunnel(): void {
    const openHttp = this.depth < NEST_CAP ? () => new HttpSession(this.sink, this.recognise, this.depth + 1) : undefined;
    this.tunnel = new Tunnel({ sink: this.sink, recognise: this.recognise, port: this.current.up?.port ?? 0, openHttp });
  }

  /** The switch was refused: what was held is HTTP after all. */
  private release(): void {
    this.up.resume();
    this.undecided = false;
    const { held } = this;
    this.held = undefined;
    if (held !== undefined) this.fromClient(held.bytes, held.at, held.frame);
  }

  /** No response will tell what the held bytes are: a request line makes them HTTP, anything else a tunnel. */
  private decideAlone(): void {
    const { held } = this;
    if (held === undefined || this.tunnel !== undefined) return;
    if (startsRequest(held.bytes) === 'yes') {
      this.release();
      return;
    }
    this.held = undefined;
    this.openTunnel();
    this.inside('up', held.bytes, held.at, held.frame);
  }

  private count(side: Side, length: number): void {
    const part = this.current[side];
    if (part !== undefined) part[side] += length;
  }
}

interface Waiting {
  readonly method: string;
  readonly part: Part | undefined;
  readonly switches: boolean;
}

interface Held {
  readonly bytes: Uint8Array;
  readonly at: Micros;
  readonly frame: number;
}

/** RFC 9112 §6.3, rules 1 and 2. */
function bodyOf(head: ResponseHead, method: string | undefined): Body {
  return method === 'HEAD' || head.status === 204 || head.status === 304 ? 0 : head.body;
}

/**
 * Requests inside a CONNECT tunnel go where CONNECT went: the same host is the
 * same part, which takes over a credential. Another one is shown as asked of the
 * proxy (`absolute`), since the flow's own server is not where it goes.
 */
function innerParts(inner: HttpFacts, outer: Part | undefined): readonly HttpPart[] {
  const others: HttpPart[] = [];
  for (const part of inner.parts) {
    if (part.host === undefined) continue;
    const port = part.port ?? outer?.port;
    if (outer?.host?.toLowerCase() !== part.host.toLowerCase() || port !== outer.port) others.push({ ...part, ...(outer?.form === 'authority' ? { form: 'absolute' } : {}), ...(port === undefined ? {} : { port }) });
    else if (part.credentialScheme !== undefined) outer.credentialScheme ??= part.credentialScheme;
  }
  return others;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

const LOST: Next = { body: 'lost', stop: false };
const SWITCHING = 101;
/** After these nothing more is to be recognised: the upgrade names what follows. */
const KNOWN_UPGRADES: ReadonlySet<string> = new Set(['websocket', 'h2c']);
/** Bytes a client may send before it hears whether the switch was granted: one TLS hello with a post-quantum key share fits several times. */
const HOLD_CAP = 16_384;
/** Requests in flight at once on one connection; pipelining clients keep to some dozens. */
const WAITING_CAP = 256;
/** HTTP in a tunnel in a tunnel happens behind chained proxies; deeper is an attack on the stack. */
const NEST_CAP = 3;
