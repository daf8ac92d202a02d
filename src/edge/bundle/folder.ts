/**
 * A folder that is written while a run goes on: files that grow, and one that
 * is put in place of its earlier self. Every call is done when it returns, so
 * that what was written is there even if egret is killed in the next moment.
 * Throws what node throws; never overwrites a file that it did not make.
 */
import { type Stats, closeSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface GrowingFile {
  write(data: string | Uint8Array): void;
  close(): void;
}

export interface BundleFolder {
  /** A new file; refuses with EEXIST where one has this name. */
  create(name: string): GrowingFile;
  /** The whole text of a file, all of it or what stood there before. */
  replace(name: string, text: string): void;
  /** Takes a file away that this run has made. */
  remove(name: string): void;
  /** Takes all files of this run away, and the folder with them where it was made for them. */
  drop(): void;
}

/** Makes the folder where it is not there yet. Throws ENOTEMPTY where it holds anything. */
export function openFolder(path: string): BundleFolder {
  const wasThere = statOf(path) !== undefined;
  mkdirSync(path, { recursive: true });
  if (readdirSync(path).length > 0) throw Object.assign(new Error('it is not empty'), { code: 'ENOTEMPTY' });
  const made = new Set<string>();
  return {
    create(name) {
      const file = growing(openSync(join(path, name), 'wx', MODE));
      made.add(name);
      return file;
    },
    replace(name, text) {
      made.add(name);
      const part = join(path, `.${name}.part`);
      const file = openSync(part, 'w', MODE);
      try {
        writeAll(file, Buffer.from(text));
      } finally {
        closeSync(file);
      }
      renameSync(part, join(path, name));
    },
    remove(name) {
      rmSync(join(path, name), { force: true });
      made.delete(name);
    },
    drop() {
      for (const name of made) rmSync(join(path, name), { force: true });
      if (!wasThere) rmdirSync(path);
    },
  };
}

/** What has this name; what cannot be looked at is nothing, and whoever opens it is told why. */
export function kindOf(path: string): 'file' | 'empty' | 'folder' | 'nothing' {
  const found = statOf(path);
  return found === undefined ? 'nothing' : found.isDirectory() ? 'folder' : found.isFile() && found.size === 0 ? 'empty' : 'file';
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function growing(file: number): GrowingFile {
  let isOpen = true;
  return {
    write: (data) => writeAll(file, typeof data === 'string' ? Buffer.from(data) : data),
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from);
}

/** Who was contacted, and what was asked in clear, is the user's own business. */
const MODE = 0o600;
