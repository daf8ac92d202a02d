/**
 * The exit code of a comparison and why it is that. Takes what was found and
 * `--fail-on`; gives 1 for a difference that counts, else 2 when a side holds
 * no traffic at all, else 0.
 */
import { counted, listed } from '../layout/amounts.ts';
import type { DifferenceParts } from '../diff.ts';

export type DiffFailOn = 'new' | 'changed' | 'never';

export const DIFF_FAIL_ON: readonly DiffFailOn[] = ['new', 'changed', 'never'];

/** How many differences there are of each sort; `new` counts findings only while they are open. */
interface DifferenceCounts {
  readonly new: number;
  readonly gone: number;
  readonly changed: number;
}

export interface DiffExit {
  readonly exit: 0 | 1 | 2;
  readonly because: string;
  readonly counts: DifferenceCounts;
}

/** 1, 2 or 0, with the sentence that says why. */
export function diffExit(parts: DifferenceParts, failOn: DiffFailOn): DiffExit {
  const { destinations, lookups, findings, claims, entries } = parts;
  const open = findings.new.filter(({ standing }) => standing === 'open' || standing === 'expired').length;
  const newWords = [
    ...said(destinations.new.length, 'new destination'),
    ...said(lookups.new.length, 'newly looked-up name'),
    ...said(open, 'new open finding'),
  ];
  const quietFindings = findings.new.length - open;
  const goneWords = [
    ...said(destinations.gone.length, 'destination', ' gone'),
    ...said(lookups.gone.length, 'looked-up name', ' gone'),
    ...said(findings.gone.length, 'finding', ' gone'),
  ];
  const changedWords = [
    ...said(destinations.changed.length, 'changed destination'),
    ...said(claims.changed.length, 'changed claim'),
    ...said(entries.changed.length, 'changed entry', '', 'changed entries'),
    ...said(findings.changed.length, 'changed finding'),
    ...said(quietFindings, 'new finding', ' that is accepted or in a baseline'),
  ];
  const counts = {
    new: destinations.new.length + lookups.new.length + open,
    gone: destinations.gone.length + lookups.gone.length + findings.gone.length,
    changed: destinations.changed.length + claims.changed.length + entries.changed.length + findings.changed.length + quietFindings,
  };
  const counting = failOn === 'new' ? newWords : failOn === 'changed' ? [...newWords, ...changedWords, ...goneWords] : [];
  if (counting.length > 0) return { exit: 1, because: `${listed(counting, ALL)}, by --fail-on ${failOn}`, counts };
  const empty = [parts.a, parts.b].flatMap(({ connections, lookups: asked }, at) => (connections === 0 && asked === 0 ? [at === 0 ? 'A' : 'B'] : []));
  if (empty.length > 0) return { exit: 2, because: `nothing was observed in ${listed(empty)}: no connection and no lookup, so there was nothing to compare with`, counts };
  const all = [...newWords, ...changedWords, ...goneWords];
  if (all.length === 0) return { exit: 0, because: 'no difference in what was compared', counts };
  return { exit: 0, because: `${listed(all, ALL)}; ${failOn === 'never' ? '--fail-on never counts no difference' : `none of them counts for --fail-on ${failOn}`}`, counts };
}

function said(number: number, singular: string, after = '', plural = `${singular}s`): string[] {
  return number === 0 ? [] : [`${counted(number, singular, plural)}${after}`];
}

/** Every sort of difference has its word here; none is left out of the sentence. */
const ALL = 12;
