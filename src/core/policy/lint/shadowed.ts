/** Lint: two entries that admit the same host, port and transport under the same circumstances. */
import { note, warning } from './message.ts';
import type { Lint } from './message.ts';
import type { Condition, Entry, HostPattern, Leg, Policy, PortRange } from '../policy.ts';
import { quote } from '../tree.ts';

/** Exact duplicates are warnings; an exact entry under a wildcard is intended and not mentioned. */
export function lintShadowed(policy: Policy): readonly Lint[] {
  const byHost = new Map<string, Held[]>();
  const lints: Lint[] = [];
  for (const entry of policy.entries) {
    for (const host of entry.hosts) {
      const held = byHost.get(host.text) ?? [];
      const other = held.find((item) => item.entry !== entry && overlap(item, { entry, host }));
      if (other !== undefined) lints.push(lintPair(other.entry, entry, host));
      if (held.length < MOST_PER_HOST) held.push({ entry, host });
      byHost.set(host.text, held);
    }
  }
  return lints;
}

interface Held {
  readonly entry: Entry;
  readonly host: HostPattern;
}

function lintPair(first: Entry, second: Entry, host: HostPattern): Lint {
  const help = `see ${quote(first.id)} in line ${first.at.line}: merge them, or tell them apart by port, protocol, component or \`when\``;
  if (sameConditions(first, second)) return warning('shadowed-entry', `${quote(second.id)} admits ${quote(host.text)} on the same port under the same condition as an earlier entry`, host.at, help);
  return note('shadowed-entry', `${quote(second.id)} and ${quote(first.id)} may both admit ${quote(host.text)}; the better verdict counts`, host.at, help);
}

function overlap(a: Held, b: Held): boolean {
  if (!meets(a.entry.components, b.entry.components)) return false;
  return legsOf(a).some((left) => legsOf(b).some((right) => meetsProtocol(left, right) && left.ports.some((one) => right.ports.some((two) => portsMeet(one, two)))));
}

function legsOf(held: Held): readonly Leg[] {
  const own = held.host.port;
  return own === undefined ? held.entry.legs : held.entry.legs.map((leg) => ({ ...leg, ports: [own] }));
}

function portsMeet(a: PortRange, b: PortRange): boolean {
  return a.transport === b.transport && a.from <= b.to && b.from <= a.to;
}

function meetsProtocol(a: Leg, b: Leg): boolean {
  return a.protocols.includes('any') || b.protocols.includes('any') || meets(a.protocols, b.protocols);
}

function meets(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((item) => b.includes(item));
}

function sameConditions(a: Entry, b: Entry): boolean {
  return text(a.when) === text(b.when) && a.legs.every((leg) => b.legs.some((other) => text(leg.when) === text(other.when)));
}

function text(condition: Condition): string {
  return JSON.stringify(condition);
}

/** Comparing stays linear when one host is given thousands of times. */
const MOST_PER_HOST = 16;
