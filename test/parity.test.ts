/**
 * What is added in one place must be added in all (docs/contributing.md): a
 * rule, claim check, decoder, format or command with its index line, test and
 * page; exit codes, help pages and caps with the pages that list them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { COMMANDS } from '../src/cli/commands/index.ts';
import { EXIT_CODES } from '../src/cli/exit.ts';
import { runCli } from '../src/cli/run.ts';
import { PROBLEMS } from '../src/core/base/problem.ts';
import { DECODERS } from '../src/core/decode/payloads/index.ts';
import { CHECKS } from '../src/core/judge/claims/checks/index.ts';
import { protectionOf } from '../src/core/judge/wire-protection.ts';
import { RULES } from '../src/core/judge/rules/index.ts';
import { CHECKS as CHECK_WORDS } from '../src/core/policy/checks.ts';
import { FORMATS } from '../src/core/report/formats/index.ts';
import { type Bound, bounds, documentedBounds } from './bounds.ts';
import { fakeWorld } from './cli/fake-world.ts';
import { ROOT, sourceFiles } from './source-tree.ts';

const text = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
/** Names of a folder's files without their ending. */
const names = (folder: string, ending: string, besides: readonly string[] = []): string[] =>
  readdirSync(path.join(ROOT, folder)).filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length)).filter((name) => !besides.includes(name)).toSorted();
