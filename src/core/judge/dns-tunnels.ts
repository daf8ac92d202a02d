/**
 * Domains below which names are asked that look like data on its way out: many
 * distinct ones, long, and of no word. Takes folded lookups, so that its memory
 * is theirs; gives one row per scope, component and registrable domain. What
 * looks like it and is not (block lists, reputation services, reverse names,
 * hosts that are then connected to) is left out.
 */
import { isBelow, registrableDomain } from '../base/host-name.ts';
import type { Micros } from '../base/time.ts';
import { REPUTATION_ZONES } from '../knowledge/reputation-zones.ts';
import type { Confidence, Evidence } from '../observe/connection.ts';
import type { JudgedLookup } from './context.ts';
import { EVIDENCE_CAP } from './destination.ts';
import { encodedLength } from './encoded-label.ts';

export interface DnsTunnel {
  readonly scope: number;
  readonly component: string | undefined;
  /** Registrable domain, in seen form. */
  readonly domain: string;
  /** All rows that belong to it. */
  readonly lookups: readonly JudgedLookup[];
  /** Distinct names that look encoded. */
  readonly names: number;
  /** Questions, also those of names that were folded away. */
  readonly questions: number;
  /** Encoded characters over all distinct names. */
  readonly characters: number;
  readonly types: readonly string[];
  readonly signals: readonly TunnelSignal[];
  readonly confidence: Confidence;
  readonly first: Micros;
  readonly last: Micros;
  readonly evidence: readonly Evidence[];
}

/** many: more distinct names than hosts have; long: names are filled up; odd-types: asked for records that no connection needs. */
export type TunnelSignal = 'many' | 'long' | 'odd-types';

/** All tunnels, in the order of the lookups. */
export function dnsTunnels(lookups: readonly JudgedLookup[]): readonly DnsTunnel[] {
  const groups = new Map<string, Group>();
  for (const lookup of lookups) {
    const length = lookup.name.length < LEAST_NAME || NOT_ASKED_ABROAD.has(lookup.verdict.kind) ? 0 : encodedPart(lookup.name);
    if (length >= LEAST_ENCODED) add(groups, lookup, length);
  }
  if (groups.size === 0) return [];
  for (const lookup of lookups) if (lookup.name.startsWith('*.')) groups.get(keyOf(lookup, lookup.name.slice(2)))?.folded.push(lookup);
  return [...groups.values()].flatMap((group) => tunnelOf(group) ?? []);
}

interface Group {
  readonly domain: string;
  readonly members: JudgedLookup[];
  /** Rows that stand for names of the domain which lost their own. */
  readonly folded: JudgedLookup[];
  readonly names: Set<string>;
  characters: number;
}

function encodedPart(name: string): number {
  const domain = domainOf(name);
  if (!isBelow(name, domain) || REPUTATION_ZONES.some(({ zone }) => isBelow(name, zone))) return 0;
  return encodedLength(name.slice(0, -domain.length - 1));
}

function domainOf(name: string): string {
  return registrableDomain(name) ?? name.slice(name.lastIndexOf('.') + 1);
}

function add(groups: Map<string, Group>, lookup: JudgedLookup, length: number): void {
  const domain = domainOf(lookup.name);
  const key = keyOf(lookup, domain);
  let group = groups.get(key);
  if (group === undefined) groups.set(key, (group = { domain, members: [], folded: [], names: new Set(), characters: 0 }));
  group.members.push(lookup);
  if (!group.names.has(lookup.name)) group.characters += length;
  group.names.add(lookup.name);
}

function tunnelOf({ domain, members, folded, names, characters }: Group): DnsTunnel | undefined {
  const [head] = members;
  if (head === undefined || names.size < LEAST_NAMES) return undefined;
  // Hosts of content networks and telemetry have such names, too, but something is then connected to them.
  if (members.filter(({ connected }) => connected).length * 2 >= members.length) return undefined;
  const signals = signalsOf(members, names.size, characters);
  if (signals.length === 0) return undefined;
  const lookups = [...members, ...folded];
  return {
    scope: head.scope,
    component: head.component,
    domain,
    lookups,
    names: names.size,
    questions: lookups.reduce((sum, { count }) => sum + count, 0),
    characters,
    types: [...new Set(lookups.flatMap(({ types }) => types))].sort(),
    signals,
    confidence: signals.length > 1 ? 'high' : signals.includes('many') ? 'low' : 'medium',
    first: lookups.reduce((first, lookup) => Math.min(first, lookup.first), Number.POSITIVE_INFINITY),
    last: lookups.reduce((last, lookup) => Math.max(last, lookup.last), Number.NEGATIVE_INFINITY),
    evidence: lookups.flatMap(({ evidence }) => evidence).sort((one, other) => one.at - other.at || one.frames[0] - other.frames[0]).slice(0, EVIDENCE_CAP),
  };
}

function signalsOf(members: readonly JudgedLookup[], names: number, characters: number): TunnelSignal[] {
  const signals: TunnelSignal[] = [];
  if (names >= MANY_NAMES) signals.push('many');
  if (characters >= names * LONG_NAME) signals.push('long');
  if (members.filter(({ types }) => !types.some((type) => HOST_TYPES.has(type))).length * 2 >= members.length) signals.push('odd-types');
  return signals;
}

function keyOf({ scope, component }: JudgedLookup, domain: string): string {
  return `${scope}\n${component ?? ''}\n${domain}`;
}

/** Reverse names, what neighbours are asked, and the system's own: nobody chose who answers. */
const NOT_ASKED_ABROAD: ReadonlySet<string> = new Set(['infrastructure', 'lan', 'environment', 'local']);
/** What somebody asks for who means to connect. */
const HOST_TYPES: ReadonlySet<string> = new Set(['A', 'AAAA', 'HTTPS', 'SVCB']);
/** Characters of a name that could hold {@link LEAST_ENCODED} below a domain; shorter ones are not looked at. */
const LEAST_NAME = 28;
/** Encoded characters of one name: 15 bytes of hex or 18 of base64, less than a tunnel can live on. */
const LEAST_ENCODED = 24;
/** Distinct names before anything is said: a handful of hashes is asked by many programs. */
const LEAST_NAMES = 20;
/** Distinct names that no set of hosts explains by itself. */
const MANY_NAMES = 100;
/** Encoded characters a name, on average: a SHA-256 in hex has 64, tunnels fill up to some 200. */
const LONG_NAME = 80;
