/** Names to addresses, once, by the system's own resolver; and errors of sockets in the words of a tunnel. Dials nothing by name. */
import { lookup } from 'node:dns/promises';
import { canonicalAddress } from '../../core/base/address.ts';

export type Resolved = { readonly addresses: readonly string[] } | { readonly failure: 'not-found' | 'no-resolver' };

/** All addresses of a name in the system's order; an address is itself. */
export async function resolveOnce(name: string): Promise<Resolved> {
  const literal = canonicalAddress(name);
  if (literal !== undefined) return { addresses: [literal] };
  try {
    const found = await lookup(name, { all: true, verbatim: true });
    const addresses = [...new Set(found.map(({ address }) => canonicalAddress(address)).filter((address) => address !== undefined))];
    return addresses.length === 0 ? { failure: 'not-found' } : { addresses };
  } catch (error) {
    return { failure: codeOf(error) === 'EAI_AGAIN' ? 'no-resolver' : 'not-found' };
  }
}

/** What a socket's error says of the server. */
export function dialFailure(error: unknown): 'refused' | 'timeout' | 'unreachable' {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'refused';
  return code === 'ETIMEDOUT' ? 'timeout' : 'unreachable';
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
