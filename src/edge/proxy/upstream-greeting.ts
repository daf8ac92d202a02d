/**
 * The words with an upstream proxy before it lets anything through: CONNECT
 * with Basic authentication, or SOCKS 5 with a user name. Takes what it
 * answers, gives what to say next; the destination's name goes on unresolved.
 */
import { canonicalAddress, formatEndpoint } from '../../core/base/address.ts';
import { latin1 } from '../../core/base/bytes.ts';
import { readReply5 } from '../../core/decode/payloads/socks/messages.ts';
import { joined } from './body.ts';
import type { ProxyRequest } from './request.ts';
import type { Upstream } from './upstream.ts';

/** What an upstream's answer means; `used` bytes of it are behind us. */
export type UpstreamHeard =
  | { readonly kind: 'more' }
  | { readonly kind: 'say'; readonly bytes: Uint8Array; readonly used: number }
  | { readonly kind: 'through'; readonly used: number }
  /** `isHttp`: its answer is one that an HTTP client understands, and its own. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isHttp: boolean };

export class UpstreamGreeting {
  private readonly upstream: Upstream;
  private readonly request: ProxyRequest;
  private readonly pseudonym: string;
  private stage: 'method' | 'password' | 'reply' = 'method';
  private answer: Uint8Array = NOTHING;

  constructor(upstream: Upstream, request: ProxyRequest, pseudonym: string) {
    this.upstream = upstream;
    this.request = request;
    this.pseudonym = pseudonym;
  }

  /** What is said first; with an HTTP upstream a plain request needs no answer before it. */
  open(): { readonly bytes: Uint8Array; readonly isThrough: boolean } {
    const { request, upstream } = this;
    if (upstream.scheme === 'socks5') return { bytes: upstream.user === undefined ? Uint8Array.of(5, 1, 0) : Uint8Array.of(5, 2, 0, 2), isThrough: false };
    const credential = this.credential();
    if (request.kind === 'forward') return { bytes: ascii(`${request.absoluteHead}${credential}\r\n`), isThrough: true };
    const authority = authorityOf(request);
    return { bytes: ascii(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nVia: 1.1 ${this.pseudonym}\r\n${credential}\r\n`), isThrough: false };
  }

  /** More of its answer. */
  hear(data: Uint8Array): UpstreamHeard {
    this.answer = joined(this.answer, data);
    const heard = this.upstream.scheme === 'http' ? this.hearHttp(this.answer) : this.hearSocks(this.answer);
    if ('used' in heard) this.answer = this.answer.subarray(heard.used);
    return heard;
  }

  /** What it answered and was not understood: a refusal, or what the server behind it said already. */
  get rest(): Uint8Array {
    return this.answer;
  }

  private hearHttp(data: Uint8Array): UpstreamHeard {
    const text = latin1(data, 0, Math.min(data.length, HEAD_CAP));
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return data.length >= HEAD_CAP ? { kind: 'refused', reason: 'the upstream proxy answered with a head too long', isHttp: false } : { kind: 'more' };
    const status = /^HTTP\/1\.[01] (\d{3})(?: |\r)/.exec(text)?.[1];
    if (status === undefined) return { kind: 'refused', reason: 'the upstream proxy did not answer in HTTP', isHttp: false };
    if (status.startsWith('2')) return { kind: 'through', used: end + 4 };
    return { kind: 'refused', reason: `the upstream proxy answered ${status}`, isHttp: true };
  }

  private hearSocks(data: Uint8Array): UpstreamHeard {
    const { user, password } = this.upstream;
    if (this.stage === 'reply') {
      const reply = readReply5(data);
      if (reply === undefined) return data.length > HEAD_CAP ? BAD_SOCKS : { kind: 'more' };
      if (reply === 'bad') return BAD_SOCKS;
      return reply.granted ? { kind: 'through', used: reply.length } : { kind: 'refused', reason: `the upstream proxy refused with SOCKS code ${reply.code}`, isHttp: false };
    }
    if (data.length < 2) return { kind: 'more' };
    const wasMethod = this.stage === 'method';
    if (wasMethod && data[0] === 5 && data[1] === 2 && user !== undefined) {
      this.stage = 'password';
      const [name, secret] = [Buffer.from(user).subarray(0, 255), Buffer.from(password ?? '').subarray(0, 255)];
      return { kind: 'say', bytes: Buffer.concat([Uint8Array.of(1, name.length), name, Uint8Array.of(secret.length), secret]), used: 2 };
    }
    if ((wasMethod && data[0] !== 5) || data[1] !== 0) return { kind: 'refused', reason: 'the upstream SOCKS proxy did not accept the credentials', isHttp: false };
    this.stage = 'reply';
    return { kind: 'say', bytes: socksRequest(this.request), used: 2 };
  }

  /** The user's own credential, or what the client sent for this proxy's upstream; one line with its end, or nothing. */
  private credential(): string {
    const { user, password } = this.upstream;
    if (user !== undefined) return `Proxy-Authorization: Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}\r\n`;
    return this.request.credentials === undefined ? '' : `Proxy-Authorization: ${this.request.credentials}\r\n`;
  }
}

/** An upstream's refusal as it goes to the client: the same head and what came of its body, but this connection ends with it. */
export function lastAnswer(answer: Uint8Array): Uint8Array {
  const end = Buffer.from(answer).indexOf('\r\n\r\n');
  const [status = '', ...fields] = latin1(answer, 0, end).split('\r\n');
  const kept = fields.filter((field) => !/^(?:proxy-)?connection[ \t]*:|^keep-alive[ \t]*:/i.test(field));
  return Buffer.concat([ascii([status, ...kept, 'Connection: close', '', ''].join('\r\n')), answer.subarray(end + 4)]);
}

function authorityOf({ host, port }: ProxyRequest): string {
  return formatEndpoint(host, port);
}

/** RFC 1928 §4, by name wherever it is one. */
function socksRequest({ host, port }: ProxyRequest): Uint8Array {
  const address = canonicalAddress(host);
  const name = Buffer.from(host, 'latin1').subarray(0, 255);
  const target = address === undefined || address.includes(':') ? Buffer.concat([Uint8Array.of(3, name.length), name]) : Uint8Array.of(1, ...address.split('.').map(Number));
  return Buffer.concat([Uint8Array.of(5, 1, 0), target, Uint8Array.of(port >> 8, port & 0xff)]);
}

function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

const NOTHING: Uint8Array = new Uint8Array(0);
const BAD_SOCKS: UpstreamHeard = { kind: 'refused', reason: 'the upstream proxy did not answer in SOCKS 5', isHttp: false };
/** Answers to CONNECT are short; a 407 with several challenges stays far below. */
const HEAD_CAP = 65_536;
