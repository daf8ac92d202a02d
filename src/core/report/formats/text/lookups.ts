/** Names that were asked for and never connected to: the traffic that did not happen, or that egret could not see. */
import { count, counted, listed } from '../../layout/amounts.ts';
import { type Look, shown } from '../../layout/look.ts';
import { type Column, type Row, table } from '../../layout/table.ts';
import type { LookupRow, Report } from '../../report.ts';
import { heading } from './page.ts';

/** One row per looked-up name without a connection; names that were connected to stand among the destinations. */
export function* lookupLines(report: Report, look: Look): Iterable<string> {
  const alone = report.lookups.filter((lookup) => !lookup.connected);
  if (alone.length === 0) return;
  yield* heading(look, 'Looked up, never connected', `${counted(alone.length, 'row')} of ${count(report.lookups.length)}; the others stand among the destinations`);
  yield* table(look, report.policy === undefined ? COLUMNS.filter((column) => column !== VERDICT) : COLUMNS, alone, (lookup) => lookupRow(lookup, look, report.policy !== undefined));
}

function lookupRow(lookup: LookupRow, look: Look, judged: boolean): Row {
  const failed = lookup.rcode !== 'NOERROR';
  const verdict = { text: shown(look, lookup.verdict), ...(lookup.verdict === 'declared' ? {} : { role: 'warn' as const }) };
  return {
    cells: [
      { text: shown(look, lookup.name), role: 'strong' },
      { text: shown(look, lookup.types.join(' ')) },
      { text: failed ? shown(look, lookup.rcode) : counted(lookup.answers, 'answer'), ...(failed ? { role: 'warn' as const } : {}) },
      ...(judged ? [verdict] : []),
      { text: count(lookup.count) },
      { text: shown(look, lookup.resolver) },
      { text: lookup.cnames.length === 0 ? '-' : listed(lookup.cnames.map((name) => shown(look, name)), 3) },
    ],
  };
}

const VERDICT: Column = { title: 'verdict', min: 8, cut: 'end' };
const COLUMNS: readonly Column[] = [
  { title: 'name', min: 22, cut: 'start' },
  { title: 'types', min: 5, cut: 'end' },
  { title: 'answer', min: 8, cut: 'end' },
  VERDICT,
  { title: 'times', align: 'right', word: (times) => `${times} times` },
  { title: 'resolver', min: 10, cut: 'end', from: 80 },
  { title: 'by way of', min: 12, cut: 'start', from: 140 },
];
