/** Colour and the shape of the page: which stream gets which look. The only file that knows chalk. */
import { Chalk } from 'chalk';
import { type Look, PLAIN_LOOK, type Role } from '../core/report/layout/look.ts';
import type { OutStream, World } from './world.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

export const COLOR_CHOICES: readonly ColorChoice[] = ['auto', 'always', 'never'];

/** The look of a stream: a terminal's own width and signs; a pipe or file always 100 columns, UTF-8 and, unless asked for, no colour. */
export function lookFor(stream: OutStream, choice: ColorChoice, env: World['env']): Look {
  const columns = stream.isTTY ? Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, stream.columns ?? USUAL_COLUMNS)) : PLAIN_LOOK.columns;
  return { columns, unicode: stream.isTTY ? speaksUtf8(env) : true, style: painter(wantsColor(stream, choice, env)) };
}

/** The flag decides; then FORCE_COLOR, then NO_COLOR (any value, no-color.org), then whether it is a terminal that can. */
export function wantsColor(stream: Pick<OutStream, 'isTTY'>, choice: ColorChoice, env: World['env']): boolean {
  if (choice !== 'auto') return choice === 'always';
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return stream.isTTY && env['TERM'] !== 'dumb';
}

function painter(colored: boolean): Look['style'] {
  if (!colored) return (_, text) => text;
  // Sixteen colours only: those a reader has fitted to their own background.
  const chalk = new Chalk({ level: 1 });
  const paints: Readonly<Record<Role, (text: string) => string>> = {
    heading: chalk.bold.underline,
    strong: chalk.bold,
    dim: chalk.dim,
    good: chalk.green,
    bad: chalk.red.bold,
    warn: chalk.yellow,
    note: chalk.cyan,
    label: chalk.cyan,
  };
  return (role, text) => paints[role](text);
}

/** POSIX order of the variables that name the character set. */
function speaksUtf8(env: World['env']): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return locale === undefined ? env['WT_SESSION'] !== undefined || env['TERM_PROGRAM'] !== undefined : /utf-?8/i.test(locale);
}

const USUAL_COLUMNS = 80;
/** Narrower pages cut names to nothing; wider ones are no longer read as lines. */
const LEAST_COLUMNS = 40;
const MOST_COLUMNS = 200;
