/** Whether a request may go where it asks and where that name leads, and why requests fail, as facts for the record and as words for clients. Pure. */
import type { DialFailure } from '../../core/observe/observation.ts';
import { DIAL_WORDS } from './answers.ts';
import type { ProxyRequest, Refusal } from './request.ts';
import type { TunnelOptions } from './tunnel-words.ts';
import type { Upstream } from './upstream.ts';

/** A request that fails: the fact, undefined where only an upstream proxy knows it, and what its client is told. */
export interface Failing {
  readonly failure?: DialFailure;
  readonly refusal: Refusal;
}

/** The way of a request before its name is resolved: by another proxy, or straight. */
export function wayOf(options: TunnelOptions, { host, port, kind }: ProxyRequest): Failing | { readonly upstream: Upstream | undefined } {
  const denied = options.admit({ host, port });
  if (denied !== undefined) return deniedBy(denied);
  const upstream = options.route(kind, host, port);
  if (upstream === undefined) return { upstream };
  const left = options.admit({ host, port, isUpstream: true });
  if (left !== undefined) return deniedBy(left);
  options.asked?.({ host, port, isUpstream: true });
  return { upstream };
}

/** What is wrong with the addresses of a name; every one is judged before the first is dialled, since which one answers must not decide what is allowed. */
export function refuseAddresses(options: TunnelOptions, { host, port }: ProxyRequest, addresses: readonly string[]): Failing | undefined {
  if (addresses.some((address) => options.isSelf(address, port))) return { failure: 'not-served', refusal: { status: 508, reason: 'the request leads back to this proxy' } };
  if (addresses.some((address) => options.isOffLimits(address))) return { failure: 'not-served', refusal: { status: 403, reason: `clients from elsewhere are not let to ${host}:${port} on this machine` } };
  const denied = addresses.map((address) => options.admit({ host, port, address })).find((reason) => reason !== undefined);
  if (denied !== undefined) return deniedBy(denied);
  options.asked?.({ host, port, ...(addresses[0] === undefined ? {} : { address: addresses[0] }) });
  return undefined;
}

/** No address was found. That the app asked for the name is told all the same, unless it was told before the upstream proxy's own name was sought. */
export function unresolved(options: TunnelOptions, request: ProxyRequest | undefined, upstream: Upstream | undefined, failure: 'not-found' | 'no-resolver', isLate = false): Failing {
  const { host, port } = request ?? { host: '', port: 0 };
  if (request !== undefined && upstream === undefined) options.asked?.({ host, port, isUnresolved: true });
  const place = `${host}:${port}`;
  return { failure, refusal: { status: isLate ? 504 : 502, reason: failure === 'not-found' ? `there is no host ${place}` : `no resolver answered for ${place}` } };
}

/** None of the addresses of `place` could be reached; `last` is what became of the last. */
export function unreached(last: DialFailure, place: string): Failing {
  return { failure: last, refusal: { status: last === 'timeout' ? 504 : 502, reason: `${place} ${DIAL_WORDS[last] ?? 'cannot be reached'}` } };
}

function deniedBy(reason: string): Failing {
  return { failure: 'denied', refusal: { status: 403, reason } };
}
