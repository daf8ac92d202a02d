/**
 * Groups what a reader would call one sighting: destinations or lookups of one
 * component, name (else address class), server port (none where it is chance) and
 * transport, whatever their outcome, phase or version. The key is the fingerprint's, so that one
 * report never holds two findings with one fingerprint. Order: first sight.
 */
import type { AddressClass } from '../base/address.ts';
import type { Draft } from '../base/draft.ts';
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
  const { destinations } = run;
  const numbers = numbersOf(destinations);
  const groups = new Map<number, Destination[]>();
  for (let index = 0; index < destinations.length; index++) {
    const destination = destinations[index];
    if (destination !== undefined && destination.reached !== 'looked-up' && admits(destination)) push(groups, numbers[index] ?? 0, destination);
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

/** The group of each destination as a number: two dozen rules group the same list, and twenty thousand keys a rule are most of that. */
function numbersOf(destinations: readonly Destination[]): Uint32Array {
  const known = numbered.get(destinations);
  if (known !== undefined) return known;
  const keys = new Map<string, number>();
  const numbers = Uint32Array.from(destinations, (destination) => {
    const { port, transport, component, name, addressClass } = destination;
    // What a stranger wrote stands last, so that it can pass for nothing else.
    const key = `${isChancePort(destination) ? 'any' : port}/${transport}/${component ?? ''}\n${name ?? addressClass}`;
    const number = keys.get(key) ?? keys.size;
    keys.set(key, number);
    return number;
  });
  numbered.set(destinations, numbers);
  return numbers;
}

const numbered = new WeakMap<readonly Destination[], Uint32Array>();

function push<K, T>(groups: Map<K, T[]>, key: K, member: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [member]);
  else group.push(member);
}

function fold(members: readonly Destination[]): readonly Sighting[] {
  const [head] = members;
  if (head === undefined) return [];
  const { component, name, addressClass, transport, verdict } = head;
  const addresses = addressesOf(members);
  const sighting: Draft<Sighting> = {
    addressClass, port: head.port, transport, isChancePort: isChancePort(head), verdict, destinations: members, lookups: [], reached: head.reached, confidence: head.confidence,
    addresses, addressCount: addresses.length, count: 0, up: 0, down: 0, first: head.first, last: head.last, phases: [], evidence: head.evidence,
  };
  if (component !== undefined) sighting.component = component;
  if (name !== undefined) sighting.name = name;
  for (const member of members) {
    if (member.port !== head.port) delete sighting.port;
    if (REACHED.indexOf(member.reached) < REACHED.indexOf(sighting.reached)) sighting.reached = member.reached;
    // One strong sighting is enough to be sure that the thing happened.
    if (LEVELS.indexOf(member.confidence) < LEVELS.indexOf(sighting.confidence)) sighting.confidence = member.confidence;
    sighting.addressCount = Math.max(sighting.addressCount, member.addressCount);
    sighting.count += member.count;
    sighting.up += member.up;
    sighting.down += member.down;
    sighting.first = Math.min(sighting.first, member.first);
    sighting.last = Math.max(sighting.last, member.last);
  }
  if (members.some(({ phases }) => phases !== undefined)) sighting.phases = [...new Set(members.flatMap(({ phases }) => phases ?? []))];
  if (members.length > 1) sighting.evidence = members.flatMap(({ evidence }) => evidence).slice(0, EVIDENCE_CAP);
  return [sighting];
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

const REACHED: readonly Reached[] = ['sent', 'established', 'attempted', 'looked-up'];
const LEVELS: readonly Confidence[] = ['high', 'medium', 'low'];
