import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/core/report/build.ts';
import { json } from '../../../src/core/report/formats/json.ts';
import { PLAIN_LOOK } from '../../../src/core/report/layout/look.ts';
import { readReport } from '../../../src/core/report/read.ts';
import { NO_WISH, sampleParts } from '../../build/sample-report.ts';

const text = [...json.render(buildReport(sampleParts(), NO_WISH), PLAIN_LOOK)].join('');
const whole = (): Record<string, unknown> => {
  const value: Record<string, unknown> = JSON.parse(text);
  return value;
};
const said = (value: unknown): string[] => readReport(typeof value === 'string' ? value : JSON.stringify(value), 'r.json').mistakes.map(({ message }) => message);

describe('a report that egret wrote', () => {
  it('is read back with the values it was written with', () => {
    const { report, mistakes } = readReport(text, 'r.json');
    expect(mistakes).toEqual([]);
    expect(report).toEqual(whole());
  });
});

describe('a file that is no report', () => {
  it.each<[string, unknown, string | RegExp]>([
    ['breaks off', '{"schema":', 'the file is not whole JSON, so it is no report'],
    ['is a list', [], /is JSON, but no report of egret/],
    ['is null', 'null', /is JSON, but no report of egret/],
    ['is of a later form', { schema: 'egret.report/2' }, /is a report of the form egret\.report\/2; this egret reads egret\.report\/1/],
    ['gives its form in a text that no terminal should see', { schema: 'egret.report/\u001b[2J' }, /is JSON, but no report of egret/],
    ['lacks a member', { ...whole(), claims: undefined }, 'r.json: `claims` is missing'],
    ['has an object where rows are', { ...whole(), lookups: { length: 1 } }, 'r.json: `lookups` is not what a report has there'],
    ['has a negative count', { ...whole(), summary: { connections: -1, lookups: 0 } }, 'r.json: `summary` is not what a report has there'],
    ['has a row that is null', { ...whole(), blindSpots: [{ code: 'file-cut', count: 1, text: 't' }, null] }, 'r.json: row 2 of `blindSpots` is not what a report has there'],
    ['has a verdict that is markup', { ...whole(), lookups: [{ name: 'x', verdict: '<b>', rcode: 'NOERROR', count: 1, connected: false }] }, 'r.json: row 1 of `lookups` is not what a report has there'],
    ['inherits a member', `{"__proto__":${text},"schema":"egret.report/1"}`, /is missing/],
  ])('that %s is told', (_, value, message) => expect(said(value).join('\n')).toMatch(message));

  it('is told every wrong member, not the first', () => expect(said({ ...whole(), claims: 1, findings: 2, coverage: 3 })).toHaveLength(3));
  it('is told where the text ends', () => expect(readReport('{\n  "schema":', 'r.json').mistakes[0]?.at).toEqual({ file: 'r.json', line: 2, column: 12 }));

  it('gives a report or a mistake whatever stands in it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(whole())), fc.jsonValue({ maxDepth: 3 }), (member, value) => {
        const { report, mistakes } = readReport(JSON.stringify({ ...whole(), [member]: value }), 'r.json');
        expect(report === undefined).toBe(mistakes.length > 0);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
