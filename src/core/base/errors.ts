/**
 * The two kinds of error that a user may see (design §9): their input is
 * wrong, or the machine refuses. Bad bytes are `Problem` values and never
 * thrown; anything else that is thrown is a bug in egret (exit 70).
 */

/** Where something stands in a file the user wrote; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing wrong with the user's input. */
export interface Mistake {
  readonly message: string;
  readonly at?: Position;
  /** What to write instead, or what to do. */
  readonly help?: string;
}

/** The user's input is wrong (flag, policy, unreadable file): exit 3. All mistakes are collected, not the first. */
export class UsageError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(first: string | readonly Mistake[], help?: string) {
    const mistakes = typeof first === 'string' ? [{ message: first, ...(help === undefined ? {} : { help }) }] : first;
    super(mistakes.map((mistake) => mistake.message).join('; '));
    this.name = 'UsageError';
    this.mistakes = mistakes;
  }
}

/** The machine refused: what was tried, what it answered, what to do. Exit 4. */
export class MachineError extends Error {
  readonly help: string;

  constructor(tried: string, answered: string, help: string) {
    super(`${tried}: ${answered}`);
    this.name = 'MachineError';
    this.help = help;
  }
}

/** `policy.yaml:12:7`, as compilers and editors write it. */
export function formatPosition(at: Position): string {
  return `${at.file}:${at.line}:${at.column}`;
}

/** One mistake as text: position and message, the help indented below it. No line break at the end. */
export function formatMistake(mistake: Mistake): string {
  const where = mistake.at === undefined ? '' : `${formatPosition(mistake.at)}: `;
  return `${where}${mistake.message}${mistake.help === undefined ? '' : `\n  help: ${mistake.help}`}`;
}
