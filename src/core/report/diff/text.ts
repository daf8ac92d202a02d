/**
 * A comparison for people: what was compared and in what the sides are unlike,
 * the outcome, then new, gone and changed destinations, names, findings, claims
 * and entries, and always last what each side looked at and could not see.
 */
import type { Difference } from '../diff.ts';
import { dotted, heading, labelled, paragraph } from '../formats/text/page.ts';
import { count, counted } from '../layout/amounts.ts';
import { type Look, type Role, SENTENCE_LIMIT, shown } from '../layout/look.ts';
import { type Column, ROW_CAP, type Row, table } from '../layout/table.ts';
import { widthOf } from '../layout/width.ts';
import { wrap } from '../layout/wrap.ts';
import type { SavedFinding } from '../saved-report.ts';
import type { DestinationRow, LookupRow } from './side.ts';
import { blindWords, idWords, openingSentence, outcome, portWords, protocolWords, sightWords, stepWords, trafficWords } from './words.ts';

/** Lines of the page, none wider than it. */
export function* diffText(difference: Difference, look: Look): Iterable<string> {
  let between = '';
  for (const section of SECTIONS) {
    let empty = true;
    for (const line of section(difference, look)) {
      yield `${empty ? between : ''}${line}\n`;
      empty = false;
    }
    if (!empty) between = '\n';
  }
}

function* opening(difference: Difference, look: Look): Iterable<string> {
  yield* paragraph(look, openingSentence(difference), 0, 'strong');
}

function* unlikeLines({ unlike }: Difference, look: Look): Iterable<string> {
  if (unlike.length === 0) return;
  yield* heading(look, 'Unlike', 'what differs besides the traffic, and may be the reason of differences');
  for (const { about, text } of unlike) yield* labelled(look, about, text, 2, LABEL);
}

function* outcomeLines(difference: Difference, look: Look): Iterable<string> {
  const { word, role, facts } = outcome(difference);
  const indent = widthOf(word) + 2;
  const beside = look.columns - indent >= MIN_BESIDE ? indent : 2;
  for (const [at, line] of wrap(shown(look, facts, SENTENCE_LIMIT), look.columns - beside, look.columns - indent).entries()) yield (at === 0 ? `${look.style(role, word)}  ` : ' '.repeat(beside)) + line;
}

function* newDestinations({ destinations, judged }: Difference, look: Look): Iterable<string> {
  yield* destinationTable(look, 'New destinations', 'in B, not in A', destinations.new, judged);
}

function* goneDestinations({ destinations, judged }: Difference, look: Look): Iterable<string> {
  yield* destinationTable(look, 'Gone destinations', 'in A, not in B', destinations.gone, judged);
}

function* destinationTable(look: Look, title: string, where: string, rows: readonly DestinationRow[], judged: boolean): Iterable<string> {
  if (rows.length === 0) return;
  yield* heading(look, title, `${count(rows.length)} ${where}`);
  const columns = [NAME, PORT, PROTOCOL, ...(judged ? [VERDICT] : []), REACHED, COMPONENT, TRAFFIC];
  yield* table(look, columns, rows, (row) => ({
    cells: [
      { text: nameOf(row, look), role: 'strong' },
      { text: shown(look, portWords(row)) },
      { text: shown(look, protocolWords(row)) },
      ...(judged ? [{ text: shown(look, row.verdicts.join('+')), ...verdictRole(row) }] : []),
      { text: row.reached },
      { text: shown(look, row.component ?? '-') },
      { text: trafficWords(row) },
    ],
    ...(row.telemetry.length === 0 ? {} : { below: { text: shown(look, `telemetry: ${row.telemetry.join(', ')}`), role: 'bad' } }),
  }));
}

function* changedDestinations({ destinations }: Difference, look: Look): Iterable<string> {
  const { changed } = destinations;
  if (changed.length === 0) return;
  yield* heading(look, 'Changed destinations', `${count(changed.length)} in both, not the same`);
  yield* table(look, [NAME, PORT, COMPONENT_ALWAYS], changed, ({ row, steps }) => ({
    cells: [{ text: nameOf(row, look), role: 'strong' }, { text: shown(look, portWords(row)) }, { text: shown(look, row.component ?? '-') }],
    below: { text: shown(look, stepWords(steps), SENTENCE_LIMIT), role: 'warn' },
  }));
}

function* lookupLines({ lookups }: Difference, look: Look): Iterable<string> {
  yield* lookupTable(look, 'Newly looked up', 'names that A neither asked for nor connected to', lookups.new);
  if (lookups.new.length > 0 && lookups.gone.length > 0) yield '';
  yield* lookupTable(look, 'No longer looked up', 'names that B neither asked for nor connected to', lookups.gone);
}

function* lookupTable(look: Look, title: string, what: string, rows: readonly LookupRow[]): Iterable<string> {
  if (rows.length === 0) return;
  yield* heading(look, title, `${counted(rows.length, 'row')} of ${what}; nobody connected`);
  yield* table(look, LOOKUP_COLUMNS, rows, ({ name, rcodes, verdicts, component }): Row => ({
    cells: [{ text: shown(look, name), role: 'strong' }, { text: shown(look, rcodes.join('+')) }, { text: shown(look, verdicts.join('+')) }, { text: shown(look, component ?? '-') }],
  }));
}

