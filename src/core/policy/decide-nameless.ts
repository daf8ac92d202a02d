/**
 * Verdicts on destinations that bear no usable name: address entries, the
 * resolver, loopback legs, neighbours on the local network, and otherwise an
 * honest `cannot-judge(unnamed)`. An address alone never proves whose it is.
 */
import type { AddressClass } from '../base/address.ts';
import type { Verdict } from './verdict.ts';
import { choose } from './choose.ts';
import type { Asked } from './asked.ts';
import type { CompiledPolicy, LocalPattern } from './compile.ts';
import { matchAddress } from './match.ts';
import { isSpoken } from './spoken.ts';

/** `literal`: the client itself wrote the address where a name belongs (CONNECT, Host, SNI), so it provably asked for no name. */
export function decideNameless(policy: CompiledPolicy, asked: Asked, literal: boolean): Verdict {
  const { groups } = matchAddress(policy, asked.address);
  if (groups.length > 0) return choose(groups, asked, false);
  if (isResolver(policy, asked)) return { kind: 'infrastructure', by: 'address', reason: 'resolver' };
  if (isOwnMachine(asked.addressClass)) return decideLocal(policy, asked);
  const dns = asked.protocol === 'dns' && asked.port === DNS_PORT;
  if (NEIGHBOURS.has(asked.addressClass)) return dns ? { kind: 'lan', reason: UNDECLARED_RESOLVER } : { kind: 'lan' };
  // With resolvers listed, a question in clear to another one needs no name to be outside the list.
  if (dns) return { kind: 'undeclared', by: 'address', reason: UNDECLARED_RESOLVER };
  if (literal) return { kind: 'undeclared', by: 'address', reason: IP_LITERAL };
  return { kind: 'cannot-judge', reason: 'unnamed' };
}

/**
 * Whether this is name resolution as the policy allows it: with `system`, plain
 * DNS that was recognised as such; with a list, the listed addresses or names,
 * in clear, or encrypted where the policy does not call that a violation.
 */
export function isResolver(policy: CompiledPolicy, asked: Asked): boolean {
  const { resolvers } = policy;
  const clear = asked.port === DNS_PORT && (asked.protocol === 'dns' || (resolvers !== 'system' && asked.protocol === 'unknown'));
  if (resolvers === 'system') return clear && !isOwnMachine(asked.addressClass) && asked.addressClass !== 'multicast';
  if (!resolvers.has(asked.address) && (asked.name === undefined || !resolvers.has(asked.name))) return false;
  return clear || (policy.policy.dns.encrypted !== 'violation' && ENCRYPTED_PORTS.has(asked.port));
}

function decideLocal(policy: CompiledPolicy, asked: Asked): Verdict {
  let nearest: { readonly expected: string; readonly distance: number } | undefined;
  for (const leg of policy.local) {
    const expected = localMismatch(leg, asked);
    if (expected === undefined) {
      return asked.component === undefined ? { kind: 'local', conditionUnknown: [`component:${leg.component}`] } : { kind: 'local' };
    }
    if (nearest === undefined || expected.distance < nearest.distance) nearest = expected;
  }
  if (asked.protocol === 'dns' && asked.port === DNS_PORT) return { kind: 'local', reason: 'not declared: DNS to a loopback resolver' };
  return nearest ? { kind: 'undeclared-local', reason: nearest.expected } : { kind: 'undeclared-local' };
}

/** What the leg would have needed, nearest terms with the smaller distance; undefined when it fits. */
function localMismatch(leg: LocalPattern, asked: Asked): { readonly expected: string; readonly distance: number } | undefined {
  if (leg.address !== undefined && leg.address !== asked.address) return { expected: `address ${leg.address}`, distance: 3 };
  if (!isSpoken(leg.protocols, asked.protocol, asked.transport)) return { expected: leg.protocols.join(' or '), distance: 2 };
  if (asked.component !== undefined && asked.component !== leg.component) return { expected: `component ${leg.component}`, distance: 1 };
  return undefined;
}

/** Connecting to the unspecified address reaches the own machine. */
function isOwnMachine(addressClass: AddressClass): boolean {
  return addressClass === 'loopback' || addressClass === 'unspecified';
}

/** Reasons, which rules and reports tell apart by these words. */
const IP_LITERAL = 'ip-literal';
const UNDECLARED_RESOLVER = 'undeclared-resolver';

const DNS_PORT = 53;
/** DoT and DoQ (RFC 7858, RFC 9250), DoH. */
const ENCRYPTED_PORTS: ReadonlySet<number> = new Set([853, 443]);
/** Classes that never leave the neighbourhood: mDNS, LLMNR, SSDP, DHCP, neighbour discovery and devices of the local network. */
const NEIGHBOURS: ReadonlySet<AddressClass> = new Set(['private', 'link-local', 'carrier-nat', 'multicast', 'broadcast']);
