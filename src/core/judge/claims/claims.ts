/**
 * Settles every claim of the policy (design §6): counter-evidence first, then
 * missing needs, then whether anything put the promise to the test; only then
 * does it hold, within this recording. Broken in any scope is broken; it holds
 * only if it holds in each scope that exercised it.
 */
import { isCheckName } from '../../policy/checks.ts';
import type { ClaimLine } from '../../policy/policy.ts';
import type { ClaimResult, ClaimVerdict, Need, NeedState } from '../claim.ts';
import type { JudgedRun, ScopeFacts } from '../context.ts';
import type { Finding } from '../finding.ts';
import { RULES } from '../rules/index.ts';
import { plural } from '../tell.ts';
import type { Check, Exercise } from './check.ts';
import { CHECKS } from './checks/index.ts';
import { blindSpotsUnder, needStates } from './needs.ts';

/** One result for each claim line, in the policy's order; `findings` are those of the same run. */
export function settleClaims(run: JudgedRun, findings: readonly Finding[]): readonly ClaimResult[] {
  const against = new Map<string, Finding[]>(run.policy.claims.map(({ id }) => [id, []]));
  for (const finding of findings) for (const id of finding.claims) against.get(id)?.push(finding);
  return run.policy.claims.map((claim) => settle(run, claim, against.get(claim.id) ?? []));
}

/** Rules whose findings are counter-evidence to the check. */
export function rulesAgainst(check: Check): readonly string[] {
  return RULES.filter((rule) => rule.breaks.includes(check.name)).map((rule) => rule.id);
}

/** Whether any rule can settle the check yet; else its claims are not observable (no rule). */
export function canBeSettled(check: Check): boolean {
  return check.shownByExercise === true || rulesAgainst(check).length > 0;
}

/** What one scope says of a claim. */
interface Hearing {
  readonly exercise: Exercise;
  readonly needs: readonly NeedState[];
  readonly missing: readonly NeedState[];
}

interface Settled {
  readonly verdict: ClaimVerdict;
  readonly reason: string;
}

function settle(run: JudgedRun, claim: ClaimLine, against: readonly Finding[]): ClaimResult {
  const check = isCheckName(claim.check) ? CHECKS[claim.check] : undefined;
  const hearings = check === undefined ? [] : hear(run, claim, check);
  const deciding = decidingOf(hearings);
  const missing: readonly Need[] = deciding.flatMap((hearing) => hearing.missing.map(({ need }) => need));
  const { verdict, reason } = against.length > 0 ? { verdict: 'broken' as const, reason: brokenReason(against) } : verdictOf(claim, check, hearings, deciding);
  return {
    id: claim.id,
    text: claim.text,
    check: claim.check,
    ...(claim.source === undefined ? {} : { source: claim.source }),
    verdict,
    reason,
    needs: merged(deciding),
    findings: against.map((finding) => finding.fingerprint),
    accepted: against.length > 0 && against.every((finding) => finding.standing === 'accepted'),
    ...(isKnown(against) ? { baseline: true as const } : {}),
    blindSpots: blindSpotsUnder({ run }, missing),
    at: claim.at,
  };
}

function hear(run: JudgedRun, claim: ClaimLine, check: Check): readonly Hearing[] {
  const scopes = check.onPolicy === true ? [POLICY_SCOPE] : run.scopes;
  return scopes.map((scope) => {
    const question = { run, scope, claim };
    const exercise = check.exercise(question);
    const needs = needStates(check, question, exercise);
    return { exercise, needs, missing: needs.filter(({ need, met }) => !met && need !== 'exercised') };
  });
}

/** The scopes that exercised it decide; all of them when none did. */
function decidingOf(hearings: readonly Hearing[]): readonly Hearing[] {
  const exercised = hearings.filter(({ exercise }) => exercise.done.length > 0);
  return exercised.length > 0 ? exercised : hearings;
}

function verdictOf(claim: ClaimLine, check: Check | undefined, hearings: readonly Hearing[], deciding: readonly Hearing[]): Settled {
  if (check === undefined) return { verdict: 'not-observable', reason: `not observable: egret has no check called ${claim.check}` };
  if (check.name === 'not-observable') return { verdict: 'not-observable', reason: claim.reason ?? 'not observable: nothing on the wire can settle it' };
  if (!canBeSettled(check)) return { verdict: 'not-observable', reason: `not observable (no rule): this version of egret has no rule that could break it, so its silence says nothing` };
  if (deciding.length === 0) return { verdict: 'not-observable', reason: 'not observable: nothing was recorded' };
  const missing = deciding.flatMap((hearing) => hearing.missing);
  if (missing.length > 0) return { verdict: 'not-observable', reason: missingReason(missing) };
  return exercisedVerdict(hearings, deciding);
}

function exercisedVerdict(hearings: readonly Hearing[], deciding: readonly Hearing[]): Settled {
  const parts = new Set(hearings.flatMap(({ exercise }) => exercise.of));
  const done = new Set(deciding.flatMap(({ exercise }) => exercise.done));
  const [supply] = deciding.map(({ exercise }) => exercise.supply);
  if (done.size === 0) return { verdict: 'unproven', reason: `unproven: nothing in this recording put it to the test; ${supply ?? ''}` };
  const untested = [...parts].filter((part) => !done.has(part));
  if (untested.length > 0) return { verdict: 'unproven', reason: `unproven: ${done.size} of ${parts.size} parts ${done.size === 1 ? 'was' : 'were'} put to the test, missing: ${untested.join(', ')}; ${supply ?? ''}` };
  const doubt = deciding.map(({ exercise }) => exercise.doubt).find((text) => text !== undefined);
  if (doubt !== undefined) return { verdict: 'unproven', reason: `unproven: ${doubt}` };
  return { verdict: 'holds', reason: `holds within this recording: ${[...new Set(deciding.map(({ exercise }) => exercise.saw))].join('; ')}` };
}

function brokenReason(against: readonly Finding[]): string {
  const accepted = against.filter((finding) => finding.standing === 'accepted').length;
  const known = against.filter((finding) => finding.standing === 'baseline').length;
  const rules = [...new Set(against.map((finding) => finding.rule))].join(', ');
  const word = accepted === against.length ? 'broken (accepted)' : isKnown(against) ? 'broken (baseline)' : 'broken';
  const some = accepted > 0 && accepted < against.length ? `, ${accepted} of them accepted` : '';
  const old = known > 0 && known < against.length ? `, ${known} of them in the baseline` : '';
  return `${word}: ${plural(against.length, 'finding')} of ${rules}${some}${old}`;
}

function isKnown(against: readonly Finding[]): boolean {
  return against.some((finding) => finding.standing === 'baseline') && against.every((finding) => finding.standing === 'baseline' || finding.standing === 'accepted');
}

function missingReason(missing: readonly NeedState[]): string {
  const first = missing.filter((state, index) => missing.findIndex(({ need }) => need === state.need) === index);
  return `not observable: ${first.map(({ need, why, supply }) => `${need} is missing (${why ?? 'unknown'}); to supply it, ${supply ?? 'record again'}`).join('. ')}`;
}

/** One state for each need: unmet when it is unmet in any deciding scope. */
function merged(deciding: readonly Hearing[]): readonly NeedState[] {
  const states = new Map<Need, NeedState>();
  for (const state of deciding.flatMap(({ needs }) => needs)) {
    if (states.get(state.need)?.met !== false) states.set(state.need, state);
  }
  return [...states.values()];
}

/** Stands in where a claim is about the policy and no recording is asked. */
const POLICY_SCOPE: ScopeFacts = { scope: -1, kind: 'app', local: [], packets: 0 };
