/**
 * SOCKS 4, 4a and 5 in clear: who was asked for, whether the proxy agreed, and
 * what runs inside afterwards. To the right of here a SOCKS tunnel is what a
 * CONNECT tunnel is: one part in authority form. No user id and no password is kept.
 */
import { wireText } from '../../../base/wire-text.ts';
import type { Micros } from '../../../base/time.ts';
import { HeldBytes } from '../held-bytes.ts';
import { RECOGNISE_LIMIT, type Decoder, type PayloadFacts, type Recognise, type Recognition, type Session, type SessionSink, type Side } from '../session.ts';
import { Tunnel } from '../tunnel.ts';
import { readMethods, readPassword, readReply4, readReply5, readRequest4, readRequest5, type Read, type Reply, type Request } from './messages.ts';

export function socksDecoder(recognise: Recognise): Decoder {
  return { protocol: PROTOCOL, transport: 'tcp', recognise: recogniseSocks, open: (sink, depth) => new SocksSession(sink, recognise, depth) };
}

class SocksSession implements Session {
  private readonly sink: SessionSink;
  private readonly recognise: Recognise;
  private readonly depth: number;
  private readonly heads = { up: new HeldBytes(MESSAGE_CAP), down: new HeldBytes(MESSAGE_CAP) };
  private version = 0;
  /** What each side says next. */
  private readonly next: { up: 'methods' | 'password' | 'request' | 'done'; down: 'method' | 'status' | 'reply' | 'done' } = { up: 'methods', down: 'method' };
  private hasPassword = false;
  private request: Request | undefined;
  private reply: Reply | undefined;
  private tunnel: Tunnel | undefined;
  private first: { at: Micros; frame: number } | undefined;
  private last = { at: 0, frame: 0 };

  constructor(sink: SessionSink, recognise: Recognise, depth: number) {
    this.sink = sink;
    this.recognise = recognise;
    this.depth = depth;
  }

  push(side: Side, data: Uint8Array, at: Micros, frame: number): boolean {
    this.first ??= { at, frame };
    this.last = { at, frame };
    if (this.tunnel !== undefined) {
      this.tunnel.push(side, data, at, frame);
      return !this.tunnel.done;
    }
    if (this.heads[side].add(data, 0, data.length) > 0) return false;
    return this.readHeld(at, frame) && !this.isTunnelDone();
  }

  gap(side: Side, length: number): boolean {
    if (this.tunnel === undefined) return false;
    this.tunnel.gap(side, length);
    return !this.tunnel.done;
  }

  held(): number {
    return this.heads.up.size + this.heads.down.size + (this.tunnel?.held ?? 0);
  }

  facts(): PayloadFacts {
    const inner = this.tunnel?.close();
    const { request, reply, first, last } = this;
    const sent = this.hasPassword ? { credentialScheme: 'password' } : {};
    const within = inner?.credentialScheme === undefined ? {} : { credentialScheme: inner.credentialScheme };
    if (request?.command !== 'connect' || first === undefined) return { protocol: PROTOCOL, ...sent };
    const part = {
      form: 'authority' as const, host: wireText(request.host), port: request.port, methods: [`SOCKS${this.version}`], switched: reply?.granted === true,
      requests: 1, first, last, up: 0, down: 0, ...sent,
      ...(reply?.granted === false ? { refusal: `socks ${this.version} code ${reply.code}` } : {}),
    };
    const name = inner?.http?.inner ?? inner?.protocol;
    const parts = [part, ...(inner?.http?.parts ?? [])];
    const http = { parts, moreParts: inner?.http?.moreParts ?? 0, ...(name === undefined ? {} : { inner: name }) };
    return { protocol: PROTOCOL, http, ...(inner?.tls === undefined ? {} : { tls: inner.tls }), ...(inner?.media === undefined ? {} : { media: inner.media }), ...within };
  }

  /** Reads every message that is whole; false when one is none. */
  private readHeld(at: Micros, frame: number): boolean {
    for (;;) {
      const before = this.heads.up.length + this.heads.down.length;
      const up = this.readUp();
      const down = up === 'bad' ? 'bad' : this.readDown();
      if (up === 'bad' || down === 'bad') return false;
      if (this.reply !== undefined) return this.settle(at, frame);
      if (this.heads.up.length + this.heads.down.length === before) return true;
    }
  }

  private readUp(): 'bad' | undefined {
    const data = this.heads.up.view();
    if (data.length === 0) return undefined;
    if (this.version === 0) this.version = data[0] ?? 0;
    const { up, down } = this.next;
    if (up === 'methods') return this.version === 4 ? this.take(readRequest4(data)) : this.skip(readMethods(data), 'request');
    if (up === 'password') {
      const length = readPassword(data);
      if (typeof length === 'number') this.hasPassword = true;
      return this.skip(length, 'request');
    }
    // Until the server chose a method nobody knows whether this is a request or a password.
    if (up === 'request' && down !== 'method' && down !== 'status') return this.take(readRequest5(data));
    return undefined;
  }

