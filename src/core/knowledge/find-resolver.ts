import { ENCRYPTED_RESOLVERS, type EncryptedResolver } from './resolvers.ts';

/** The public encrypted resolver that a name (normal form) or an address belongs to. */
export function findResolver(name: string | undefined, address: string): EncryptedResolver | undefined {
  return (name === undefined ? undefined : byHost.get(name)) ?? byAddress.get(address);
}

const byHost = new Map(ENCRYPTED_RESOLVERS.flatMap((resolver) => resolver.hosts.map((host) => [host, resolver] as const)));
const byAddress = new Map(ENCRYPTED_RESOLVERS.flatMap((resolver) => resolver.addresses.map((address) => [address, resolver] as const)));
