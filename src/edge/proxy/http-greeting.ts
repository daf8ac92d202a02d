/**
 * An HTTP client's first head: CONNECT or a request in absolute form (RFC 9112
 * §3.2). Takes the bytes so far, gives what is asked for or why it is refused.
 * Stricter than the decoders: what two readers could take differently (bare
 * LF, two lengths, folded fields, two Hosts) is never passed on.
 */
import { latin1 } from '../../core/base/bytes.ts';
import { readRequest, type RequestHead } from '../../core/decode/payloads/http/head.ts';
import type { Heard, ProxyRequest, Refusal, RequestBody } from './request.ts';

/** `pseudonym` is this proxy's own in Via fields (RFC 9110 §7.6.3), by which it knows its own requests again. */
export function hearHttp(data: Uint8Array, pseudonym: string): Heard {
  const end = headEnd(data);
  if (end === 'bare') return turnAway(400, 'a line of the request ends without CR, which readers take differently');
  if (end === undefined) return data.length >= HEAD_CAP ? turnAway(431, `the head of the request is longer than ${HEAD_CAP} bytes`) : { kind: 'more' };
  if (end > HEAD_CAP) return turnAway(431, `the head of the request is longer than ${HEAD_CAP} bytes`);
  const head = readRequest(data, 0, end);
  if (head === undefined) return turnAway(400, 'this is no HTTP/1 request that a proxy understands');
  if (head.form === 'origin') return turnAway(400, 'this is a proxy: it takes CONNECT, http:// URLs and SOCKS, not requests for pages of its own');
  // The target's own authority is obeyed and Host replaced (RFC 9112 §3.2.2), so that one that differs decides nothing.
  if (head.damage !== undefined && head.damage !== CONFLICT) return turnAway(400, `the request is refused, because readers could take it differently: ${head.damage}`);
  if (head.body === 'lost' || head.body === 'close') return turnAway(400, 'the request does not say where its body ends');
  const lines = latin1(data, 0, end - 4).split('\r\n');
  const request = requestOf(head, lines, pseudonym);
  return 'status' in request ? turnAway(request.status, request.reason) : { kind: 'asked', request, used: end };
}

/** Position behind the empty line; `bare` when a LF stands without its CR before that. */
function headEnd(data: Uint8Array): number | 'bare' | undefined {
  const most = Math.min(data.length, HEAD_CAP + 4);
  for (let at = data.indexOf(LF); at >= 0 && at < most; at = data.indexOf(LF, at + 1)) {
    if (data[at - 1] !== CR) return 'bare';
    if (data[at - 2] === LF && data[at - 3] === CR) return at + 1;
  }
  return undefined;
}

function requestOf(head: RequestHead, lines: readonly string[], pseudonym: string): ProxyRequest | Refusal {
  const [line = '', ...fields] = lines;
  const target = head.asked[0];
  if (target === undefined || !target.sound || target.host === '') return { status: 400, reason: 'the request names no host' };
  if (target.port === undefined || target.port === 0) return { status: 400, reason: 'the request names no port' };
  if (fields.filter((field) => nameOf(field) === 'host').length > 1) return { status: 400, reason: 'the request has two Host fields' };
  if (fields.some((field) => nameOf(field) === 'via' && field.includes(pseudonym))) return { status: 508, reason: 'the request has come through this proxy before' };
  const credentials = fields.find((field) => nameOf(field) === 'proxy-authorization');
  const common = { host: target.host, port: target.port, ...(credentials === undefined ? {} : { credentials: valueOf(credentials) }) };
  if (head.form === 'authority') return { ...common, language: 'http', kind: 'tunnel' };
  const parts = ABSOLUTE.exec(line);
  if (parts === null) return { status: 400, reason: 'only http:// URLs can be passed on; for https:// a client asks for CONNECT, since this proxy never opens TLS' };
  const [, method = '', scheme = '', authority = '', path = ''] = parts;
  const isUpgrade = head.upgrade !== undefined;
  const kept = passedOn(fields, isUpgrade, pseudonym);
  const own = authority.slice(authority.lastIndexOf('@') + 1);
  const tail = [`Host: ${own}`, ...kept].join('\r\n');
  return {
    ...common,
    language: 'http',
    kind: 'forward',
    originHead: `${method} ${originPath(path)} HTTP/1.1\r\n${tail}\r\nConnection: ${isUpgrade ? 'Upgrade' : 'close'}\r\n\r\n`,
    absoluteHead: `${method} ${scheme}://${own}${path} HTTP/1.1\r\n${tail}\r\n`,
    body: bodyOf(head),
  };
}

/** RFC 9112 §3.2.1: the path and query; a fragment, which no client should send, stays behind. */
function originPath(path: string): string {
  const [kept = ''] = path.split('#', 1);
  return kept.startsWith('/') ? kept : `/${kept}`;
}

/** RFC 9110 §7.6.1: what speaks to this hop alone stays here. One request a connection: nothing can be smuggled behind it. */
function passedOn(fields: readonly string[], isUpgrade: boolean, pseudonym: string): string[] {
  const hop = new Set(HOP_FIELDS);
  for (const field of fields) if (nameOf(field) === 'connection') for (const name of valueOf(field).toLowerCase().split(',')) hop.add(name.trim());
  for (const name of FRAMING) hop.delete(name);
  if (isUpgrade) hop.delete('upgrade');
  return [...fields.filter((field) => !hop.has(nameOf(field))), `Via: 1.1 ${pseudonym}`];
}

function bodyOf(head: RequestHead): RequestBody {
  if (head.upgrade !== undefined) return 'all';
  return head.body === 'chunked' || typeof head.body === 'number' ? head.body : 0;
}

function nameOf(field: string): string {
  return field.slice(0, field.indexOf(':')).trim().toLowerCase();
}

function valueOf(field: string): string {
  return field.slice(field.indexOf(':') + 1).trim();
}

function turnAway(status: Refusal['status'], reason: string): Heard {
  return { kind: 'refused', language: 'http', refusal: { status, reason } };
}

const CR = 13;
const LF = 10;
/** How the decoder of heads calls a Host beside a target with another authority. */
const CONFLICT = 'conflicting authorities';
/** [1] method, [2] scheme, [3] authority, [4] path and query. `ws` in the clear is HTTP until its upgrade. */
const ABSOLUTE = /^(\S+) (http|ws):\/\/([^/?#]*)(\S*) HTTP\/1\.[01]$/i;
const HOP_FIELDS: readonly string[] = ['host', 'connection', 'proxy-connection', 'proxy-authorization', 'keep-alive', 'te', 'trailer', 'upgrade'];
/** A client cannot have what frames its message taken away by naming it in Connection. */
const FRAMING: readonly string[] = ['content-length', 'transfer-encoding'];
/** Common servers take heads of 8 to 16 KiB; Kerberos tickets and cookies need up to 32. */
const HEAD_CAP = 32_768;
