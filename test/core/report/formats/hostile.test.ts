import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { type WireText, wireText } from '../../../../src/core/base/wire-text.ts';
import { buildReport } from '../../../../src/core/report/build.ts';
import { FORMATS } from '../../../../src/core/report/formats/index.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { widthOf } from '../../../../src/core/report/layout/width.ts';
import type { Report } from '../../../../src/core/report/report.ts';
import { HOSTILE_NAMES } from '../../../build/hostile-names.ts';
import { claim, connection, destination, entry, finding, input, lookup, NO_WISH, sampleParts } from '../../../build/sample-report.ts';

/** The name in every place where a stranger's text may stand. */
function hostileReport(name: WireText): Report {
  const parts = sampleParts({
    destinations: [destination({ name, protocol: name, verdict: { kind: 'cannot-judge', name, reason: name, conditionUnknown: [name] }, tls: { offered: [], version: ['TLS1.3'], alpn: [name], ja4: [], ech: 'none' } })],
    lookups: [lookup(name, { connected: false, cnames: [name], types: [name], rcode: name, resolver: name })],
    findings: [finding({ subject: name, seen: `it spoke to ${name}`, why: name, do: name, sure: name, component: name }), finding({ standing: 'accepted', subject: name, acceptance: { reason: name, until: name, owner: name } })],
    entries: [entry(name, 3, { name, hosts: [name], standing: 'blocked', layer: name, effect: name, conditionUnknown: [name] })],
    claims: [claim('C1', 'broken', name, name), claim('C2', 'not-observable', name, name, { needs: [{ need: 'exercised', met: true }, { need: 'scope-known', met: false, why: name, supply: name }] })],
    blindSpots: [{ code: name, count: 1, text: name, lowers: [name] }],
  });
  return buildReport({ ...parts, inputs: [input({ path: name })], policy: { path: name, sha256: '0'.repeat(64), name } }, NO_WISH);
}

function render(format: string, name: WireText, columns = 100): string {
  const found = FORMATS.get(format);
  if (found === undefined) throw new Error(`no format ${format}`);
  if (found.kind === 'report') return [...found.render(hostileReport(name), { ...PLAIN_LOOK, columns })].join('');
  return found.line(connection({ names: [{ name, how: 'sni', at: 0 }], process: { pid: 1, name }, protocol: name }), { kind: 'undeclared', name });
}

/** Controls but the line feed, bidirectional and invisible characters, tags, lone surrogates. */
const UNSAFE = /[^\P{C}\n]|[\u2028\u2029\u115f\u1160\u3164\uffa0\u2800]/u;

describe.each([...FORMATS.keys()])('%s', (format) => {
  it.each(Object.entries(HOSTILE_NAMES))('lets %s do no harm', (_, name) => {
    // Noncharacters such as U+FFFE print nothing and move nothing: they may stay.
    const page = render(format, name).replaceAll(/[\ufffe\uffff]/g, '');
    expect(UNSAFE.exec(page)).toBeNull();
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
