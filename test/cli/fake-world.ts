/** A world without a machine: files are a table, streams are gathered text, the package's own docs are read as they are or given. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { ClosedPipe, type OutputFile, type OutStream, type World } from '../../src/cli/world.ts';

export interface FakeWorld extends World {
  readonly files: Map<string, string>;
  readonly out: () => string;
  readonly err: () => string;
}

export interface FakeChoice {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly columns?: number;
  /** Standard output's reader goes after this many writes. */
  readonly closesAfter?: number;
  /** Paths that cannot be written, with the system's code. */
  readonly refuses?: Readonly<Record<string, string>>;
}

export function fakeWorld(choice: FakeChoice = {}): FakeWorld {
  const files = new Map(Object.entries(choice.files ?? {}));
  const out: string[] = [];
  const err: string[] = [];
  const { tty = false, columns } = choice;
  return {
    files,
    out: () => out.join(''),
    err: () => err.join(''),
    version: '0.0.0-test',
    env: choice.env ?? {},
    cwd: '/home/user',
    pid: 4711,
    seed: 1,
    async readInput(path, options) {
      const bytes = new TextEncoder().encode(files.get(path) ?? shipped(path) ?? refuse('ENOENT'));
      const consumer = options.open(bytes.subarray(0, 512));
      consumer.push(bytes);
      consumer.end();
      return { path, sha256: '', bytes: bytes.length, gzip: false };
    },
    stdout: stream(out, tty, columns, choice.closesAfter),
    stderr: stream(err, tty, columns),
    readText: async (path) => files.get(path) ?? shipped(path) ?? refuse('ENOENT'),
    exists: async (path) => files.has(path) || shipped(path) !== undefined,
    openOutput: async (path) => outputFile(path, files, choice.refuses ?? {}),
    kindOf: (path) => (files.has(path) ? 'file' : [...files.keys()].some((name) => name.startsWith(`${path.replace(/\/$/, '')}/`)) ? 'folder' : 'nothing'),
    folderNames: async (path) => [...files.keys()].filter((name) => name.startsWith(`${path.replace(/\/$/, '')}/`)).map((name) => name.slice(path.replace(/\/$/, '').length + 1)).sort(),
    openFolder: () => refuse('EROFS'),
    hashProgram: async () => undefined,
    every: () => () => {},
    saveMemory: () => {},
    packageText: async (path) => attempt(() => readFileSync(inPackage(path), 'utf8')),
    packagePath: (path) => path,
    node: process.execPath,
    nodeVersion: '20.19.0',
    self: 'egret',
    packageFolder: async (path) => attempt(() => readdirSync(inPackage(path)).sort()) ?? [],
    breathe: async () => {},
    now: () => 0,
    terminal: () => undefined,
    signalGroup: () => false,
    digest: () => ({ update: () => {}, hex: () => '0'.repeat(64) }),
    secretHash: () => (text) => createHash('sha256').update(text).digest().readUInt32LE(),
    onStop: () => () => {},
    onInterrupt: () => () => {},
  };
}

/** Fixtures and policies of the project are there under their own names. */
function shipped(path: string): string | undefined {
  return /^(?:fixtures|policies)\//.test(path) ? attempt(() => readFileSync(inPackage(path), 'utf8')) : undefined;
}

function inPackage(path: string): string {
  return new URL(`../../${path}`, import.meta.url).pathname;
}

function stream(into: string[], isTTY: boolean, columns?: number, closesAfter = Infinity): OutStream {
  return {
    isTTY,
    ...(isTTY ? { columns: columns ?? 80 } : {}),
    async write(text) {
      if (into.length >= closesAfter) throw new ClosedPipe();
      into.push(text);
    },
  };
}

function outputFile(path: string, files: Map<string, string>, refuses: Readonly<Record<string, string>>): OutputFile {
  const code = refuses[path];
  if (code !== undefined) refuse(code);
  const parts: string[] = [];
  return {
    write: (text) => void parts.push(text),
    commit: async (first = '') => void files.set(path, first + parts.join('')),
    discard: async () => {},
  };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function refuse(code: string): never {
  throw Object.assign(new Error(code), { code });
}
