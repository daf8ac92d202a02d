/**
 * What a client asks of the proxy, whichever language it speaks: a tunnel, or
 * one plain request to pass on; and how it is told yes or no. Plain data, which
 * the greeters make and the tunnel's state machine carries out.
 */

/** Why a client is turned away, by what it is told. */
export interface Refusal {
  readonly status: 400 | 403 | 405 | 431 | 502 | 503 | 504 | 508;
  /** One sentence for people; holds no secret. */
  readonly reason: string;
}

/** Where a request body ends: bytes, chunks, or everything up to the close (an upgrade). */
export type RequestBody = number | 'chunked' | 'all';

interface TunnelRequest {
  readonly language: 'http' | 'socks4' | 'socks5';
  readonly kind: 'tunnel';
  /** Without brackets, as written. */
  readonly host: string;
  readonly port: number;
  /** HTTP: what the client sent for an upstream proxy to authenticate it with; opaque, never kept beyond the request. */
  readonly credentials?: string;
}

interface ForwardRequest {
  readonly language: 'http';
  readonly kind: 'forward';
  readonly host: string;
  readonly port: number;
  /** Start line and fields for the server itself (origin form). */
  readonly originHead: string;
  /** The same for an upstream proxy (absolute form), without Connection and the empty line: whether that connection is kept is its matter. */
  readonly absoluteHead: string;
  readonly body: RequestBody;
  readonly credentials?: string;
}

export type ProxyRequest = TunnelRequest | ForwardRequest;

/** Whether the second is the first once more, but for credentials and path. */
export function asksForSame(one: ProxyRequest, two: ProxyRequest): boolean {
  return one.language === two.language && one.kind === two.kind && one.host === two.host && one.port === two.port;
}

/** One step of listening to a client: wait for more, say something, ask for somewhere, or turn it away. */
export type Heard =
  | { readonly kind: 'more' }
  | { readonly kind: 'say'; readonly bytes: Uint8Array; readonly used: number }
  | { readonly kind: 'asked'; readonly request: ProxyRequest; readonly used: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly language: ProxyRequest['language']; readonly answer?: Uint8Array };
