/** The bounds of the source, and those that docs/limits.md lists, as numbers that can be compared. */
import type { SourceFile } from './source-tree.ts';

export interface Bound {
  readonly name: string;
  /** Path below src/. */
  readonly file: string;
  readonly value: number;
}

/** Module-level number constants whose name holds a word that says they bound something (docs/contributing.md). */
export function bounds({ file, text }: SourceFile): Bound[] {
  return [...text.matchAll(CONSTANT)]
    .filter(([, name = '']) => name.split('_').some((word) => BOUNDING.has(word)))
    .map(([, name = '', expression = '']) => ({ name, file: file.replace(/^src\//, ''), value: evaluate(expression, text) }));
}

/** Rows of the page's tables: `| name | file | number | … |`. */
export function documentedBounds(page: string): Bound[] {
  return [...page.matchAll(/^\| `([A-Z][A-Z0-9_]*)` \| `([^`]+)` \| ([\d,]+)(?: (KiB|MiB|GiB|s|ms))? \|/gm)].map(([, name = '', file = '', number = '', unit]) => ({
    name,
    file,
    value: Number(number.replaceAll(',', '')) * (unit === undefined ? 1 : (UNITS[unit] ?? Number.NaN)),
  }));
}

/** `16_384 + 2048`, `1 << 20`, `30 * SECOND`: from left to right, which is how the source writes its numbers. */
function evaluate(expression: string, text: string): number {
  const [first = '', ...rest] = expression.split(' ');
  let value = operand(first, text);
  for (let at = 0; at < rest.length; at += 2) value = apply(rest[at] ?? '', value, operand(rest[at + 1] ?? '', text));
  return value;
}

function operand(word: string, text: string): number {
  if (/^[\d]/.test(word)) return Number(word.replaceAll('_', ''));
  const own = new RegExp(`^(?:export )?const ${word}(?:: \\w+)? = ([^;\\n]+);`, 'm').exec(text)?.[1];
  return own === undefined ? (KNOWN[word] ?? Number.NaN) : evaluate(own, text);
}

function apply(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+': return left + right;
    case '*': return left * right;
    case '<<': return left * 2 ** right;
    case '**': return left ** right;
    default: return Number.NaN;
  }
}

const CONSTANT = /^(?:export )?const ([A-Z][A-Z0-9_]*)(?:: \w+)? = ((?:\d|[A-Z_]+ [-+*<])[^;\n]*);/gm;
const BOUNDING: ReadonlySet<string> = new Set(['CAP', 'LIMIT', 'MAX', 'MOST', 'LONGEST', 'LARGEST', 'MEMORY', 'CACHE', 'LIFE', 'WAIT', 'IDLE', 'LINGER', 'GRACE', 'WINDOW']);
const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, s: 1_000_000, ms: 1000 };
/** Constants that other files import. */
const KNOWN: Readonly<Record<string, number>> = { SECOND: 1_000_000, MILLISECOND: 1000, MAX_FRAME: 2 ** 20 };
