import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { type WireText, wireText } from '../../../../src/core/base/wire-text.ts';
import { FORMATS } from '../../../../src/core/report/formats/index.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { widthOf } from '../../../../src/core/report/layout/width.ts';
import { HOSTILE_NAMES } from '../../../build/hostile-names.ts';
import { hostileReport } from '../../../build/hostile-report.ts';
import { connection } from '../../../build/sample-report.ts';
import { UNSAFE } from '../../../build/unsafe.ts';

function render(format: string, name: WireText, columns = 100): string {
  const found = FORMATS.get(format);
  if (found === undefined) throw new Error(`no format ${format}`);
  if (found.kind === 'report') return [...found.render(hostileReport(name), { ...PLAIN_LOOK, columns })].join('');
  return found.line(connection({ names: [{ name, how: 'sni' }], process: { pid: 1, name, exe: name, args: [name], parents: [{ pid: 2, name, exe: name, args: [name] }] }, protocol: name }), { kind: 'undeclared', name });
}

describe.each([...FORMATS.keys()])('%s', (format) => {
  it.each(Object.entries(HOSTILE_NAMES))('lets %s do no harm', (_, name) => {
    // Noncharacters such as U+FFFE print nothing and move nothing: they may stay.
    const page = render(format, name).replaceAll(/[\ufffe\uffff]/g, '').replaceAll(format === 'csv' ? '\r\n' : '\n', '\n');
    expect(UNSAFE.exec(page)).toBeNull();
  });
});

describe.each(['json', 'ndjson', 'junit', 'markdown', 'csv'])('%s', (format) => {
  it('gives CI runners no line that they would take for a command', () => {
    const page = render(format, HOSTILE_NAMES['a CI workflow command'] ?? wireText(''));
    expect(page).toContain('pwned');
    expect(page.split('\n').filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
  });
});

describe('text', () => {
  it.each(Object.entries(HOSTILE_NAMES))('keeps the page\'s width against %s', (_, name) => {
    for (const columns of [40, 60, 100, 160]) {
      expect(render('text', name, columns).split('\n').filter((line) => widthOf(line) > columns)).toEqual([]);
    }
  });

  it('keeps a faked line inside the line it came from', () => {
    const page = render('text', HOSTILE_NAMES['a line feed that fakes a line of the report'] ?? wireText(''));
    expect(page.split('\n').filter((line) => line.startsWith('Exit '))).toHaveLength(1);
  });

  it('bounds what ten kilobytes of name may take of the page', () => {
    expect(render('text', HOSTILE_NAMES['ten kilobytes without a break'] ?? wireText('')).length).toBeLessThan(40_000);
  });
});

const schemas = new Ajv({ strict: true, allErrors: true });
const valid = { json: schemas.compile(schema('report')), ndjson: schemas.compile(schema('connection')) };

function schema(name: string): object {
  return JSON.parse(readFileSync(new URL(`../../../../docs/${name}.schema.json`, import.meta.url), 'utf8'));
}

describe('json', () => {
  it.each(Object.entries(HOSTILE_NAMES))('matches its schema with %s in it', (_, name) => {
    for (const format of ['json', 'ndjson'] as const) {
      valid[format](JSON.parse(render(format, name)));
      expect(valid[format].errors ?? []).toEqual([]);
    }
  });

  it.each(Object.entries(HOSTILE_NAMES))('gives %s back unchanged to a parser', (_, name) => {
    expect(JSON.parse(render('json', name)).destinations[0].name).toBe(name);
    expect(JSON.parse(render('ndjson', name)).names[0].name).toBe(name);
  });
});
