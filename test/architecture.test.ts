/** Guards design §2–3: which room may import which, what each may touch, how long a file may be. The table is the one in docs/architecture.md. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, sourceFiles, type SourceFile } from './source-tree.ts';

interface Room {
  readonly name: string;
  readonly imports: readonly string[];
  readonly touches: readonly { readonly what: string; readonly where: readonly string[] }[];
}

const files = sourceFiles();
const rooms = readTable();

describe('the import table of docs/architecture.md', () => {
  it('names every room that exists', () => {
    const found = [...new Set(files.map((file) => roomOf(file.file)).filter((room) => room !== undefined))].sort();
    expect(rooms.map((room) => room.name).sort()).toEqual(found);
  });

  it.each(rooms.map((room) => [room.name, room] as const))('holds for %s', (_name, room) => {
    const broken = files
      .filter((file) => roomOf(file.file) === room.name)
      .flatMap((file) => file.imports.filter((found) => !isAllowed(room, file, found.target, found.typeOnly)).map((found) => `${file.file} → ${found.target}`));
    expect(broken).toEqual([]);
  });
});

describe('the source', () => {
  it('has no file above 300 lines but data tables', () => {
    const long = files.filter((file) => !isTable(file.file)).map((file) => [file.file, file.text.split('\n').length - 1] as const).filter(([, lines]) => lines > 300);
    expect(long).toEqual([]);
  });

  it('touches process only in its two programs', () => {
    const touching = files.filter((file) => !PROGRAMS.includes(file.file) && /(?<![\w.'-])process\.(?!seen)[a-z]+\b/i.test(withoutComments(file.text)) && /\bprocess\.(?:env|argv|exit|stdout|stderr|stdin|cwd|on|platform|version|hrtime|memoryUsage|exitCode|pid|getuid)\b/.test(withoutComments(file.text)));
    expect(touching.map((file) => file.file)).toEqual([]);
  });

  it('reads no clock, no randomness and no console in core', () => {
    const impure = files
      .filter((file) => file.file.startsWith('src/core/') && file.file !== 'src/core/base/time.ts')
      .filter((file) => /\bDate\b|\bMath\.random\b|\bconsole\.|\bsetTimeout\b|\bsetInterval\b|\bperformance\.now\b|\bfetch\(/.test(withoutComments(file.text)));
    expect(impure.map((file) => file.file)).toEqual([]);
  });

  it('imports nothing from test', () => {
    expect(files.flatMap((file) => file.imports.filter((found) => found.target.startsWith('test/')).map(() => file.file))).toEqual([]);
  });

  it('has no file that its programs do not reach', () => {
    const reached = new Set<string>();
    const visit = (name: string): void => {
      const file = files.find((candidate) => candidate.file === name);
      if (file === undefined || reached.has(name)) return;
      reached.add(name);
      for (const found of file.imports) visit(found.target);
    };
    for (const program of PROGRAMS) visit(program);
    expect(files.map((file) => file.file).filter((file) => !reached.has(file))).toEqual([]);
  });

  it('has no import cycle of values', () => {
    expect(findCycle()).toBeUndefined();
  });
});

function roomOf(file: string): string | undefined {
  return /^src\/((?:core|edge)\/[\w-]+|cli|tui)\//.exec(file)?.[1];
}

function isAllowed(room: Room, file: SourceFile, target: string, typeOnly: boolean): boolean {
  if (target.startsWith('src/')) {
    const other = roomOf(target);
    if (other === room.name) return true;
    return room.imports.some((name) => name === 'all' || name === other || (typeOnly && name === `${other} (types)`));
  }
  return room.touches.some(({ what, where }) => (what === target || what === packageOf(target)) && (where.length === 0 || where.some((name) => file.file.endsWith(`/${name}`))));
}

function packageOf(target: string): string {
  return target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : (target.split('/')[0] ?? target);
}

/** Rows of the table under "## Rooms": `| room | may import | may touch |`; a touch is `what` or `what in a.ts b.ts`. */
function readTable(): Room[] {
  const text = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');
  const section = text.slice(text.indexOf('## Rooms'));
  return [...section.matchAll(/^\| `([^`]+)` \| ([^|]*) \| ([^|]*) \|$/gm)].map((match) => ({
    name: match[1] ?? '',
    imports: items(match[2] ?? ''),
    touches: items(match[3] ?? '').map((item) => {
      const [what = '', where = ''] = item.split(' in ');
      return { what, where: where.split(' ').filter((name) => name !== '') };
    }),
  }));
}

function items(cell: string): string[] {
  return cell.split(',').map((item) => item.replaceAll('`', '').trim()).filter((item) => item !== '' && item !== '–');
}

function isTable(file: string): boolean {
  return file.includes('/tables/') || file.startsWith('src/core/knowledge/');
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/.*$/gm, '').replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''").replaceAll(/`(?:[^`\\]|\\.)*`/g, '``');
}

function findCycle(): string[] | undefined {
  const done = new Set<string>();
  const walk = (name: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const found of files.find((file) => file.file === name)?.imports ?? []) {
      if (found.typeOnly || !found.target.startsWith('src/')) continue;
      const cycle = walk(found.target, [...trail, name]);
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const file of files) {
    const cycle = walk(file.file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** What dist/ has as programs of their own. */
const PROGRAMS = ['src/main.ts', 'src/demo-app.ts'];
