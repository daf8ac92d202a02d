/** Files the user named, read or refused in the user's words. */
import { UsageError } from '../core/base/errors.ts';
import type { World } from './world.ts';

/** Text of a file the user named as `what` ("the policy"); what cannot be read is a usage error (exit 3). */
export async function readUserText(path: string, what: string, world: World): Promise<string> {
  try {
    return await world.readText(path);
  } catch (error) {
    throw new UsageError(`cannot read ${what} ${path}: ${whyNot(error)}`, `check the path; it is taken from ${world.cwd}`);
  }
}

/** What the system answered, in words. */
export function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space left on the device',
  ENOTEMPTY: 'there is something in it already',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  EFBIG: 'the file may not grow any more',
  EDQUOT: 'the disk quota is used up',
  ESPIPE: 'it is a pipe or a device, and the first line of a recording is written last',
  EEXIST: 'a temporary file of an earlier run is in the way',
};
