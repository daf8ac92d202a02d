/**
 * A SOCKS client's messages: 4, 4a (a name behind the user id) and 5 (RFC
 * 1928), without authentication. Takes the bytes so far, gives what to answer,
 * what is asked for, or why it is refused. A user id is passed over unread.
 */
import { readMethods, readRequest4, readRequest5, type Request } from '../../core/decode/payloads/socks/messages.ts';
import type { Heard, ProxyRequest } from './request.ts';

type Version = 'socks4' | 'socks5';

/** Holds how far a SOCKS 5 client has come: its list of methods, then its request. */
export class SocksGreeting {
  private readonly version: Version;
  private isOffered = false;

  constructor(version: 4 | 5) {
    this.version = version === 4 ? 'socks4' : 'socks5';
    this.isOffered = version === 4;
  }

  hear(data: Uint8Array): Heard {
    if (!this.isOffered) return this.choose(data);
    const read = this.version === 'socks4' ? readRequest4(data) : readRequest5(data);
    if (read === undefined) return data.length > MESSAGE_CAP ? this.refuse(400, 'the SOCKS request is too long') : { kind: 'more' };
    if (read === 'bad') return this.refuse(400, 'this is no SOCKS request');
    return this.asked(read);
  }

  private choose(data: Uint8Array): Heard {
    const length = readMethods(data);
    if (typeof length !== 'number') return { kind: 'more' };
    this.isOffered = true;
    const offersNone = data.subarray(2, length).includes(0);
    if (offersNone) return { kind: 'say', bytes: Uint8Array.of(5, 0), used: length };
    // RFC 1928 §3: no acceptable method. A password would only travel in clear for nothing.
    return { kind: 'refused', language: 'socks5', refusal: { status: 403, reason: 'the SOCKS client insists on a password; this proxy asks for none' }, answer: Uint8Array.of(5, 0xff) };
  }

  private asked({ command, host, port, length }: Request): Heard {
    if (command !== 'connect') return this.refuse(405, 'of SOCKS only CONNECT is served, neither BIND nor UDP');
    if (host === '' || port === 0 || !HOST.test(host)) return this.refuse(400, 'the SOCKS request names no host and port');
    return { kind: 'asked', request: { language: this.version, kind: 'tunnel', host, port }, used: length };
  }

  private refuse(status: 400 | 405, reason: string): Heard {
    return { kind: 'refused', language: this.version, refusal: { status, reason } };
  }
}

/** Which language the first byte speaks. */
export function languageOf(first: number): ProxyRequest['language'] {
  return first === 4 ? 'socks4' : first === 5 ? 'socks5' : 'http';
}

/** Printable and without spaces; whether it is a name is the resolver's question. */
const HOST = /^[!-~]{1,255}$/;
/** Address or name, user id and their ends: 255 each and the fixed part. */
const MESSAGE_CAP = 1024;
