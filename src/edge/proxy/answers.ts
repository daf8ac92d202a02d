/** What the proxy says to its clients by itself: bytes of HTTP answers and SOCKS replies. No name of this machine, no secret. */
import type { DialFailure } from '../../core/observe/observation.ts';
import type { ProxyRequest, Refusal } from './request.ts';

/** The tunnel stands; `fields` are what an upstream proxy says of itself to the client. */
export function granted(language: ProxyRequest['language'], fields: readonly string[] = []): Uint8Array {
  if (language === 'http') return Buffer.from(['HTTP/1.1 200 Connection established', ...fields, '', ''].join('\r\n'), 'latin1');
  // RFC 1928 §6: the bound address means nothing for CONNECT; zeros are what most servers send.
  return language === 'socks4' ? Uint8Array.of(0, 0x5a, 0, 0, 0, 0, 0, 0) : Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0);
}

/** The client is turned away: a page for HTTP, a reply code for SOCKS. */
export function refused(language: ProxyRequest['language'], refusal: Refusal): Uint8Array {
  if (language === 'socks4') return Uint8Array.of(0, 0x5b, 0, 0, 0, 0, 0, 0);
  if (language === 'socks5') return Uint8Array.of(5, SOCKS_CODES[refusal.status] ?? 1, 0, 1, 0, 0, 0, 0, 0, 0);
  const page = Buffer.from(`egret: ${refusal.reason}\n`, 'utf8');
  const head = `HTTP/1.1 ${refusal.status} ${WORDS[refusal.status]}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), page]);
}

/** What a server did, behind its name. */
export const DIAL_WORDS: Readonly<Partial<Record<DialFailure, string>>> = { refused: 'refused the connection', timeout: 'did not answer', unreachable: 'cannot be reached', 'not-served': 'cannot be dialled: this machine has no socket left for it' };

const WORDS: Readonly<Record<Refusal['status'], string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  508: 'Loop Detected',
};

/** RFC 1928 §6: not allowed, host unreachable, TTL expired (nearest to a timeout), command not supported; all else a general failure. */
const SOCKS_CODES: Readonly<Partial<Record<Refusal['status'], number>>> = { 403: 2, 405: 7, 502: 4, 504: 6 };
