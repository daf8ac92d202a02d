/**
 * Weighs a `when:` condition against what is known of a connection's
 * circumstances. Three-valued: what the run sheet, marks or a process witness
 * do not say is unknown, and unknown is neither on nor off (design §5).
 */
import type { Asked } from './asked.ts';
import type { Condition } from './policy.ts';

export type Circumstances = Pick<Asked, 'component' | 'features' | 'phases' | 'phaseEdges'>;

export interface Weighed {
  readonly truth: 'yes' | 'no' | 'unknown';
  /** For `unknown`: the parts it hangs on (`feature:openai`, `phase:task`, `component:gateway`). */
  readonly unknown: readonly string[];
  /** For `no`: what would have been needed, by the term that comes first (component, feature, phase). */
  readonly blame?: Blame;
}

interface Blame {
  readonly kind: 'wrong-component' | 'feature-off' | 'wrong-phase';
  readonly expected: string;
}

/** Whether the condition is met; `negated` asks for its opposite. */
export function weigh(condition: Condition, known: Circumstances, negated = false): Weighed {
  switch (condition.kind) {
    case 'always':
      return negated ? NEVER : MET;
    case 'not':
      return weigh(condition.inner, known, !negated);
    case 'all':
    case 'any': {
      // De Morgan: a negated `all` is an `any` of negated parts, so that only leaves are ever negated.
      const parts = condition.of.map((part) => weigh(part, known, negated));
      return (condition.kind === 'all') === negated ? anyOf(parts) : allOf(parts);
    }
    case 'feature':
      return weighFeature(condition.anyOf, known, negated);
    case 'phase':
      return weighPhase(condition.anyOf, known, negated);
    default:
      return weighRunning(condition.anyOf, known, negated);
  }
}

/** Both must be met. */
export function both(a: Weighed, b: Weighed): Weighed {
  if (a === MET) return b;
  return b === MET ? a : allOf([a, b]);
}

function weighFeature(names: readonly string[], { features }: Circumstances, negated: boolean): Weighed {
  if (features === undefined) return unknownOf('feature', names);
  if (names.some((name) => features.has(name)) !== negated) return MET;
  return failed('feature-off', `feature ${names.join(' or ')} ${negated ? 'off' : 'on'}`);
}

function weighPhase(names: readonly string[], { phases, phaseEdges }: Circumstances, negated: boolean): Weighed {
  if (phases === undefined) return unknownOf('phase', names);
  // Within the grace a phase counts as running for what needs it and as over for what must avoid it.
  const runs = (name: string) => phases.has(name) && !(negated && phaseEdges?.has(name) === true);
  if (names.some(runs) !== negated) return MET;
  return failed('wrong-phase', `${negated ? 'outside phase' : 'phase'} ${names.join(' or ')}`);
}

function weighRunning(names: readonly string[], { component }: Circumstances, negated: boolean): Weighed {
  // Packets show that a component runs only where it holds the very connection.
  if (component === undefined || !names.includes(component)) return unknownOf('component', names);
  return negated ? failed('wrong-component', `component ${names.join(' or ')} not running`) : MET;
}

function allOf(parts: readonly Weighed[]): Weighed {
  const blames = parts.flatMap((part) => (part.truth === 'no' && part.blame ? [part.blame] : []));
  if (parts.some((part) => part.truth === 'no')) return { truth: 'no', unknown: [], ...firstBlame(blames) };
  return gather(parts);
}

function anyOf(parts: readonly Weighed[]): Weighed {
  if (parts.some((part) => part.truth === 'yes')) return MET;
  if (parts.some((part) => part.truth === 'unknown')) return gather(parts);
  const blames = parts.flatMap((part) => (part.blame ? [part.blame] : []));
  const first = firstBlame(blames).blame;
  const expected = [...new Set(blames.map((blame) => blame.expected))].join(' or ');
  return { truth: 'no', unknown: [], ...(first && { blame: { kind: first.kind, expected } }) };
}

function gather(parts: readonly Weighed[]): Weighed {
  const unknown = [...new Set(parts.flatMap((part) => part.unknown))];
  return unknown.length === 0 ? MET : { truth: 'unknown', unknown };
}

function firstBlame(blames: readonly Blame[]): { blame?: Blame } {
  const blame = PRECEDENCE.map((kind) => blames.find((each) => each.kind === kind)).find((each) => each !== undefined);
  return blame ? { blame } : {};
}

function unknownOf(what: string, names: readonly string[]): Weighed {
  return { truth: 'unknown', unknown: names.map((name) => `${what}:${name}`) };
}

function failed(kind: Blame['kind'], expected: string): Weighed {
  return { truth: 'no', unknown: [], blame: { kind, expected } };
}

const PRECEDENCE: readonly Blame['kind'][] = ['wrong-component', 'feature-off', 'wrong-phase'];
const MET: Weighed = { truth: 'yes', unknown: [] };
const NEVER: Weighed = { truth: 'no', unknown: [] };
