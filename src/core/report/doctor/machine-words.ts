/** What of a machine bears on what can be seen there, as short items. */
import type { MachineFacts } from './facts.ts';

/** System first, then who runs egret, then what the kernel lets them do. */
export function machineWords(machine: MachineFacts): readonly string[] {
  const { platform, kernel, architecture, node, system, isRoot, container, capabilities, isInUserNamespace, hidesProcesses, userNamespaces, loopback } = machine;
  return [
    system?.name ?? PLATFORMS.get(platform) ?? platform,
    `kernel ${kernel}`,
    architecture,
    `Node ${node}`,
    isInUserNamespace ? `${isRoot ? 'root' : 'a user'} of a user namespace` : isRoot ? 'root' : 'not root',
    ...(container === undefined ? [] : [`in a container (${container})`]),
    ...(capabilities === undefined ? [] : [`CapEff ${capabilities.mask} (${capabilities.netRaw ? 'net_raw' : 'no net_raw'}, ${capabilities.netAdmin ? 'net_admin' : 'no net_admin'})`]),
    ...(platform !== 'linux' ? [] : [hidesProcesses ? '/proc hides processes of others' : '/proc shows all processes', USER_NAMESPACES[userNamespaces]]),
    loopback.length === 0 ? 'no loopback interface' : `loopback ${loopback.join(' and ')}`,
  ];
}

const PLATFORMS: ReadonlyMap<string, string> = new Map([['darwin', 'macOS'], ['win32', 'Windows'], ['linux', 'Linux']]);
const USER_NAMESPACES: Readonly<Record<MachineFacts['userNamespaces'], string>> = { allowed: 'user namespaces allowed', refused: 'user namespaces refused', unknown: 'user namespaces not tried' };
