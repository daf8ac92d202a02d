/**
 * Holds one entry against one destination: the leg that comes nearest, and
 * either that it admits the destination or the first term that it breaks, in
 * the order port, transport, protocol, component, feature, phase.
 */
import type { Asked } from './asked.ts';
import type { Candidate } from './compile.ts';
import { both, weigh, type Weighed } from './condition.ts';
import type { Leg, PortRange } from './policy.ts';
import { isSpoken } from './spoken.ts';

type Term = 'declared' | 'wrong-phase' | 'feature-off' | 'wrong-component' | 'wrong-protocol' | 'wrong-transport' | 'wrong-port';

export interface Fit {
  readonly candidate: Candidate;
  /** The first term that is broken. */
  readonly term: Term;
  /** Index of the leg; -1 for an entry without legs. */
  readonly leg: number;
  /** Condition parts whose truth is unknown here. */
  readonly unknown: readonly string[];
  /** What a broken condition would have needed. */
  readonly needed: string | undefined;
}

/** The best leg of a candidate; `byName`: a lookup, which knows no port, transport or protocol. */
export function fit(candidate: Candidate, asked: Asked, byName: boolean): Fit {
  const { legs } = candidate.entry;
  let best: Fit | undefined;
  for (let index = 0; index < legs.length; index++) {
    const leg = legs[index];
    if (!leg) continue;
    const one = fitLeg(candidate, leg, index, asked, byName);
    if (best === undefined || isNearer(one, best)) best = one;
    if (best.term === 'declared' && best.unknown.length === 0) break;
  }
  return best ?? broken(candidate, -1, 'wrong-port');
}

/** Whether `a` is a better answer than `b`: nearer to declared, or as near with fewer unknowns. */
export function isNearer(a: Fit, b: Fit): boolean {
  return a.term === b.term ? a.unknown.length < b.unknown.length : DISTANCE[a.term] < DISTANCE[b.term];
}

/** What a fit that is not `declared` would have needed, in words. */
export function expectedBy({ candidate, term, leg, needed }: Fit): string {
  const { entry, port } = candidate;
  if (needed !== undefined) return needed;
  if (term === 'wrong-component') return `component ${entry.components.join(' or ')}`;
  const one = entry.legs[leg];
  if (term === 'wrong-protocol' && one) return `${one.protocols.join(' or ')} on ${formatRanges(port ? [port] : one.ports)}`;
  return formatRanges(port ? [port] : entry.legs.flatMap((each) => each.ports));
}

/** `443/tcp, 3478-3481/udp`. */
function formatRanges(ranges: readonly PortRange[]): string {
  const texts = ranges.map(({ from, to, transport }) => (from === to ? `${from}/${transport}` : `${from}-${to}/${transport}`));
  return texts.length === 0 ? 'no port' : [...new Set(texts)].join(', ');
}

function fitLeg(candidate: Candidate, leg: Leg, index: number, asked: Asked, byName: boolean): Fit {
  const { components, when } = candidate.entry;
  if (!byName) {
    const port = candidate.port ? fitPort([candidate.port], asked) : fitPort(leg.ports, asked);
    if (port !== 'declared') return broken(candidate, index, port);
    if (!isSpoken(leg.protocols, asked.protocol, asked.transport)) return broken(candidate, index, 'wrong-protocol');
  }
  if (components.length > 0 && asked.component !== undefined && !components.includes(asked.component)) return broken(candidate, index, 'wrong-component');
  const weighed = both(weigh(when, asked), weigh(leg.when, asked));
  if (weighed.truth === 'no') return broken(candidate, index, weighed.blame?.kind ?? 'feature-off', weighed.blame?.expected ?? 'never');
  return { candidate, term: 'declared', leg: index, unknown: unknownOf(weighed, candidate, asked), needed: undefined };
}

function fitPort(ports: readonly PortRange[], { port, transport }: Asked): 'declared' | 'wrong-port' | 'wrong-transport' {
  if (transport !== 'tcp' && transport !== 'udp') return 'wrong-transport';
  let other = false;
  for (const range of ports) {
    if (port < range.from || port > range.to) continue;
    if (range.transport === transport) return 'declared';
    other = true;
  }
  return other ? 'wrong-transport' : 'wrong-port';
}

function unknownOf({ unknown }: Weighed, { componentParts }: Candidate, { component }: Asked): readonly string[] {
  if (component !== undefined || componentParts.length === 0) return unknown;
  return unknown.length === 0 ? componentParts : [...new Set([...unknown, ...componentParts])];
}

function broken(candidate: Candidate, leg: number, term: Exclude<Term, 'declared'>, needed?: string): Fit {
  return { candidate, term, leg, unknown: NONE, needed };
}

const NONE: readonly string[] = [];

const DISTANCE: Readonly<Record<Term, number>> = {
  declared: 0,
  'wrong-phase': 1,
  'feature-off': 2,
  'wrong-component': 3,
  'wrong-protocol': 4,
  'wrong-transport': 5,
  'wrong-port': 6,
};
