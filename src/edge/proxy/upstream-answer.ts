/**
 * What an upstream HTTP proxy answers to one request of a client's. Takes its
 * bytes, gives what goes to the client and whether the two connections stay a
 * pair: after a challenge they do, since NTLM and Negotiate authenticate a
 * connection and not a request (RFC 4559 §6). Reads no challenge; keeps no byte.
 */
import { latin1 } from '../../core/base/bytes.ts';
import { readResponse, type Body } from '../../core/decode/payloads/http/head.ts';
import { BodyMeter, joined } from './body.ts';

/** What an upstream's words mean; of `rest` nothing is understood. */
export type AnswerHeard =
  | { readonly kind: 'more' }
  /** `fields`: what its answer says of authentication, for the client. */
  | { readonly kind: 'through'; readonly rest: Uint8Array; readonly fields: readonly string[] }
  /** `answer`: what an HTTP client is told of it, and ends with. */
  | { readonly kind: 'refused'; readonly reason: string; readonly answer?: Uint8Array }
  /** For the client; then more of it comes, the client is to answer a challenge on the same connections, or both are done. */
  | { readonly kind: 'answer'; readonly bytes: Uint8Array; readonly next: 'more' | 'challenged' | 'over' };

export interface Asked {
  /** Of the request that is answered. */
  readonly method: string;
  /** A challenge is the client's to answer. */
  readonly mayPair: boolean;
}

export class UpstreamAnswer {
  private readonly asked: Asked;
  private held: Uint8Array = NOTHING;
  /** Of an answer whose head has gone to the client. */
  private body: BodyMeter | undefined;
  private next: 'challenged' | 'over' = 'over';

  constructor(asked: Asked) {
    this.asked = asked;
  }

  /** The client has the beginning of an answer, so that it cannot be given another one. */
  get isBegun(): boolean {
    return this.body !== undefined;
  }

  hear(data: Uint8Array): AnswerHeard {
    if (this.body !== undefined) return this.pass(NOTHING, data, this.body);
    this.held = joined(this.held, data);
    let interim: Uint8Array = NOTHING;
    for (;;) {
      const { held } = this;
      const text = latin1(held, 0, Math.min(held.length, HEAD_CAP));
      const end = text.indexOf('\r\n\r\n');
      if (end < 0 && held.length >= HEAD_CAP) return { kind: 'refused', reason: 'the upstream proxy answered with a head too long' };
      if (end < 0) return interim.length === 0 ? { kind: 'more' } : { kind: 'answer', bytes: interim, next: 'more' };
      const head = readResponse(held, 0, end + 4);
      if (head === undefined) return { kind: 'refused', reason: 'the upstream proxy did not answer in HTTP' };
      const isInterim = head.status < 200 && head.status !== 101;
      if (!isInterim) return this.final(text.slice(0, end).split('\r\n'), head.status, head.damage === undefined ? head.body : 'lost', interim, held.subarray(end + 4));
      // RFC 9110 §15.2: the final one is still to come. To CONNECT egret itself gives the answer.
      if (this.asked.method !== 'CONNECT') interim = joined(interim, held.subarray(0, end + 4));
      this.held = held.subarray(end + 4);
    }
  }

  private final(lines: readonly string[], status: number, framed: Body, interim: Uint8Array, rest: Uint8Array): AnswerHeard {
    const { method, mayPair } = this.asked;
    if (method === 'CONNECT' && status >= 200 && status < 300) return { kind: 'through', rest, fields: lines.filter((field) => AUTHENTICATION.test(field)) };
    const isBare = method === 'HEAD' || status === 204 || status === 304;
    const length = isBare ? 0 : framed;
    const isFramed = typeof length === 'number' || length === 'chunked';
    const isPair = mayPair && status === 407 && isFramed && isKept(lines);
    if (method === 'CONNECT' && !isPair) return { kind: 'refused', reason: `the upstream proxy answered ${status}`, answer: joined(headFor(lines, false), rest) };
    this.next = isPair ? 'challenged' : 'over';
    this.body = new BodyMeter(isFramed ? length : 'all');
    return this.pass(joined(interim, headFor(lines, isPair)), rest, this.body);
  }

  /** The body as far as it goes: what came behind a whole answer would be taken for one to the next request. */
  private pass(before: Uint8Array, data: Uint8Array, body: BodyMeter): AnswerHeard {
    const belonging = body.take(data);
    if (belonging === 'broken') return { kind: 'answer', bytes: joined(before, data), next: 'over' };
    const bytes = joined(before, data.subarray(0, belonging));
    if (!body.isOver) return { kind: 'answer', bytes, next: 'more' };
    return { kind: 'answer', bytes, next: belonging < data.length ? 'over' : this.next };
  }
}

/** RFC 9112 §9.3; Proxy-Connection is what older proxies say for it. */
function isKept([line = '', ...fields]: readonly string[]): boolean {
  const words = fields.filter((field) => HOP.test(field)).join(',').toLowerCase().split(/[:,\s]+/);
  return !words.includes('close') && (line.startsWith('HTTP/1.1') || words.includes('keep-alive'));
}

/** The same answer on the client's connection, which is kept or ends with it. */
function headFor([line = '', ...fields]: readonly string[], keeps: boolean): Uint8Array {
  const status = keeps ? line.replace(/^HTTP\/1\.0/, 'HTTP/1.1') : line;
  return Buffer.from([status, ...fields.filter((field) => !HOP.test(field)), `Connection: ${keeps ? 'keep-alive' : 'close'}`, '', ''].join('\r\n'), 'latin1');
}

const NOTHING: Uint8Array = new Uint8Array(0);
/** Fields about this hop's connection alone. */
const HOP = /^(?:(?:proxy-)?connection|keep-alive)[ \t]*:/i;
/** With a 200 too: the last word of Negotiate, by which the proxy shows who it is (RFC 4559 §5). */
const AUTHENTICATION = /^prox(?:y-authenticate|y-authentication-info)[ \t]*:/i;
/** Answers to CONNECT are short; a 407 with several challenges stays far below. */
const HEAD_CAP = 65_536;
