/**
 * Text from anywhere as GitHub-flavoured Markdown for one line of one cell.
 * Takes hostile text, gives Markdown that shows it and does nothing: no table
 * border, markup, HTML, link, image, mention, issue number or math comes of it.
 * Entities and backslashes are not enough (`&#64;name` still mentions, autolinks
 * are looked for after unescaping), so whatever is not plain stands in a code
 * span, in which GitHub reads nothing (GFM §6.3).
 */
import { PLAIN_LOOK, shown } from '../../layout/look.ts';
import { cutStart } from '../../layout/width.ts';

/** A sentence: plain words as they are, words that Markdown could act on as code spans; at most `limit` characters of Markdown. */
export function sentence(text: string, limit: number = SENTENCE_LIMIT): string {
  const words: string[] = [];
  let room = limit;
  for (const word of wordsOf(shown(PLAIN_LOOK, text, limit))) {
    room -= word.length + 1;
    if (room < 0) {
      words.push('…');
      break;
    }
    words.push(word);
  }
  return words.join(' ');
}

/** A name or another value of a stranger as one code span; a long name is cut at its start, since its end says whose it is. */
export function code(text: string): string {
  return text === '' ? '(empty)' : span(shown(PLAIN_LOOK, text, LONGEST_NAME));
}

/** What egret's own sentences put between backticks stays one code span, spaces and all. */
function* wordsOf(text: string): Iterable<string> {
  for (const [at, part] of text.split(OWN_SPAN).entries()) {
    if (at % 2 === 1) yield part;
    else for (const word of part.split(' ')) if (word !== '') yield inert(word);
  }
}

function inert(word: string): string {
  if (!ACTIVE.test(word) && word.length <= NAME_COLUMNS_MAX) return word;
  const [, before = '', core = '', after = ''] = PUNCTUATED.exec(word) ?? [];
  return core === '' ? span(word) : before + span(core) + after;
}

/** Backticks and pipes end code spans and cells whatever stands before them, so they are shown by number. */
function span(text: string): string {
  return `\`${cutStart(text, NAME_COLUMNS_MAX, '…').replaceAll(/[`|]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`)}\``;
}

/** Signs with a meaning in GFM or to GitHub, schemes, `www.` (GFM §6.9), and emoji codes between colons, which times of day are not. */
const ACTIVE = /[`|\\<>&[\]*_~#@$]|:\/\/|www\.|mailto:|xmpp:|:(?!\d\d:)[\w+-]+:|::/i;
/** One code span between blanks, with the sentence's punctuation behind it; no pipe, which would end the cell. */
const OWN_SPAN = /(?<=^| )([("]*`[^`|]+`[)",.;:]*)(?= |$)/;
const PUNCTUATED = /^([("']*)(.*?)([)"',.;:]*)$/;
/** Characters of a cell; a table whose rows fill a screen each is no table. */
const SENTENCE_LIMIT = 300;
/** Read of a name before its start is cut off: the longest record of TLS holds no longer one. */
const LONGEST_NAME = 16_384;
/** Columns of a name or a word: longer ones push every other column off the page. */
const NAME_COLUMNS_MAX = 80;
