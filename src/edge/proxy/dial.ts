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
    return { failure: UNANSWERED.has(codeOf(error)) ? 'no-resolver' : 'not-found' };
  }
}

/** What a socket's error says of the server. */
export function dialFailure(error: unknown): 'refused' | 'timeout' | 'unreachable' | 'not-served' {
  const code = codeOf(error);
  if (SHORTAGES.has(code)) return 'not-served';
  if (code === 'ECONNREFUSED') return 'refused';
  return code === 'ETIMEDOUT' ? 'timeout' : 'unreachable';
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What this machine lacks says nothing of the server. */
const SHORTAGES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);
/** The name was not answered, for whatever reason: it may exist. */
const UNANSWERED: ReadonlySet<string> = new Set([...SHORTAGES, 'EAI_AGAIN', 'EAI_FAIL', 'EAI_MEMORY', 'EAI_SYSTEM']);
