/**
 * What the documents say is what egret does: every `console` block that starts
 * with `$ egret` is run by the built program, every relative link leads somewhere.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from './source-tree.ts';

const pages = ['README.md', 'CHANGELOG.md', ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)].toSorted();
const folder = mkdtempSync(path.join(tmpdir(), 'egret-docs-'));
mkdirSync(path.join(folder, 'bin'));
symlinkSync(path.join(ROOT, 'dist/main.js'), path.join(folder, 'bin/egret'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the built program', () => {
  it('is there for the examples to run', () => expect(existsSync(path.join(ROOT, 'dist/main.js')), 'run npm run build').toBe(true));
});

describe('examples', () => {
  const found = pages.flatMap((page) => blocks(read(page)).map((block) => [page, block.split('\n', 1)[0] ?? '', block] as const));

  it('are there', () => expect(found.filter(([page]) => page === 'README.md' || page.startsWith('docs/commands/')).length).toBeGreaterThanOrEqual(6));

  it.each(found)('%s: %s', (page, _, block) => {
    const printed = withAny(session(block), block);
    const isRewritten = process.env['UPDATE'] === '1' && !block.split('\n').includes(ANY);
    if (isRewritten) writeFileSync(path.join(ROOT, page), read(page).replace(block, () => printed));
    expect(isRewritten ? printed : block).toBe(printed);
  });
});

describe('links', () => {
  it.each(pages)('of %s lead to files and headings that are there', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
    expect(links.filter((link) => !leads(page, link))).toEqual([]);
  });
});

function read(page: string): string {
  return readFileSync(path.join(ROOT, page), 'utf8');
}

/** Contents of the `console` blocks that run egret, by their first command. */
function blocks(page: string): string[] {
  return [...page.matchAll(/^```console\n(\$ [^\n]*\begret [^]*?)^```$/gm)].map(([, block = '']) => block);
}

/** The block as it should read: its commands, each followed by what it printed. */
function session(block: string): string {
  let code = 0;
  return block.split('\n').filter((line) => line.startsWith('$ ')).map((line) => {
    if (line === '$ echo $?') return `${line}\n${code}\n`;
    const ran = run(line.slice(2));
    code = ran.code;
    return `${line}\n${ran.printed}`;
  }).join('');
}

/** Runs a line in the project's folder; both outputs go to one file, in the order in which they were written. */
function run(line: string): { readonly printed: string; readonly code: number } {
  const file = path.join(folder, 'printed');
  const out = openSync(file, 'w');
  const { status } = spawnSync('sh', ['-c', line], {
    cwd: ROOT,
    stdio: ['ignore', out, out],
    timeout: 30_000,
    env: { PATH: [path.join(folder, 'bin'), path.dirname(process.execPath), process.env['PATH']].join(path.delimiter) },
  });
  closeSync(out);
  return { printed: readFileSync(file, 'utf8'), code: status ?? -1 };
}

/** What was printed, with the lines that the block leaves out as `…` left out likewise where the rest agrees. */
function withAny(printed: string, block: string): string {
  const parts = block.split(/^…\n/m);
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? (printed.startsWith(part) ? 0 : -1) : index === parts.length - 1 ? (part === '' ? printed.length : printed.indexOf(part, at)) : printed.indexOf(part, at);
    if (found < 0) return printed;
    at = found + part.length;
  }
  return at === printed.length ? block : printed;
}

function leads(page: string, link: string): boolean {
  const [target = '', heading] = link.split('#');
  const file = target === '' ? page : path.posix.join(path.posix.dirname(page), target);
  if (!existsSync(path.join(ROOT, file))) return false;
  return heading === undefined || read(file).split('\n').some((line) => /^#+ /.test(line) && anchor(line) === heading);
}

/** As code hosts make them: lower case, spaces to hyphens, punctuation gone. */
function anchor(line: string): string {
  return line.replace(/^#+ /, '').toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

const ANY = '…';
