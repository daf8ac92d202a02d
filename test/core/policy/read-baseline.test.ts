import { describe, expect, it } from 'vitest';
import { readBaseline } from '../../../src/core/policy/read-baseline.ts';

const RULES = new Set(['telemetry-host', 'undeclared-host']);
const PRINT = '31ae364106bf1435d7915715bcaadfee';
const HEAD = `egret-baseline: 1\npolicy: { name: "A policy", sha256: "${'7'.repeat(64)}" }\n`;
const row = (over: Readonly<Record<string, string>> = {}): string => {
  const fields = { fingerprint: PRINT, rule: 'telemetry-host', severity: 'error', subject: '"a.example:443/tcp"', count: '2', ...over };
  return `  - { ${Object.entries(fields).map(([key, value]) => `${key}: ${value}`).join(', ')} }\n`;
};

function told(text: string): readonly string[] {
  return readBaseline(text, 'b.yaml', RULES).mistakes.map(({ message, at, help }) => `${at?.line}:${at?.column} ${message} / ${help ?? ''}`);
}

describe('a baseline', () => {
  it('is its policy and its rows by fingerprint', () => {
    const { baseline, mistakes } = readBaseline(`${HEAD}recorded: "2026-03-31T12:00:00Z"\nfindings:\n${row({ component: 'desktop' })}`, 'b.yaml', RULES);
    expect(mistakes).toEqual([]);
    expect(baseline).toMatchObject({ file: 'b.yaml', policy: { name: 'A policy', at: { line: 2, column: 9 } }, recorded: '2026-03-31T12:00:00Z' });
    expect([...(baseline?.findings ?? [])]).toEqual([[PRINT, { fingerprint: PRINT, rule: 'telemetry-host', severity: 'error', subject: 'a.example:443/tcp', component: 'desktop', count: 2 }]]);
  });

  it('may be empty of findings', () => expect(readBaseline(`${HEAD}findings: []\n`, 'b.yaml', RULES).baseline?.findings.size).toBe(0));

  it.each<[mistake: string, text: string, said: string]>([
    ['nothing at all', '', '1:1 the baseline is empty / it begins with `egret-baseline: 1`'],
    ['a later version', `${HEAD.replace('egret-baseline: 1', 'egret-baseline: 2')}findings: []\n`, '1:17 this egret reads baselines of version 1 / write `egret-baseline: 1`'],
    ['a policy in its place', 'egret: 1\nname: x\n', '1:1 this is no baseline: it has no key `egret-baseline`'],
    ['a report in its place', '{"schema": "egret.report/1", "findings": []}', '1:1 this is no baseline'],
    ['its version left out', `${HEAD.replace('egret-baseline: 1\n', '')}findings: []\n`, 'the key `egret-baseline` is missing'],
    ['a misspelt key', `${HEAD}finding: []\n`, '3:1 a baseline has no key "finding" / did you mean `findings`?'],
    ['a misspelt rule', `${HEAD}findings:\n${row({ rule: 'telemetri-host' })}`, '4:60 there is no rule "telemetri-host" / did you mean `telemetry-host`?'],
    ['a misspelt severity', `${HEAD}findings:\n${row({ severity: 'eror' })}`, 'did you mean `error`?'],
    ['a short fingerprint', `${HEAD}findings:\n${row({ fingerprint: '31ae' })}`, '4:20 "31ae" is not 32 hexadecimal digits'],
    ['a fingerprint that YAML takes for a number', `${HEAD}findings:\n${row({ fingerprint: '12345678901234567890123456789012' })}`, '4:20 `fingerprint` expects'],
    ['a row given twice', `${HEAD}findings:\n${row()}${row()}`, `5:20 the fingerprint "${PRINT}" is given twice / first given in line 4; keep one`],
    ['a count below nothing', `${HEAD}findings:\n${row({ count: '-1' })}`, '`count` is less than 0'],
    ['no policy', 'egret-baseline: 1\nfindings: []\n', 'the key `policy` is missing'],
  ])('with %s is refused at its place', (_, text, said) => {
    expect(readBaseline(text, 'b.yaml', RULES).baseline).toBeUndefined();
    expect(told(text).join('\n')).toContain(said);
  });

  it('tells all mistakes, in the order of the file', () => {
    expect(told(`${HEAD}findings:\n${row({ rule: 'nothing' })}${row({ severity: 'bad' })}`).map((line) => line.split(':')[0])).toEqual(['4', '5', '5']);
  });
});
