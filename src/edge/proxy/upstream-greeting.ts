/**
 * The words with an upstream proxy before it lets anything through: CONNECT
 * with Basic authentication, or SOCKS 4a or 5 with a user name. Takes what it
 * answers, gives what to say next; the destination's name goes on unresolved.
 */
import { canonicalAddress, formatEndpoint } from '../../core/base/address.ts';
import { readReply4, readReply5 } from '../../core/decode/payloads/socks/messages.ts';
import { joined } from './body.ts';
import type { ProxyRequest } from './request.ts';
import type { Upstream } from './upstream.ts';
import { UpstreamAnswer, type AnswerHeard } from './upstream-answer.ts';

/** What an upstream's answer means, and what to say to it. */
export type UpstreamHeard = AnswerHeard | { readonly kind: 'say'; readonly bytes: Uint8Array };

/** How a request begins at an upstream: its first bytes, and whether an answer must come before anything else. */
export interface Opening {
  readonly bytes: Uint8Array;
  /** `through`: what comes back is the client's; `answer`: it is read first; `exchange`: so too, while the request's body goes up. */
  readonly awaits: 'through' | 'answer' | 'exchange';
}

export class UpstreamGreeting {
  private readonly upstream: Upstream;
  private readonly request: ProxyRequest;
  private readonly pseudonym: string;
  private readonly http: UpstreamAnswer | undefined;
  private stage: 'method' | 'password' | 'reply' = 'method';
  private answer: Uint8Array = NOTHING;

  constructor(upstream: Upstream, request: ProxyRequest, pseudonym: string) {
    this.upstream = upstream;
    this.request = request;
    this.pseudonym = pseudonym;
    const method = request.kind === 'tunnel' ? 'CONNECT' : (request.originHead.split(' ', 1)[0] ?? '');
    if (upstream.scheme === 'http' || upstream.scheme === 'https') this.http = new UpstreamAnswer({ method, mayPair: this.mayPair });
  }

  /** The client has the beginning of the upstream's own answer. */
  get isBegun(): boolean {
    return this.http?.isBegun === true;
  }

  /** What is said first; with an HTTP upstream a plain request needs no answer before it. */
  open(): Opening {
    const { request, upstream, mayPair } = this;
    if (upstream.scheme === 'socks4') return { bytes: socksRequest4(request, upstream.user ?? ''), awaits: 'answer' };
    if (upstream.scheme === 'socks5') return { bytes: upstream.user === undefined ? Uint8Array.of(5, 1, 0) : Uint8Array.of(5, 2, 0, 2), awaits: 'answer' };
    const credential = this.credential();
    const keeps = mayPair ? 'Proxy-Connection: keep-alive\r\n' : '';
    if (request.kind === 'forward') {
      const isBound = mayPair && request.body !== 'all' && BOUND.test(request.credentials ?? '');
      const connection = request.body === 'all' ? 'Upgrade' : isBound ? `keep-alive\r\n${keeps.trimEnd()}` : 'close';
      return { bytes: ascii(`${request.absoluteHead}Connection: ${connection}\r\n${credential}\r\n`), awaits: isBound ? 'exchange' : 'through' };
    }
    const authority = formatEndpoint(request.host, request.port);
    return { bytes: ascii(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nVia: 1.1 ${this.pseudonym}\r\n${keeps}${credential}\r\n`), awaits: 'answer' };
  }

  /** More of its answer. */
  hear(data: Uint8Array): UpstreamHeard {
    if (this.http !== undefined) return this.http.hear(data);
    this.answer = joined(this.answer, data);
    return this.upstream.scheme === 'socks4' ? this.granted(readReply4(this.answer)) : this.hearSocks5(this.answer);
  }

  /** A challenge is for the client to answer: it speaks HTTP, and the user gave egret nothing to answer it with. */
  private get mayPair(): boolean {
    return this.upstream.user === undefined && this.request.language === 'http';
  }

  private granted(reply: ReturnType<typeof readReply5>): UpstreamHeard {
    if (reply === undefined) return this.answer.length > REPLY_CAP ? BAD_SOCKS : { kind: 'more' };
    if (reply === 'bad') return BAD_SOCKS;
    return reply.granted ? { kind: 'through', rest: this.answer.subarray(reply.length), fields: [] } : { kind: 'refused', reason: `the upstream proxy refused with SOCKS code ${reply.code}` };
  }

  private hearSocks5(data: Uint8Array): UpstreamHeard {
    const { user, password } = this.upstream;
    if (this.stage === 'reply') return this.granted(readReply5(data));
    if (data.length < 2) return { kind: 'more' };
    const wasMethod = this.stage === 'method';
    this.answer = data.subarray(2);
    if (wasMethod && data[0] === 5 && data[1] === 2 && user !== undefined) {
      this.stage = 'password';
      const [name, secret] = [Buffer.from(user).subarray(0, 255), Buffer.from(password ?? '').subarray(0, 255)];
      return { kind: 'say', bytes: Buffer.concat([Uint8Array.of(1, name.length), name, Uint8Array.of(secret.length), secret]) };
    }
    if ((wasMethod && data[0] !== 5) || data[1] !== 0) return { kind: 'refused', reason: 'the upstream SOCKS proxy did not accept the credentials' };
    this.stage = 'reply';
    return { kind: 'say', bytes: socksRequest5(this.request) };
  }

  /** The user's own credential, or what the client sent for this proxy's upstream; one line with its end, or nothing. */
  private credential(): string {
    const { user, password } = this.upstream;
    if (user !== undefined) return `Proxy-Authorization: Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}\r\n`;
    return this.request.credentials === undefined ? '' : `Proxy-Authorization: ${this.request.credentials}\r\n`;
  }
}

/** SOCKS 4, and 4a for a name: behind the user id, with an address that says so. */
function socksRequest4({ host, port }: ProxyRequest, user: string): Uint8Array {
  const address = canonicalAddress(host);
  const isNumber = address !== undefined && !address.includes(':');
  const target = isNumber ? address.split('.').map(Number) : [0, 0, 0, 1];
  // A NUL would end the id early and let the rest be read as a name.
  const id = Buffer.from(user.replaceAll('\0', '')).subarray(0, 255);
  return Buffer.concat([Uint8Array.of(4, 1, port >> 8, port & 0xff, ...target), id, Uint8Array.of(0), isNumber ? NOTHING : Buffer.from(`${host}\0`, 'latin1')]);
}

/** RFC 1928 §4, by name wherever it is one. */
function socksRequest5({ host, port }: ProxyRequest): Uint8Array {
  const address = canonicalAddress(host);
  const name = Buffer.from(host, 'latin1').subarray(0, 255);
  const target = address === undefined || address.includes(':') ? Buffer.concat([Uint8Array.of(3, name.length), name]) : Uint8Array.of(1, ...address.split('.').map(Number));
  return Buffer.concat([Uint8Array.of(5, 1, 0), target, Uint8Array.of(port >> 8, port & 0xff)]);
}

function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

const NOTHING: Uint8Array = new Uint8Array(0);
const BAD_SOCKS: UpstreamHeard = { kind: 'refused', reason: 'the upstream proxy did not answer in SOCKS' };
/** Credentials that authenticate a connection (RFC 4559 §6, MS-NTHT §1.3); all others stand in each request. */
const BOUND = /^(?:ntlm|negotiate|kerberos)(?:[ \t]|$)/i;
/** The longest reply of SOCKS 5 has 262 bytes. */
const REPLY_CAP = 1024;
