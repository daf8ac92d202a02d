/**
 * The one pure function that says what a policy thinks of a destination
 * (design §5 "Meaning", §6 "Verdicts"); the proxy asks it before dialling and
 * the judge asks it of what was seen. It never looks at a clock, other
 * connections or the network, and never guesses: what it cannot know is
 * `conditionUnknown` or `cannot-judge`.
 */
import { canonicalAddress } from '../base/address.ts';
import type { Draft } from '../base/draft.ts';
import type { Verdict } from './verdict.ts';
import type { Asked } from './asked.ts';
import { choose, idsOf } from './choose.ts';
import type { CompiledPolicy } from './compile.ts';
import { decideNameless, isResolver } from './decide-nameless.ts';
import { matchAddress, matchName, matchTelemetry, type NameMatch, type Telemetry } from './match.ts';

/** What is known when only a name is asked for. */
export type NameAsked = Pick<Asked, 'component' | 'features' | 'phases' | 'phaseEdges' | 'aliases'> & { readonly name: string };

/** The verdict on one destination under one name (or none). */
export function decide(policy: CompiledPolicy, asked: Asked): Verdict {
  const { name } = asked;
  if (name === undefined || isLocalhost(name)) return decideNameless(policy, asked, false);
  const literal = addressOf(name);
  if (literal !== undefined) return decideNameless(policy, asked, literal === asked.address);
  const match = matchName(policy, name);
  const { last } = match;
  if (last && !last.byName && isSameQuestion(last.asked, asked)) return last.verdict;
  const verdict = decideNamed(policy, name, match, asked, false);
  if (match.again) match.last = { asked: keep(asked), byName: false, verdict };
  match.again = true;
  return verdict;
}

/** The verdict on a name alone: a lookup, which has no port, transport or protocol yet. */
export function decideName(policy: CompiledPolicy, asked: NameAsked): Verdict {
  const { name } = asked;
  if (isLocalhost(name)) return { kind: 'local', name, reason: 'localhost' };
  const match = matchName(policy, name);
  const { last } = match;
  if (last?.byName === true && isSameCircumstance(last.asked, asked)) return last.verdict;
  const nowhere = withCircumstances({ name, address: '', addressClass: 'unspecified', port: 0, transport: 'tcp', protocol: 'unknown' }, asked);
  const verdict = decideNamed(policy, name, match, nowhere, true);
  if (match.again) match.last = { asked: nowhere, byName: true, verdict };
  match.again = true;
  return verdict;
}

/** The canonical address a name claim spells (`203.0.113.7`, `[2001:db8::1]`), if it is one. */
export function addressOf(name: string): string | undefined {
  const last = name.charCodeAt(name.length - 1);
  const isDigit = last >= 48 && last <= 57;
  if (!isDigit && last !== CLOSING_BRACKET && !name.includes(':')) return undefined;
  return canonicalAddress(name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name);
}

/** RFC 6761 §6.3: such names are the own machine by definition; what address was really used decides. */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function decideNamed(policy: CompiledPolicy, name: string, match: NameMatch, asked: Asked, byName: boolean): Verdict {
  const telemetry = match.telemetry ?? telemetryOf(policy, asked.aliases);
  const verdict = weighNamed(policy, name, match, asked, byName, telemetry);
  verdict.name = name;
  if (telemetry) verdict.telemetry = telemetry;
  return verdict;
}

function weighNamed(policy: CompiledPolicy, name: string, match: NameMatch, asked: Asked, byName: boolean, telemetry: Telemetry | undefined): Draft<Verdict> {
  const classDenial = telemetry && policy.deniedClasses.get(telemetry.class);
  const isExact = match.groups[0]?.[0]?.by === 'name';
  // A denied host beats everything; a denied class beats wildcards only.
  const denial = match.denial ?? (isExact ? undefined : classDenial);
  if (denial) {
    const shadowed = idsOf(match.groups);
    return shadowed.length > 0 ? { kind: 'forbidden', reason: denial.because, shadowed } : { kind: 'forbidden', reason: denial.because };
  }
  const groups = match.groups.length > 0 || byName ? match.groups : matchAddress(policy, asked.address).named;
  if (groups.length > 0) return choose(groups, asked, byName);
  const resolves = byName ? policy.resolvers !== 'system' && policy.resolvers.has(name) : isResolver(policy, asked);
  return resolves ? { kind: 'infrastructure', reason: 'resolver' } : { kind: 'undeclared' };
}

/** A copy, since callers may use their question again; written out because spreading costs more than deciding. */
function keep(asked: Asked): Asked {
  const { address, addressClass, port, transport, protocol } = asked;
  return withCircumstances({ address, addressClass, port, transport, protocol }, asked);
}

function withCircumstances(draft: Draft<Asked>, { component, features, phases, phaseEdges, aliases }: Omit<NameAsked, 'name'>): Asked {
  if (component !== undefined) draft.component = component;
  if (features) draft.features = features;
  if (phases) draft.phases = phases;
  if (phaseEdges) draft.phaseEdges = phaseEdges;
  if (aliases) draft.aliases = aliases;
  return draft;
}

function telemetryOf(policy: CompiledPolicy, aliases: readonly string[] | undefined): Telemetry | undefined {
  for (const alias of aliases ?? []) {
    const found = matchTelemetry(policy, alias);
    if (found) return found;
  }
  return undefined;
}

function isSameQuestion(a: NonNullable<NameMatch['last']>['asked'], b: Asked): boolean {
  return a.port === b.port && a.transport === b.transport && a.protocol === b.protocol && a.address === b.address && isSameCircumstance(a, b);
}

/** By identity: callers that judge many hand in the same sets again. */
function isSameCircumstance(a: Omit<NameAsked, 'name'>, b: Omit<NameAsked, 'name'>): boolean {
  return a.component === b.component && a.features === b.features && a.phases === b.phases && a.phaseEdges === b.phaseEdges && a.aliases === b.aliases;
}

const CLOSING_BRACKET = 93;
