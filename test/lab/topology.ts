import { HOSTS, SERVICES } from './hosts.ts';

/**
 * app ── 10.77.0.0/24, 2001:db8:77::/64 ── router ── 192.0.2.0/30, 2001:db8:2::/64 ── net (every server)
 *
 * The app has a global IPv6 address: with a unique-local one getaddrinfo would sort every AAAA answer last.
 */
export type Side = 'app' | 'router' | 'net';
export const SIDES: readonly Side[] = ['app', 'router', 'net'];

export const APP_INTERFACE = 'eth0';
export const ROUTER_ADDRESS = '10.77.0.1';

/** Lines for `ip -batch`, by the namespace in which they run. `{router}` stands for the full name of the router's. */
export const LINKS: Readonly<Record<Side, readonly string[]>> = {
  app: [
    'link add eth0 address 02:00:5e:00:77:02 type veth peer name app0 address 02:00:5e:00:77:01 netns {router}',
    'link set eth0 gso_max_segs 1',
    'link set lo up',
    'link set eth0 up',
    'addr add 10.77.0.2/24 dev eth0',
    'addr add 2001:db8:77::2/64 dev eth0 nodad',
  ],
  net: [
    'link add eth0 address 02:00:5e:00:02:02 type veth peer name net0 address 02:00:5e:00:02:01 netns {router}',
    'link set eth0 gso_max_segs 1',
    'link set lo up',
    'link set eth0 up',
    'addr add 192.0.2.2/30 dev eth0',
    'addr add 2001:db8:2::2/64 dev eth0 nodad',
    ...[...SERVICES, ...HOSTS.map((host) => host.v4)].map((address) => `addr add ${address}/32 dev lo`),
    ...HOSTS.flatMap((host) => (host.v6 === undefined ? [] : [`addr add ${host.v6}/128 dev lo nodad`])),
  ],
  router: [
    'link set app0 gso_max_segs 1',
    'link set net0 gso_max_segs 1',
    'link set lo up',
    'link set app0 up',
    'link set net0 up',
    `addr add ${ROUTER_ADDRESS}/24 dev app0`,
    'addr add 2001:db8:77::1/64 dev app0 nodad',
    'addr add 192.0.2.1/30 dev net0',
    'addr add 2001:db8:2::1/64 dev net0 nodad',
  ],
};

/** Routes need both ends of a link to be up, hence a second pass. */
export const ROUTES: Readonly<Record<Side, readonly string[]>> = {
  app: [`route add default via ${ROUTER_ADDRESS}`, 'route add default via 2001:db8:77::1'],
  net: ['route add 10.77.0.0/24 via 192.0.2.1', 'route add 2001:db8:77::/64 via 2001:db8:2::1'],
  router: [
    'route add 203.0.113.0/24 via 192.0.2.2',
    'route add 198.51.100.0/24 via 192.0.2.2',
    'route add 2001:db8:113::/48 via 2001:db8:2::2',
    'route add 2001:db8:198::/48 via 2001:db8:2::2',
    ...HOSTS.flatMap((host) => (host.v6Unreachable && host.v6 !== undefined ? [`route add blackhole ${host.v6}/128`] : [])),
  ],
};

/** Written before the links exist: addresses must be usable at once and nobody may ask for a router. */
export const SETTINGS: readonly (readonly [string, string])[] = [
  ['ipv6/conf/default/accept_dad', '0'],
  ['ipv6/conf/default/accept_ra', '0'],
  ['ipv6/conf/default/router_solicitations', '0'],
  ['ipv6/conf/all/forwarding', '1'],
  ['ipv4/ip_forward', '1'],
];
