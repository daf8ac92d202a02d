/**
 * Rows of short facts as an aligned table, or, where the page is too narrow for
 * the columns, as one small block per row. Takes cells already made safe by
 * `shown`; never writes a line wider than the page.
 */
import { count } from './amounts.ts';
import type { Look, Role } from './look.ts';
import { cutEnd, cutStart, pad, widthOf } from './width.ts';
import { wrap, wrapItems } from './wrap.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be narrowed down to this many columns; absent: never narrowed. */
  readonly min?: number;
  /** Names lose their start, other text its end. */
  readonly cut?: 'start' | 'end';
  /** Shown only on pages at least this wide. */
  readonly from?: number;
  /** In a block, where no title stands above: the value in words (`up 3 kB`), empty to leave it out. */
  word?(value: string): string;
}

export interface Cell {
  readonly text: string;
  readonly role?: Role;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** A sentence below the row, indented and wrapped. */
  readonly below?: Cell;
}

/** Lines of the table, indented by two; the first column is the row's name. Only the first {@link ROW_CAP} items are made into rows; one line says how many are left. */
export function* table<T>(look: Look, columns: readonly Column[], items: readonly T[], toRow: (item: T) => Row): Iterable<string> {
  const visible = items.slice(0, ROW_CAP).map(toRow);
  const picked = columns.map((column, index) => ({ column, index })).filter(({ column }) => look.columns >= (column.from ?? 0));
  const widths = fitWidths(look, picked.map(({ column, index }) => ({ column, natural: Math.max(widthOf(column.title), ...visible.map((row) => widthOf(row.cells[index]?.text ?? ''))) })));
  if (widths === undefined) yield* blocks(look, columns, visible);
  else {
    yield look.style('dim', trimEnd(INDENT + picked.map(({ column }, at) => pad(column.title, widths[at] ?? 0, column.align)).join(GAP)));
    for (const row of visible) {
      yield rowLine(look, picked.map(({ column, index }, at) => ({ column, cell: row.cells[index] ?? EMPTY, width: widths[at] ?? 0 })));
      if (row.below !== undefined) yield* belowLines(look, row.below);
    }
  }
  if (items.length > ROW_CAP) yield look.style('dim', `${INDENT}${look.unicode ? '…' : '...'} and ${count(items.length - ROW_CAP)} more (--format json lists all)`);
}

function rowLine(look: Look, parts: readonly { readonly column: Column; readonly cell: Cell; readonly width: number }[]): string {
  const last = parts.findLastIndex(({ cell }) => cell.text !== '');
  const ellipsis = look.unicode ? '…' : '...';
  const cells = parts.slice(0, last + 1).map(({ column, cell, width }, at) => {
    const text = (column.cut === 'start' ? cutStart : cutEnd)(cell.text, width, ellipsis);
    const padded = at === last && column.align !== 'right' ? text : pad(text, width, column.align);
    return cell.role === undefined ? padded : padded.replace(text, () => look.style(cell.role ?? 'dim', text));
  });
  return INDENT + cells.join(GAP);
}

/** A row as a block: its name on a line of its own, the other facts behind it. */
function* blocks(look: Look, columns: readonly Column[], rows: readonly Row[]): Iterable<string> {
  const separator = look.unicode ? ' · ' : ' | ';
  for (const row of rows) {
    const [name = EMPTY] = row.cells;
    for (const line of wrap(name.text, look.columns - INDENT.length)) yield INDENT + (name.role === undefined ? line : look.style(name.role, line));
    const facts = row.cells.slice(1).flatMap((cell, index) => {
      const column = columns[index + 1];
      if (cell.text === '' || cell.text === '-' || (column?.from ?? 0) > BLOCK_FACTS_FROM) return [];
      return [column?.word?.(cell.text) ?? cell.text];
    });
    for (const line of wrapItems(facts.filter((fact) => fact !== ''), separator, look.columns - DEEP.length)) yield DEEP + look.style(worstRole(row), line);
    if (row.below !== undefined) yield* belowLines(look, row.below);
  }
}

function* belowLines(look: Look, below: Cell): Iterable<string> {
  for (const line of wrap(below.text, look.columns - DEEP.length)) yield DEEP + look.style(below.role ?? 'dim', line);
}

function worstRole(row: Row): Role {
  return row.cells.some((cell) => cell.role === 'bad') ? 'bad' : row.cells.some((cell) => cell.role === 'warn') ? 'warn' : 'dim';
}

/** Column widths that fit the page, the widest flexible column giving way first; undefined when they cannot. */
function fitWidths(look: Look, columns: readonly { readonly column: Column; readonly natural: number }[]): readonly number[] | undefined {
  const widths = columns.map(({ natural }) => natural);
  let excess = INDENT.length + GAP.length * (columns.length - 1) + widths.reduce((sum, width) => sum + width, 0) - look.columns;
  while (excess > 0) {
    let widest = -1;
    columns.forEach(({ column }, at) => {
      const room = (widths[at] ?? 0) - (column.min ?? Infinity);
      if (room > 0 && (widest < 0 || (widths[at] ?? 0) > (widths[widest] ?? 0))) widest = at;
    });
    if (widest < 0) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}

function trimEnd(line: string): string {
  return line.replace(/ +$/, '');
}

/** Rows of one table: more than a person reads, few enough to find the next section. */
export const ROW_CAP = 40;
const INDENT = '  ';
const DEEP = '      ';
const GAP = '  ';
const EMPTY: Cell = { text: '' };
/** Facts for wider pages than this stay out of blocks too. */
const BLOCK_FACTS_FROM = 100;
