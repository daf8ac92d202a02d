/** Words of commands that are printed to be copied into a shell. Pure. */
import { isAbsolute, relative, sep } from 'node:path';

/** A path as short as it can be said from `cwd`: relative where it is below, else as it is. */
export function nearer(path: string, cwd: string): string {
  const from = relative(cwd, path);
  return from === '' || from.startsWith('..') || isAbsolute(from) ? path : from;
}

/** A word that the shell of this system takes as one. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(text)) return text;
  return sep === '/' ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}
