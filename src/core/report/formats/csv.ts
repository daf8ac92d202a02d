/**
 * Destinations as CSV (RFC 4180): a fixed header, one row each in the report's
 * order, none left out. No cell can start a formula in a spreadsheet, and every
 * row begins with a verdict of ours, never with a stranger's text.
 */
import { formatTime } from '../../base/time.ts';
import { forTerminal } from '../../base/wire-text.ts';
import type { Destination } from '../../judge/destination.ts';
import type { Report } from '../report.ts';
import type { ReportFormat } from './format.ts';

export const csv: ReportFormat = {
  kind: 'report',
  name: 'csv',
  description: 'one row per destination, for spreadsheets (RFC 4180)',
  needsPolicy: false,
  *render(report) {
    yield row(COLUMNS.map(({ title }) => title));
    for (const destination of report.destinations) yield row(COLUMNS.map(({ value }) => value(destination, report) ?? ''));
  },
};

interface Column {
  readonly title: string;
  readonly value: (destination: Destination, report: Report) => string | number | boolean | undefined;
}

/** RFC 4180 §2: comma, quotes doubled, CRLF after every row. */
function row(values: readonly (string | number | boolean)[]): string {
  return `${values.map((value) => (typeof value === 'string' ? cell(value) : String(value))).join(',')}\r\n`;
}

/**
 * One text cell: controls shown, so that no cell holds a line break; an
 * apostrophe before whatever a spreadsheet would take for a formula, at the
 * start and behind each separator that another locale splits at.
 */
function cell(text: string): string {
  const safe = forTerminal(text, CELL_LIMIT).replaceAll(FORMULA, "$1'");
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The order and the titles are promised (docs/commands/audit.md); new columns go to the end. */
const COLUMNS: readonly Column[] = [
  { title: 'verdict', value: ({ verdict }) => verdict.kind },
  { title: 'entry', value: ({ verdict }) => verdict.entry },
  { title: 'reason', value: ({ verdict }) => verdict.reason },
  { title: 'condition_unknown', value: ({ verdict }) => verdict.conditionUnknown?.join(' ') },
  { title: 'name', value: ({ name }) => name },
  { title: 'known_by', value: ({ how }) => how ?? 'address' },
  { title: 'confidence', value: ({ confidence }) => confidence },
  { title: 'addresses', value: ({ addresses }) => addresses.join(' ') },
  { title: 'address_count', value: ({ addressCount }) => addressCount },
  { title: 'address_class', value: ({ addressClass }) => addressClass },
  { title: 'port', value: ({ port }) => port },
  { title: 'transport', value: ({ transport }) => transport },
  { title: 'protocol', value: ({ protocol }) => protocol },
  { title: 'tls_versions', value: ({ tls }) => tls?.version.join(' ') },
  { title: 'component', value: ({ component }) => component },
  { title: 'inbound', value: ({ inbound }) => inbound },
  { title: 'reached', value: ({ reached }) => reached },
  { title: 'outcome', value: ({ outcome }) => outcome },
  { title: 'connections', value: ({ count }) => count },
  { title: 'bytes_up', value: ({ up }) => up },
  { title: 'bytes_down', value: ({ down }) => down },
  { title: 'first', value: ({ first }) => formatTime(first) },
  { title: 'last', value: ({ last }) => formatTime(last) },
  { title: 'phases', value: ({ phases }) => phases?.join(' ') },
  { title: 'telemetry_class', value: ({ verdict }) => verdict.telemetry?.class },
  { title: 'telemetry_organisation', value: ({ verdict }) => verdict.telemetry?.organisation },
  { title: 'scope', value: ({ scope }) => scope },
  { title: 'recording', value: ({ evidence: [at] }, { inputs }) => (at === undefined ? undefined : inputs[at.source]?.path) },
  { title: 'first_frame', value: ({ evidence: [at] }) => at?.frames[0] },
  { title: 'last_frame', value: ({ evidence: [at] }) => at?.frames[1] },
  { title: 'programs', value: ({ programs }) => programs?.join(';') },
];

/** Where a spreadsheet may see a cell begin, then (behind spaces) a sign that begins a formula, full-width forms included. */
const FORMULA = /(^|[,;|"'])(?=\s*[=+\-@\t\r＝＋－＠])/g;
const QUOTED = /[",;\t\r\n]|^\s|\s$/;
/** Common spreadsheets hold 32,767 characters a cell; the rest is left for apostrophes and doubled quotes. */
const CELL_LIMIT = 16_000;
