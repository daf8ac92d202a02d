/** Over-broad-wildcard: a wildcard of an entry was used, and the concrete hosts behind it could stand in its place. */
import { normalHost } from '../../base/host-name.ts';
import type { Confidence } from '../../observe/connection.ts';
import type { Entry, HostPattern } from '../../policy/policy.ts';
import type { VerdictKind } from '../../policy/verdict.ts';
import type { JudgedRun } from '../context.ts';
import { EVIDENCE_CAP, type Destination } from '../destination.ts';
import { covers } from '../host-rule.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { plural } from '../tell.ts';

export const overBroadWildcard: TrafficRule = {
  reads: 'run',
  id: 'over-broad-wildcard',
  severity: 'note',
  title: 'A wildcard that this recording did not need',
  why: 'A wildcard admits every host below it, also those that nobody has reviewed: a telemetry or upload host of the same organisation would pass as declared.',
  breaks: [],
  since: '0.1.0',
  *check(run) {
    for (const entry of run.policy.entries) {
      const admitted = run.destinations.filter((destination) => destination.reached !== 'looked-up' && isAdmitted(entry, destination));
      if (admitted.length > 0) yield draftOf(run, entry, admitted);
    }
  },
};

function draftOf(run: JudgedRun, entry: Entry, admitted: readonly Destination[]): Draft {
  const looked = run.lookups.filter((lookup) => isAdmitted(entry, lookup));
  // A name that was only looked up would be undeclared without the wildcard.
  const names: readonly string[] = [...new Set([...admitted, ...looked].flatMap(({ name }) => name ?? []))].sort();
  const used = entry.hosts.filter((pattern) => names.some((name) => wildcardOf(entry, name) === pattern));
  const count = admitted.reduce((sum, destination) => sum + destination.count, 0);
  const shown = names.slice(0, REPLACEMENT_CAP);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  const [first] = used;
  const confidence = LEVELS.find((level) => admitted.some((destination) => destination.confidence === level)) ?? 'low';
  return {
    about: { subject: entry.id, entry: entry.id },
    confidence,
    seen: `Entry ${entry.id} admits ${used.map(({ text }) => text).join(', ')}; in this recording that stood for ${plural(names.length, 'host')} in ${plural(count, 'connection')}: ${shown.join(', ')}${more}.`,
    do: remedy(entry, names, used),
    sure: `${confidence}: these are the hosts of this recording; another run, account or region may need others, and a longer recording would show them.`,
    evidence: admitted.flatMap(({ evidence }) => evidence).slice(0, EVIDENCE_CAP),
    evidenceCount: count,
    policyAt: first?.at ?? entry.at,
  };
}

/** The exact line to put in place of the wildcard, unless it would be no list that a person keeps. */
function remedy(entry: Entry, names: readonly string[], used: readonly HostPattern[]): string {
  const meant = `if the vendor confirms that the hosts are fixed`;
  const writable = names.filter((name) => normalHost(name) === name);
  if (names.length > REPLACEMENT_CAP || writable.length < names.length) {
    return `Ask the vendor which hosts it uses under ${used.map(({ text }) => text).join(', ')}: what was seen cannot be written as a short list.`;
  }
  const hosts = entry.hosts.flatMap((pattern) => (used.includes(pattern) ? writable.filter((name) => wildcardOf(entry, name) === pattern) : [pattern.text]));
  const quoted = [...new Set(hosts)].map((host) => `"${host}"`);
  const line = quoted.length === 1 ? `host: ${quoted[0] ?? ''}` : `hosts: [${quoted.join(', ')}]`;
  // Hosts with a port of their own came from a variable, so no line of the policy holds them.
  if (used.some(({ port }) => port !== undefined)) return `Give the variable of entry ${entry.id} these hosts instead of the wildcard, ${meant}: ${writable.join(', ')}.`;
  return `Replace the hosts of entry ${entry.id}, ${meant}, by: ${line}`;
}

/** Admitted by a wildcard of the entry and not known as telemetry, which must not be written into a policy. */
function isAdmitted(entry: Entry, { verdict, name }: Pick<Destination, 'verdict' | 'name'>): boolean {
  return name !== undefined && verdict.entry === entry.id && ADMITTED.has(verdict.kind) && verdict.telemetry === undefined && wildcardOf(entry, name) !== undefined;
}

/** The wildcard that alone lets the name in. */
function wildcardOf({ hosts }: Entry, name: string): HostPattern | undefined {
  const covering = hosts.filter((pattern) => covers(pattern, name));
  return covering.some(({ wildcard }) => !wildcard) ? undefined : covering[0];
}

const ADMITTED: ReadonlySet<VerdictKind> = new Set(['declared', 'used-outside-phase', 'outlives-phase']);
const LEVELS: readonly Confidence[] = ['high', 'medium', 'low'];
/** Hosts that a person would list and keep; a service with more rotates them, and a wildcard is its honest description. */
const REPLACEMENT_CAP = 16;
