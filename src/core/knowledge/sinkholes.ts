/**
 * Addresses that filtering resolvers and firewalls give in place of a host's
 * own: their block pages and sinkholes. Data only; addresses that an operator
 * configures are not here, since nothing tells them from a host.
 */
export interface Sinkhole {
  /** Canonical addresses (RFC 5952). */
  readonly addresses: readonly string[];
  readonly organisation: string;
  readonly source: string;
  /** ISO date on which the source was read. */
  readonly date: string;
  readonly note: string;
}

export const SINKHOLE_ADDRESSES: readonly Sinkhole[] = [
  {
    organisation: 'Fortinet',
    addresses: ['208.91.112.55', '2001:cdba::3257:9652'],
    source: 'https://community.fortinet.com/t5/FortiGate/Technical-Tip-Various-Block-option-under-DNS-filter/ta-p/260790',
    date: '2026-11-23',
    note: 'Portal to which the DNS filter of FortiGate redirects what it blocks, by default',
  },
  {
    organisation: 'Palo Alto Networks',
    addresses: ['198.135.184.22'],
    source: 'https://docs.paloaltonetworks.com/dns-security/administration/configure-dns-security/enable-dns-security',
    date: '2026-11-23',
    note: 'Sinkhole of DNS Security where the alias sinkhole.paloaltonetworks.com cannot be followed',
  },
];

/** The organisation whose sinkhole a canonical address is. */
export function findSinkhole(address: string): string | undefined {
  return BY_ADDRESS.get(address);
}

const BY_ADDRESS = new Map(SINKHOLE_ADDRESSES.flatMap(({ addresses, organisation }) => addresses.map((address) => [address, organisation] as const)));
