/**
 * What the user made of the screen: order, filters, selection, panes. A pure
 * reducer over actions; rows come in only as the list that is on the screen,
 * so that a selection stays with its row while the list moves under it.
 */
import type { Row } from './row.ts';

type Sort = 'worst' | 'newest';
type Show = 'all' | 'broken' | 'unclear' | 'fine';
export type Pane = 'none' | 'detail' | 'claims' | 'output' | 'help';

export interface State {
  readonly sort: Sort;
  readonly show: Show;
  /** Part of a name, address, process or entry; empty: all. */
  readonly query: string;
  /** Keys go into the query. */
  readonly isTyping: boolean;
  readonly pane: Pane;
  /** First line of the pane that is shown. */
  readonly scroll: number;
  /** Key of the selected row; undefined: the first one, whichever it is. */
  readonly selected: string | undefined;
  /** First row of the window. */
  readonly top: number;
}

export type Action =
  | { readonly kind: 'move'; readonly by: number }
  | { readonly kind: 'page'; readonly by: 1 | -1 }
  | { readonly kind: 'first' | 'last' | 'sort' | 'show' | 'search' | 'accept' | 'back' | 'erase' }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'pane'; readonly pane: Exclude<Pane, 'none'> };

export const BEGIN: State = { sort: 'worst', show: 'all', query: '', isTyping: false, pane: 'none', scroll: 0, selected: undefined, top: 0 };

/** The state after an action; `height` is how many rows the window has. */
export function reduce(state: State, action: Action, visible: readonly Row[], height: number): State {
  switch (action.kind) {
    case 'move':
      return moved(state, action.by, visible);
    case 'page':
      return moved(state, action.by * Math.max(1, height - 1), visible);
    case 'first':
      return scrolls(state) ? { ...state, scroll: 0 } : { ...state, selected: undefined };
    case 'last':
      return scrolls(state) ? { ...state, scroll: Number.MAX_SAFE_INTEGER } : { ...state, selected: visible.at(-1)?.key };
    case 'sort':
      return { ...state, sort: state.sort === 'worst' ? 'newest' : 'worst', selected: undefined };
    case 'show':
      return { ...state, show: SHOWN[(SHOWN.indexOf(state.show) + 1) % SHOWN.length] ?? 'all' };
    case 'search':
      return { ...state, isTyping: true, pane: 'none' };
    case 'type':
      return { ...state, query: (state.query + action.text).slice(0, QUERY_LIMIT) };
    case 'erase':
      return { ...state, query: Array.from(state.query).slice(0, -1).join('') };
    case 'accept':
      return state.isTyping ? { ...state, isTyping: false } : toggled(state, 'detail', visible);
    case 'back':
      return back(state);
    default:
      return toggled(state, action.pane, visible);
  }
}

/** The window over so many rows that shows the selected one; moves it no further than it must. */
export function windowTop(top: number, selected: number, height: number, total: number): number {
  const latest = Math.max(0, total - height);
  return Math.max(0, Math.min(latest, Math.max(selected - height + 1, Math.min(top, selected))));
}

/** Where the selected row is; 0 when there is none, or when a filter has hidden it. */
export function selectedIndex(state: State, visible: readonly Row[]): number {
  return state.selected === undefined ? 0 : Math.max(0, visible.findIndex((row) => row.key === state.selected));
}

/** Whether the arrows move the text of a pane, not the selection. */
function scrolls({ pane }: State): boolean {
  return pane !== 'none' && pane !== 'detail';
}

function moved(state: State, by: number, visible: readonly Row[]): State {
  if (scrolls(state)) return { ...state, scroll: Math.max(0, state.scroll + by) };
  const index = Math.max(0, Math.min(visible.length - 1, selectedIndex(state, visible) + by));
  return { ...state, selected: visible[index]?.key };
}

/** A detail pane is about one row, so the selection holds on to it from then on. */
function toggled(state: State, pane: Exclude<Pane, 'none'>, visible: readonly Row[]): State {
  if (state.pane === pane) return { ...state, pane: 'none', scroll: 0 };
  const selected = pane === 'detail' ? visible[selectedIndex(state, visible)]?.key : state.selected;
  return { ...state, pane, scroll: 0, selected };
}

/** Takes back one thing at a time: the pane, then what was typed, then the filter. */
function back(state: State): State {
  if (state.pane !== 'none') return { ...state, pane: 'none', scroll: 0 };
  if (state.isTyping || state.query !== '') return { ...state, isTyping: false, query: '' };
  return { ...state, show: 'all' };
}

const SHOWN: readonly Show[] = ['all', 'broken', 'unclear', 'fine'];
/** Letters of a filter: the longest DNS name. */
const QUERY_LIMIT = 253;