  private readDown(): 'bad' | undefined {
    const data = this.heads.down.view();
    if (data.length === 0) return undefined;
    if (this.version === 4) return this.answer(readReply4(data));
    if (this.next.down === 'done') return undefined;
    if (this.next.down === 'reply') return this.answer(readReply5(data));
    return data.length < 2 ? undefined : this.readChoice(data);
  }

  /** The server chose a way to authenticate, or said whether the password was right. */
  private readChoice(data: Uint8Array): 'bad' | undefined {
    const [version, choice = 0xff] = data;
    if (this.next.down === 'method') {
      if (version !== 5 || !METHODS.has(choice)) return 'bad';
      if (choice === PASSWORD) this.next.up = 'password';
      this.next.down = choice === PASSWORD ? 'status' : 'reply';
      return this.drop('down', 2);
    }
    this.next.down = 'reply';
    return choice === 0 ? this.drop('down', 2) : 'bad';
  }

  private take(read: Read<Request>): 'bad' | undefined {
    if (read === undefined || read === 'bad') return read;
    this.request = read;
    this.next.up = 'done';
    return this.drop('up', read.length);
  }

  private skip(length: Read<number>, next: 'request'): 'bad' | undefined {
    if (length === undefined || length === 'bad') return length;
    this.next.up = next;
    return this.drop('up', length);
  }

  private answer(read: Read<Reply>): 'bad' | undefined {
    if (read === undefined || read === 'bad') return read;
    this.reply = read;
    this.next.down = 'done';
    return this.drop('down', read.length);
  }

  private drop(side: Side, length: number): undefined {
    const rest = this.heads[side].release().subarray(length);
    this.heads[side].add(rest, 0, rest.length);
    return undefined;
  }

  /** The proxy answered: what waited behind its answer is the inside's. */
  private settle(at: Micros, frame: number): boolean {
    if (this.reply?.granted !== true || this.request?.command !== 'connect') return false;
    const { sink, recognise, depth } = this;
    this.tunnel = new Tunnel({ sink, recognise, port: this.request.port, depth });
    for (const side of ['up', 'down'] as const) this.tunnel.push(side, this.heads[side].release(), at, frame);
    return true;
  }

  private isTunnelDone(): boolean {
    return this.tunnel?.done === true;
  }
}

/** A request of SOCKS 4 ends in text, a list of methods is as long as it says; a server's choice is never the first byte of a flow. */
function recogniseSocks(data: Uint8Array): Recognition {
  const [version, second = 0] = data;
  if (version === undefined) return 'more';
  if (version === 4) {
    if (data.length < 9) return second <= 2 ? 'more' : 'no';
    return (second === 1 || second === 2) && (data[2] !== 0 || data[3] !== 0) && isText4(data) ? 'client' : 'no';
  }
  if (version !== 5) return 'no';
  if (data.length < 2) return 'more';
  if (second === 0 || second > METHOD_LIST_CAP) return 'no';
  if (data.length < 2 + second) return 'more';
  // Some clients send their request right behind; anything else there is another protocol.
  const behind = data[2 + second];
  return data.subarray(2, 2 + second).every((method) => method < 10 || method >= 0x80) && (behind === undefined || behind === 5 || behind === 1) ? 'client' : 'no';
}

/** A client waits for the answer: a request of SOCKS 4 ends with its user id, in 4a with its name, and both are printable text. */
function isText4(data: Uint8Array): boolean {
  const named = data[4] === 0 && data[5] === 0 && data[6] === 0 && data[7] !== 0;
  let ends = 0;
  for (let at = 8; at < data.length; at++) {
    const byte = data[at] ?? 0;
    if (byte === 0) ends++;
    else if (byte < 0x20 || byte === 0x7f || ends === (named ? 2 : 1)) return false;
  }
  return ends === (named ? 2 : 1) || data.length >= RECOGNISE_LIMIT;
}

const PROTOCOL = 'socks';
const PASSWORD = 2;
/** None and user name with password; after GSS-API nothing is in clear. */
const METHODS: ReadonlySet<number> = new Set([0, PASSWORD]);
/** Ways to authenticate that a client offers; real ones offer up to four. */
const METHOD_LIST_CAP = 16;
/** Bytes held of one side before the tunnel: a user name and password of 255 each, a request, and an early hello. */
const MESSAGE_CAP = 16_384;
