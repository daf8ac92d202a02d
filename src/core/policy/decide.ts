/**
 * The one pure function that says what a policy thinks of a destination
 * (design §5 "Meaning", §6 "Verdicts"); the proxy asks it before dialling and
 * the judge asks it of what was seen. It never looks at a clock, other
 * connections or the network, and never guesses: what it cannot know is
 * `conditionUnknown` or `cannot-judge`.
 */
import { canonicalAddress } from '../base/address.ts';
import type { TelemetryHost } from '../knowledge/telemetry.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Asked } from './asked.ts';
import type { CompiledPolicy } from './compile.ts';
import { decideNameless, isResolver } from './decide-nameless.ts';
import { choose } from './choose.ts';
import { matchAddress, matchName, matchTelemetry, type CandidateGroup } from './match.ts';

type Telemetry = TelemetryHost & { readonly matched: string };

/** The verdict on one destination under one name (or none). */
export function decide(policy: CompiledPolicy, asked: Asked): Verdict {
  const { name } = asked;
  if (name === undefined) return decideNameless(policy, asked, false);
  if (isLocalhost(name)) return decideNameless(policy, asked, false);
  const literal = addressOf(name);
  if (literal !== undefined) return decideNameless(policy, asked, literal === asked.address);
  return decideNamed(policy, name, asked, false);
}

/** The verdict on a name alone: a lookup, which has no port, transport or protocol yet. */
export function decideName(policy: CompiledPolicy, name: string, asked: Omit<Asked, 'name' | 'address' | 'addressClass' | 'port' | 'transport' | 'protocol'>): Verdict {
  if (isLocalhost(name)) return { kind: 'local', name, reason: 'localhost' };
  return decideNamed(policy, name, { ...asked, ...NOWHERE }, true);
}

/** The canonical address a name claim spells (`203.0.113.7`, `[2001:db8::1]`), if it is one. */
export function addressOf(name: string): string | undefined {
  const last = name.charCodeAt(name.length - 1);
  // Only digits, `]` and hexadecimal letters end an address: host names rarely get past this.
  if (!(last >= 48 && last <= 57) && last !== 93 && !(name.includes(':') && last >= 97 && last <= 102)) return undefined;
  return canonicalAddress(name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name);
}

/** RFC 6761 §6.3: such names are the own machine by definition; what address was really used decides. */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function decideNamed(policy: CompiledPolicy, name: string, asked: Asked, byName: boolean): Verdict {
  const match = matchName(policy, name);
  const telemetry = match.telemetry ?? telemetryOf(policy, asked.aliases);
  if (match.denial) return forbid(name, match.denial.because, match.groups, telemetry);
  const denial = telemetry && policy.deniedClasses.get(telemetry.class);
  const exact = match.groups[0]?.[0]?.by === 'name';
  if (denial && !exact) return forbid(name, denial.because, match.groups, telemetry);
  const groups = match.groups.length > 0 || byName ? match.groups : matchAddress(policy, asked.address).named;
  if (groups.length > 0) return choose(groups, asked, { byName, name, telemetry });
  if (byName ? isDeclaredResolver(policy, name) : isResolver(policy, asked)) return { kind: 'infrastructure', name, reason: 'resolver', ...(telemetry && { telemetry }) };
  return { kind: 'undeclared', name, ...(telemetry && { telemetry }) };
}

function forbid(name: string, because: string, groups: readonly CandidateGroup[], telemetry: Telemetry | undefined): Verdict {
  const shadowed = [...new Set(groups.flat().map((candidate) => candidate.entry.id))];
  return { kind: 'forbidden', name, reason: because, ...(shadowed.length > 0 && { shadowed }), ...(telemetry && { telemetry }) };
}

function telemetryOf(policy: CompiledPolicy, aliases: readonly string[] | undefined): Telemetry | undefined {
  for (const alias of aliases ?? []) {
    const found = matchTelemetry(policy, alias);
    if (found) return found;
  }
  return undefined;
}

function isDeclaredResolver(policy: CompiledPolicy, name: string): boolean {
  return policy.resolvers !== 'system' && policy.resolvers.has(name);
}

const NOWHERE: Pick<Asked, 'address' | 'addressClass' | 'port' | 'transport' | 'protocol'> = {
  address: '',
  addressClass: 'unspecified',
  port: 0,
  transport: 'tcp',
  protocol: 'unknown',
};
