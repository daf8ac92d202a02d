import { describe, expect, it } from 'vitest';
import { type Key, keysIn, meaningOf } from '../../src/tui/keys.ts';
import { BEGIN, reduce, type State, windowTop } from '../../src/tui/state.ts';
import { Visible } from '../../src/tui/visible.ts';
import { rowsOf } from './live-events.ts';

const rows = rowsOf([['a.example', 'declared'], ['b.example', 'forbidden'], ['c.example', 'cannot-judge'], ['d.example', 'undeclared']]);
const visible = new Visible(rows);

/** Keys as ink tells them; names of keys in angle brackets. */
function press(keys: readonly string[], from: State = BEGIN): State {
  return keys.reduce((state, text) => {
    const named = /^<(\w+)>$/.exec(text)?.[1];
    const key: Key = named === undefined ? {} : { [named]: true };
    const meaning = meaningOf(named === undefined ? text : '', key, state);
    if (meaning === undefined || meaning.kind === 'stop' || meaning.kind === 'phase') return state;
    return reduce(state, meaning, visible.of(state), 3);
  }, from);
}

const hosts = (state: State): readonly string[] => visible.of(state).map(({ host }) => host.slice(0, 1));
const chosen = (state: State): string | undefined => state.selected?.split(' ')[1]?.slice(0, 1);

describe('the list', () => {
  it.each([
    ['has the worst first', [], 'bdca'],
    ['has the newest first after s', ['s'], 'dcba'],
    ['has the worst first again after s twice', ['s', 's'], 'bdca'],
    ['holds only what is against the policy after v', ['v'], 'bd'],
    ['holds only what cannot be told after v twice', ['v', 'v'], 'c'],
    ['holds only what is as it should be after v three times', ['v', 'v', 'v'], 'a'],
    ['holds all again after v four times', ['v', 'v', 'v', 'v'], 'bdca'],
    ['holds only what has the text that was typed', ['/', 'D', '.', 'e'], 'd'],
    ['finds a verdict too', ['/', 'undecl', '<return>'], 'd'],
    ['holds all again when Escape drops the text', ['/', 'zzz', '<escape>'], 'bdca'],
    ['holds all again when Escape takes the drawer away', ['v', '<escape>'], 'bdca'],
  ] as const)('%s', (_, keys, expected) => {
    expect(hosts(press(keys)).join('')).toBe(expected);
  });
});

describe('the selection', () => {
  it.each([
    ['goes down by j', ['j'], 'd'],
    ['goes down by an arrow', ['<downArrow>', '<downArrow>'], 'c'],
    ['goes up by k', ['j', 'j', 'k'], 'd'],
    ['stops at the last', ['j', 'j', 'j', 'j', 'j', 'j'], 'a'],
    ['stops at the first', ['k'], 'b'],
    ['goes a window less one down by PgDn', ['<pageDown>'], 'c'],
    ['goes to the last by G', ['G'], 'a'],
    ['goes to the first by g, whichever it is then', ['G', 'g'], undefined],
    ['is on the first after the order changed', ['j', 's'], undefined],
    ['is held by the pane of evidence', ['<return>'], 'b'],
  ] as const)('%s', (_, keys, expected) => {
    expect(chosen(press(keys))).toBe(expected);
  });

  it('stays with its row while the list moves under it', () => {
    const grown = rowsOf([['a.example', 'declared'], ['b.example', 'undeclared']]);
    const list = new Visible(grown);
    const state = reduce(BEGIN, { kind: 'last' }, list.of(BEGIN), 3);
    grown.asked({ at: 0, flow: 9, host: 'z.example', port: 443, verdict: { kind: 'forbidden' }, isDenied: false });
    expect(list.of(state).map(({ host }) => host)).toEqual(['z.example', 'b.example', 'a.example']);
    expect(state.selected).toContain('a.example');
  });
});

describe('keys', () => {
  it.each([
    ['q ends', 'q', {}, { kind: 'stop' }],
    ['Ctrl-C ends', 'c', { ctrl: true }, { kind: 'stop' }],
    ['c alone opens the claims', 'c', {}, { kind: 'pane', pane: 'claims' }],
    ['4 is the fourth phase', '4', {}, { kind: 'phase', number: 4 }],
    ['0 means nothing', '0', {}, undefined],
    ['a letter with Alt means nothing', 'q', { meta: true }, undefined],
    ['Tab means nothing', '', { tab: true }, undefined],
  ] as const)('%s', (_, input, key, expected) => {
    expect(meaningOf(input, key, BEGIN)).toEqual(expected);
  });

  it('are letters while a text is typed, and Ctrl-C still ends', () => {
    const typing = press(['/']);
    expect(press(['q', 's', '4'], typing).query).toBe('qs4');
    expect(meaningOf('c', { ctrl: true }, typing)).toEqual({ kind: 'stop' });
  });

  it('take a letter back, a whole one', () => {
    expect(press(['/', 'a', '💡', '<delete>'], BEGIN).query).toBe('a');
  });

  it('put no control characters of a pasted text into the query', () => {
    expect(press(['/', 'a\u001b[31m\r\nb']).query).toBe('a[31mb');
  });

  it.each([
    ['of fast fingers one by one', 'jj\r', {}, ['j', 'j', 'return']],
    ['of a pasted Ctrl-C as one', 'a\u0003', {}, ['a', 'ctrl c']],
    ['of one letter as it is', 'q', {}, ['q']],
    ['with a name as they are', '[B', { downArrow: true }, ['downArrow [B']],
  ] as const)('are taken %s', (_, input, key, expected) => {
    expect([...keysIn(input, key)].map(([text, named]) => [...Object.keys(named), text].join(' ').trim())).toEqual(expected);
  });

  it('close one thing at a time by Escape', () => {
    const open = press(['v', '/', 'x', '<return>', '?']);
    expect([open.pane, open.query, open.show]).toEqual(['help', 'x', 'broken']);
    const steps = [press(['<escape>'], open), press(['<escape>', '<escape>'], open), press(['<escape>', '<escape>', '<escape>'], open)];
    expect(steps.map(({ pane, query, show }) => [pane, query, show])).toEqual([['none', 'x', 'broken'], ['none', '', 'broken'], ['none', '', 'all']]);
  });

  it('scroll a pane of text and not the selection', () => {
    const state = press(['?', 'j', 'j', 'k']);
    expect([state.scroll, state.selected]).toEqual([1, undefined]);
  });
});

describe('the window', () => {
  it.each([
    ['moves no further down than it must', [0, 5, 3, 10], 3],
    ['moves no further up than it must', [6, 4, 3, 10], 4],
    ['stays where the selection is in it', [2, 4, 3, 10], 2],
    ['ends with the list', [9, 9, 3, 10], 7],
    ['begins at the first row when all fit', [5, 1, 20, 10], 0],
    ['is at the first row of an empty list', [5, 0, 3, 0], 0],
  ] as const)('%s', (_, [top, selected, height, total], expected) => {
    expect(windowTop(top, selected, height, total)).toBe(expected);
  });
});
