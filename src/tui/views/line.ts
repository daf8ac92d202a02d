/** Pieces of lines: texts from anywhere made safe, painted, and cut so that no line is wider than the screen. */
import { type Look, type Role, shown } from '../../core/report/layout/look.ts';
import { cutEnd, widthOf } from '../../core/report/layout/width.ts';

/** A painted piece, and how wide it is without its paint. */
export interface Piece {
  readonly text: string;
  readonly role?: Role | undefined;
}

/** Pieces one after the other, cut at the edge of the screen. */
export function line(look: Look, pieces: readonly Piece[]): string {
  let room = look.columns;
  let painted = '';
  for (const { text, role } of pieces) {
    if (room <= 0) break;
    const safe = cutEnd(shown(look, text, LONGEST_PIECE), room, ellipsisOf(look));
    room -= widthOf(safe);
    painted += role === undefined ? safe : look.style(role, safe);
  }
  return painted;
}

/** Pieces at both edges; the left one gives way. */
export function edges(look: Look, left: readonly Piece[], right: string): string {
  const width = widthOf(right);
  if (width + 8 > look.columns) return line(look, left);
  const narrow = { ...look, columns: look.columns - width - 1 };
  const painted = line(narrow, left);
  const used = Math.min(narrow.columns, left.reduce((sum, { text }) => sum + widthOf(shown(look, text, LONGEST_PIECE)), 0));
  return `${painted}${' '.repeat(look.columns - width - used)}${look.style('dim', right)}`;
}

export function ellipsisOf(look: Look): string {
  return look.unicode ? '…' : '...';
}

/** UTF-16 units of one piece: more than the widest screen shows. */
const LONGEST_PIECE = 1000;
