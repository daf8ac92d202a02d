/**
 * The way from a request to a socket: its name, or the upstream proxy's, is
 * resolved once, every address judged, one after another dialled. Takes what
 * became of each step; gives the next one, or why there is none. Pure.
 */
import { formatEndpoint } from '../../core/base/address.ts';
import type { DialFailure } from '../../core/observe/observation.ts';
import { refuseAddresses, unreached, unresolved, untrusted, type Failing } from './admission.ts';
import type { ProxyRequest } from './request.ts';
import type { TunnelCommand, TunnelEvent, TunnelOptions } from './tunnel-words.ts';
import type { Upstream } from './upstream.ts';
import { DIAL_WAIT, NEXT_WAIT, RESOLVE_WAIT } from './waits.ts';

/** What to do next, that the way stands, or that there is none. */
export type Step = readonly TunnelCommand[] | 'there' | Failing;

export class Approach {
  private readonly options: TunnelOptions;
  private readonly request: ProxyRequest;
  private readonly upstream: Upstream | undefined;
  /** Those not tried yet; undefined while they are not known. */
  private left: readonly string[] | undefined;
  /** The address that was tried last. */
  dialled: string | undefined;

  constructor(options: TunnelOptions, request: ProxyRequest, upstream: Upstream | undefined) {
    this.options = options;
    this.request = request;
    this.upstream = upstream;
  }

  begin(): readonly TunnelCommand[] {
    return [{ kind: 'wait', ms: RESOLVE_WAIT }, { kind: 'resolve', name: this.upstream?.host ?? this.request.host }];
  }

  /** After an event of these kinds; others change nothing. */
  on(event: TunnelEvent): Step {
    if (this.left === undefined) {
      if (event.kind === 'resolved') return this.resolved(event.addresses);
      if (event.kind === 'unresolved') return unresolved(this.options, this.request, this.upstream, event.failure);
      return event.kind === 'late' ? unresolved(this.options, this.request, this.upstream, 'no-resolver', true) : [];
    }
    if (event.kind === 'connected') return 'there';
    if (event.kind === 'unconnected') return this.dialNext(event.failure, event.distrust);
    if (event.kind === 'late') return this.dialNext('timeout');
    return event.kind === 'gone' ? this.dialNext('unreachable') : [];
  }

  /** As people are told whom it is about. */
  place(): string {
    return formatEndpoint(this.request.host, this.request.port);
  }

  private resolved(addresses: readonly string[]): Step {
    const refusal = this.upstream === undefined ? refuseAddresses(this.options, this.request, addresses) : undefined;
    if (refusal !== undefined) return refusal;
    this.left = addresses.slice(0, ADDRESS_CAP);
    return this.dialNext('unreachable');
  }

  private dialNext(last: DialFailure, distrust?: string): Step {
    const { upstream, request } = this;
    const [address, ...rest] = this.left ?? [];
    // What one address shows is what the name shows; another would only hide that the way is not what it should be.
    if (upstream !== undefined && distrust !== undefined) {
      this.options.distrusted?.(formatEndpoint(upstream.host, upstream.port), distrust);
      return untrusted(distrust);
    }
    if (address === undefined) return unreached(last, upstream === undefined ? this.place() : 'the upstream proxy');
    this.left = rest;
    this.dialled = address;
    return [
      { kind: 'wait', ms: rest.length > 0 ? NEXT_WAIT : DIAL_WAIT },
      { kind: 'dial', address, port: upstream?.port ?? request.port, ...(upstream?.scheme === 'https' ? { secure: upstream.host } : {}) },
    ];
  }
}

/** Addresses of one name that are tried. */
const ADDRESS_CAP = 8;
