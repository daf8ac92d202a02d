/** Whether bytes start an HTTP/1.x message: a request line (RFC 9112 §3) or a status line (§4), as far as they reach. */
import { latin1 } from '../../../base/bytes.ts';
import { RECOGNISE_LIMIT, type Recognition } from '../session.ts';

/** Looks at the first {@link RECOGNISE_LIMIT} bytes. A request line that ends beyond them must have a registered method. */
export function recogniseHttp(data: Uint8Array): Recognition {
  const request = startsRequest(data);
  if (request === 'yes') return 'client';
  const response = startsResponse(data);
  if (response === 'yes') return 'server';
  return request === 'more' || response === 'more' ? 'more' : 'no';
}

export function startsRequest(data: Uint8Array): Start {
  if (!mayStart(data)) return 'no';
  const text = firstText(data);
  const [method = '', target, version] = text.split(' ', 3);
  if (text !== '' && !METHOD.test(method)) return 'no';
  if (target === undefined) return data.length < RECOGNISE_LIMIT ? 'more' : 'no';
  if (!VISIBLE.test(target) || !targetFits(method, target, version !== undefined)) return 'no';
  if (version !== undefined && VERSION.test(version)) return 'yes';
  if (version !== undefined && !VERSION_START.test(version)) return 'no';
  if (data.length < RECOGNISE_LIMIT) return 'more';
  return REGISTERED.has(method) ? 'yes' : 'no';
}

export function startsResponse(data: Uint8Array): Start {
  if (!mayStart(data)) return 'no';
  const text = firstText(data);
  if (STATUS.test(text)) return 'yes';
  return data.length < RECOGNISE_LIMIT && STATUS_START.test(text) ? 'more' : 'no';
}

export type Start = 'yes' | 'no' | 'more';

/** The first byte tells most other protocols before text is made of it. */
function mayStart(data: Uint8Array): boolean {
  const first = data[0] ?? LINE_FEED;
  return (first > 0x20 && first < 0x7f) || first === LINE_FEED || first === CARRIAGE_RETURN;
}

function firstText(data: Uint8Array): string {
  return latin1(data, 0, Math.min(data.length, RECOGNISE_LIMIT)).replace(/^[\r\n]{1,4}/, '');
}

/** RTSP and SIP write the same lines with other schemes. */
function targetFits(method: string, target: string, whole: boolean): boolean {
  if (target === '') return !whole;
  if (method === 'CONNECT') return !/^[/*]/.test(target);
  if (target.startsWith('/') || target === '*') return true;
  const lower = target.toLowerCase();
  return SCHEMES.some((scheme) => lower.startsWith(scheme) || (!whole && scheme.startsWith(lower)));
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/;
const VISIBLE = /^[!-~\u0080-\u00ff]*$/;
const VERSION = /^HTTP\/1\.\d\r?\n/;
const VERSION_START = /^(?:H|HT|HTT|HTTP|HTTP\/|HTTP\/1|HTTP\/1\.|HTTP\/1\.\d|HTTP\/1\.\d\r)?$/;
const STATUS = /^HTTP\/1\.\d [1-9]\d\d(?: |\r?\n)/;
const STATUS_START = /^(?:H|HT|HTT|HTTP|HTTP\/|HTTP\/1|HTTP\/1\.|HTTP\/1\.\d(?: (?:[1-9]\d{0,2})?)?\r?)?$/;
const SCHEMES = ['http://', 'https://', 'ws://', 'wss://', 'ftp://'];
/** IANA's "HTTP Method Registry". */
const REGISTERED: ReadonlySet<string> = new Set([
  'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'ACL', 'BASELINE-CONTROL', 'BIND', 'CHECKIN', 'CHECKOUT', 'COPY',
  'LABEL', 'LINK', 'LOCK', 'MERGE', 'MKACTIVITY', 'MKCALENDAR', 'MKCOL', 'MKREDIRECTREF', 'MKWORKSPACE', 'MOVE', 'ORDERPATCH', 'PROPFIND',
  'PROPPATCH', 'QUERY', 'REBIND', 'REPORT', 'SEARCH', 'UNBIND', 'UNCHECKOUT', 'UNLINK', 'UNLOCK', 'UPDATE', 'UPDATEREDIRECTREF', 'VERSION-CONTROL',
]);
