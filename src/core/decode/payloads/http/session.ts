/**
 * HTTP/1.x in clear: takes the contiguous bytes of both sides, gives one part
 * per destination that request heads ask for, for as long as the flow lives,
 * and what was recognised inside a CONNECT tunnel or after an upgrade. Keeps
 * no body, no path and no secret. After lost bytes it starts anew at the next
 * segment that begins a message.
 */
import type { ProblemCode } from '../../../base/problem.ts';
import type { Micros } from '../../../base/time.ts';
import { HeldBytes } from '../held-bytes.ts';
import type { Decoder, PayloadFacts, Recognise, Session, SessionSink, Side } from '../session.ts';
import { Tunnel } from '../tunnel.ts';
import { readRequest, readResponse, type Body, type RequestHead } from './head.ts';
import { MessageStream, type Cut, type Next } from './message-stream.ts';
import { noteStatus, PART_SIZE, Parts } from './parts.ts';
import { PendingRequests, type Pending } from './pending-requests.ts';
import { recogniseHttp, startsRequest, startsResponse } from './recognise.ts';

/** HTTP/1.x over TCP; `recognise` finds what runs inside tunnels. */
export function httpDecoder(recognise: Recognise): Decoder {
  return { protocol: 'http', transport: 'tcp', recognise: (data) => recogniseHttp(data), open: (sink, depth) => new HttpSession(sink, recognise, depth) };
}

class HttpSession implements Session {
  private readonly sink: SessionSink;
  private readonly recognise: Recognise;
  /** Sessions around this one. */
  private readonly depth: number;
  private readonly parts = new Parts();
  private readonly pending = new PendingRequests();
  private readonly up: MessageStream;
  private readonly down: MessageStream;
  /** What the client sent behind a request that may end HTTP, before the answer came. */
  private readonly early = new HeldBytes(HOLD_CAP);
  private earlyAt: Micros = 0;
  private earlyFrame = 0;
  /** Bytes behind {@link early} that did not fit or were lost. */
  private earlyMissing = 0;
  private waiting: Pending | undefined;
  /** Status of an answer that could end HTTP and came before any request: captures on two interfaces may swap packets. */
  private unasked = 0;
  private tunnel: Tunnel | undefined;
  /** The protocol switched to, when its name says all that can be known. */
  private upgraded: string | undefined;
  private readonly told = new Set<string>();
  private at: Micros = 0;
  private frame = 0;

  constructor(sink: SessionSink, recognise: Recognise, depth: number) {
    this.sink = sink;
    this.recognise = recognise;
    this.depth = depth;
    const took = (side: Side) => (length: number): void => this.parts.count(side, length, this.at, this.frame);
    this.up = new MessageStream({ head: this.request.bind(this), took: took('up') }, startsRequest);
    this.down = new MessageStream({ head: this.response.bind(this), took: took('down') }, startsResponse);
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    this.at = at;
    this.frame = frame;
    if (this.tunnel !== undefined) this.pushInner(side, data, at, frame);
    else if (side === 'up') this.pushUp(data, at, frame);
    else this.pushDown(data, at, frame);
    return this.isWanted();
  }

  gap(side: Side, length: number): boolean {
    if (this.tunnel !== undefined) {
      this.parts.count(side, length, this.at, this.frame);
      this.tunnel.gap(side, length);
    } else if (side === 'down') {
      this.down.gap(length);
      if (this.down.lost) this.pending.unsure();
    } else if (this.up.stopped) this.earlyMissing += length;
    else this.up.gap(length);
    return this.isWanted();
  }

  held(): number {
    return this.up.size + this.down.size + this.early.size + this.parts.kept * PART_SIZE + (this.tunnel?.held ?? 0);
  }

