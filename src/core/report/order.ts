/** The fixed order of everything in a report, so that equal inputs give equal bytes whatever order facts arrived in. */
import type { Position } from '../base/errors.ts';
import type { VerdictKind } from '../policy/verdict.ts';
import type { JudgedLookup } from '../judge/context.ts';
import type { ClaimResult } from '../judge/claim.ts';
import type { Finding } from '../judge/finding.ts';
import type { Destination } from '../judge/destination.ts';
import type { EntryStanding } from '../judge/context.ts';

/** Error first, then by rule, subject, component, fingerprint. */
export function byFinding(a: Finding, b: Finding): number {
  return (
    SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
    compare(a.rule, b.rule) ||
    compare(a.subject, b.subject) ||
    compare(a.component ?? '', b.component ?? '') ||
    compare(a.fingerprint, b.fingerprint)
  );
}

/** As the policy lists them; claims without a line by id, `C2` before `C10`. */
export function byClaim(a: ClaimResult, b: ClaimResult): number {
  return first(byPosition(a.at, b.at), () => natural(a.id, b.id));
}

export function byEntry(a: EntryStanding, b: EntryStanding): number {
  return first(byPosition(a.at, b.at), () => compare(a.id, b.id));
}

/** What breaks the policy first, then by name or address. */
export function byDestination(a: Destination, b: Destination): number {
  return (
    VERDICT_RANK[a.verdict.kind] - VERDICT_RANK[b.verdict.kind] ||
    compare(a.name ?? a.addresses[0] ?? '', b.name ?? b.addresses[0] ?? '') ||
    a.port - b.port ||
    compare(a.transport, b.transport) ||
    compare(a.component ?? '', b.component ?? '') ||
    a.scope - b.scope ||
    a.first - b.first ||
    compare(a.key, b.key)
  );
}

export function byLookup(a: JudgedLookup, b: JudgedLookup): number {
  return (
    VERDICT_RANK[a.verdict.kind] - VERDICT_RANK[b.verdict.kind] ||
    compare(a.name, b.name) ||
    compare(a.rcode, b.rcode) ||
    compare(a.resolver, b.resolver) ||
    compare(a.component ?? '', b.component ?? '') ||
    a.scope - b.scope
  );
}

/** By UTF-16 code units: the same on every machine, unlike a locale's order. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byPosition(a: Position | undefined, b: Position | undefined): number {
  if (a === undefined || b === undefined) return (a === undefined ? 1 : 0) - (b === undefined ? 1 : 0);
  return first(compare(a.file, b.file), () => a.line - b.line, () => a.column - b.column);
}

function natural(a: string, b: string): number {
  const [, wordA = '', numberA = ''] = /^(\D*)(\d{0,15})/.exec(a) ?? [];
  const [, wordB = '', numberB = ''] = /^(\D*)(\d{0,15})/.exec(b) ?? [];
  return first(compare(wordA, wordB), () => Number(numberA) - Number(numberB), () => compare(a, b));
}

function first(step: number, ...steps: readonly (() => number)[]): number {
  if (step !== 0) return step;
  for (const next of steps) {
    const result = next();
    if (result !== 0) return result;
  }
  return 0;
}

const SEVERITY_RANK = { error: 0, warning: 1, note: 2 } as const;

const VERDICT_RANK: Readonly<Record<VerdictKind, number>> = {
  forbidden: 0, undeclared: 1, 'wrong-port': 2, 'wrong-transport': 3, 'wrong-component': 4, 'feature-off': 5, 'wrong-phase': 6, 'used-outside-phase': 7, 'outlives-phase': 8, inbound: 9,
  'undeclared-local': 10, 'cannot-judge': 11, unjudged: 12, declared: 13, 'webrtc-peer': 14, lan: 15, environment: 16, infrastructure: 17, local: 18,
};
