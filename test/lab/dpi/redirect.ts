import { HOSTS } from '../hosts.ts';
import type { Host } from '../hosts.ts';

/** An address and port that the router turns away from, and the port of the box that it leads to instead. */
export interface Destination {
  readonly address: string;
  readonly port: number;
  readonly redirectedTo: number;
}

const FIRST_PORT = 20_000;

/** Port 443 of every host, whichever are inspected: a box on the path learns that from the hello, not from an address. */
export const DESTINATIONS: readonly Destination[] = HOSTS.flatMap(addresses).map((address, index) => ({ address, port: 443, redirectedTo: FIRST_PORT + index }));

/** For `nft -f -` in the router: `redirect` keeps the packet on this machine, so the app sees the address that it asked for. */
export const RULES = `table inet dpi {
  chain arriving {
    type nat hook prerouting priority dstnat; policy accept;
${DESTINATIONS.map(({ address, port, redirectedTo }) => `    ${address.includes(':') ? 'ip6' : 'ip'} daddr ${address} tcp dport ${port} redirect to :${redirectedTo}`).join('\n')}
  }
}
`;

/** An address that answers nobody stays so: redirected, the box would answer for it. */
function addresses({ v4, v6, v6Unreachable }: Host): string[] {
  return v6 === undefined || v6Unreachable ? [v4] : [v4, v6];
}
