/** Which file a command runs, and its SHA-256: so that a bundle says which build was watched. */
import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, realpathSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface Program {
  readonly path: string;
  readonly sha256: string;
}

/** Looks a command up as the system would (`searched` is PATH) and reads the file; undefined where there is none to read. */
export async function hashProgram(command: string, cwd: string, searched: string | undefined): Promise<Program | undefined> {
  const candidates = /[/\\]/.test(command) ? [resolve(cwd, command)] : (searched ?? '').split(delimiter).filter((folder) => folder !== '').map((folder) => join(resolve(cwd, folder), command));
  const found = candidates.find(isProgram);
  if (found === undefined) return undefined;
  try {
    const path = realpathSync(found);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    return { path, sha256: hash.digest('hex') };
  } catch {
    // A program may be executable and not readable.
    return undefined;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