const folders = (folder: string): string[] => readdirSync(path.join(ROOT, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).toSorted();
/** How the page of protocols says what the judge knows. */
const CLEAR: Readonly<Record<string, string>> = { yes: 'clear', no: 'encrypted' };
const missing = (parts: readonly string[]): string[] => parts.filter((part) => !existsSync(path.join(ROOT, part)));

describe('a rule', () => {
  const rules = RULES.map(({ id }) => id).toSorted();

  it('is one file and one line of the index', () => expect(names('src/core/judge/rules', '.ts', ['index', 'terms'])).toEqual(rules));
  it('has cases and a page', () => expect(missing(rules.flatMap((rule) => [`fixtures/rules/${rule}.yaml`, `docs/rules/${rule}.md`]))).toEqual([]));
  it('leaves no cases and no page behind when it goes', () => expect([names('fixtures/rules', '.yaml'), names('docs/rules', '.md')]).toEqual([rules, rules]));

  it.each(rules)('%s has a case that fires and one that stays quiet', (rule) => {
    const cases = CASES.parse(parse(text(`fixtures/rules/${rule}.yaml`)));
    expect([cases.some(({ fires }) => fires !== undefined), cases.some(({ quiet }) => quiet === true)]).toEqual([true, true]);
  });

  it.each(rules)('%s has a page with the headings in their order and words below each', (rule) => {
    const [head = '', ...sections] = text(`docs/rules/${rule}.md`).split(/^## /m);
    expect(head).toMatch(new RegExp(`^# ${rule}\n\nSeverity: \`(?:error|warning|note)\``));
    expect(sections.map((part) => part.split('\n', 1)[0])).toEqual(HEADINGS);
    expect(sections.filter((part) => part.split('\n').slice(1).join('').trim() === '')).toEqual([]);
  });
});

describe('a claim check', () => {
  const checks = Object.keys(CHECKS).toSorted();

  it('is one file and one line of the index', () => expect(names('src/core/judge/claims/checks', '.ts', ['index'])).toEqual(checks));
  it('is a word of the policy language, with a row in its page', () => {
    expect(Object.keys(CHECK_WORDS).toSorted()).toEqual(checks);
    expect(checks.filter((check) => !text('docs/policy.md').includes(`\`${check}\``))).toEqual([]);
  });
  // claims.test.ts crosses every check of the index with every need by itself; the fixture is a promise that names it.
  it('is named by a promise of a shipped policy', () => expect(checks.filter((check) => !new RegExp(`check: ${check}\\b`).test(text('policies/multiclaw.yaml')))).toEqual([]));
});

describe('a payload decoder', () => {
  const rooms = folders('src/core/decode/payloads');

  it('stands in the index', () => {
    const index = text('src/core/decode/payloads/index.ts');
    expect(rooms.filter((room) => !index.includes(`from './${room}/`))).toEqual([]);
    expect(DECODERS.length).toBeGreaterThanOrEqual(rooms.length);
  });
  it('has tests and a section of limits', () => {
    expect(missing(rooms.map((room) => `test/core/decode/payloads/${room}`))).toEqual([]);
    expect(rooms.filter((room) => !text('docs/limits.md').includes(`(core/decode/payloads/${room})`))).toEqual([]);
  });
});

describe('the page of protocols', () => {
  const rows = text('docs/protocols.md').split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').map((cell) => cell.trim()));
  const documented = rows.flatMap(([, protocols = '', transports = '', , clear = '']) =>
    protocols.split(', ').flatMap((name) => transports.split(', ').map((transport) => `${transport} ${name.replaceAll('`', '')} ${CLEAR[clear] ?? clear}`)));

  it('lists each decoder with its transport and protection', () => {
    expect(documented.toSorted()).toEqual(DECODERS.map(({ protocol, transport }) => `${transport} ${protocol} ${protectionOf(protocol)}`).toSorted());
  });
});

describe('a format', () => {
  const formats = [...FORMATS.keys()].toSorted();

  it('is one file and one line of the index', () => expect(names('src/core/report/formats', '.ts', ['index', 'format', 'facts-json'])).toEqual(formats));
  it('has a test and a row in the page of egret audit', () => {
    expect(missing(formats.map((format) => `test/core/report/formats/${format}.test.ts`))).toEqual([]);
    expect(formats.filter((format) => !text('docs/commands/audit.md').includes(`| \`${format}\` |`))).toEqual([]);
  });
});

describe('a command', () => {
  const verbs = COMMANDS.map(({ path: words }) => words.join('-')).toSorted();

  it('is one file and one line of the index', () => expect(names('src/cli/commands', '.ts', ['index', ...names('src/cli/commands', '-options.ts').map((verb) => `${verb}-options`)])).toEqual(verbs));
  it('has scenarios and a page', () => {
    expect(verbs.filter((verb) => !existsSync(path.join(ROOT, 'fixtures/scenarios', verb)) || names(`fixtures/scenarios/${verb}`, '.scenario').length === 0)).toEqual([]);
    expect(names('docs/commands', '.md')).toEqual(verbs);
  });

  it.each(COMMANDS.map((row) => [row.path.join(' '), row] as const))('%s shows the options and exit codes that its page lists', async (_, row) => {
    const words = row.path;
    const world = fakeWorld();
    await runCli([...words, '--help'], world);
    const page = text(`docs/commands/${words.join('-')}.md`);
    const shown = [...world.out().matchAll(/^ {2}(-[^ ].*?)(?: {2,}|$)/gm)].map(([, option = '']) => option);
    expect([...section(page, 'Options').matchAll(/^\| `(-.+?)` \|/gm)].map(([, option = '']) => option)).toEqual(shown);
    expect([...section(page, 'Exit codes').matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))).toEqual((await row.load()).exits);
  });
});

describe('exit codes', () => {
  it('are on their page as in the table of the source', () => {
    const rows = [...text('docs/exit-codes.md').matchAll(/^\| (\d+) \| ([\w-]+) \| (.+) \|$/gm)].map(([, code, name, meaning]) => ({ code: Number(code), name, meaning }));
    expect(rows).toEqual(EXIT_CODES.map(({ code, name, meaning }) => ({ code, name, meaning })));
  });
});

describe('the page of limits', () => {
  const found = sourceFiles().flatMap(bounds);
  const listed = documentedBounds(text('docs/limits.md'));

  it('has a row for every bound of the source, and no other', () => {
    expect(found.length).toBeGreaterThan(100);
    expect(listed.map(key).toSorted()).toEqual(found.map(key).toSorted());
  });
  it('gives the numbers of the source', () => {
    const inSource = new Map(found.map((bound) => [key(bound), bound.value]));
    expect(listed.filter((bound) => inSource.get(key(bound)) !== bound.value).map((bound) => `${key(bound)}: ${bound.value} here, ${inSource.get(key(bound))} there`)).toEqual([]);
  });
  it('lists every blind spot with what it takes away', () => {
    const rows = [...section(text('docs/limits.md'), 'Blind spots').matchAll(/^\| `([a-z-]+)` \| (.+) \| (.+) \|$/gm)].map(([, code, meaning, lowers]) => ({ code, meaning, lowers }));
    expect(rows).toEqual(Object.entries(PROBLEMS).map(([code, { text: meaning, lowers }]) => ({ code, meaning, lowers: lowers.map((need) => `\`${need}\``).join(', ') || 'nothing' })));
  });
});

function key({ name, file }: Bound): string {
  return `${name} in ${file}`;
}

function section(page: string, heading: string): string {
  return page.split(`\n## ${heading}\n`)[1]?.split(/^## /m)[0] ?? '';
}

const HEADINGS = ['What it finds', 'Why it matters', 'How sure we are', 'What to do', 'When to accept', 'Since'];
const CASES = z.array(z.looseObject({ fires: z.array(z.unknown()).min(1).optional(), quiet: z.boolean().optional() }));
