/**
 * The process file system of Linux as three questions: text, link, names. What
 * is gone, forbidden or unreadable is undefined, since processes end while they
 * are looked at. Synchronous: its files are made in memory in microseconds, and
 * a thread pool would cost ten times that; callers rest between (slices.ts).
 */
import { closeSync, existsSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';

export class Proc {
  private readonly root: string;
  private readonly buffer = Buffer.allocUnsafe(READ_CAP);

  constructor(root = '/proc') {
    this.root = root;
  }

  /** Text of a small file, its first {@link READ_CAP} bytes at most. */
  text(path: string): string | undefined {
    const file = this.open(path);
    if (file === undefined) return undefined;
    try {
      return file.next();
    } finally {
      file.close();
    }
  }

  /** A table that is read in pieces: `next` gives '' at its end. */
  open(path: string): { next(): string; close(): void } | undefined {
    const { root, buffer } = this;
    const fd = orNothing(() => openSync(`${root}/${path}`, 'r'));
    if (fd === undefined) return undefined;
    return {
      next: () => orNothing(() => buffer.toString('utf8', 0, readSync(fd, buffer, 0, READ_CAP, null))) ?? '',
      close: () => closeSync(fd),
    };
  }

  link(path: string): string | undefined {
    return orNothing(() => readlinkSync(`${this.root}/${path}`));
  }

  /** Sooner than {@link link} where mostly nothing is. */
  has(path: string): boolean {
    return existsSync(`${this.root}/${path}`);
  }

  names(path: string): readonly string[] {
    return orNothing(() => readdirSync(`${this.root}/${path}`)) ?? [];
  }

  /** User that a file belongs to. */
  userOf(path: string): number | undefined {
    return orNothing(() => statSync(`${this.root}/${path}`).uid);
  }

  /** All process ids, newest first. */
  pids(): number[] {
    return this.names('').map(Number).filter((pid) => pid > 0).sort((a, b) => b - a);
  }
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Bytes of one read: the kernel gives tables a page at a time, and a command line may have two megabytes. */
const READ_CAP = 65_536;
