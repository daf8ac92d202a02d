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

export type FitKind = 'declared' | 'wrong-port' | 'wrong-transport' | 'wrong-component' | 'feature-off' | 'wrong-phase';

export interface Fit {
  readonly candidate: Candidate;
  readonly kind: FitKind;
  readonly leg: number;
  readonly unknown: readonly string[];
  /** What was expected, when a term is broken. */
  readonly expected?: string;
  /** 0 for surely declared; more for each term further from it. */
  readonly distance: number;
}

/** `byName`: a lookup, which knows no port, transport or protocol. */
export function fit(candidate: Candidate, asked: Asked, byName: boolean): Fit {
  const { legs } = candidate.entry;
  let best: Fit | undefined;
  for (let index = 0; index < legs.length; index++) {
    const leg = legs[index];
    if (!leg) continue;
    const one = fitLeg(candidate, leg, index, asked, byName);
    if (best === undefined || isNearer(one, best)) best = one;
    if (best.distance === 0) break;
  }
  return best ?? { candidate, kind: 'wrong-port', leg: -1, unknown: [], expected: 'no leg is declared', distance: DISTANCE['wrong-port'] };
}

/** Whether `a` is a better answer than `b`: nearer, or as near with fewer unknowns. */
export function isNearer(a: Fit, b: Fit): boolean {
  return a.distance !== b.distance ? a.distance < b.distance : a.unknown.length < b.unknown.length;
}

/** `443/tcp`, `3478-3481/udp`. */
export function formatRange({ from, to, transport }: PortRange): string {
  return from === to ? `${from}/${transport}` : `${from}-${to}/${transport}`;
}

function fitLeg(candidate: Candidate, leg: Leg, index: number, asked: Asked, byName: boolean): Fit {
  const { entry } = candidate;
  if (!byName) {
    const ports = candidate.port ? [candidate.port] : leg.ports;
    const port = fitPort(ports, asked);
    if (port !== 'fits') return broken(candidate, index, port, expectedPorts(candidate));
    if (!isSpoken(leg.protocols, asked.protocol, asked.transport)) {
      return { ...broken(candidate, index, 'wrong-transport', `${leg.protocols.join(' or ')} on ${ports.map(formatRange).join(', ')}`), distance: WRONG_PROTOCOL };
    }
  }
  if (entry.components.length > 0 && asked.component !== undefined && !entry.components.includes(asked.component)) {
    return broken(candidate, index, 'wrong-component', `component ${entry.components.join(' or ')}`);
  }
  const weighed = both(weigh(entry.when, asked), weigh(leg.when, asked));
  if (weighed.truth === 'no') return broken(candidate, index, weighed.blame?.kind ?? 'feature-off', weighed.blame?.expected ?? 'never');
  const unknown = withComponents(weighed, entry.components, asked.component);
  return { candidate, kind: 'declared', leg: index, unknown, distance: unknown.length === 0 ? 0 : UNKNOWN };
}

function fitPort(ports: readonly PortRange[], { port, transport }: Asked): 'fits' | 'wrong-port' | 'wrong-transport' {
  if (transport !== 'tcp' && transport !== 'udp') return 'wrong-transport';
  let other = false;
  for (const range of ports) {
    if (port < range.from || port > range.to) continue;
    if (range.transport === transport) return 'fits';
    other = true;
  }
  return other ? 'wrong-transport' : 'wrong-port';
}

function withComponents(weighed: Weighed, components: readonly string[], known: string | undefined): readonly string[] {
  if (known !== undefined || components.length === 0) return weighed.unknown;
  return [...new Set([...weighed.unknown, ...components.map((component) => `component:${component}`)])];
}

function broken(candidate: Candidate, leg: number, kind: Exclude<FitKind, 'declared'>, expected: string): Fit {
  return { candidate, kind, leg, unknown: [], expected, distance: DISTANCE[kind] };
}

function expectedPorts({ entry, port }: Candidate): string {
  const ports = port ? [port] : entry.legs.flatMap((leg) => leg.ports);
  return [...new Set(ports.map(formatRange))].join(', ');
}

const UNKNOWN = 1;
const WRONG_PROTOCOL = 5;
const DISTANCE: Readonly<Record<FitKind, number>> = {
  declared: 0,
  'wrong-phase': 2,
  'feature-off': 3,
  'wrong-component': 4,
  'wrong-transport': 6,
  'wrong-port': 7,
};
