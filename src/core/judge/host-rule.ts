/**
 * One connection gives one host finding (design §6): telemetry-host before
 * forbidden-host before undeclared-host. The three rules ask here which of
 * them a verdict belongs to.
 */
import { isBelow } from '../base/host-name.ts';
import type { Entry, HostPattern, Policy } from '../policy/policy.ts';
import { UNEXPECTED_PEER } from './judge-peer.ts';
import type { Verdict } from '../policy/verdict.ts';

export type HostRule = 'telemetry-host' | 'forbidden-host' | 'undeclared-host';

/** The host rule a verdict falls under; undefined for none. `name` is the judged name, in seen form. */
export function hostRuleOf(policy: Policy, verdict: Verdict, name: string | undefined): HostRule | undefined {
  if (verdict.telemetry !== undefined && !isAdmittedTelemetry(policy, verdict)) return 'telemetry-host';
  if (verdict.kind === 'forbidden' || isPromisedNotContacted(policy, name)) return 'forbidden-host';
  // A peer is no host: its own rule speaks of it.
  if (verdict.reason === UNEXPECTED_PEER) return undefined;
  if (verdict.kind === 'undeclared') return 'undeclared-host';
  return verdict.kind === 'lan' && policy.defaults.lan !== 'allow' ? 'undeclared-host' : undefined;
}

/** The entry whose hosts cover the name, exact before wildcard; the verdict's own entry first. */
export function entryNaming(policy: Policy, verdict: Verdict, name: string | undefined): Entry | undefined {
  const own = policy.entries.find((entry) => entry.id === verdict.entry);
  if (own !== undefined || name === undefined) return own;
  const covering = policy.entries.filter((entry) => entry.hosts.some((pattern) => covers(pattern, name)));
  return covering.find((entry) => entry.hosts.some((pattern) => !pattern.wildcard && pattern.host === name)) ?? covering[0];
}

/** Whether a host pattern names the host (design §5: a wildcard never covers its apex). */
export function covers(pattern: HostPattern, name: string): boolean {
  return pattern.wildcard ? isBelow(name, pattern.host) : pattern.host === name;
}

/**
 * Telemetry that the policy admits in so many words: an entry that declares
 * the class, no `must-not` of that class, and no promise of "no telemetry".
 */
function isAdmittedTelemetry(policy: Policy, verdict: Verdict): boolean {
  const kind = verdict.telemetry?.class;
  if (kind === undefined || kind === 'listed' || verdict.kind === 'forbidden' || policy.claims.some((claim) => claim.check === 'no-telemetry')) return false;
  if (policy.mustNot.some((denial) => denial.classes.includes(kind))) return false;
  return policy.entries.some((entry) => entry.id === verdict.entry && entry.classes.includes(kind));
}

/** A claim `host-not-contacted` names it, so that the claim can always be broken by a finding. */
function isPromisedNotContacted(policy: Policy, name: string | undefined): boolean {
  return name !== undefined && policy.claims.some((claim) => claim.check === 'host-not-contacted' && claim.hosts.includes(name));
}
