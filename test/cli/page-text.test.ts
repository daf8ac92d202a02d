import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pageLines } from '../../src/cli/page-text.ts';
import { widthOf } from '../../src/core/report/layout/width.ts';

const PAGES = ['docs/exit-codes.md', ...readdirSync('docs/rules').map((name) => `docs/rules/${name}`)];
const words = (text: string): string[] => text.split(/:?[\s|]+/).filter((word) => !/^:?-*:?$/.test(word));

describe('a page fitted to a width', () => {
  it.each([
    ['prose is wrapped anew, whatever its lines were', 'one two\nthree four', 13, ['one two three', 'four']],
    ['paragraphs and headings stay apart', '# A long heading of a page\n\none\n## Next\ntwo', 10, ['# A long heading of a page', '', 'one', '## Next', 'two']],
    ['list items hang', '- one two three\n  four\n- five\n1. six seven', 9, ['- one two', '  three', '  four', '- five', '1. six', '   seven']],
    ['code stays as it is', '```console\n$ egret explain telemetry-host\n\n- x\n```\none two', 5, ['```console', '$ egret explain telemetry-host', '', '- x', '```', 'one', 'two']],
    ['the last column of a table is wrapped', 'Codes:\n| code | meaning |\n|---|---|\n| 0 | nothing is broken in what was looked at |\nafter', 30, ['Codes:', 'code  meaning', '0     nothing is broken in', '      what was looked at', 'after']],
    ['a bar behind a backslash divides no cells', '| a | b |\n|---|---|\n| x \\| y | z |', 40, ['a       b', 'x \\| y  z']],
    ['columns too wide to stand side by side become items', '| it leads to | verdict |\n|---|---|\n| a root of the public list | not seen |', 20, ['it leads to:', '- a root of the', '  public list', '    verdict: not', '    seen']],
  ])('%s', (_what, page, columns, lines) => expect(pageLines(page, columns)).toEqual(lines));

  it.each(PAGES)('%s: no line is wider, and no word is lost', (page) => {
    const text = readFileSync(page, 'utf8');
    for (const columns of [40, 80, 100]) expect(pageLines(text, columns).filter((line) => widthOf(line) > columns && !line.startsWith('#'))).toEqual([]);
    const shown = new Set(words(pageLines(text, 100).join(' ')));
    expect(words(text).filter((word) => !shown.has(word))).toEqual([]);
  });
});
