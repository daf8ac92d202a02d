import { ENCRYPTED_RESOLVERS, type EncryptedResolver } from './resolvers.ts';

/** The public encrypted resolver that a name (normal form) or an address belongs to. */
export function findResolver(name: string | undefined, address: string): EncryptedResolver | undefined {
  return (name === undefined ? undefined : (byHost.get(name) ?? byParent(name))) ?? byAddress.get(address);
}

/** A customer's own name stands one label below its operator's, or two (`device-profile.dns.x`, `a.b.dns.x`). */
function byParent(name: string): EncryptedResolver | undefined {
  let dot = name.indexOf('.');
  for (let labels = 0; dot > 0 && labels < 2; labels++) {
    const found = below.get(name.slice(dot + 1));
    if (found !== undefined) return found;
    dot = name.indexOf('.', dot + 1);
  }
  return undefined;
}

const byHost = new Map(ENCRYPTED_RESOLVERS.flatMap((resolver) => resolver.hosts.map((host) => [host, resolver] as const)));
const below = new Map(ENCRYPTED_RESOLVERS.flatMap((resolver) => resolver.below.map((parent) => [parent, resolver] as const)));
const byAddress = new Map(ENCRYPTED_RESOLVERS.flatMap((resolver) => resolver.addresses.map((address) => [address, resolver] as const)));
