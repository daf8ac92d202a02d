/**
 * Errors as people and editors read them: `policy.yaml:12:7: message`, the
 * line with a caret where the file can be read, then what to do. Maps each kind
 * of error (design §9) to its exit code.
 */
import { formatPosition, MachineError, type Mistake, UsageError } from '../core/base/errors.ts';
import { forTerminal } from '../core/base/wire-text.ts';
import { headThatFits, widthOf } from '../core/report/layout/width.ts';
import { BUG, INPUT_WRONG, MACHINE_REFUSED } from './exit.ts';
import type { World } from './world.ts';

/** Tells the user what went wrong, on standard error; gives the exit code. */
export async function complain(error: unknown, world: World): Promise<number> {
  if (error instanceof UsageError) {
    await tell(world, await mistakeText(error.mistakes, world));
    return INPUT_WRONG;
  }
  if (error instanceof MachineError) {
    await tell(world, `egret: ${forTerminal(error.message, MESSAGE_LIMIT)}\n  help: ${forTerminal(error.help, MESSAGE_LIMIT)}\n`);
    return MACHINE_REFUSED;
  }
  await tell(world, bugText(error, world));
  return BUG;
}

/** All mistakes, each with its excerpt and help; `kind` is `warning` for what stops nothing. */
export async function mistakeText(mistakes: readonly Mistake[], world: World, kind?: 'warning' | 'note'): Promise<string> {
  const parts: string[] = [];
  const files = new Map<string, readonly string[]>();
  const label = kind === undefined ? '' : `${kind}: `;
  for (const { message, at, help } of mistakes) {
    const place = at === undefined ? 'egret' : forTerminal(formatPosition(at), MESSAGE_LIMIT);
    parts.push(`${place}: ${label}${forTerminal(message, MESSAGE_LIMIT)}\n`);
    if (at !== undefined) {
      if (!files.has(at.file)) files.set(at.file, await linesOf(at.file, world));
      parts.push(excerpt(files.get(at.file)?.[at.line - 1], at.line, at.column));
    }
    if (help !== undefined) parts.push(`  help: ${forTerminal(help, MESSAGE_LIMIT)}\n`);
  }
  return parts.join('');
}

/** The line and a caret below its column; nothing when the line is not there or empty. Long lines are cut around the caret. */
function excerpt(line: string | undefined, number: number, column: number): string {
  if (line === undefined || line.trim() === '') return '';
  const from = Math.max(0, column - 1 - BEFORE_CARET);
  const before = forTerminal(line.slice(from, column - 1).replaceAll('\t', ' '), EXCERPT_LIMIT);
  const after = forTerminal(line.slice(column - 1, column - 1 + EXCERPT_LIMIT).replaceAll('\t', ' '), EXCERPT_LIMIT);
  const gutter = String(number);
  const cut = from > 0 ? '…' : '';
  const shown = headThatFits(cut + before + after, EXCERPT_LIMIT);
  return `  ${gutter} | ${shown}\n  ${' '.repeat(gutter.length)} | ${' '.repeat(widthOf(cut + before))}^\n`;
}

async function linesOf(file: string, world: World): Promise<readonly string[]> {
  try {
    return (await world.readText(file)).split(/\r\n|\n|\r/);
  } catch {
    return [];
  }
}

/** One line, never a stack trace: the user can do nothing with it, and it may hold names from the wire. */
function bugText(error: unknown, world: World): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = world.env['EGRET_DEBUG'] === '1' && error instanceof Error ? `${(error.stack ?? '').split('\n').map((line) => forTerminal(line, MESSAGE_LIMIT)).join('\n')}\n` : '';
  return `egret: this is a bug in egret ${world.version}: ${forTerminal(message, MESSAGE_LIMIT)}; please report it with the command line and the output of EGRET_DEBUG=1 (docs/contributing.md says where)\n${stack}`;
}

/** When standard error itself is gone there is nobody left to tell. */
function tell(world: World, text: string): Promise<void> {
  return world.stderr.write(text).catch(() => {});
}

const MESSAGE_LIMIT = 1000;
const EXCERPT_LIMIT = 100;
const BEFORE_CARET = 60;
