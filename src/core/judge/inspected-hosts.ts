/**
 * The rows of the report on TLS inspection: every host with a verdict above
 * not-seen, what it rests on, what was seen to break there, and what the policy
 * says of it. And the ready-made bypass list of what the policy wants left alone.
 */
import type { WireText } from '../base/wire-text.ts';
import type { Evidence } from '../observe/connection.ts';
import type { Entry, Policy } from '../policy/policy.ts';
import { breakages, type Breakage } from './breakage.ts';
import type { JudgedEntry, JudgedRun } from './context.ts';
import { EVIDENCE_CAP, type Destination } from './destination.ts';
import { entryNaming } from './host-rule.ts';
import type { Signal } from './inspection-signals.ts';
import { graver, hostsOf, interceptions, type HostInterception } from './interception.ts';
import type { Interception } from './standing.ts';

export interface InspectedHost {
  readonly scope: number;
  readonly component?: string;
  /** Judged name, else its address. */
  readonly host: WireText | string;
  /** Server ports with a verdict. */
  readonly ports: readonly number[];
  readonly verdict: Exclude<Interception, 'not-seen'>;
  readonly signals: readonly Signal[];
  /** Empty: nothing was seen to break, which proves little. */
  readonly breaks: readonly Breakage[];
  readonly entry?: string;
  /** The policy's word for it. */
  readonly inspection: Entry['inspection'];
  /** Why the policy says so. */
  readonly because: readonly string[];
  /** The vendor's words on what happens without the connection. */
  readonly effect?: string;
  readonly evidence: readonly Evidence[];
}

/** One host pattern or address that TLS inspection must leave alone. */
export interface BypassHost {
  readonly host: string;
  readonly kind: 'host' | 'wildcard' | 'address';
  readonly entry: string;
  readonly because: readonly string[];
  /** The gravest verdict on the entry's hosts. */
  readonly interception: Interception;
  /** Wildcards: concrete names that were seen under it. Strangers chose them. */
  readonly seen: readonly string[];
}

/** Hosts whose TLS was or may have been re-signed, proven first. */
export function inspectedHosts(run: Pick<JudgedRun, 'policy' | 'scopes' | 'destinations'>): readonly InspectedHost[] {
  const verdicts = interceptions(run);
  const rows = hostsOf(run).flatMap((host) => rowOf(run.policy, host, verdicts) ?? []);
  return rows.sort((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict) || (one.host < other.host ? -1 : one.host > other.host ? 1 : 0) || one.scope - other.scope);
}

/** What the policy marks must-bypass, in its order; a host that several entries name stands once, under the first. */
export function bypassHosts(policy: Policy, entries: readonly JudgedEntry[]): readonly BypassHost[] {
  const rows = policy.entries.filter((entry) => entry.inspection === 'must-bypass').flatMap((entry) => bypassOf(entry, entries));
  return rows.filter(({ host }, index) => rows.findIndex((other) => other.host === host) === index);
}

function bypassOf(entry: Entry, entries: readonly JudgedEntry[]): readonly BypassHost[] {
  const standing = entries.find(({ id }) => id === entry.id);
  const base = { entry: entry.id, because: entry.because, interception: standing?.interception ?? 'not-seen' } as const;
  return [
    ...entry.hosts.map(({ text, wildcard }) => ({ ...base, host: text, kind: wildcard ? ('wildcard' as const) : ('host' as const), seen: wildcard ? (standing?.hosts ?? []) : [] })),
    ...entry.addresses.map(({ text }) => ({ ...base, host: text, kind: 'address' as const, seen: [] })),
  ];
}

function rowOf(policy: Policy, host: readonly Destination[], verdicts: ReadonlyMap<string, HostInterception>): InspectedHost | undefined {
  const suspect = host.filter(({ key }) => (verdicts.get(key)?.verdict ?? 'not-seen') !== 'not-seen');
  const [head] = suspect;
  if (head === undefined) return undefined;
  const found = suspect.flatMap(({ key }) => verdicts.get(key) ?? []);
  const verdict = found.reduce<Interception>((worst, one) => graver(worst, one.verdict), 'not-seen');
  if (verdict === 'not-seen') return undefined;
  const entry = entryNaming(policy, head.verdict, head.name);
  return {
    scope: head.scope,
    ...(head.component === undefined ? {} : { component: head.component }),
    host: head.name ?? head.addresses[0] ?? '',
    ports: [...new Set(suspect.map(({ port }) => port))].sort((one, other) => one - other),
    verdict,
    signals: distinct(found.flatMap(({ signals }) => signals)),
    breaks: breakages(host, entry),
    ...(entry === undefined ? {} : { entry: entry.id }),
    inspection: entry?.inspection ?? policy.defaults.inspection,
    because: entry?.because ?? [],
    ...(entry?.blocked === undefined ? {} : { effect: entry.blocked }),
    evidence: suspect.flatMap(({ evidence }) => evidence).slice(0, EVIDENCE_CAP),
  };
}

/** Each signal once, heaviest first, as many as anybody reads. */
function distinct(signals: readonly Signal[]): readonly Signal[] {
  const once = [...new Map(signals.map((signal) => [signal.says, signal])).values()];
  return once.toSorted((one, other) => WEIGHTS.indexOf(one.weight) - WEIGHTS.indexOf(other.weight)).slice(0, SIGNAL_CAP);
}

const ORDER: readonly Interception[] = ['proven', 'likely', 'possible'];
const WEIGHTS: readonly Signal['weight'][] = ['strong', 'medium', 'weak'];
/** There are fewer kinds of signals; only certificates made up for every connection give more sentences. */
const SIGNAL_CAP = 16;
