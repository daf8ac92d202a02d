/**
 * Everything outside that the command line may touch, as one bundle handed
 * inward: tests hand in a fake one, `node-world.ts` makes the real one. Nothing
 * else in `cli` knows `process` or the file system.
 */

import type { Micros } from '../core/base/time.ts';
import type { BundleFolder } from '../edge/bundle/folder.ts';
import type { Program } from '../edge/bundle/program.ts';
import type { InputFacts, ReadOptions } from '../edge/capture/read.ts';
import type { Terminal } from '../tui/terminal.ts';

export interface World {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Number of this process. */
  readonly pid: number;
  /** Seed of the hash tables that strangers feed; fixed in tests. */
  readonly seed: number;
  readonly stdout: OutStream;
  readonly stderr: OutStream;
  /** Reads a file or `-`, plain or gzip, to its end into a consumer chosen by its first bytes (edge/capture). Throws UsageError. */
  readInput(path: string, options: Omit<ReadOptions, 'stdin'>): Promise<InputFacts>;
  /** UTF-8 text of a file the user named; rejects with a node error code. */
  readText(path: string): Promise<string>;
  exists(path: string): Promise<boolean>;
  /** A file that appears under its name only when it is whole. Rejects with a node error code. */
  openOutput(path: string, kind?: OutputKind): Promise<OutputFile>;
  /** What has this name; `empty` is a file of 0 bytes. */
  kindOf(path: string): 'file' | 'empty' | 'folder' | 'nothing';
  /** Names in a folder of the user's, sorted; rejects with a node error code. */
  folderNames(path: string): Promise<readonly string[]>;
  /** A folder to be written while a run goes on; throws a node error code, ENOTEMPTY where it holds anything. */
  openFolder(path: string): BundleFolder;
  /** Which file a command runs, and its SHA-256; undefined where it cannot be read. */
  hashProgram(command: string): Promise<Program | undefined>;
  /** Calls back again and again, this many ms apart, without keeping the program alive; gives what ends it. */
  every(ms: number, act: () => void): () => void;
  /** A program that runs for days gives memory back early, for a little more work. */
  saveMemory(): void;
  /** Text of a file of the installed package (`docs/exit-codes.md`); undefined when there is none. */
  packageText(path: string): Promise<string | undefined>;
  /** Where a file of the installed package is on disk. */
  packagePath(path: string): string;
  /** The Node that runs egret, for programs of its own. */
  readonly node: string;
  /** Version of that Node. */
  readonly nodeVersion: string;
  /** How the user called egret, for commands to copy: `egret`, or `node` and a file. */
  readonly self: string;
  /** Names in a folder of the installed package, sorted; empty when there is none. */
  packageFolder(path: string): Promise<readonly string[]>;
  /** Gives signals and timers their turn, which a synchronous reader would keep waiting. */
  breathe(): Promise<void>;
  /** Microseconds since 1970, never backwards while the program runs. */
  now(): Micros;
  /** The terminal that standard error and standard input are; undefined where one of them is none, or it cannot move its cursor. */
  terminal(): Terminal | undefined;
  /** Sends a signal to a program and all that it started in its own group; says whether it was there to take it. */
  signalGroup(leader: number, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): boolean;
  /** SHA-256 of text that comes in pieces. */
  digest(): Digest;
  /** A hash under a new key, which nobody keeps: 32 bits that cannot be foretold or turned back. */
  secretHash(): (text: string) => number;
  /** Calls back at each Ctrl-C or polite kill, and lets the program go on; gives what takes the callback away. */
  onStop(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Calls back at Ctrl-C or a polite kill, then lets the signal end the program; gives what takes the callback away. */
  onInterrupt(handler: () => Promise<void>): () => void;
}

export interface Digest {
  update(text: string): void;
  hex(): string;
}

export interface OutStream {
  readonly isTTY: boolean;
  /** Only of terminals. */
  readonly columns?: number;
  /** Resolves when the text was taken, so that awaiting it respects the reader's pace; rejects with {@link ClosedPipe} when nobody reads any more. */
  write(text: string): Promise<void>;
}

/** `prepended`: will be committed with a first part, which pipes and devices cannot take; refused for them with ESPIPE. */
export type OutputKind = 'appended' | 'prepended';

export interface OutputFile {
  /** Appends; bounded work, done when it returns. */
  write(text: string): void;
  /** Puts the file under its name, `first` before all that was written. */
  commit(first?: string): Promise<void>;
  /** Leaves no trace of it. */
  discard(): Promise<void>;
}

/** The reader of a pipe has gone, as in `egret … | head`: no failure, and nothing to say to anyone. */
export class ClosedPipe extends Error {}
