/**
 * Judges one lookup by its name alone. Questions that name no host to connect
 * to (reverse lookups, service labels, mDNS, special names) are told apart, in
 * forms narrow enough that no data can be smuggled through them.
 */
import { classOf } from '../base/address.ts';
import type { Draft } from '../base/draft.ts';
import { seenHost } from '../base/host-name.ts';
import { findSinkhole } from '../knowledge/sinkholes.ts';
import { asksForProxy, isOfLink } from '../observe/answers.ts';
import type { Lookup } from '../observe/connection.ts';
import type { CompiledPolicy } from '../policy/compile.ts';
import { decideName, type NameAsked } from '../policy/decide.ts';
import { asEnvironment } from './environment.ts';
import type { Surroundings } from './judge-connection.ts';
import type { Verdict } from '../policy/verdict.ts';

/** The verdict on a lookup. */
export function judgeLookup(policy: CompiledPolicy, lookup: Lookup, around: Omit<Surroundings, 'aliases'>): Verdict {
  const name = seenHost(lookup.name);
  const special = judgeSpecial(name);
  if (special) return special;
  const verdict = judgeName(policy, name, lookup, around);
  if (verdict.kind !== 'undeclared' || verdict.telemetry) return verdict;
  if (isOfLink(lookup.resolver)) return { kind: 'lan', name, reason: asksForProxy(name) ? PROXY_ASKED : 'asked of the local network' };
  const host = name.replace(SERVICE_LABELS, '');
  if (host === name || host === '') return verdict;
  const service = judgeName(policy, host, lookup, around);
  return service.kind === 'undeclared' ? verdict : { ...service, reason: service.reason ?? 'service label' };
}

/** Whether a lookup came to nothing, as the layer that reports name it. */
export function lookupFailure(lookup: Lookup): string | undefined {
  if (lookup.rcode === 'unseen') return undefined;
  if (lookup.rcode === 'none') return 'dns no answer';
  if (lookup.rcode !== 'NOERROR') return `dns ${lookup.rcode}`;
  if (lookup.addresses.length > 0) return lookup.addresses.every(isSinkhole) ? 'dns sinkhole' : undefined;
  // Hosts without an IPv6 address are the rule; one without IPv4 whose other lookups answer is not blamed (tries.ts).
  return lookup.type === 'A' ? 'dns no address' : undefined;
}

/** Addresses at which nobody is meant to answer for a name (RFC 1122 §3.2.1.3), and known block pages. */
export function isSinkhole(address: string): boolean {
  return UNROUTABLE.has(classOf(address)) || findSinkhole(address) !== undefined;
}

function judgeName(policy: CompiledPolicy, name: string, lookup: Lookup, { facts, timelines }: Omit<Surroundings, 'aliases'>): Verdict {
  const asked: Draft<NameAsked> = { name };
  if (lookup.component !== undefined) asked.component = lookup.component;
  if (facts.features) asked.features = facts.features;
  if (facts.phases && lookup.at >= (facts.phasesFrom ?? Number.NEGATIVE_INFINITY)) {
    const { phases, phaseEdges } = timelines.at(facts.phases, lookup.at);
    asked.phases = phases;
    asked.phaseEdges = phaseEdges;
  } else if (lookup.phases) asked.phases = new Set(lookup.phases);
  if (lookup.cnames.length > 0) asked.aliases = lookup.cnames.map(seenHost);
  return asEnvironment(decideName(policy, asked), lookup, facts);
}

function judgeSpecial(name: string): Verdict | undefined {
  if (SPECIAL.has(name)) return { kind: 'infrastructure', name, reason: 'special-use name' };
  if (!name.endsWith('.arpa')) return undefined;
  return REVERSE_V4.test(name) || REVERSE_V6.test(name) ? { kind: 'infrastructure', name, reason: 'reverse lookup' } : undefined;
}

/** Whole octets and nibbles only, with the browsing labels of RFC 6763 §11 before them. */
const BROWSING = '(?:(?:b|db|r|dr|lb)\\._dns-sd\\._udp\\.)?';
const REVERSE_V4 = new RegExp(`^${BROWSING}(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){1,4}in-addr\\.arpa$`);
const REVERSE_V6 = new RegExp(`^${BROWSING}(?:[0-9a-f]\\.){1,32}ip6\\.arpa$`);
/** `_443._https.host` (RFC 9460 §2.3), `_stun._udp.host` (RFC 2782). */
const SERVICE_LABELS = /^(?:_[a-z0-9-]{1,15}\.){1,3}/;
/** The root itself, discovery of encrypted resolvers (RFC 9462 §4) and of NAT64 (RFC 7050 §3), a resolver's own name and version (RFC 4892). */
const SPECIAL: ReadonlySet<string> = new Set(['', '.', '_dns.resolver.arpa', 'resolver.arpa', 'ipv4only.arpa', 'version.bind', 'hostname.bind', 'id.server', 'version.server']);
const PROXY_ASKED = 'asked of the local network: settings of a proxy (WPAD)';
/** Where filtering resolvers send names they refuse. */
const UNROUTABLE: ReadonlySet<string> = new Set(['unspecified', 'loopback']);
