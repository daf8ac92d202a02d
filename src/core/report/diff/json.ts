/** A comparison as JSON, `egret.diff/1` (docs/diff.schema.json): one row per line, streamed, hostile text as `\u` escapes. */
import { jsonSafe } from '../../base/wire-text.ts';
import type { Difference } from '../diff.ts';

/** Pieces of the file; keys stand in a fixed order, and what a side does not have is absent. */
export function* diffJson(difference: Difference): Iterable<string> {
  const { summary, destinations, lookups, findings, claims, entries } = difference;
  yield `{\n  "schema": ${JSON.stringify(difference.schema)}`;
  yield member('summary', { exit: summary.exit, because: summary.because, new: summary.counts.new, gone: summary.counts.gone, changed: summary.counts.changed });
  yield member('a', difference.a);
  yield member('b', difference.b);
  yield member('unlike', difference.unlike);
  yield member('judged', difference.judged);
  yield ',\n  "destinations": {';
  yield* sorted({ new: destinations.new, gone: destinations.gone, changed: destinations.changed }, destinations.same);
  yield ',\n  "lookups": {';
  yield* sorted({ new: lookups.new, gone: lookups.gone }, lookups.same);
  yield ',\n  "findings": {';
  yield* sorted({ new: findings.new.map(findingRow), gone: findings.gone.map(findingRow), changed: findings.changed.map(({ finding, steps }) => ({ finding: findingRow(finding), steps })) }, findings.same);
  yield ',\n  "claims": {';
  yield* sorted({ changed: claims.changed }, claims.same);
  yield ',\n  "entries": {';
  yield* sorted({ changed: entries.changed }, entries.same);
  yield '\n}\n';
}

function member(name: string, value: object | boolean): string {
  return `,\n  ${JSON.stringify(name)}: ${line(value)}`;
}

/** Lists of rows, then how many are the same on both sides. */
function* sorted(lists: Readonly<Record<string, readonly object[]>>, same: number): Iterable<string> {
  for (const [name, rows] of Object.entries(lists)) {
    yield `\n    ${JSON.stringify(name)}: [`;
    for (const [at, row] of rows.entries()) yield `${at === 0 ? '' : ','}\n      ${line(row)}`;
    yield rows.length === 0 ? '],' : '\n    ],';
  }
  yield `\n    "same": ${same}\n  }`;
}

/** A finding read from a file may hold more than was checked; only what was is passed on. */
function findingRow({ rule, severity, subject, component, fingerprint, standing }: Difference['findings']['new'][number]): object {
  return { rule, severity, subject, ...(component === undefined ? {} : { component }), fingerprint, standing };
}

function line(value: object | boolean): string {
  return jsonSafe(JSON.stringify(value));
}
