/** Text broken into lines by display width, at spaces where there are any; what is longer than a line is broken hard, never let through. */
import { headThatFits, widthOf } from './width.ts';

/** Lines of at most `width` columns (at least one line, maybe empty). `first` is the room on the first line when it differs. */
export function wrap(text: string, width: number, first: number = width): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  let room = Math.max(1, first);
  const flush = (): void => {
    lines.push(line);
    line = '';
    used = 0;
    room = Math.max(1, width);
  };
  for (const word of chunks(text, width)) {
    let rest = word;
    let length = widthOf(rest);
    if (used > 0 && used + 1 + length > room) flush();
    while (length > room) {
      const head = breakAt(rest, room);
      line = head;
      rest = rest.slice(head.length);
      length = widthOf(rest);
      flush();
    }
    if (rest === '') continue;
    line = used > 0 ? `${line} ${rest}` : rest;
    used += used > 0 ? length + 1 : length;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/** Whole items joined by `separator`, broken only between items; an item longer than a line is wrapped like text. */
export function wrapItems(items: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const longer = line === '' ? item : line + separator + item;
    if (widthOf(longer) <= width) line = longer;
    else {
      if (line !== '') lines.push(line);
      const parts = wrap(item, width);
      lines.push(...parts.slice(0, -1));
      line = parts.at(-1) ?? '';
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Words, a bare number together with the word it counts: `2 ms` is never torn. */
function chunks(text: string, width: number): string[] {
  const words: string[] = [];
  for (const word of text.split(' ')) {
    const before = words.at(-1);
    if (word === '') continue;
    if (before !== undefined && BARE_NUMBER.test(before) && word.length <= UNIT && before.length + word.length < width) words[words.length - 1] = `${before} ${word}`;
    else words.push(word);
  }
  return words;
}

/** Head of a word that is too long: broken behind a separator of its last third when it has one there, so that paths stay readable. */
function breakAt(word: string, room: number): string {
  const head = headThatFits(word, room);
  if (head === '') return Array.from(word)[0] ?? word;
  const cut = Math.max(head.lastIndexOf('/'), head.lastIndexOf(','), head.lastIndexOf('&')) + 1;
  return cut > head.length * (2 / 3) ? head.slice(0, cut) : head;
}

const BARE_NUMBER = /^[\d.,]{1,12}$/;
/** Longer words than this are not units and may stand on the next line. */
const UNIT = 16;
