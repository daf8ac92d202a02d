/** The table of destinations: one line a row, in columns that fit the screen. Takes the rows of the window only. */
import type { Micros } from '../../core/base/time.ts';
import { bytes, count } from '../../core/report/layout/amounts.ts';
import { type Look, shown } from '../../core/report/layout/look.ts';
import { cutEnd, cutStart, pad } from '../../core/report/layout/width.ts';
import { roleOf, type Row, verdictWord } from '../row.ts';
import { ellipsisOf } from './line.ts';

/** The title of the columns. */
export function titleLine(look: Look): string {
  const { columns, verdict, name } = layoutOf(look);
  return look.style('dim', joined(pad('verdict', verdict), pad(cutEnd('destination', name, ellipsisOf(look)), name), columns.map((column) => pad(column.title, column.width, column.align))));
}

/** One row; the selected one bears a mark, since colour alone is not seen by all. */
export function rowLine(row: Row, look: Look, now: Micros, isSelected: boolean): string {
  const { columns, verdict, name } = layoutOf(look);
  const ellipsis = ellipsisOf(look);
  const port = `:${row.port}`;
  const place = `${cutStart(shown(look, hostOf(row)), Math.max(4, name - port.length), ellipsis)}${port}`;
  const cells = columns.map((column) => pad(cutEnd(shown(look, column.of(row, now)), column.width, ellipsis), column.width, column.align));
  const word = look.style(roleOf(row), pad(cutEnd(verdictWord(row), verdict, ellipsis), verdict));
  const padded = pad(cutEnd(place, name, ellipsis), name);
  const text = joined(word, isSelected ? look.style('strong', padded) : padded, [cells.join(GAP)].filter((part) => part !== ''));
  return isSelected ? `${look.style('strong', look.unicode ? '▸' : '>')}${text.slice(1)}` : text;
}

/** An IPv6 address in brackets, so that the port is told apart. */
function hostOf({ host }: Row): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** `4s`, `12m`, `3h`, `2d` since it was last heard of. */
function ageOf(length: Micros): string {
  const seconds = Math.max(0, Math.floor(length / 1_000_000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  /** Shown on screens at least this wide. */
  readonly from: number;
  of(row: Row, now: Micros): string;
}

interface Layout {
  readonly columns: readonly Column[];
  readonly verdict: number;
  readonly name: number;
}

function layoutOf({ columns: width }: Look): Layout {
  const columns = COLUMNS.filter(({ from }) => width >= from);
  const verdict = width < NARROW ? 11 : 19;
  const taken = columns.reduce((sum, column) => sum + column.width + GAP.length, MARGIN.length + verdict + GAP.length);
  return { columns, verdict, name: Math.max(8, width - taken) };
}

function joined(verdict: string, name: string, cells: readonly string[]): string {
  return `${MARGIN}${[verdict, name, ...cells].join(GAP)}`;
}

function opensOf({ open, connections }: Row): string {
  return open === 0 ? count(connections) : `${count(open)}/${count(open + connections)}`;
}

const MARGIN = '  ';
const GAP = '  ';
const NARROW = 70;
const COLUMNS: readonly Column[] = [
  { title: 'known by', width: 9, align: 'left', from: 110, of: (row) => row.how ?? 'asked' },
  { title: 'process', width: 14, align: 'left', from: 95, of: (row) => row.component ?? row.process ?? '' },
  { title: 'open/all', width: 8, align: 'right', from: 84, of: opensOf },
  { title: 'up', width: 7, align: 'right', from: 58, of: (row) => bytes(row.up + row.openUp) },
  { title: 'down', width: 7, align: 'right', from: 58, of: (row) => bytes(row.down + row.openDown) },
  { title: 'age', width: 4, align: 'right', from: 36, of: (row, now) => (row.open > 0 ? 'open' : ageOf(now - row.last)) },
];
