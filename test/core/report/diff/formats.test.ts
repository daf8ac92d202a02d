import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Difference, diffReports } from '../../../../src/core/report/diff.ts';
import { DIFF_FORMATS } from '../../../../src/core/report/diff/format.ts';
import { type Look, PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { widthOf } from '../../../../src/core/report/layout/width.ts';
import { claim, destination, entry, finding, lookup, saved } from '../../../build/saved-report.ts';
import { ROOT } from '../../../source-tree.ts';

const HOSTILE = ['\u001b[2Jx', '\u001b]8;;http://e\u0007x', 'a\u202eb', 'nul\u0000', 'line\nbreak', '</script><img src=x>', '=cmd()', 'a|b', '[x](http://evil.example)', '![i](//evil.example)', '@everyone #1', '\ud800', '`code`', 'www.evil.example', 'x'.repeat(400), '試験'.repeat(80)];

const all = saved({
  destinations: HOSTILE.flatMap((name) => [destination({ name, component: name, protocol: name, entry: name }), destination({ name, component: name, port: 8443, tls: { version: [name], issuer: name }, telemetry: { class: name, organisation: name } })]),
  lookups: HOSTILE.map((name) => lookup({ name: `l.${name}`, component: name, rcode: name })),
  findings: HOSTILE.map((subject, at) => finding({ subject, component: subject, fingerprint: String(at).padStart(32, '0') })),
  claims: HOSTILE.map((text) => claim({ id: text, text })),
  entries: HOSTILE.map((name) => entry({ id: name, name })),
  blindSpots: HOSTILE.map((text) => ({ code: 'file-cut', count: 2, text })),
  settings: { features: HOSTILE, phases: HOSTILE.map((phase) => ({ phase })) },
});
const changed = saved({ ...all, destinations: all.destinations.map((row) => ({ ...row, verdict: 'undeclared', protocol: 'http' })), claims: all.claims.map((row) => ({ ...row, verdict: 'broken' as const })), lookups: [], findings: all.findings.map((row) => ({ ...row, standing: 'expired' as const })) });
const compared = (a: typeof all, b: typeof all, at: number): Difference =>
  diffReports({ report: a, path: `a ${HOSTILE[at] ?? ''}`, kind: 'report' }, { report: b, path: `b ${HOSTILE[at + 4] ?? ''}`, kind: 'recording' }, 'changed');
const FRESH = compared(saved(), all, 0);
const SAME = compared(all, all, 3);
const DIFFS = [FRESH, compared(all, saved(), 1), compared(all, changed, 2), SAME];

const look = (columns: number, unicode = true): Look => ({ ...PLAIN_LOOK, columns, unicode });
const text = (difference: Difference, page: Look): string => [...DIFF_FORMATS.text(difference, page)].join('');
// oxlint-disable-next-line no-control-regex -- controls are what must not be there
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]|[\ud800-\udbff](?![\udc00-\udfff])/;

describe('text', () => {
  it.each([40, 60, 100, 160])('is never wider than %d columns, whatever names are', (columns) => {
    for (const difference of DIFFS) expect(Math.max(...text(difference, look(columns)).split('\n').map(widthOf))).toBeLessThanOrEqual(columns);
  });
  it('holds no control character, and only ASCII where the page is', () => {
    for (const difference of DIFFS) {
      expect(text(difference, look(100))).not.toMatch(UNSAFE);
      expect(text(difference, look(100, false))).toMatch(/^[\n -~]*$/);
    }
  });
  it('says of nothing new what was compared and what neither side could see', () => {
    const same = text(SAME, look(100));
    expect(same).toContain('NOTHING NEW  all that B shows (32 destinations, 16 names only looked up and 16 findings');
    expect(same).toContain('Could not see  a difference there does not show');
  });
});

describe('Markdown', () => {
  it('lets no name start markup, a tag, a mention, a link or a line', () => {
    for (const difference of DIFFS) {
      const page = [...DIFF_FORMATS.markdown(difference, PLAIN_LOOK)].join('');
      expect(page).not.toMatch(UNSAFE);
      expect(page).not.toMatch(/<|@|\]\(|!\[|`|:\/\/|\bwww\./);
      for (const line of page.split('\n').filter((row) => row.startsWith('| '))) expect(line.endsWith(' |')).toBe(true);
    }
  });
  it('has as many cells in each row as in the head', () => {
    const page = [...DIFF_FORMATS.markdown(FRESH, PLAIN_LOOK)].join('');
    const tables = page.split(/^#### /m).slice(1).map((part) => part.split('\n').filter((row) => row.startsWith('|')));
    for (const rows of tables) expect(new Set(rows.map((row) => row.split('|').length)).size).toBeLessThanOrEqual(1);
    expect(tables.flat().length).toBeGreaterThan(40);
  });
});

describe('JSON', () => {
  const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(path.join(ROOT, 'docs/diff.schema.json'), 'utf8')));
  it('matches its schema and holds only characters that a terminal may see', () => {
    for (const difference of DIFFS) {
      const written = [...DIFF_FORMATS.json(difference, PLAIN_LOOK)].join('');
      expect(written).not.toMatch(UNSAFE);
      validate(JSON.parse(written));
      expect(validate.errors ?? []).toEqual([]);
    }
  });
  it('keeps every name as it was', () => {
    const written: { destinations: { new: { name: string }[] } } = JSON.parse([...DIFF_FORMATS.json(FRESH, PLAIN_LOOK)].join(''));
    expect(new Set(written.destinations.new.map(({ name }) => name))).toEqual(new Set(HOSTILE));
  });
});
