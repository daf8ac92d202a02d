/**
 * What the rules on an entry's terms share: the right host, but another
 * port, transport, component, feature, phase or life than the entry says. One draft
 * per sighting of the verdict kind.
 */
import { formatDuration, formatTime } from '../../base/time.ts';
import type { Entry } from '../../policy/policy.ts';
import { phasesOf } from '../conditions.ts';
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

/** A sentence, with its space in front, on when the last of its phases ended before the connection did. */
export function phaseEnded(run: JudgedRun, sighting: Sighting, entry: Entry | undefined): string {
  if (entry === undefined) return '';
  const meant = new Set([entry.when, ...entry.legs.map(({ when }) => when)].flatMap(phasesOf));
  const scopes = new Set(sighting.destinations.map(({ scope }) => scope));
  const over = run.scopes.flatMap(({ scope, phases }) => (scopes.has(scope) ? (phases ?? []) : [])).filter(({ phase, to }) => meant.has(phase) && to !== undefined && to < sighting.last);
  const last = over.reduce<(typeof over)[number] | undefined>((latest, range) => ((range.to ?? 0) > (latest?.to ?? 0) ? range : latest), undefined);
  if (last?.to === undefined) return '';
  return ` Phase ${last.phase} ended at ${formatTime(last.to)}; the last packet passed ${formatDuration(sighting.last - last.to)} later.`;
}
