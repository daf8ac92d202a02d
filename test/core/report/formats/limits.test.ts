/** A report with far more in it than people or their tools take: formats for people and CI are cut and say so, formats for programs hold all. */
import { describe, expect, it } from 'vitest';
import { wireText } from '../../../../src/core/base/wire-text.ts';
import { buildReport } from '../../../../src/core/report/build.ts';
import { FORMATS } from '../../../../src/core/report/formats/index.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { claim, destination, finding, lookup, NO_WISH, sampleParts } from '../../../build/sample-report.ts';

const FINDINGS = 12_000;
const DESTINATIONS = 20_000;
const prints = Array.from({ length: FINDINGS }, (_, at) => String(at));
const flood = buildReport(
  sampleParts({
    claims: [claim('C12', 'broken', 'The list is complete', 'broken: 12000 findings of undeclared-host', { findings: prints })],
    findings: prints.map((fingerprint) => finding({ fingerprint, subject: `h${fingerprint}.example:443/tcp`, claims: ['C12'] })),
    destinations: Array.from({ length: DESTINATIONS }, (_, at) => destination({ name: wireText(`h${at}.example`) })),
    lookups: Array.from({ length: DESTINATIONS }, (_, at) => lookup(wireText(`h${at}.example`), { connected: false })),
  }),
  NO_WISH,
);

function render(name: string): string {
  const format = FORMATS.get(name);
  if (format?.kind !== 'report') throw new Error(`${name} is no report format`);
  return [...format.render(flood, PLAIN_LOOK)].join('');
}

describe('a format for people or for a CI server', () => {
  it.each<[string, number, readonly string[]]>([
    ['text', 100_000, ['11,975 more', '19,960 more']],
    ['markdown', 100_000, ['… and 11,960 more (`--format json` lists all)', '… and 19,960 more (`--format json` lists all)']],
    ['junit', 100_000, ['and 11,975 findings more (--format json lists all)']],
    ['github', 20_000, ['title=egret%3A 11%2C991 more of severity error']],
  ])('%s is cut to less than %i characters and says what it leaves out', (name, most, said) => {
    const page = render(name);
    expect(page.length).toBeLessThan(most);
    expect(said.filter((words) => !page.includes(words))).toEqual([]);
  });
});

describe('a format for programs', () => {
  it.each([['json', '"fingerprint":', FINDINGS], ['sarif', '"ruleId":', FINDINGS], ['csv', '\r\n', DESTINATIONS + 1]])('%s holds all', (name, mark, count) => {
    expect(render(name).split(mark).length - 1).toBe(count);
  });
});
