/** Whether a connection went through another proxy than the one that the run set: what was asked of it is known, and nothing of what it did. */
import { classOf, type AddressClass } from '../base/address.ts';
import type { ScopeFacts } from './context.ts';
import type { Destination } from './destination.ts';

/** Class of the other proxy's address; undefined where there was none, and where nobody knows which proxy was set and this one may be it: on the machine or in its network. */
export function otherProxy({ proxy }: Pick<ScopeFacts, 'proxy'>, { via }: Pick<Destination, 'via'>): AddressClass | undefined {
  if (via === undefined) return undefined;
  const cut = via.lastIndexOf(':');
  const address = via.slice(0, cut);
  const kind = classOf(address);
  if (proxy === undefined) return kind === 'public' ? kind : undefined;
  if (Number(via.slice(cut + 1)) === proxy.port && (address === proxy.address || EVERYWHERE.has(proxy.address))) return undefined;
  return kind;
}

/** A proxy that listens everywhere is reached at any address of its machine. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
