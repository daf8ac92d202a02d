import { describe, expect, it } from 'vitest';
import { lookFor, wantsColor } from '../../src/cli/paint.ts';

const TERMINAL = { isTTY: true, columns: 120, write: () => Promise.resolve() };
const PIPE = { isTTY: false, write: () => Promise.resolve() };

describe('wantsColor', () => {
  it.each([
    ['a terminal', TERMINAL, 'auto', {}, true],
    ['a pipe', PIPE, 'auto', {}, false],
    ['a dumb terminal', TERMINAL, 'auto', { TERM: 'dumb' }, false],
    ['NO_COLOR with any value', TERMINAL, 'auto', { NO_COLOR: '0' }, false],
    ['an empty NO_COLOR', TERMINAL, 'auto', { NO_COLOR: '' }, true],
    ['FORCE_COLOR in a pipe', PIPE, 'auto', { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0 on a terminal', TERMINAL, 'auto', { FORCE_COLOR: '0' }, false],
    ['--color always over NO_COLOR', PIPE, 'always', { NO_COLOR: '1' }, true],
    ['--color never over FORCE_COLOR', TERMINAL, 'never', { FORCE_COLOR: '1' }, false],
  ] as const)('decides for %s', (_, stream, choice, env, expected) => {
    expect(wantsColor(stream, choice, env)).toBe(expected);
  });
});

describe('lookFor', () => {
  it('is the same for every pipe: 100 columns, UTF-8, plain', () => {
    const look = lookFor(PIPE, 'auto', { LANG: 'C' });
    expect([look.columns, look.unicode, look.style('bad', 'x')]).toEqual([100, true, 'x']);
  });

  it.each([
    [{ LANG: 'de_DE.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{ LC_ALL: 'POSIX', LANG: 'de_DE.UTF-8' }, false],
    [{}, false],
  ])('takes the signs of a terminal from its locale %j', (env, unicode) => {
    expect(lookFor(TERMINAL, 'auto', env).unicode).toBe(unicode);
  });

  it('keeps the width of a terminal between 40 and 200 columns', () => {
    expect([1, 60, 500].map((columns) => lookFor({ ...TERMINAL, columns }, 'auto', {}).columns)).toEqual([40, 60, 200]);
  });
});
