/**
 * What became of one attempt, as entry standings count it: came through,
 * failed at a layer, or neither (still under way, cut by the capture's end, a
 * one-way datagram).
 */
import { ALERT_NAMES } from '../decode/payloads/tls/tables/alerts.ts';
import type { Transport } from '../base/transport.ts';
import type { Connection } from '../observe/connection.ts';
import type { DialFailure } from '../observe/observation.ts';
import { icmpReason } from './icmp-reason.ts';
import { isSinkhole } from './judge-lookup.ts';

export type Attempt =
  | { readonly result: 'through' | 'open'; readonly layer?: undefined }
  /** `layer` begins with the layer: `tcp refused`, `tcp icmp 3/13 (…)`, `tls rejected by client`, `proxy 407`, … */
  | { readonly result: 'failed'; readonly layer: string };

/** How a connection fared. */
export function attemptOf(connection: Connection): Attempt {
  const undialled = connection.dialled?.failure;
  if (undialled !== undefined) return failed(DIAL_LAYERS[undialled]);
  const status = proxyRefusal(connection);
  if (status !== undefined) return failed(`proxy ${status}`);
  // RFC 6585 §6: only what stands between client and server sends it.
  if (connection.http?.status === SIGN_IN_REQUIRED) return failed('http 511 (the network wants a sign-in)');
  const attempt = byOutcome(connection);
  // The resolver sent it there: what happened at the sinkhole explains nothing.
  return attempt.result === 'failed' && wasSunk(connection) ? failed('dns sinkhole') : attempt;
}

function byOutcome(connection: Connection): Attempt {
  switch (connection.outcome) {
    case 'refused':
      return REFUSED[connection.transport];
    case 'unreachable':
      return failed(`${connection.transport} ${connection.icmpError === undefined ? 'unreachable' : `icmp ${icmpReason(connection.icmpError, connection.from.address.includes(':'))}`}`);
    case 'timeout':
      return TIMEOUT[connection.transport];
    case 'attempted':
      return UNANSWERED[connection.transport];
    case 'rejected-by-client':
      return failed(`tls rejected by client${alertName(connection)}`);
    case 'rejected-by-server':
      return failed(`tls rejected by server${alertName(connection)}`);
    case 'reset':
      return isAnswered(connection) ? THROUGH : failed(`${handshakeLayer(connection)} reset`);
    case 'tls-started':
      return isAnswered(connection) ? THROUGH : failed(connection.closed === undefined ? 'tls no answer' : 'tls closed without an answer');
    case 'sent-only':
      return ANSWERING.has(connection.protocol) ? failed('udp no answer') : OPEN;
    case 'cut':
      return connection.down > 0 ? THROUGH : OPEN;
    case 'abandoned':
      return OPEN;
    default:
      return THROUGH;
  }
}

/** Nothing but DNS led it to its address, and that is a sinkhole's. */
function wasSunk({ names, to, via }: Connection): boolean {
  return via === undefined && names[0] !== undefined && NAMED_BY_DNS.has(names[0].how) && isSinkhole(to.address);
}

/** ` (unknown_ca)`: the alert says which side misliked what; TLS 1.3 encrypts it. */
function alertName({ tls }: Connection): string {
  if (tls?.alert === undefined) return '';
  return ` (${ALERT_NAMES[tls.alert.code] ?? `alert ${tls.alert.code}`})`;
}

/** How far an attempt came before it failed: the furthest layer of a try explains it best. */
export function depthOf(layer: string): number {
  return DEPTH.findIndex((prefix) => layer.startsWith(prefix));
}

/** Status, or a SOCKS reply's words, with which a proxy refused, if one did; a 403 to an absolute-form request may as well be the origin's own, unless the proxy marks it as its error. */
export function proxyRefusal({ http }: Connection): number | string | undefined {
  if (http?.refusal !== undefined) return http.refusal;
  if (http?.status === undefined || http.switched) return undefined;
  if (http.form === 'authority') return http.status >= 300 ? http.status : undefined;
  return http.form === 'absolute' && http.status === PROXY_AUTHENTICATION ? http.status : undefined;
}

/** Where a connection that came up was stopped: in TLS once the client had said hello. */
function handshakeLayer({ protocol, tls }: Connection): 'tcp' | 'tls' {
  return protocol === 'tls' && tls !== undefined ? 'tls' : 'tcp';
}

/** The far end took part beyond TCP's own handshake; in TLS, with its hello. */
function isAnswered({ protocol, tls, down }: Connection): boolean {
  return protocol === 'tls' && tls ? tls.server !== undefined || tls.applicationData !== 'none' : down > 0;
}

function failed(layer: string): Attempt {
  return { result: 'failed', layer };
}

/** What egret's proxy met where it dialled is what the app would have met; only what it refuses by itself is the proxy's. */
const DIAL_LAYERS: Readonly<Record<DialFailure, string>> = {
  'not-found': 'dns not found',
  'no-resolver': 'dns no answer',
  refused: 'tcp refused',
  timeout: 'tcp timeout',
  unreachable: 'tcp unreachable',
  denied: 'proxy 403 (egret --enforce)',
  'not-served': 'proxy refused by egret',
};
/** Refused and unanswered attempts come by the ten thousand. */
function onEach(what: string): Readonly<Record<Transport, Attempt>> {
  return { tcp: failed(`tcp ${what}`), udp: failed(`udp ${what}`), icmp: failed(`icmp ${what}`), ip: failed(`ip ${what}`) };
}

const REFUSED = onEach('refused');
const TIMEOUT = onEach('timeout');
const UNANSWERED = onEach('no answer');
const THROUGH: Attempt = { result: 'through' };
const OPEN: Attempt = { result: 'open' };
const NAMED_BY_DNS: ReadonlySet<string> = new Set(['dns', 'dns-stale']);
const SIGN_IN_REQUIRED = 511;
/** RFC 9110 §15.5.8. */
const PROXY_AUTHENTICATION = 407;
/** Protocols over UDP in which silence is a failure. */
const ANSWERING: ReadonlySet<string> = new Set(['quic', 'gquic', 'stun', 'turn', 'dtls', 'dns']);
const DEPTH = ['dns', 'udp no', 'udp', 'tcp no', 'tcp timeout', 'tcp icmp', 'tcp unreachable', 'tcp refused', 'tcp', 'proxy', 'http', 'tls no', 'tls closed', 'tls reset', 'tls'];
