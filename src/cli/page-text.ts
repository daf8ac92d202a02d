/**
 * A page of the documentation, fitted to a width: prose and list items wrapped
 * anew, tables with their last column wrapped, headings and code as they are.
 * Takes Markdown as egret's own pages are written, gives lines; never marks up.
 */
import { pad, widthOf } from '../core/report/layout/width.ts';
import { wrap } from '../core/report/layout/wrap.ts';

/** The lines of a page, none of them wider than `columns` unless code or a table's first columns are. */
export function pageLines(page: string, columns: number): readonly string[] {
  const out: string[] = [];
  let block: string[] = [];
  let isCode = false;
  const flush = (): void => {
    out.push(...blockLines(block, columns));
    block = [];
  };
  for (const line of page.split('\n')) {
    const isFence = line.startsWith('```');
    if (isFence || isCode || line === '' || line.startsWith('#') || startsOther(block, line)) flush();
    if (isFence) isCode = !isCode;
    if (isFence || isCode || line === '' || line.startsWith('#')) out.push(line);
    else block.push(line);
  }
  flush();
  return out;
}

/** A list item or a table begins a block of its own, also without an empty line before it. */
function startsOther(block: readonly string[], line: string): boolean {
  const [first] = block;
  return first !== undefined && (ITEM.test(line) || line.startsWith('|') !== first.startsWith('|'));
}

function blockLines(block: readonly string[], columns: number): readonly string[] {
  const [first] = block;
  if (first === undefined) return [];
  if (first.startsWith('|')) return tableLines(block, columns);
  const mark = ITEM.exec(first)?.[0] ?? '';
  const text = block.map((line) => line.trim()).join(' ').slice(mark.trimStart().length);
  return wrap(text, columns - mark.length).map((line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line);
}

function tableLines(block: readonly string[], columns: number): readonly string[] {
  const rows = block.filter((line) => !RULER.test(line)).map((line) => line.split(CELL).slice(1, -1).map((cell) => cell.trim()));
  const last = Math.max(...rows.map((row) => row.length)) - 1;
  const widths = Array.from({ length: last }, (_, index) => Math.max(...rows.map((row) => widthOf(row[index] ?? ''))) + GAP);
  const before = widths.reduce((sum, width) => sum + width, 0);
  if (columns - before < LEAST_COLUMN) return stacked(rows, columns);
  return rows.flatMap((row) => {
    const head = widths.map((width, index) => pad(row[index] ?? '', width)).join('');
    return wrap(row[last] ?? '', columns - before).map((line, index) => (index === 0 ? head : ' '.repeat(before)) + line);
  });
}

/** Columns too wide to stand side by side: each row as an item, each further cell below it behind its heading. */
function stacked([headings = [], ...rows]: readonly (readonly string[])[], columns: number): readonly string[] {
  const items = rows.flatMap(([first = '', ...cells]) => [
    ...wrap(first, columns - 2).map((line, index) => (index === 0 ? '- ' : '  ') + line),
    ...cells.flatMap((cell, index) => wrap(`${headings[index + 1] ?? ''}: ${cell}`, columns - 4).map((line) => `    ${line}`)),
  ]);
  return [`${headings[0] ?? ''}:`, ...items];
}

/** `- `, `2. `, with what stands before it. */
const ITEM = /^ *(?:[-*]|\d+\.) +/;
const RULER = /^\|[-:| ]+\|$/;
/** A bar that no backslash takes for a sign. */
const CELL = /(?<!\\)\|/;
const GAP = 2;
/** A column narrower than this cannot be read. */
const LEAST_COLUMN = 20;
