/**
 * The words of a command line as they may be kept: what looks like a secret is
 * replaced, and all of it is bounded. A password that looks like any other
 * word, with no name before it, cannot be told and stays.
 */

/** Words of a command line with {@link MASK} for values of what is named like a secret, credentials in addresses and well-known kinds of keys. */
export function maskWords(words: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let length = 0;
  let isValue = false;
  for (const word of words.slice(0, WORD_COUNT_CAP)) {
    const begun = word.slice(0, WORD_LENGTH_CAP);
    // An option of its own is no value: `--token --verbose` says that there is none.
    const shown = isValue && !begun.startsWith('--') ? MASK : maskWord(begun);
    isValue = SECRET_OPTION.test(begun);
    length += shown.length;
    if (length > LINE_LENGTH_CAP) break;
    kept.push(shown);
  }
  return kept;
}

function maskWord(word: string): string {
  return word
    .replaceAll(CREDENTIALS, `://${MASK}@`)
    .replaceAll(NAMED, `$1${MASK}`)
    .replaceAll(SCHEME, `$1${MASK}`)
    .replaceAll(KNOWN_KEYS, MASK);
}

/** What stands in a secret's place. */
const MASK = '***';

const SECRET = '(?:pass(?:wd|word|phrase|code)?|pwd|secrets?|token|api[_-]?key|access[_-]?key|private[_-]?key|auth(?:orization)?|credentials?|cookie|session(?:[_-]?id)?|jwt|signature|sig|otp)';
/** An option that is written apart from its secret; `-u` is curl's user and password. */
const SECRET_OPTION = new RegExp(`^(?:-{1,2}(?:[\\w.]+[-_.])*${SECRET}|-u|-U|--user|--proxy-user|--key)$`, 'i');
/** `--token=…`, `API_KEY=…`, `?sig=…&`, `"password": "…"`, `Cookie: …`: a name that ends like a secret, and its value. */
const NAMED = new RegExp(`((?<![a-z])${SECRET}["']?\\s{0,3}(?:=|:(?!//))\\s{0,3}["']?)[^&"';,\\s]+(?:\\s[^&"';,]+)?`, 'gi');
/** `user:password@` of an address. */
const CREDENTIALS = /:\/\/[^\s/@?#]+@/g;
const SCHEME = /((?<![a-z])(?:bearer|basic|negotiate)\s{1,3})\S+/gi;
/** OpenAI, Anthropic and Stripe; GitHub; GitLab; Slack; AWS; Google; Telegram bots; signed web tokens; long hexadecimal words. */
const KNOWN_KEYS = /\b(?:(?:sk|pk|rk)[-_][\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|\d{8,10}:[\w-]{35}|eyJ[\w-]{8,}\.[\w-]+\.?[\w-]*|[0-9a-f]{32,})/g;
/** Words of one process: what tells a script from another stands in the first few. */
const WORD_COUNT_CAP = 64;
/** Characters of a word: a program given on the command line is longer, and its begin names it. */
const WORD_LENGTH_CAP = 256;
/** Characters of a line: Chromium's helpers have some 1,500, and each recorded connection tells its process and up to 32 ancestors. */
const LINE_LENGTH_CAP = 1_024;
