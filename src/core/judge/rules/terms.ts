/**
 * What the rules on an entry's terms share: the right host, but another
 * port, transport, component, feature, phase or life than the entry says. One draft
 * per sighting of the verdict kind.
 */
import type { Entry } from '../../policy/policy.ts';
import type { JudgedRun } from '../context.ts';
import type { Draft } from '../rule.ts';
import { lookedUpOnly, sightings, type Sighting } from '../sightings.ts';
import { aboutSighting, seenSighting, sureOf } from '../tell.ts';
import type { VerdictKind } from '../../policy/verdict.ts';

/** `remedy` may hold policy text and numbers only. */
type Remedy = (sighting: Sighting, entry: Entry | undefined) => string;
/** What a rule adds to the sentence on what was seen, with its space in front. */
type Further = (sighting: Sighting, entry: Entry | undefined) => string;

/** Drafts for destinations of one verdict kind. */
export function* termDrafts(run: JudgedRun, kind: VerdictKind, remedy: Remedy, further?: Further): Iterable<Draft> {
  for (const sighting of sightings(run, ({ verdict }) => verdict.kind === kind)) yield draftOf(run, sighting, remedy, further);
}

/** Drafts for names of one verdict kind that were looked up and never contacted, as warnings. */
export function* lookupDrafts(run: JudgedRun, kind: VerdictKind, remedy: Remedy): Iterable<Draft> {
  for (const sighting of lookedUpOnly(run, ({ verdict }) => verdict.kind === kind)) yield { ...draftOf(run, sighting, remedy), severity: 'warning' };
}

function draftOf(run: JudgedRun, sighting: Sighting, remedy: Remedy, further: Further = () => ''): Draft {
  const entry = run.policy.entries.find(({ id }) => id === sighting.verdict.entry);
  const expected = sighting.verdict.reason === undefined ? '' : ` Expected: ${sighting.verdict.reason}.`;
  return {
    about: aboutSighting(sighting),
    confidence: sighting.confidence,
    seen: `${seenSighting(run, sighting)}${entry === undefined ? '' : ` Nearest entry: ${entry.id}.`}${expected}${further(sighting, entry)}`,
    do: remedy(sighting, entry),
    sure: sureOf(sighting),
    evidence: sighting.evidence,
    evidenceCount: sighting.count,
    ...(entry === undefined ? {} : { policyAt: entry.at }),
  };
}

/** `entry cloud-api`, or words for a verdict that names none. */
export function entryWords(entry: Entry | undefined): string {
  return entry === undefined ? 'the nearest entry' : `entry ${entry.id}`;
}
