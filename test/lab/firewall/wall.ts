import { HOSTS } from '../hosts.ts';
import type { PacketsWall } from './switches.ts';

/** For `nft -f -` in the router: what happens to packets on their way to port 443 of these hosts. */
export function wallRules(packets: Readonly<Record<string, PacketsWall>>): string {
  const rules = Object.entries(packets).flatMap(([name, wall]) => {
    const host = HOSTS.find((each) => each.name === name);
    if (host === undefined) throw new Error(`no such host: ${name}`);
    const four = wall.startsWith('v6-') ? undefined : `ip daddr ${host.v4} tcp dport 443 ${FOUR[wall]}`;
    const six = host.v6 === undefined ? undefined : `ip6 daddr ${host.v6} tcp dport 443 ${SIX[wall]}`;
    return [four, six].filter((rule) => rule !== undefined);
  });
  return `table inet wall {
  chain passing {
    type filter hook forward priority filter; policy accept;
${rules.map((rule) => `    ${rule}`).join('\n')}
  }
}
`;
}

/** For `nft -f -` in the router: established connections to port 443 of these hosts are reset; new ones come up. */
export function breakRules(names: readonly string[]): string {
  return wallRules(Object.fromEntries(names.map((name) => [name, 'reset-established' as const])));
}

/** Takes down what {@link breakRules} or {@link wallRules} put up. */
export const NO_WALL = 'delete table inet wall\n';

// The first segment of some length that is neither a SYN nor a FIN is the hello; nft sends the RST to its sender.
const HELLO_RESET = 'tcp flags & (syn | fin | rst) == 0 meta length > 200 reject with tcp reset';
const RESET = 'reject with tcp reset';
const ESTABLISHED_RESET = 'tcp flags & (syn | fin | rst) == 0 reject with tcp reset';

const FOUR: Readonly<Record<PacketsWall, string>> = {
  drop: 'drop',
  'tcp-reset': RESET,
  'reset-established': ESTABLISHED_RESET,
  'reset-after-hello': HELLO_RESET,
  'net-unreachable': 'reject with icmp net-unreachable',
  'host-unreachable': 'reject with icmp host-unreachable',
  'port-unreachable': 'reject with icmp port-unreachable',
  'net-prohibited': 'reject with icmp net-prohibited',
  'host-prohibited': 'reject with icmp host-prohibited',
  'admin-prohibited': 'reject with icmp admin-prohibited',
  'v6-drop': '',
  'v6-reset': '',
};
/** ICMPv6 tells fewer reasons apart (RFC 4443 §3.1). */
const SIX: Readonly<Record<PacketsWall, string>> = {
  ...FOUR,
  'net-unreachable': 'reject with icmpv6 no-route',
  'host-unreachable': 'reject with icmpv6 addr-unreachable',
  'port-unreachable': 'reject with icmpv6 port-unreachable',
  'net-prohibited': 'reject with icmpv6 admin-prohibited',
  'host-prohibited': 'reject with icmpv6 admin-prohibited',
  'admin-prohibited': 'reject with icmpv6 admin-prohibited',
  'v6-drop': 'drop',
  'v6-reset': RESET,
};