  facts(): PayloadFacts {
    if (this.tunnel === undefined) {
      this.up.close();
      this.down.close();
      this.decideUnanswered();
    }
    const inner = this.tunnel?.close();
    const beyond = inner?.http === undefined ? [] : this.upgraded === HTTP2 ? this.parts.continueWith(inner.http) : this.parts.adopt(inner.http);
    const name = this.upgraded ?? inner?.http?.inner ?? inner?.protocol;
    const credentialScheme = inner?.credentialScheme;
    const http = { parts: [...this.parts.facts(), ...beyond], moreParts: this.parts.more, ...(name === undefined ? {} : { inner: name }) };
    return {
      protocol: 'http', http, ...(inner?.tls === undefined ? {} : { tls: inner.tls }), ...(inner?.media === undefined ? {} : { media: inner.media }),
      ...(credentialScheme === undefined ? {} : { credentialScheme }),
    };
  }

  /** Once HTTP has ended and what came after it is known, only the counts of several parts still need bytes. */
  private isWanted(): boolean {
    const isKnown = (this.upgraded !== undefined && this.upgraded !== HTTP2) || this.tunnel?.done === true;
    return !isKnown || this.parts.size > 1;
  }

  private pushUp(data: Uint8Array, at: Micros, frame: number): void {
    let from = 0;
    while (from < data.length && this.tunnel === undefined) {
      if (this.up.stopped && !this.passedOver(data, from)) {
        this.keep(data, from, at, frame);
        return;
      }
      from = this.up.push(data, from, at, frame);
    }
    if (from < data.length) this.pushInner('up', data.subarray(from), at, frame);
  }

  private pushDown(data: Uint8Array, at: Micros, frame: number): void {
    const end = this.down.push(data, 0, at, frame);
    if (this.down.lost) this.pending.unsure();
    if (end < data.length) this.pushInner('down', data.subarray(end), at, frame);
  }

  /** A client that sends another request behind one with Upgrade does not wait for the switch. Inside CONNECT it would prove nothing. */
  private passedOver(data: Uint8Array, from: number): boolean {
    if (this.waiting?.wants !== 'upgrade' || this.early.length > 0 || this.earlyMissing > 0) return false;
    if (startsRequest(data.subarray(from)) !== 'yes') return false;
    this.stopWaiting();
    return true;
  }

  private keep(data: Uint8Array, from: number, at: Micros, frame: number): void {
    if (this.early.length === 0) {
      this.earlyAt = at;
      this.earlyFrame = frame;
    }
    this.earlyMissing += this.earlyMissing > 0 ? data.length - from : this.early.add(data, from, data.length);
    if (this.waiting?.wants === 'upgrade' && this.earlyMissing === 0 && startsRequest(this.early.view()) === 'yes') this.replay();
  }

  /** What was waited for did not happen: what was kept are messages. */
  private replay(): void {
    const early = this.early.release();
    const missing = this.earlyMissing;
    this.earlyMissing = 0;
    this.stopWaiting();
    this.pushUp(early, this.earlyAt, this.earlyFrame);
    if (missing > 0) this.gap('up', missing);
  }

  private stopWaiting(): void {
    this.waiting = undefined;
    this.up.goOn();
  }

  private request(data: Uint8Array, start: number, end: number, at: Micros, frame: number, cut: Cut | undefined): Next {
    if (cut === 'cap') this.tell('http-cap', 'request head');
    const head = readRequest(data, start, end);
    if (head === undefined) {
      if (cut === undefined) this.tell('http-damaged', 'request line');
      return LOST;
    }
    if (head.damage !== undefined && cut === undefined) this.tell('http-damaged', head.damage);
    const part = this.parts.ask(head, at, frame);
    if (part === undefined) this.tell('http-cap', 'destinations');
    const asked: Pending = { part, head: head.method === 'HEAD', wants: wantsOf(head), port: head.asked[0]?.port ?? 0 };
    if (this.switches(asked, this.unasked)) {
      this.parts.answer(part);
      this.switchTo(asked, this.unasked);
      return STOP;
    }
    this.pending.add(asked);
    if (asked.wants === undefined) return { body: cut === undefined ? head.body : 'lost', stop: false };
    this.waiting = asked;
    return cut === undefined || asked.wants === 'tunnel' ? { body: head.body, stop: true } : LOST;
  }

