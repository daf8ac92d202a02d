/** TLS versions as numbers that can be compared, and what the policy asks of one destination. */
import type { Destination } from './destination.ts';
import type { Policy } from '../policy/policy.ts';

/** Rank of a version as policies (`1.2`) and decoders (`TLS1.2`, `DTLS1.2`) write it; undefined for an unknown one. */
export function rankOf(version: string): number | undefined {
  return RANK[version.replace(/^D?TLS/, '')];
}

/** `TLS1.2` as people write it: `TLS 1.2`. */
export function tellVersion(version: string): string {
  return version.replace(/^(D?TLS|SSL)(?=\d)/, '$1 ');
}

/** Least and preferred version for a destination: its entry's, else the policy's. */
export function rulesOfTls(policy: Policy, destination: Destination): { readonly min: string; readonly prefer?: string } {
  const own = policy.entries.find((entry) => entry.id === destination.verdict.entry)?.tls;
  const prefer = own?.prefer ?? policy.defaults.tls.prefer;
  return { min: own?.min ?? policy.defaults.tls.min, ...(prefer === undefined ? {} : { prefer }) };
}

/** DTLS numbers follow the TLS version they rest on (RFC 6347, RFC 9147); DTLS 1.0 rests on TLS 1.1 and ranks below 1.2 either way. */
const RANK: Readonly<Record<string, number>> = { 'SSL2.0': 0, 'SSL3.0': 1, '1.0': 2, '1.1': 3, '1.2': 4, '1.3': 5 };
