/** The words between a tunnel's state machine and the sockets that do as it says: events, commands, and what it must be told. */
import type { Endpoint } from '../../core/base/address.ts';
import type { DialFailure } from '../../core/observe/observation.ts';
import type { ProxyRequest } from './request.ts';
import type { Upstream } from './upstream.ts';

export type End = 'client' | 'server';

export function other(end: End): End {
  return end === 'client' ? 'server' : 'client';
}

export type TunnelEvent =
  | { readonly kind: 'data'; readonly from: End; readonly data: Uint8Array }
  /** That end has no more to say, and may still listen. */
  | { readonly kind: 'end'; readonly from: End }
  /** That end's socket is dead. */
  | { readonly kind: 'gone'; readonly from: End }
  | { readonly kind: 'resolved'; readonly addresses: readonly string[] }
  | { readonly kind: 'unresolved'; readonly failure: 'not-found' | 'no-resolver' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'unconnected'; readonly failure: 'refused' | 'timeout' | 'unreachable' }
  /** It is known who the client is, or nobody knows. */
  | { readonly kind: 'identified' }
  /** What was sent to that end has filled its buffer, or has left it. */
  | { readonly kind: 'blocked'; readonly to: End }
  | { readonly kind: 'drained'; readonly to: End }
  /** The time that the last `wait` gave is over. */
  | { readonly kind: 'late' };

export type TunnelCommand =
  | { readonly kind: 'send'; readonly to: End; readonly data: Uint8Array }
  | { readonly kind: 'end'; readonly to: End }
  | { readonly kind: 'pause'; readonly from: End }
  | { readonly kind: 'resume'; readonly from: End }
  | { readonly kind: 'resolve'; readonly name: string }
  /** Finds out which process the client is. */
  | { readonly kind: 'identify' }
  /** Replaces a server that is being dialled. */
  | { readonly kind: 'dial'; readonly address: string; readonly port: number }
  /** Replaces the last one; without `ms` there is none. */
  | { readonly kind: 'wait'; readonly ms?: number }
  /** Ends the client when it has taken all, then drops; `isReset`: where nothing is left to take, the client sees a reset too. */
  | { readonly kind: 'finish'; readonly because: string; readonly isReset: boolean }
  /** Drops both ends at once. */
  | { readonly kind: 'drop'; readonly because: string };

/** A destination as the policy is asked about it: first by what the client wrote, then with each address that its name has. */
export interface Question {
  readonly host: string;
  readonly port: number;
  readonly address?: string;
  /** It is left to an upstream proxy: its address will never be known here. */
  readonly isUpstream?: true;
  /** Nobody knows an address of it. */
  readonly isUnresolved?: true;
}

export interface TunnelOptions {
  /** This proxy's own name in Via fields. */
  readonly pseudonym: string;
  /** Why a destination is denied; undefined: it is not. */
  admit(question: Question): string | undefined;
  /** Told once of a destination that is about to be contacted, or would be if its name had an address. */
  asked?(question: Question): void;
  /** The proxy beyond this one for a request; undefined: none. */
  route(kind: 'tunnel' | 'forward', host: string, port: number): Upstream | undefined;
  /** Whether that place is this proxy. */
  isSelf(address: string, port: number): boolean;
  /** Whether this client may not be led there: strangers have no business on this machine. */
  isOffLimits(address: string): boolean;
}

/** What became of a tunnel. */
export interface Tunnelled {
  readonly kind: ProxyRequest['kind'];
  readonly host: string;
  readonly port: number;
  readonly by: 'egret' | 'upstream';
  readonly address: string | undefined;
  /** The proxy's own end of the last connection that it made. */
  readonly from?: Endpoint;
  readonly failure: DialFailure | undefined;
}
