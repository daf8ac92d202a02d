/**
 * How many terminal columns a text takes: East Asian wide characters and emoji
 * two (UAX #11), combining marks none, everything else one. Ambiguous widths
 * count as one, as terminals outside legacy CJK locales draw them.
 */
import { WIDE_RANGES } from './tables/wide.ts';

/** Columns of a text without controls. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** The longest head of `text` that fits in `width` columns; marks stay with their letter. */
export function headThatFits(text: string, width: number): string {
  if (ASCII.test(text)) return text.slice(0, width);
  let used = 0;
  let end = 0;
  for (const char of text) {
    used += charWidth(char);
    if (used > width) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** Text cut to `width` columns with the ellipsis at its end. */
export function cutEnd(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  return `${headThatFits(text, Math.max(0, width - ellipsis.length))}${ellipsis}`.slice(0, Math.max(width, ellipsis.length));
}

/** Names are cut at their *start*: the end of a host name says who owns it, and a stranger may choose the start. */
export function cutStart(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  const chars = Array.from(text);
  let used = ellipsis.length;
  let from = chars.length;
  while (from > 0 && used + charWidth(chars[from - 1] ?? '') <= width) used += charWidth(chars[--from] ?? '');
  return ellipsis + chars.slice(from).join('');
}

/** Padded to `width` columns on the right, or on the left for numbers. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}

function charWidth(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code < FIRST_WIDE) return code >= FIRST_MARK && MARK.test(char) ? 0 : 1;
  if (MARK.test(char)) return 0;
  return isWide(code) ? 2 : 1;
}

function isWide(code: number): boolean {
  let low = 0;
  let high = WIDE_RANGES.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = WIDE_RANGES[middle] ?? [0, 0];
    if (code < from) high = middle - 1;
    else if (code > to) low = middle + 1;
    else return true;
  }
  return false;
}

const FIRST_MARK = 0x300;
const FIRST_WIDE = 0x1100;
const MARK = /\p{M}|\p{Cf}/u;
const ASCII = /^[ -~]*$/;
