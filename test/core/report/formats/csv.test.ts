import { describe, expect, it } from 'vitest';
import { wireText } from '../../../../src/core/base/wire-text.ts';
import { buildReport, type ReportParts } from '../../../../src/core/report/build.ts';
import { csv } from '../../../../src/core/report/formats/csv.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { golden } from '../../../build/golden.ts';
import { HOSTILE_NAMES } from '../../../build/hostile-names.ts';
import { hostileReport } from '../../../build/hostile-report.ts';
import { destination, NO_WISH, sampleParts } from '../../../build/sample-report.ts';

function render(over: Partial<ReportParts> = {}): string {
  return [...csv.render(buildReport(sampleParts(over), NO_WISH), PLAIN_LOOK)].join('');
}

/** RFC 4180 read strictly: throws on a bare quote, a bare line break, or rows of another length than the header's. */
function readCsv(page: string): readonly Readonly<Record<string, string>>[] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < page.length) {
    CELL.lastIndex = at;
    const [whole, quoted, plain, end] = CELL.exec(page) ?? [];
    if (whole === undefined || whole === '') throw new Error(`no cell at ${at}: ${JSON.stringify(page.slice(at, at + 40))}`);
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
    at += whole.length;
  }
  if (rows.pop()?.length !== 0) throw new Error('the last row has no end');
  const [header = [], ...body] = rows;
  return body.map((row) => {
    if (row.length !== header.length) throw new Error(`${row.length} cells, the header has ${header.length}`);
    return Object.fromEntries(header.map((title, column) => [title, row[column] ?? '']));
  });
}

const CELL = /(?:"((?:[^"\r\n]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
const nameCell = (name: string): string => readCsv(render({ destinations: [destination({ name: wireText(name) })] }))[0]?.['name'] ?? '';

describe('the CSV report', () => {
  it('is the golden file for the sample report', () => expect(render()).toBe(golden('fixtures/reports/sample.csv', render())));

  it('keeps the columns that were promised, in their order', () => {
    expect(render().split('\r\n', 1)[0]).toBe(
      'verdict,entry,reason,condition_unknown,name,known_by,confidence,addresses,address_count,address_class,port,transport,protocol,tls_versions,component,inbound,reached,outcome,connections,bytes_up,bytes_down,first,last,phases,telemetry_class,telemetry_organisation,scope,recording,first_frame,last_frame,programs',
    );
  });

  it('gives the header alone when nothing was contacted', () => expect(render({ destinations: [] }).split('\r\n')).toHaveLength(2));

  it('lists every destination, in the order of the report', () => {
    const many = Array.from({ length: 500 }, (_, at) => destination({ name: wireText(`h${String(at).padStart(3, '0')}.example`) }));
    const names = readCsv(render({ destinations: many.toReversed() })).map((row) => row['name']);
    expect(names).toEqual(many.map(({ name }) => name));
  });

  it.each([
    ['=', '=1+1', "'=1+1"],
    ['+', '+1.example', "'+1.example"],
    ['-', '-2+3', "'-2+3"],
    ['@', '@SUM(1)', "'@SUM(1)"],
    ['a full-width equals sign', '＝1+1', "'＝1+1"],
    ['spaces and a sign', '  =1', "'  =1"],
    ['a tab', '\t=1', '\\x09=1'],
    ['a carriage return', '\r=1', '\\x0d=1'],
    ['a sign behind the separator of another locale', 'a;=1', "a;'=1"],
    ['a sign behind a quote and a comma', 'a",=1', 'a",\'=1'],
  ])('lets no cell with %s be a formula', (_, name, cell) => expect(nameCell(name)).toBe(cell));

  it.each([['a host', 'a-b.example'], ['a quote', 'a"b'], ['a comma', 'a,b'], ['spaces at its ends', ' a '], ['a semicolon', 'a;b']])('gives %s back unchanged to a reader', (_, name) => expect(nameCell(name)).toBe(name));
});

describe.each(Object.entries(HOSTILE_NAMES))('the CSV report with %s', (_, name) => {
  const page = [...csv.render(hostileReport(name), PLAIN_LOOK)].join('');
  const rows = readCsv(page);

  it('has one row, which begins with a verdict', () => {
    expect(rows.map((row) => row['verdict'])).toEqual(['cannot-judge']);
    expect(page.split('\r\n')[1]).toMatch(/^cannot-judge,/);
  });

  it('has no cell that a spreadsheet would run, at any separator', () => {
    for (const cell of Object.values(rows[0] ?? {})) for (const part of cell.split(/[,;|"\t]/)) expect(part).not.toMatch(/^\s*[=+\-@\t\r＝＋－＠]/);
  });
});
