/**
 * The header fields that tell where a message goes and where it ends (RFC 9110,
 * RFC 9112). Takes the bytes behind the start line, gives the few values egret
 * uses; a credential's scheme is taken, its secret is never read into a string.
 */
import { latin1 } from '../../../base/bytes.ts';

export interface Fields {
  /** Values of all Host fields, in order. */
  readonly hosts: string[];
  upgrade?: string;
  /** Content-Length; `bad` when it is no number or repeated with another one. */
  length?: number | 'bad';
  /** Transfer-Encoding, lower case, repeated ones joined. */
  coding?: string;
  credentialScheme?: string;
  /** A proxy says that this response is its own and not the origin's (Proxy-Status with `error`, RFC 9209 §2.1.1; Squid's X-Squid-Error). */
  proxyError?: true;
  /** First breach of the grammar that other readers may take differently. */
  damage?: string;
}

/** Reads lines of `data[start, end)` up to the empty one. A bare LF ends a line as well as CRLF (RFC 9112 §2.2) and is no damage. */
export function readFields(data: Uint8Array, start: number, end: number): Fields {
  const fields: Fields = { hosts: [] };
  let next = start;
  while (next < end) {
    const from = next;
    const feed = lineFeed(data, from, end);
    const to = feed > from && data[feed - 1] === CR ? feed - 1 : feed;
    next = feed + 1;
    if (to === from) break;
    // A control byte in any line, above all a bare CR (RFC 9112 §2.2), may end the line for some readers.
    if (hasControl(data, from, to)) damaged(fields, 'control byte in a field');
    readField(fields, data, from, to);
  }
  return fields;
}

/** Position of the next LF, or `end`. */
export function lineFeed(data: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && data[at] !== LF) at++;
  return at;
}

function readField(fields: Fields, data: Uint8Array, from: number, to: number): void {
  // RFC 9112 §5.2: folded lines are obsolete; what continues a Host could be read in two ways.
  if (isBlank(data[from])) return damaged(fields, 'folded field line');
  let colon = from;
  while (colon < to && data[colon] !== COLON) colon++;
  if (colon === to) return damaged(fields, 'field line without a colon');
  let nameEnd = colon;
  while (nameEnd > from && isBlank(data[nameEnd - 1])) nameEnd--;
  if (nameEnd < colon) damaged(fields, 'space before the colon of a field');
  const length = nameEnd - from;
  if (length < 4 || length > 19) return;
  const name = latin1(data, from, nameEnd).toLowerCase();
  if (!WANTED.has(name)) return;
  if (name === 'x-squid-error' || (name === 'proxy-status' && /;\s*error=/i.test(valueOf(data, colon + 1, to)))) fields.proxyError = true;
  else if (name.endsWith('authorization')) fields.credentialScheme ??= schemeOf(firstOf(data, colon + 1, to));
  else keep(fields, name, valueOf(data, colon + 1, to));
}

function keep(fields: Fields, name: string, value: string): void {
  if (name === 'host') {
    if (fields.hosts.length < HOSTS_CAP) fields.hosts.push(value);
  } else if (name === 'upgrade') {
    fields.upgrade ??= value.slice(0, UPGRADE_CAP);
  } else if (name === 'transfer-encoding') {
    fields.coding = fields.coding === undefined ? value.toLowerCase() : `${fields.coding}, ${value.toLowerCase()}`.slice(0, VALUE_CAP);
  } else if (name === 'content-length') {
    const length = contentLength(value);
    fields.length = fields.length === undefined || fields.length === length ? length : 'bad';
  }
}

/** RFC 9112 §6.3: `5, 5` is 5; anything but equal numbers is bad. */
function contentLength(value: string): number | 'bad' {
  const parts = value.split(',').map((part) => part.trim());
  const first = parts[0] ?? '';
  return DIGITS.test(first) && parts.every((part) => part === first) ? Number(first) : 'bad';
}

function valueOf(data: Uint8Array, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(data[from])) from++;
  while (to > from && isBlank(data[to - 1])) to--;
  return latin1(data, from, Math.min(to, from + VALUE_CAP));
}

function hasControl(data: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = data[at] ?? 0;
    if ((byte < 0x20 && byte !== TAB) || byte === 0x7f) return true;
  }
  return false;
}

/** The scheme at the beginning of a value if it is a registered one followed by its credentials; else `other`, since the whole value may be the secret. */
export function schemeOf(value: string): string {
  const scheme = /^([^ \t]{1,20})[ \t]/.exec(value)?.[1];
  return (scheme === undefined ? undefined : SCHEMES.get(scheme.toLowerCase())) ?? 'other';
}

function firstOf(data: Uint8Array, start: number, end: number): string {
  let from = start;
  while (from < end && isBlank(data[from])) from++;
  return latin1(data, from, Math.min(end, from + SCHEME_CAP + 1));
}

function damaged(fields: Fields, detail: string): void {
  fields.damage ??= detail;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === TAB;
}

const LF = 10;
const CR = 13;
const TAB = 9;
const COLON = 58;
const WANTED: ReadonlySet<string> = new Set(['host', 'upgrade', 'content-length', 'transfer-encoding', 'authorization', 'proxy-authorization', 'proxy-status', 'x-squid-error']);
/** Exact in a JS number: nobody sends a body of a petabyte. */
const DIGITS = /^\d{1,15}$/;
/** One Host is legal; a second and third show the conflict. */
const HOSTS_CAP = 3;
/** Longer than any sane host with port, coding list or length. */
const VALUE_CAP = 1024;
const UPGRADE_CAP = 64;
const SCHEME_CAP = 20;
/** IANA's "HTTP Authentication Schemes", and four in wide use beside them. */
const SCHEMES: ReadonlyMap<string, string> = new Map(
  [
    'Basic', 'Bearer', 'Digest', 'DPoP', 'GNAP', 'HOBA', 'Mutual', 'Negotiate', 'OAuth', 'PrivateToken', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'vapid',
    'NTLM', 'AWS4-HMAC-SHA256', 'Token', 'ApiKey',
  ].map((scheme) => [scheme.toLowerCase(), scheme]),
);
