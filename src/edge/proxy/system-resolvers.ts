/** Whom this machine asks for names, as it was told: for telling its resolvers from others that an app asks. Opens nothing. */
import { getServers } from 'node:dns/promises';
import { canonicalAddress, classOf } from '../../core/base/address.ts';

/** Their addresses; undefined where one of them is on this machine, which asks others in turn that nobody knows here, and where there are none. */
export function systemResolvers(servers: readonly string[] = getServers()): readonly string[] | undefined {
  const addresses = servers.map((server) => canonicalAddress(hostOf(server)));
  if (addresses.length === 0 || addresses.some((address) => address === undefined || classOf(address) === 'loopback')) return undefined;
  return addresses.filter((address) => address !== undefined);
}

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`. */
function hostOf(server: string): string {
  const [, inBrackets] = /^\[(.+)\]:\d+$/.exec(server) ?? [];
  const [, beforePort] = /^([^:]+):\d+$/.exec(server) ?? [];
  return inBrackets ?? beforePort ?? server;
}
