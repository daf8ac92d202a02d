/**
 * What a policy says about one name or one address, before ports, components
 * and conditions are weighed: candidates most specific first, explicit denials,
 * the telemetry catalogue's row. Answers are remembered, since captures repeat.
 */
import { contains } from '../base/address.ts';
import { normalHost } from '../base/host-name.ts';
import type { TelemetryHost } from '../knowledge/telemetry.ts';
import type { Verdict } from './verdict.ts';
import type { Asked } from './asked.ts';
import type { Candidate, CompiledPolicy } from './compile.ts';
import type { Denial } from './policy.ts';

/** Candidates of equal rank: one host pattern, or one prefix length. */
export type CandidateGroup = readonly Candidate[];

export type Telemetry = TelemetryHost & { readonly matched: string };

export interface NameMatch {
  /** Most specific first; empty for names outside the host alphabet, which equal no policy host. */
  readonly groups: readonly CandidateGroup[];
  readonly denial: Denial | undefined;
  readonly telemetry: Telemetry | undefined;
  /** Asked about before: most names of a flood never are, and need no remembered answer. */
  again: boolean;
  /** The last question about this name and its answer: connections to one host mostly differ in nothing that is judged. */
  last?: { readonly asked: Omit<Asked, 'name' | 'addressClass'>; readonly byName: boolean; readonly verdict: Verdict };
}

export interface AddressMatch {
  readonly groups: readonly CandidateGroup[];
  /** The same, of entries that say `with-name: true`. */
  readonly named: readonly CandidateGroup[];
}

/** Everything filed for a seen name (lower case, no trailing dot). */
export function matchName(policy: CompiledPolicy, name: string): NameMatch {
  return policy.names.get(name) ?? remember(policy.names, name, lookUp(policy, name));
}

/** The catalogue row for a name, if any; `matched` is the name itself. */
export function matchTelemetry(policy: CompiledPolicy, name: string): Telemetry | undefined {
  const row = policy.telemetry.find(name);
  return row && { ...row, matched: name };
}

/** Entries whose `ip:` or `cidr:` holds a canonical address, longest prefix first. */
export function matchAddress(policy: CompiledPolicy, address: string): AddressMatch {
  if (policy.blocks.length === 0) return NO_ADDRESS;
  const known = policy.addresses.get(address);
  if (known) return known;
  const held = policy.blocks.filter((block) => contains(block.cidr, address));
  const named = held.filter(({ candidate }) => candidate.entry.withName);
  return remember(policy.addresses, address, { groups: byPrefix(held), named: byPrefix(named) });
}

function lookUp(policy: CompiledPolicy, name: string): NameMatch {
  const groups = policy.hosts.find(name).map((group) => group.values);
  // A seen name that is no host (raw UTF-8, spaces, empty labels) must not slip in below a wildcard.
  const isHost = groups.length === 0 || normalHost(name) === name;
  return { groups: isHost ? groups : [], denial: policy.denied.find(name)[0]?.values[0], telemetry: matchTelemetry(policy, name), again: false };
}

function byPrefix(blocks: CompiledPolicy['blocks']): CandidateGroup[] {
  const groups = new Map<number, Candidate[]>();
  for (const { cidr, candidate } of blocks) {
    const group = groups.get(cidr.length);
    if (group) group.push(candidate);
    else groups.set(cidr.length, [candidate]);
  }
  return [...groups.values()];
}

function remember<V>(memory: Map<string, V>, key: string, value: V): V {
  if (memory.size >= MEMORY) memory.clear();
  memory.set(key, value);
  return value;
}

const NO_ADDRESS: AddressMatch = { groups: [], named: [] };
/** Names and addresses remembered; a flood of distinct ones costs time (the memory starts over), not space: about 10 MB at worst. */
const MEMORY = 20_000;
