import { describe, expect, it } from 'vitest';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { type Column, type Row, table } from '../../../../src/core/report/layout/table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'name', min: 8, cut: 'start' },
  { title: 'conns', align: 'right', word: (value) => `${value} connections` },
  { title: 'wide', from: 120 },
];

function rows(count: number): Row[] {
  return Array.from({ length: count }, (_, at) => ({ cells: [{ text: `host-${at}.example` }, { text: String(at) }, { text: 'more' }] }));
}

function lines(columns: number, count: number): string[] {
  return [...table({ ...PLAIN_LOOK, columns }, COLUMNS, rows(count), (row) => row)];
}

describe('table', () => {
  it('aligns columns below their titles', () => {
    expect(lines(40, 2)).toEqual(['  name            conns', '  host-0.example      0', '  host-1.example      1']);
  });

  it('narrows the name at its start when the page is narrow', () => {
    expect(lines(20, 1)).toEqual(['  name         conns', '  …-0.example      0']);
  });

  it('writes blocks where even narrow columns do not fit', () => {
    expect(lines(16, 1)).toEqual(['  host-0.example', '      0', '      connection', '      s']);
  });

  it('shows columns for wide pages only there', () => {
    expect(lines(120, 1)[0]).toBe('  name            conns  wide');
  });

  it('says how many rows it leaves out', () => {
    const all = lines(40, 352);
    expect(all).toHaveLength(42);
    expect(all.at(-1)).toBe('  … and 312 more (--format json lists all)');
  });

  it('paints a cell without moving its column', () => {
    const look = { ...PLAIN_LOOK, columns: 40, style: (_: string, text: string) => `<${text}>` };
    expect([...table(look, COLUMNS, [['a', '1']], ([name = '', conns = '']) => ({ cells: [{ text: name, role: 'bad' }, { text: conns }] }))][1]).toBe('  <a>         1');
  });
});
