import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { EXIT_CODES } from '../../src/cli/exit.ts';

const PAGE = readFileSync(new URL('../../docs/exit-codes.md', import.meta.url), 'utf8');

describe('the exit table', () => {
  it('is the one of docs/exit-codes.md', () => {
    const rows = [...PAGE.matchAll(/^\| (\d+) \| ([a-z-]+) \| (.+) \|$/gm)].map(([, code, name, meaning]) => ({ code: Number(code), name, meaning }));
    expect(rows).toEqual(EXIT_CODES);
  });

  it('holds every code that a command says it can end with', async () => {
    for (const row of COMMANDS) {
      const { exits } = await row.load();
      expect(exits.filter((code) => !EXIT_CODES.some((known) => known.code === code))).toEqual([]);
    }
  });
});
