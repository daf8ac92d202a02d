/**
 * Where the runs of this user listen for marks: one socket a run in a folder
 * that nobody else may enter. Finds them, and makes the folder. Never trusts a
 * folder that somebody else could have made.
 */
import { lstatSync } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';

/** A run that listens, or did before it was killed. */
export interface ListeningRun {
  readonly pid: number;
  readonly socket: string;
}

/** The folder's path; `runtime` is XDG_RUNTIME_DIR where it is set. */
export function markFolder(runtime: string | undefined): string {
  return runtime !== undefined && path.isAbsolute(runtime) ? path.join(runtime, 'egret') : path.join(tmpdir(), `egret-${ownUser()}`);
}

/** Makes the folder where there is none. Rejects with a node error code; `EPERM` when others could have put something there. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!(await isOwn(folder))) throw Object.assign(new Error(`${folder} belongs to somebody else or is open to others`), { code: 'EPERM' });
}

/** Runs that have a socket there, in the order of their process numbers. */
export async function runsIn(folder: string): Promise<readonly ListeningRun[]> {
  if (!(await isOwn(folder).catch(() => false))) return [];
  const names = await readdir(folder);
  return names
    .flatMap((name) => {
      const [, digits] = SOCKET_NAME.exec(name) ?? [];
      return digits === undefined ? [] : { pid: Number(digits), socket: path.join(folder, name) };
    })
    .sort((one, other) => one.pid - other.pid);
}

/** Whether only this user can have made what is in it. */
async function isOwn(folder: string): Promise<boolean> {
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === ownUser() && (found.mode & 0o077) === 0;
}

/** Containers run programs under numbers that no user has, of whom the system has nothing to tell. */
function ownUser(): number {
  try {
    return userInfo().uid;
  } catch {
    return lstatSync('/proc/self').uid;
  }
}

export function socketName(pid: number): string {
  return `${pid}.sock`;
}

const SOCKET_NAME = /^(\d{1,10})\.sock$/;
