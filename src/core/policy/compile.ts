/**
 * Turns a policy into tables that answer "which entries speak of this name or
 * address" in time independent of the policy's length. The result holds bounded
 * memories of answers, so that millions of connections to few hosts cost one
 * map look-up each; they never change an answer.
 */
import { canonicalAddress, type Cidr } from '../base/address.ts';
import type { TelemetryHost } from '../knowledge/telemetry.ts';
import { NameTable } from './name-table.ts';
import type { TelemetryList } from './read-telemetry-list.ts';
import { compileCatalogue, type TelemetryCatalogue } from './telemetry-catalogue.ts';
import type { AddressMatch, NameMatch } from './match.ts';
import type { Denial, Entry, Policy, PolicyProtocol, PortRange } from './policy.ts';

/** An entry that may admit a destination, by one of its patterns. */
export interface Candidate {
  readonly entry: Entry;
  readonly by: 'name' | 'wildcard' | 'address';
  /** Port that came with the pattern (`endpoints` variables); replaces those of the legs. */
  readonly port?: PortRange;
  /** The entry's components as condition parts, for when the component is not known. */
  readonly componentParts: readonly string[];
}

/** An address pattern of an entry. */
interface Block {
  readonly cidr: Cidr;
  readonly candidate: Candidate;
}

/** A loopback leg that is meant to exist. */
export interface LocalPattern {
  /** Undefined: any loopback address (`localhost`). */
  readonly address?: string;
  readonly component: string;
  readonly protocols: readonly PolicyProtocol[];
}

export interface CompiledPolicy {
  readonly policy: Policy;
  readonly hosts: NameTable<Candidate>;
  /** Longest prefix first. */
  readonly blocks: readonly Block[];
  readonly denied: NameTable<Denial>;
  readonly deniedClasses: ReadonlyMap<TelemetryHost['class'], Denial>;
  readonly telemetry: TelemetryCatalogue;
  /** Declared resolvers as addresses or names; `system`: whichever the machine uses. */
  readonly resolvers: 'system' | ReadonlySet<string>;
  readonly local: readonly LocalPattern[];
  readonly names: Map<string, NameMatch>;
  readonly addresses: Map<string, AddressMatch>;
}

/** Compiles a checked policy together with the telemetry catalogue and the user's lists; never fails, odd patterns simply match nothing. */
export function compilePolicy(policy: Policy, catalogue: readonly TelemetryHost[], lists: readonly TelemetryList[] = []): CompiledPolicy {
  const { hosts, blocks } = compileEntries(policy.entries);
  const denied = new NameTable<Denial>();
  const deniedClasses = new Map<TelemetryHost['class'], Denial>();
  for (const denial of policy.mustNot) {
    for (const pattern of denial.hosts) denied.add(pattern.host, pattern.wildcard, denial);
    for (const name of denial.classes) if (!deniedClasses.has(name)) deniedClasses.set(name, denial);
  }
  const { resolvers } = policy.dns;
  return {
    policy,
    hosts,
    blocks,
    denied,
    deniedClasses,
    telemetry: compileCatalogue(catalogue, lists),
    resolvers: resolvers === 'system' ? resolvers : new Set(resolvers.map((text) => canonicalAddress(text) ?? text.toLowerCase())),
    local: policy.local.map(compileLocal),
    names: new Map(),
    addresses: new Map(),
  };
}

function compileEntries(entries: readonly Entry[]): { hosts: NameTable<Candidate>; blocks: readonly Block[] } {
  const hosts = new NameTable<Candidate>();
  const blocks: Block[] = [];
  for (const entry of entries) {
    const componentParts = entry.components.map((component) => `component:${component}`);
    for (const { host, wildcard, port } of entry.hosts) {
      const by = wildcard ? 'wildcard' : 'name';
      hosts.add(host, wildcard, port === undefined ? { entry, by, componentParts } : { entry, by, componentParts, port });
    }
    for (const cidr of entry.addresses) blocks.push({ cidr, candidate: { entry, by: 'address', componentParts } });
  }
  blocks.sort((a, b) => b.cidr.length - a.cidr.length);
  return { hosts, blocks };
}

function compileLocal(leg: Policy['local'][number]): LocalPattern {
  const { component } = leg;
  const protocols = [leg.protocol];
  const address = canonicalAddress(leg.address);
  return address === undefined ? { component, protocols } : { component, protocols, address };
}
