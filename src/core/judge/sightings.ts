/**
 * Groups what a reader would call one sighting: destinations or lookups of one
 * component, name (else address class), server port (none where it is chance) and
 * transport, whatever their outcome, phase or version. The key is the fingerprint's, so that one
 * report never holds two findings with one fingerprint. Order: first sight.
 */
import type { AddressClass } from '../base/address.ts';
import type { Micros } from '../base/time.ts';
import type { Confidence, Evidence } from '../observe/connection.ts';
import { EVIDENCE_CAP, type Destination, type Reached } from './destination.ts';
import type { JudgedLookup, JudgedRun } from './context.ts';
import type { Verdict } from '../policy/verdict.ts';
import { isChanceListener } from './chance-port.ts';

export interface Sighting {
  readonly component?: string;
  readonly name?: string;
  readonly addressClass?: AddressClass;
  /** Absent where the port is chance and several were used. */
  readonly port?: number;
  readonly transport?: string;
  /** The port is chosen anew in each run, so that it says nothing of which one it was. */
  readonly isChancePort: boolean;
  /** Verdict of the first member. */
  readonly verdict: Verdict;
  /** Empty when the name was only looked up. */
  readonly destinations: readonly Destination[];
  readonly lookups: readonly JudgedLookup[];
  readonly reached: Reached;
  readonly confidence: Confidence;
  readonly addresses: readonly string[];
  readonly addressCount: number;
  readonly count: number;
  readonly up: number;
  readonly down: number;
  readonly first: Micros;
  readonly last: Micros;
  readonly phases: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** Destinations that `admits` takes, grouped. Names that were only looked up are told by {@link lookedUpOnly}. */
export function sightings(run: JudgedRun, admits: (destination: Destination) => boolean): readonly Sighting[] {
  const groups = new Map<string, Destination[]>();
  for (const destination of run.destinations) {
    if (destination.reached === 'looked-up' || !admits(destination)) continue;
    push(groups, `${isChancePort(destination) ? 'any' : destination.port}/${destination.transport}/${destination.component ?? ''}\n${destination.name ?? destination.addressClass}`, destination);
  }
  return [...groups.values()].flatMap((members) => fold(members));
}

/** Names that `admits` takes and that no connection of the same scope bears, grouped. */
export function lookedUpOnly(run: JudgedRun, admits: (lookup: JudgedLookup) => boolean): readonly Sighting[] {
  return lookedUp(run, (lookup) => !lookup.connected && admits(lookup));
}

/** Names that `admits` takes, whatever came of them, grouped. */
export function lookedUp(run: JudgedRun, admits: (lookup: JudgedLookup) => boolean): readonly Sighting[] {
  const groups = new Map<string, JudgedLookup[]>();
  for (const lookup of run.lookups) {
    if (admits(lookup)) push(groups, `${lookup.component ?? ''}\n${lookup.name}`, lookup);
  }
  return [...groups.values()].flatMap((members) => foldLookups(members));
}

/** Of media between ends that have no name (ICE or DTLS over UDP), and of listeners that take what the system gives them. */
function isChancePort({ name, transport, protocol, port, ice, inbound, verdict }: Destination): boolean {
  return (name === undefined && transport === 'udp' && (ice !== undefined || protocol === 'dtls')) || isChanceListener(verdict.kind, inbound, port);
}

/** In a key what a stranger wrote stands last, so that it can pass for nothing else. */
function push<T>(groups: Map<string, T[]>, key: string, member: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [member]);
  else group.push(member);
}

function fold(members: readonly Destination[]): Sighting[] {
  const [head] = members;
  if (head === undefined) return [];
  const addresses = addressesOf(members);
  return [
    {
      ...(head.component === undefined ? {} : { component: head.component }),
      ...(head.name === undefined ? {} : { name: head.name }),
      addressClass: head.addressClass,
      ...(members.every(({ port }) => port === head.port) ? { port: head.port } : {}),
      transport: head.transport,
      isChancePort: isChancePort(head),
      verdict: head.verdict,
      destinations: members,
      lookups: [],
      reached: furthest(members.map((member) => member.reached)),
      confidence: strongest(members.map((member) => member.confidence)),
      addresses,
      addressCount: members.reduce((most, member) => Math.max(most, member.addressCount), addresses.length),
      count: total(members.map((member) => member.count)),
      up: total(members.map((member) => member.up)),
      down: total(members.map((member) => member.down)),
      ...span(members),
      phases: [...new Set(members.flatMap((member) => member.phases ?? []))],
      evidence: members.flatMap((member) => member.evidence).slice(0, EVIDENCE_CAP),
    },
  ];
}

function foldLookups(members: readonly JudgedLookup[]): Sighting[] {
  const [head] = members;
  if (head === undefined) return [];
  const addresses = addressesOf(members);
  return [
    {
      ...(head.component === undefined ? {} : { component: head.component }),
      name: head.name,
      isChancePort: false,
      verdict: head.verdict,
      destinations: [],
      lookups: members,
      reached: 'looked-up',
      confidence: 'high',
      addresses,
      addressCount: addresses.length,
      count: total(members.map((member) => member.count)),
      up: 0,
      down: 0,
      ...span(members),
      phases: [],
      evidence: members.flatMap((member) => member.evidence).slice(0, EVIDENCE_CAP),
    },
  ];
}

/** Each once, in order of members; most sightings have one. */
function addressesOf(members: readonly { readonly addresses: readonly string[] }[]): readonly string[] {
  const [only] = members;
  return only !== undefined && members.length === 1 ? only.addresses : [...new Set(members.flatMap((member) => member.addresses))];
}

function span(members: readonly { readonly first: Micros; readonly last: Micros }[]): { first: Micros; last: Micros } {
  let first = Infinity;
  let last = -Infinity;
  for (const member of members) {
    first = Math.min(first, member.first);
    last = Math.max(last, member.last);
  }
  return { first, last };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function furthest(steps: readonly Reached[]): Reached {
  return REACHED.find((step) => steps.includes(step)) ?? 'looked-up';
}

/** One strong sighting is enough to be sure that the thing happened. */
function strongest(levels: readonly Confidence[]): Confidence {
  return LEVELS.find((level) => levels.includes(level)) ?? 'low';
}

const REACHED: readonly Reached[] = ['sent', 'established', 'attempted', 'looked-up'];
const LEVELS: readonly Confidence[] = ['high', 'medium', 'low'];