function* findingLines({ findings }: Difference, look: Look): Iterable<string> {
  const { new: fresh, gone, changed } = findings;
  if (fresh.length + gone.length + changed.length === 0) return;
  yield* heading(look, 'Findings', dotted([fresh.length > 0 ? `${fresh.length} new` : '', gone.length > 0 ? `${gone.length} gone` : '', changed.length > 0 ? `${changed.length} changed` : '', `${findings.same} the same`]));
  const rows = [
    ...fresh.map((finding) => ({ mark: 'new', finding, more: finding.standing === 'open' ? '' : finding.standing })),
    ...gone.map((finding) => ({ mark: 'gone', finding, more: '' })),
    ...changed.map(({ finding, steps }) => ({ mark: 'changed', finding, more: stepWords(steps) })),
  ];
  for (const { mark, finding, more } of rows.slice(0, ROW_CAP)) yield* labelled(look, mark, findingWords(finding, more), 2, MARK, mark === 'new' ? SEVERITY_ROLES[finding.severity] : undefined);
  yield* moreLine(rows.length, look);
}

function* claimLines({ claims }: Difference, look: Look): Iterable<string> {
  yield* idLines(look, 'Claims', claims);
}

function* entryLines({ entries }: Difference, look: Look): Iterable<string> {
  yield* idLines(look, 'Entries', entries);
}

function* idLines(look: Look, title: string, { changed, same }: Difference['claims']): Iterable<string> {
  if (changed.length === 0) return;
  yield* heading(look, title, dotted([`${changed.length} changed`, `${same} the same`]));
  const width = Math.min(ID_WIDTH, Math.max(...changed.slice(0, ROW_CAP).map(({ id }) => widthOf(shown(look, id))))) + 2;
  for (const change of changed.slice(0, ROW_CAP)) {
    const id = shown(look, change.id);
    yield* labelled(look, widthOf(id) > width - 2 ? '' : id, `${widthOf(id) > width - 2 ? `${change.id}: ` : ''}${idWords(change)} (${change.text})`, 2, width);
  }
  yield* moreLine(changed.length, look);
}

/** Always said: a difference means no more than what both sides could see. */
function* sightLines(difference: Difference, look: Look): Iterable<string> {
  const { a, b, destinations, lookups } = difference;
  yield* heading(look, 'Compared', `the same on both sides: ${counted(destinations.same, 'destination')}, ${counted(lookups.same, 'name only looked up', 'names only looked up')}; counts, bytes, times and addresses are not compared`);
  yield* labelled(look, 'A', sightWords(a), 2, SIDE);
  yield* labelled(look, 'B', sightWords(b), 2, SIDE);
  yield '';
  yield* heading(look, 'Could not see', 'a difference there does not show');
  yield* labelled(look, 'A', blindWords(a), 2, SIDE);
  yield* labelled(look, 'B', blindWords(b), 2, SIDE);
}

function* exitLine({ summary }: Difference, look: Look): Iterable<string> {
  const style: Role = summary.exit === 0 ? 'good' : summary.exit === 1 ? 'bad' : 'warn';
  for (const line of paragraph(look, `Exit ${summary.exit}: ${summary.because}.`)) yield line.replace(/^Exit \d/, (head) => look.style(style, head));
}

function* moreLine(rows: number, look: Look): Iterable<string> {
  if (rows > ROW_CAP) yield look.style('dim', shown(look, `  … and ${rows - ROW_CAP} more (--format json lists all)`));
}

function nameOf(row: DestinationRow, look: Look): string {
  return `${row.inbound ? 'from ' : ''}${shown(look, row.name ?? row.address ?? '')}`;
}

function verdictRole({ verdicts }: DestinationRow): { readonly role?: Role } {
  return verdicts.every((verdict) => FINE.has(verdict)) ? {} : { role: 'bad' };
}

function findingWords({ severity, rule, subject, component }: SavedFinding, more: string): string {
  return `${severity} ${rule} ${subject}${component === undefined ? '' : ` (${component})`}${more === '' ? '' : `: ${more}`}`;
}

const NAME: Column = { title: 'destination', min: 22, cut: 'start' };
const PORT: Column = { title: 'port' };
const PROTOCOL: Column = { title: 'protocol', min: 6, cut: 'end' };
const VERDICT: Column = { title: 'verdict', min: 12, cut: 'end' };
const REACHED: Column = { title: 'reached' };
const COMPONENT: Column = { title: 'component', min: 8, cut: 'end', from: 80 };
const COMPONENT_ALWAYS: Column = { title: 'component', min: 8, cut: 'end' };
const TRAFFIC: Column = { title: 'traffic', from: 140 };
const LOOKUP_COLUMNS: readonly Column[] = [{ title: 'name', min: 22, cut: 'start' }, { title: 'answer', min: 8, cut: 'end' }, { title: 'verdict', min: 8, cut: 'end' }, { title: 'component', min: 8, cut: 'end', from: 80 }];
const SECTIONS: readonly ((difference: Difference, look: Look) => Iterable<string>)[] = [
  opening, unlikeLines, outcomeLines, newDestinations, goneDestinations, changedDestinations, lookupLines, findingLines, claimLines, entryLines, sightLines, exitLine,
];
const SEVERITY_ROLES: Readonly<Record<SavedFinding['severity'], Role>> = { error: 'bad', warning: 'warn', note: 'note' };
/** Verdicts that ask nothing of a reader. */
const FINE: ReadonlySet<string> = new Set(['declared', 'local', 'infrastructure', 'environment', 'webrtc-peer', 'unjudged']);
const LABEL = 11;
const MARK = 9;
const SIDE = 3;
/** Wider ids stand in the sentence instead of before it. */
const ID_WIDTH = 28;
/** Narrower than this, facts go below the outcome's word instead of beside it. */
const MIN_BESIDE = 36;
