/**
 * A comparison as Markdown, for a pull request or a job summary. Whatever came
 * from files or the wire is escaped, so that a name cannot start a link, a tag,
 * a mention or another cell.
 */
import { forTerminal } from '../../base/wire-text.ts';
import type { Difference } from '../diff.ts';
import { count } from '../layout/amounts.ts';
import { blindWords, idWords, openingSentence, outcome, portWords, protocolWords, sightWords, stepWords } from './words.ts';
import type { DestinationRow } from './side.ts';

/** Pieces of the page: outcome first, then tables of what differs, last what each side looked at. */
export function* diffMarkdown(difference: Difference): Iterable<string> {
  const { word, facts } = outcome(difference);
  yield `### egret diff: ${word.toLowerCase()}\n\n${safe(facts)}\n\n${safe(openingSentence(difference))}\n`;
  if (difference.unlike.length > 0) {
    yield '\nThe sides are unlike besides their traffic, which may be the reason of differences:\n\n';
    for (const { about, text } of difference.unlike) yield `- **${about}**: ${safe(text)}\n`;
  }
  const { destinations, lookups, findings, claims, entries } = difference;
  yield* grid('New destinations', DESTINATION_HEAD, destinations.new, (row) => destinationCells(row, difference.judged));
  yield* grid('Gone destinations', DESTINATION_HEAD, destinations.gone, (row) => destinationCells(row, difference.judged));
  yield* grid('Changed destinations', ['destination', 'port', 'component', 'change'], destinations.changed, ({ row, steps }) => [nameOf(row), portWords(row), row.component ?? '', stepWords(steps)]);
  yield* grid('Newly looked up, never connected', LOOKUP_HEAD, lookups.new, ({ name, rcodes, component }) => [name, rcodes.join('+'), component ?? '']);
  yield* grid('No longer looked up', LOOKUP_HEAD, lookups.gone, ({ name, rcodes, component }) => [name, rcodes.join('+'), component ?? '']);
  yield* grid('New findings', FINDING_HEAD, findings.new, ({ severity, rule, subject, component, standing }) => [severity, rule, subject, component ?? '', standing]);
  yield* grid('Gone findings', FINDING_HEAD, findings.gone, ({ severity, rule, subject, component, standing }) => [severity, rule, subject, component ?? '', standing]);
  yield* grid('Changed findings', ['rule', 'subject', 'component', 'change'], findings.changed, ({ finding, steps }) => [finding.rule, finding.subject, finding.component ?? '', stepWords(steps)]);
  yield* grid('Claims', ['claim', 'change', 'promise'], claims.changed, (change) => [change.id, idWords(change), change.text]);
  yield* grid('Entries', ['entry', 'change', 'name'], entries.changed, (change) => [change.id, idWords(change), change.text]);
  yield '\n#### Compared\n\n';
  for (const [side, sight] of [['A', difference.a], ['B', difference.b]] as const) yield `- **${side}** ${safe(sightWords(sight))}. Could not see: ${safe(blindWords(sight))}.\n`;
  yield `\nExit ${difference.summary.exit}: ${safe(difference.summary.because)}.\n`;
}

/** A table with its heading; nothing when there is no row. */
function* grid<Row>(title: string, head: readonly string[], rows: readonly Row[], cells: (row: Row) => readonly string[]): Iterable<string> {
  if (rows.length === 0) return;
  yield `\n#### ${title} (${count(rows.length)})\n\n| ${head.join(' | ')} |\n|${head.map(() => '---|').join('')}\n`;
  for (const row of rows.slice(0, TABLE_CAP)) yield `| ${cells(row).map(safe).join(' | ')} |\n`;
  if (rows.length > TABLE_CAP) yield `\n… and ${count(rows.length - TABLE_CAP)} more (--format json lists all)\n`;
}

function destinationCells(row: DestinationRow, judged: boolean): readonly string[] {
  return [nameOf(row), portWords(row), protocolWords(row), judged ? row.verdicts.join('+') : 'not judged', row.reached, row.component ?? '', row.telemetry.join(', ')];
}

function nameOf(row: DestinationRow): string {
  return `${row.inbound ? 'from ' : ''}${row.name ?? row.address ?? ''}`;
}

/** One line without markup: every sign that Markdown or HTML gives a meaning is written as a character reference. */
function safe(text: string): string {
  const plain = forTerminal(text, TEXT_LIMIT).replaceAll(MARKUP, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
  // A bare address or name would become a link, and some hosts link whatever begins with www or a scheme.
  return plain.replaceAll(/\b(www)\.|:\/\//gi, (link, www: string | undefined) => (www === undefined ? '&#58;//' : link.replace('.', '&#46;')));
}

const DESTINATION_HEAD = ['destination', 'port', 'protocol', 'verdict', 'reached', 'component', 'telemetry'];
const LOOKUP_HEAD = ['name', 'answer', 'component'];
const FINDING_HEAD = ['severity', 'rule', 'subject', 'component', 'standing'];
const MARKUP = /[\\`*_{}[\]<>#!|~&@$^]/g;
/** Rows of one table: code hosts cut comments and summaries that are longer than some 65,000 characters. */
const TABLE_CAP = 100;
/** Characters of one cell. */
const TEXT_LIMIT = 600;
