/** Tables of a Markdown page. Takes cells that are Markdown already and never escapes; a table past its cap says how many rows it left out. */
import { count } from '../../layout/amounts.ts';

/** A GFM table (§4.10) whose titles with a colon are numbers; its cells are Markdown already. */
export function* table<T>(titles: readonly string[], rows: readonly T[], cap: number, cells: (row: T) => readonly string[]): Iterable<string> {
  yield line(titles.map((title) => title.replace(':', '')));
  yield line(titles.map((title) => (title.endsWith(':') ? '---:' : '---')));
  for (const row of rows.slice(0, cap)) yield line(cells(row));
  if (rows.length > cap) yield `\n${moreRows(rows.length - cap)}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** The line below a table that was cut. */
export function moreRows(left: number): string {
  return `… and ${count(left)} more (\`--format json\` lists all)\n`;
}