  private response(data: Uint8Array, start: number, end: number, _at: Micros, _frame: number, cut: Cut | undefined): Next {
    if (cut === 'cap') this.tell('http-cap', 'response head');
    const head = readResponse(data, start, end);
    if (head === undefined) {
      if (cut === undefined) this.tell('http-damaged', 'status line');
      return LOST;
    }
    if (head.damage !== undefined && cut === undefined) this.tell('http-damaged', head.damage);
    const { status } = head;
    // RFC 9110 §15.2: interim responses announce the one that counts.
    if (status < 200 && status !== 101) return cut === undefined ? { body: 0, stop: false } : LOST;
    const asked = this.pending.answer();
    if (asked === undefined) {
      if (status === 101 || head.body === 'close') this.unasked = status;
    } else {
      this.parts.answer(asked.part);
      if (this.switches(asked, status)) {
        this.switchTo(asked, status);
        return STOP;
      }
      if (asked.part !== undefined) noteStatus(asked.part, status, head.proxyError);
      if (asked === this.waiting) this.replay();
    }
    if (status === 101 && asked !== undefined) this.tell('http-damaged', 'unasked 101');
    return { body: cut !== undefined || status === 101 ? 'lost' : responseBody(asked, status, head.body), stop: false };
  }

  private switches(asked: Pending, status: number): boolean {
    return asked.wants === 'tunnel' ? status >= 200 && status < 300 : asked.wants === 'upgrade' && status === 101;
  }

  private switchTo(asked: Pending, status: number): void {
    if (asked.part !== undefined) {
      asked.part.switched = true;
      noteStatus(asked.part, status);
    }
    const protocol = asked.wants === 'upgrade' ? (asked.part?.upgrade ?? '').toLowerCase().split(/[,\s/]/, 1)[0] : undefined;
    if (protocol !== undefined && NAMED_UPGRADES.has(protocol)) this.upgraded = protocol;
    this.openTunnel(asked.port);
  }

  private openTunnel(port: number): void {
    const { sink, recognise, depth } = this;
    this.tunnel = new Tunnel({ sink, recognise, port, depth });
    this.waiting = undefined;
    this.pushInner('up', this.early.release(), this.earlyAt, this.earlyFrame);
    if (this.earlyMissing > 0) this.gap('up', this.earlyMissing);
  }

  private pushInner(side: Side, data: Uint8Array, at: Micros, frame: number): void {
    this.parts.count(side, data.length, at, frame);
    if (this.upgraded === undefined || this.upgraded === HTTP2) this.tunnel?.push(side, data, at, frame);
  }

  /**
   * The flow ended while CONNECT awaited its answer, or the answer was not
   * captured. A client that goes on with anything but a request to a proxy was
   * let through: what it sent tells the inside, though no switch was seen.
   */
  private decideUnanswered(): void {
    while (this.waiting?.wants === 'tunnel' && this.early.length > 0) {
      const next = readRequest(this.early.view(), 0, this.early.length);
      if (next === undefined || next.form === 'origin') this.openTunnel(this.waiting.port);
      else this.replay();
      this.up.close();
    }
  }

  /** Each detail once: one flow with a thousand damaged heads is one blind spot. */
  private tell(code: ProblemCode, detail: string): void {
    if (this.told.has(detail)) return;
    this.told.add(detail);
    this.sink.problem({ code, detail });
  }
}

function wantsOf(head: RequestHead): Pending['wants'] {
  if (head.form === 'authority') return 'tunnel';
  return head.upgrade === undefined ? undefined : 'upgrade';
}

/** RFC 9112 §6.3: these never have a body, whatever their fields say. */
function responseBody(asked: Pending | undefined, status: number, framed: Body): Body {
  return asked?.head === true || status === 204 || status === 304 ? 0 : framed;
}

const LOST: Next = { body: 'lost', stop: false };
const STOP: Next = { body: 0, stop: true };
const HTTP2 = 'h2c';
/** What follows these switches is named by them; of HTTP/2 the requests are read, the rest is never recognised. */
const NAMED_UPGRADES: ReadonlySet<string> = new Set(['websocket', HTTP2]);
/** A ClientHello with post-quantum keys has about 2 KB; clients rarely send even that before the answer. */
const HOLD_CAP = 16_384;
