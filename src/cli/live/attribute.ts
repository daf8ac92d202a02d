/**
 * What a process found behind a captured flow says of it: the app's, another's,
 * or nobody's that could be proven. Asks the finder; decides by kinship.
 */
import { contains, type Cidr } from '../../core/base/address.ts';
import type { FlowOwner } from '../../core/observe/flow-owners.ts';
import type { Process } from '../../core/observe/observation.ts';
import type { OwnerFinder } from '../../edge/owners/finder.ts';
import type { Kin, Kinship } from '../../edge/owners/kinship.ts';
import type { Attribute } from './packet-owners.ts';

/** `kinship` as it was before the app; without it nobody can say which program is the app, and each is told with its process. */
export function attributeBy(finder: Pick<OwnerFinder, 'ownerOf'>, kinship: Pick<Kinship, 'of'> | undefined, local: readonly Cidr[]): Attribute {
  return async (from, to, transport) => {
    if (transport !== 'tcp' && transport !== 'udp') return undefined;
    const isSent = local.some((cidr) => contains(cidr, from.address));
    const process = await finder.ownerOf(isSent ? { transport, local: from, remote: to } : { transport, local: to, remote: from });
    return process === undefined ? undefined : ownerBy(process, kinship?.of(process) ?? 'app');
  };
}

function ownerBy(process: Process, kin: Kin): FlowOwner {
  // What egret asks a resolver, it asks for the app.
  if (kin === 'egret') return { whose: 'own', process: undefined };
  if (kin === 'others' && !RESOLVERS.has(process.name)) return { whose: 'others', process };
  return { whose: kin === 'unknown' ? 'unknown' : 'own', process };
}

/** Daemons that ask on behalf of whomever: only older ones than the app are known by these names. */
const RESOLVERS: ReadonlySet<string> = new Set(['avahi-daemon', 'dnscrypt-proxy', 'dnsmasq', 'mDNSResponder', 'named', 'nscd', 'sssd', 'stubby', 'systemd-resolve', 'systemd-resolved', 'unbound']);
