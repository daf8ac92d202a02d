/** What the keys mean: takes a key as ink tells it, gives an action, a wish to stop, or a phase; undefined for keys that mean nothing here. */
import type { Action, State } from './state.ts';

/** The part of ink's key that is looked at. */
export interface Key {
  readonly upArrow?: boolean;
  readonly downArrow?: boolean;
  readonly pageUp?: boolean;
  readonly pageDown?: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly return?: boolean;
  readonly escape?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly tab?: boolean;
}

export type Meaning = Action | { readonly kind: 'stop' } | { readonly kind: 'phase'; readonly number: number };

/** The keys of one input, one by one: fast fingers, slow lines and pasted texts come as several at once. */
export function* keysIn(input: string, key: Key): Iterable<readonly [string, Key]> {
  if (input.length < 2 || Object.values(key).includes(true)) yield [input, key];
  else for (const char of input) yield [char === CTRL_C ? 'c' : char, CONTROLS[char] ?? NO_CONTROL];
}

/** The meaning of a key in this state. */
export function meaningOf(input: string, key: Key, state: State): Meaning | undefined {
  if (key.ctrl === true) return input === 'c' ? STOP : undefined;
  const moving = movement(key);
  if (moving !== undefined) return moving;
  if (key.return === true) return { kind: 'accept' };
  if (key.escape === true) return { kind: 'back' };
  if (state.isTyping) return typed(input, key);
  if (key.meta === true || key.tab === true) return undefined;
  if (/^[1-9]$/.test(input)) return { kind: 'phase', number: Number(input) };
  return LETTERS.get(input);
}

function movement(key: Key): Action | undefined {
  if (key.upArrow === true) return { kind: 'move', by: -1 };
  if (key.downArrow === true) return { kind: 'move', by: 1 };
  if (key.pageUp === true) return { kind: 'page', by: -1 };
  if (key.pageDown === true) return { kind: 'page', by: 1 };
  if (key.home === true) return { kind: 'first' };
  if (key.end === true) return { kind: 'last' };
  return undefined;
}

/** Terminals send DEL for the key that takes a letter back. */
function typed(input: string, key: Key): Action | undefined {
  if (key.backspace === true || key.delete === true) return { kind: 'erase' };
  const text = input.replaceAll(/\p{C}/gu, '');
  return text === '' || key.meta === true || key.tab === true ? undefined : { kind: 'type', text };
}

const CTRL_C = '\u0003';
const NO_CONTROL: Key = {};
const CONTROLS: Readonly<Record<string, Key>> = { '\r': { return: true }, '\u007f': { delete: true }, '\b': { backspace: true }, [CTRL_C]: { ctrl: true } };
const STOP: Meaning = { kind: 'stop' };
const LETTERS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['q', STOP],
  ['k', { kind: 'move', by: -1 }],
  ['j', { kind: 'move', by: 1 }],
  ['b', { kind: 'page', by: -1 }],
  [' ', { kind: 'page', by: 1 }],
  ['g', { kind: 'first' }],
  ['G', { kind: 'last' }],
  ['s', { kind: 'sort' }],
  ['v', { kind: 'show' }],
  ['/', { kind: 'search' }],
  ['c', { kind: 'pane', pane: 'claims' }],
  ['o', { kind: 'pane', pane: 'output' }],
  ['?', { kind: 'pane', pane: 'help' }],
]);
