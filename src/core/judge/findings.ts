/**
 * Runs every rule over a judged run and makes findings of their drafts:
 * severity as the policy re-sets it, fingerprint, acceptance, baseline and
 * standing, and the claims each one breaks. The order is stable: severity, rule, subject,
 * component, fingerprint.
 */
import { fingerprint } from '../base/fingerprint.ts';
import type { Baseline } from '../policy/baseline.ts';
import type { Acceptance, ClaimLine, Policy, Severity } from '../policy/policy.ts';
import { accepts, hasExpired } from './acceptances.ts';
import type { CheckName } from '../policy/checks.ts';
import type { JudgedRun } from './context.ts';
import { coversSeverity } from './covers-severity.ts';
import type { Finding } from './finding.ts';
import { hintsFor } from './hints.ts';
import { covers } from './host-rule.ts';
import type { About, AcceptanceUse, Draft, Rule } from './rule.ts';
import { RULES } from './rules/index.ts';
import { lastSeen } from './suggest.ts';

/** All findings of a judged run, in report order; `rules` is for tests of the machinery. */
export function judgeFindings(run: JudgedRun, rules: readonly Rule[] = RULES, baseline?: Baseline): readonly Finding[] {
  const last = lastSeen(run);
  const matched = new Map<Acceptance, string[]>(run.policy.accept.map((acceptance) => [acceptance, []]));
  const found: Finding[] = [];
  for (const rule of rules) {
    if (rule.reads !== 'run') continue;
    for (const draft of rule.check(run)) {
      const acceptance = bestAcceptance(run.policy.accept, rule.id, draft.about, last);
      if (acceptance !== undefined) matched.get(acceptance)?.push(draft.about.subject);
      found.push(findingOf(run, rule, draft, acceptance, last));
    }
  }
  const uses: AcceptanceUse[] = run.policy.accept.map((acceptance) => ({ acceptance, matched: matched.get(acceptance) ?? [], expired: hasExpired(acceptance, last) }));
  for (const rule of rules) {
    if (rule.reads !== 'acceptances') continue;
    for (const draft of rule.check(run, uses)) found.push(findingOf(run, rule, draft, undefined, last));
  }
  return found.map((finding) => against(baseline, finding)).sort(byReportOrder(rules));
}

/** The finding as the baseline knows it. It settles what is open; a day that an acceptance named has passed, and no baseline extends it. */
function against(baseline: Baseline | undefined, finding: Finding): Finding {
  const row = baseline?.findings.get(finding.fingerprint);
  if (row === undefined) return finding;
  const isCovered = finding.standing === 'open' && coversSeverity(row, finding.severity);
  return { ...finding, inBaseline: row.severity, standing: isCovered ? 'baseline' : finding.standing };
}

/** The fingerprint of what a rule found: rule, component, name (else address class, else entry), server port, transport. */
function fingerprintOf(rule: string, about: About): string {
  const port = about.port === undefined ? '' : String(about.port);
  const named = about.name ?? about.addressClass ?? about.entry ?? '';
  return fingerprint([rule, about.component ?? '', named, port, about.transport ?? '', ...(about.detail === undefined ? [] : [about.detail])]);
}

function findingOf(run: JudgedRun, rule: Rule, draft: Draft, acceptance: Acceptance | undefined, last: number | undefined): Finding {
  const { policy } = run;
  const known = hintsFor(run, rule.id, draft.about);
  return {
    rule: rule.id,
    severity: policy.rules.get(rule.id) ?? draft.severity ?? rule.severity,
    confidence: draft.confidence,
    subject: draft.about.subject,
    ...(draft.about.component === undefined ? {} : { component: draft.about.component }),
    seen: draft.seen,
    why: draft.why ?? rule.why,
    ...(known === undefined ? {} : { known }),
    do: draft.do,
    sure: draft.sure,
    evidence: draft.evidence,
    evidenceCount: draft.evidenceCount,
    fingerprint: fingerprintOf(rule.id, draft.about),
    standing: acceptance === undefined ? 'open' : hasExpired(acceptance, last) ? 'expired' : 'accepted',
    ...(acceptance === undefined
      ? {}
      : { acceptance: { reason: acceptance.reason, until: acceptance.until, ...(acceptance.owner === undefined ? {} : { owner: acceptance.owner }) } }),
    ...(draft.policyAt === undefined ? {} : { policyAt: draft.policyAt }),
    claims: claimsBroken(policy, draft.breaks ?? rule.breaks, draft.about),
  };
}

/** A line still in time before an expired one; among equals the first in the policy. */
function bestAcceptance(lines: readonly Acceptance[], rule: string, about: About, last: number | undefined): Acceptance | undefined {
  const speaking = lines.filter((line) => accepts(line, rule, about));
  return speaking.find((line) => !hasExpired(line, last)) ?? speaking[0];
}

/** Claims that name one of the checks and, where they name entries or hosts, this one. */
function claimsBroken(policy: Policy, checks: readonly CheckName[], about: About): readonly string[] {
  const names: readonly string[] = checks;
  return policy.claims.filter((claim) => names.includes(claim.check) && concerns(policy, claim, about)).map((claim) => claim.id);
}

function concerns(policy: Policy, claim: ClaimLine, about: About): boolean {
  const { name, entry } = about;
  if (claim.entries.length > 0 && (entry === undefined || !claim.entries.includes(entry))) return false;
  if (claim.hosts.length > 0) return name !== undefined && claim.hosts.includes(name);
  if (claim.check !== 'host-not-contacted') return true;
  // Without hosts of its own the claim speaks of all that the policy denies by name.
  return name !== undefined && policy.mustNot.some((denial) => denial.hosts.some((pattern) => covers(pattern, name)));
}

function byReportOrder(rules: readonly Rule[]): (one: Finding, other: Finding) => number {
  const place = new Map(rules.map((rule, index) => [rule.id, index]));
  return (one, other) =>
    SEVERITY_ORDER[one.severity] - SEVERITY_ORDER[other.severity] ||
    (place.get(one.rule) ?? 0) - (place.get(other.rule) ?? 0) ||
    compare(one.subject, other.subject) ||
    compare(one.component ?? '', other.component ?? '') ||
    compare(one.fingerprint, other.fingerprint);
}

/** By code unit: the same on every machine, whatever its locale. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

const SEVERITY_ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };
