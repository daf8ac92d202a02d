/**
 * One frame: lines for a screen of so many columns and rows. Pure; takes the
 * model, the rows on the list and the state, gives lines that are never wider
 * than the screen and one fewer than it is high, which is what ink can repaint
 * without scrolling (ink#450).
 */
import type { Look } from '../core/report/layout/look.ts';
import type { Model } from './model.ts';
import type { Row } from './row.ts';
import { selectedIndex, type State, windowTop } from './state.ts';
import { detailLines } from './views/detail.ts';
import { headLines } from './views/head.ts';
import { edges, line } from './views/line.ts';
import { paneLines } from './views/panes.ts';
import { rowLine, titleLine } from './views/table.ts';

export interface Frame {
  readonly lines: readonly string[];
  /** Rows of the table's window, for paging. */
  readonly height: number;
  /** What the state should remember of where its windows stand. */
  readonly top: number;
  readonly scroll: number;
}

/** Draws it; `rows` of the terminal. */
export function drawFrame(model: Model, visible: readonly Row[], state: State, look: Look, rows: number): Frame {
  const total = Math.max(2, rows - 1);
  const head = headLines(model, look, total >= 14 ? 4 : total >= 10 ? 3 : total >= 6 ? 2 : 1);
  const room = Math.max(0, total - head.length - 1);
  const foot = footLine(model, visible, state, look);
  if (state.pane !== 'none' && state.pane !== 'detail') {
    const all = paneLines(state.pane, model, look);
    const latest = Math.max(0, all.length - room);
    const scroll = Math.min(state.scroll, latest);
    return { lines: [...head, ...fill(all.slice(scroll, scroll + room), room), foot], height: room, top: state.top, scroll };
  }
  const index = selectedIndex(state, visible);
  const row = visible[index];
  const detail = state.pane === 'detail' && row !== undefined ? underRule(detailLines(row, look), look, room) : [];
  const height = Math.max(0, room - detail.length - 1);
  const top = windowTop(state.top, index, Math.max(1, height), visible.length);
  const table = visible.slice(top, top + height).map((one, at) => rowLine(one, look, model.now, top + at === index));
  const body = height === 0 ? [] : [titleLine(look), ...fill(table.length === 0 ? [emptyLine(model, state, look)] : table, height)];
  return { lines: [...head, ...fill([...body, ...detail], room), foot], height, top, scroll: 0 };
}

/** The detail pane leaves the table a few rows where there is room for both, and takes all where there is not. */
function underRule(lines: readonly string[], look: Look, room: number): string[] {
  const rule = look.style('dim', (look.unicode ? '─' : '-').repeat(look.columns));
  return [rule, ...lines].slice(0, room < LEAST_TABLE * 2 ? room : room - LEAST_TABLE);
}

function footLine({ notice, output, promises, phases }: Model, visible: readonly Row[], state: State, look: Look): string {
  if (state.isTyping) return line(look, [{ text: '/', role: 'label' }, { text: state.query, role: 'strong' }, { text: '_  Enter keeps it, Esc drops it', role: 'dim' }]);
  const filter = [state.show === 'all' ? '' : `only ${state.show}`, state.query === '' ? '' : `only with "${state.query}"`].filter((part) => part !== '');
  const place = `${visible.length === 0 ? 0 : selectedIndex(state, visible) + 1}/${visible.length}`;
  if (notice !== '') return edges(look, [{ text: notice, role: 'warn' }], place);
  const keys = ['? keys', 'Enter evidence', `s ${state.sort}`, 'v verdict', '/ find', ...(promises.length > 0 ? ['c claims'] : []), ...(output === undefined ? [] : ['o output']), ...(phases.length > 0 ? ['1–9 phase'] : []), 'q end'];
  return edges(look, [...(filter.length === 0 ? [] : [{ text: `${filter.join(', ')}  `, role: 'strong' as const }]), { text: keys.join('  '), role: 'dim' }], place);
}

function emptyLine({ destinations }: Model, { show, query }: State, look: Look): string {
  const text = destinations === 0 ? '  Nothing has asked for a destination yet.' : `  None of the ${destinations} destinations is ${show === 'all' ? '' : `${show} `}${query === '' ? '' : `with "${query}"`}; Esc shows all.`;
  return line(look, [{ text, role: 'dim' }]);
}

/** Exactly so many lines; ink gives an empty text no line, so empty ones hold a space. */
function fill(lines: readonly string[], height: number): string[] {
  return Array.from({ length: height }, (_, index) => (lines[index] === undefined || lines[index] === '' ? ' ' : lines[index]));
}

/** Lines of the table that an open detail pane leaves: its title and a few rows. */
const LEAST_TABLE = 5;
