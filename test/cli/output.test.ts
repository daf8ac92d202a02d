import { describe, expect, it } from 'vitest';
import { chooseOutputs, type OutputChoice } from '../../src/cli/output.ts';
import { FORMATS } from '../../src/core/report/formats/index.ts';

function choose(over: Partial<OutputChoice>): ReturnType<typeof chooseOutputs> {
  return chooseOutputs({ formats: [], json: false, quiet: false, policyGiven: true, ...over }, FORMATS);
}

describe('chooseOutputs', () => {
  it.each<[string, Partial<OutputChoice>, string[]]>([
    ['text to standard output when nothing is asked for', {}, ['text']],
    ['nothing when nothing is asked for, quietly', { quiet: true }, []],
    ['text to a file, quietly', { quiet: true, output: 'r.txt' }, ['text=r.txt']],
    ['a format by name', { formats: ['json'] }, ['json']],
    ['--json', { json: true }, ['json']],
    ['--json with --output', { json: true, output: 'r.json' }, ['json=r.json']],
    ['a comma list', { formats: ['json=a.json,text'] }, ['json=a.json', 'text']],
    ['repeated options', { formats: ['json=a.json', 'ndjson=c.ndjson'] }, ['json=a.json', 'ndjson=c.ndjson']],
    ['a lone dash for standard output', { formats: ['json=-'] }, ['json']],
    ['a file name with an equals sign', { formats: ['json=a=b.json'] }, ['json=a=b.json']],
    ['a quiet run with a format', { quiet: true, formats: ['json'] }, ['json']],
  ])('takes %s', (_, over, expected) => {
    const { outputs, mistakes } = choose(over);
    expect(mistakes).toEqual([]);
    expect(outputs.map(({ format, file }) => (file === undefined ? format.name : `${format.name}=${file}`))).toEqual(expected);
  });

  it.each<[string, Partial<OutputChoice>, string, string]>([
    ['an unknown format', { formats: ['jsn'] }, 'there is no format "jsn"', 'did you mean json?'],
    ['a format like no other', { formats: ['spreadsheet'] }, 'there is no format "spreadsheet"', `formats are ${[...FORMATS.keys()].join(', ')}`],
    ['a file without a name', { formats: ['json='] }, '--format json= names no file', '--format json=FILE'],
    ['two formats to standard output', { formats: ['json,text'] }, 'json and text would both go to standard output', '--format json,text=FILE'],
    ['--json beside another format', { json: true, formats: ['text'] }, 'would both go to standard output', 'FILE'],
    ['two formats to one file', { formats: ['json=a,text=a'] }, 'two formats would be written to a', 'its own file'],
    ['--output for two formats', { formats: ['json=a,text'], output: 'b' }, '--output names one file, but 2 formats', 'json=report.json'],
    ['--output for a format that has its file', { formats: ['json=a'], output: 'b' }, 'both name the file', 'leave one of them out'],
    ['SARIF without a policy', { formats: ['sarif'], policyGiven: false }, '--format sarif lists findings', 'policies/strict.yaml'],
    ['annotations without a policy', { formats: ['github'], policyGiven: false }, '--format github lists findings', 'policies/strict.yaml'],
  ])('refuses %s', (_, over, message, help) => {
    const [mistake] = choose(over).mistakes;
    expect(mistake?.message).toContain(message);
    expect(mistake?.help).toContain(help);
  });
});
