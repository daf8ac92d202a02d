import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { runCli } from '../../src/cli/run.ts';
import { parseScenario } from '../build/scenario.ts';
import { fakeWorld } from './fake-world.ts';

const folder = new URL('../../docs/commands/', import.meta.url).pathname;
const pages = readdirSync(folder).filter((name) => name.endsWith('.md')).sort();

/** The fenced console blocks of a page that run egret, each as the words and what the page says is printed. */
function examples(page: string): readonly (readonly [command: string, printed: string])[] {
  return [...readFileSync(folder + page, 'utf8').matchAll(/^```console\n(\$ egret .*)\n([^]*?)^```$/gm)].map(([, command = '', printed = '']) => [command, printed]);
}

describe('pages of commands', () => {
  it('are there for every command', () => {
    expect(pages).toEqual(expect.arrayContaining(COMMANDS.map(({ path }) => `${path.join('-')}.md`)));
  });

  it.each(pages.flatMap((page) => examples(page).map(([command, printed]) => [page, command, printed] as const)))('%s prints what it shows for %s', async (_, command, printed) => {
    const world = fakeWorld();
    await runCli(parseScenario(`${command}\n--- exit 0\n`).argv, world);
    expect(world.out() + world.err()).toBe(printed);
  });
});
