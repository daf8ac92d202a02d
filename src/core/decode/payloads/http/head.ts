/**
 * HTTP/1.x heads (RFC 9112 §2–§6). Takes the bytes of one head, gives what it
 * asks for and how its body is framed. Strict where readers could differ: what
 * is tolerated there is told as damage. Never reads beyond `end`, never throws.
 */
import { latin1 } from '../../../base/bytes.ts';
import { wireText, type WireText } from '../../../base/wire-text.ts';
import { splitAuthority, type Authority } from './authority.ts';
import { lineFeed, readFields, type Fields } from './fields.ts';

/** A number of bytes, chunks, all up to the close, or not to be known: then nothing after it can be trusted to be a head. */
export type Body = number | 'chunked' | 'close' | 'lost';

export interface RequestHead {
  readonly method: string;
  readonly form: 'origin' | 'absolute' | 'authority';
  /** Where the request says it goes; the first is what RFC 9112 §3.2.2 obeys, others conflict with it. Ports include the scheme's. */
  readonly asked: readonly Authority[];
  readonly upgrade?: WireText;
  readonly credentialScheme?: string;
  readonly body: Body;
  readonly damage?: string;
}

export interface ResponseHead {
  readonly status: number;
  readonly upgrade?: WireText;
  /** A proxy's own, by its own word. */
  readonly proxyError?: true;
  /** For a response that may have a body at all. */
  readonly body: Body;
  readonly damage?: string;
}

/** A request head in `data[start, end)`; undefined when its start line is not HTTP/1.x. */
export function readRequest(data: Uint8Array, start: number, end: number): RequestHead | undefined {
  const [line, next] = startLine(data, start, end);
  const match = REQUEST_LINE.exec(line);
  const method = match?.[1];
  const target = match?.[2];
  if (method === undefined || target === undefined) return undefined;
  const fields = readFields(data, next, end);
  const form = formOf(method, target);
  if (form === undefined) return undefined;
  const asked = authorities(form, target, fields);
  const framed = bodyOf(fields, 0);
  const credentialScheme = fields.credentialScheme ?? (asked.some(({ userInfo }) => userInfo === true) ? 'userinfo' : undefined);
  const damage = fields.damage ?? targetDamage(form, asked) ?? framingDamage(fields, framed) ?? contentDamage(method, framed);
  return {
    method,
    form,
    asked,
    body: requestBody(method, framed),
    ...(fields.upgrade === undefined ? {} : { upgrade: wireText(fields.upgrade) }),
    ...(credentialScheme === undefined ? {} : { credentialScheme }),
    ...(damage === undefined ? {} : { damage }),
  };
}

/** A response head in `data[start, end)`; undefined when its status line is not HTTP/1.x. */
export function readResponse(data: Uint8Array, start: number, end: number): ResponseHead | undefined {
  const [line, next] = startLine(data, start, end);
  const status = STATUS_LINE.exec(line)?.[1];
  if (status === undefined) return undefined;
  const fields = readFields(data, next, end);
  const body = bodyOf(fields, 'close');
  const damage = fields.damage ?? framingDamage(fields, body);
  return {
    status: Number(status),
    body,
    ...(fields.proxyError === undefined ? {} : { proxyError: fields.proxyError }),
    ...(fields.upgrade === undefined ? {} : { upgrade: wireText(fields.upgrade) }),
    ...(damage === undefined ? {} : { damage }),
  };
}

/** The first line that is not empty (RFC 9112 §2.2 lets clients send an empty one before) and where the next begins. */
function startLine(data: Uint8Array, start: number, end: number): [line: string, next: number] {
  let from = start;
  while (from < end && (data[from] === 10 || data[from] === 13)) from++;
  const feed = lineFeed(data, from, end);
  return [latin1(data, from, feed > from && data[feed - 1] === 13 ? feed - 1 : feed), feed + 1];
}

function formOf(method: string, target: string): RequestHead['form'] | undefined {
  if (method === 'CONNECT') return /^[/*]/.test(target) ? undefined : 'authority';
  if (target.startsWith('/') || target === '*') return 'origin';
  return ABSOLUTE.test(target) ? 'absolute' : undefined;
}

/** RFC 9112 §3.2.2: the target's own authority goes before Host. Hosts that say something else are kept behind it. */
function authorities(form: RequestHead['form'], target: string, fields: Fields): readonly Authority[] {
  const asked: Authority[] = [];
  const absolute = form === 'absolute' ? ABSOLUTE.exec(target) : null;
  if (form === 'authority') asked.push(splitAuthority(target));
  else if (absolute !== null) asked.push(withPort(splitAuthority(absolute[2] ?? ''), absolute[1] ?? ''));
  for (const host of fields.hosts) {
    const named = splitAuthority(host);
    if (host !== '' && !asked.some((other) => saysTheSame(other, named))) asked.push(named);
  }
  return asked;
}

/** A Host without a port agrees with any: CONNECT and absolute-form name the port that it leaves out. */
export function saysTheSame(one: Authority, other: Authority): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && (other.port === undefined || one.port === other.port);
}

function withPort(authority: Authority, scheme: string): Authority {
  const port = authority.port ?? SCHEME_PORTS.get(scheme.toLowerCase());
  return port === undefined ? authority : { ...authority, port };
}

function targetDamage(form: RequestHead['form'], asked: readonly Authority[]): string | undefined {
  if (asked.length > 1) return 'conflicting authorities';
  if (asked.some((authority) => !authority.sound)) return 'authority out of grammar';
  // RFC 9110 §9.3.6: CONNECT has no default port.
  return form === 'authority' && asked[0]?.port === undefined ? 'CONNECT without a port' : undefined;
}

/** RFC 9112 §6.3; `none` is what a message without either field has. */
function bodyOf(fields: Fields, none: 0 | 'close'): Body {
  if (fields.coding !== undefined) return /(?:^|,)\s*chunked$/.test(fields.coding) ? 'chunked' : 'close';
  if (fields.length === 'bad') return 'lost';
  return fields.length ?? none;
}

/** RFC 9112 §6.3: a request whose final coding is not chunked has no knowable end. Proxies give all that follows a CONNECT to the tunnel. */
function requestBody(method: string, framed: Body): Body {
  if (method === 'CONNECT') return 0;
  return framed === 'close' ? 'lost' : framed;
}

/** RFC 9110 §9.3.6: content in a CONNECT has no meaning. */
function contentDamage(method: string, framed: Body): string | undefined {
  return method === 'CONNECT' && framed !== 0 ? 'content in a CONNECT' : undefined;
}

function framingDamage(fields: Fields, body: Body): string | undefined {
  if (fields.coding !== undefined && fields.length !== undefined) return 'both Transfer-Encoding and Content-Length';
  return body === 'lost' ? 'Content-Length out of grammar' : undefined;
}

/** Method tokens of RFC 9110 §5.6.2; the longest registered one has 17 letters. */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([!-~\u0080-\u00ff]+) HTTP\/1\.\d$/;
const STATUS_LINE = /^HTTP\/1\.\d ([1-9]\d\d)(?: |$)/;
const ABSOLUTE = /^(https?|wss?|ftp):\/\/([^/?#]*)/i;
const SCHEME_PORTS: ReadonlyMap<string, number> = new Map([['http', 80], ['ws', 80], ['https', 443], ['wss', 443], ['ftp', 21]]);
