/**
 * Text chosen by strangers: SNI, Host, DNS names, process titles. The brand
 * makes it a compile error to print it without naming an escaper; each output
 * has one. JSON needs none: `JSON.stringify` escapes controls, and
 * {@link jsonSafe} adds what JSON leaves alone but terminals do not.
 */
declare const wire: unique symbol;
export type WireText = string & { readonly [wire]: true };

/** Marks text as coming from the wire. */
export function wireText(text: string): WireText {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where the brand is given
  return text as WireText;
}

/**
 * For terminals: C0/C1 controls, DEL, line separators, bidirectional and other
 * invisible format characters and lone surrogates become `\xNN` or `\u{…}`.
 * What a build server would take for a command loses its first sign.
 * Bounded to `limit` UTF-16 units so that one name cannot flood a screen.
 */
export function forTerminal(text: string, limit = 253): string {
  const shown = text.replaceAll(UNSAFE, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
  return cut(RUNNER_COMMAND.test(shown) ? shown.replace(/[:#]/, (char) => `\\x${char.charCodeAt(0).toString(16)}`) : shown, limit);
}

function cut(shown: string, limit: number): string {
  if (shown.length <= limit) return shown;
  const kept = shown.slice(0, limit - 1);
  // A cut through a surrogate pair would leave half a character.
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** JSON text in which every character that {@link forTerminal} refuses is a `\u` escape. */
export function jsonSafe(json: string): string {
  // Nearly all rows of a report are plain: one simple class finds that sooner.
  if (!NOT_PLAIN.test(json)) return json;
  return json.replaceAll(UNSAFE_BUT_NEWLINE, (char) =>
    Array.from({ length: char.length }, (_, index) => `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''),
  );
}

const NOT_PLAIN = /[^\n -~]/;
const INVISIBLE =
  '\\u007f-\\u009f\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ue000-\\uf8ff\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb';
/** The same beyond U+FFFF, as surrogate pairs: format characters of single scripts and of music, all of U+E0000–U+E0FFF, whether assigned yet or not, and private use. */
const INVISIBLE_PAIRS = '\\ud804[\\udcbd\\udccd]|\\ud80d[\\udc30-\\udc3f]|\\ud82f[\\udca0-\\udca3]|\\ud834[\\udd73-\\udd7a]|[\\udb40-\\udb43\\udb80-\\udbff][\\udc00-\\udfff]';
/** `::error …::` and `##[…]` at the begin of a line are commands to the log reader of build servers; an address has only one `::`. */
const RUNNER_COMMAND = /^\s*(?:::(?=[\w-].*::)|##\[)/;
const LONE = '[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]';
const UNSAFE = new RegExp(`[\\u0000-\\u001f${INVISIBLE}]|${INVISIBLE_PAIRS}|${LONE}`, 'g');
const UNSAFE_BUT_NEWLINE = new RegExp(`[${INVISIBLE}]|${INVISIBLE_PAIRS}|${LONE}`, 'g');
