/**
 * The app under test as a child of egret: its own terminal streams, its own
 * exit code, an environment that names the proxy. Starts it, signals it, waits
 * for its end. Never a shell: the words are the words.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { UsageError } from '../../core/base/errors.ts';

export interface App {
  /** Its exit code, as a shell gives it: 128 and the number for a signal. */
  readonly ended: Promise<AppEnd>;
  /** Sends it a signal; says whether it was there to take it. */
  signal(name: Signal): boolean;
}

export interface AppEnd {
  readonly code: number;
  readonly signal?: string;
}

/** Where an app prints to when it does not have the terminal. */
export interface Pane {
  printed(chunk: Uint8Array): void;
  /** Signals a group of processes by its leader, as a terminal does with its own. */
  signalGroup(leader: number, signal: Signal): boolean;
}

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGKILL';

/**
 * Starts a program with these words. With a pane it has no terminal at all: no input, its output to the pane, and a
 * session of its own, so that nothing it starts can write over the screen. Throws UsageError when there is none to start.
 */
export async function startApp(words: readonly string[], env: Readonly<Record<string, string | undefined>>, cwd: string, pane?: Pane): Promise<App> {
  const [file = '', ...rest] = words;
  const child = spawned(() => spawn(file, rest, { cwd, env: { ...env }, stdio: pane === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'], detached: pane !== undefined, windowsHide: true }), file);
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Uint8Array) => pane?.printed(chunk));
  const exited = new Promise<AppEnd>((done) => {
    child.once('exit', (code, signal) => done(signal === null ? { code: code ?? 0 } : { code: 128 + (constants.signals[signal] ?? 0), signal }));
  });
  const ended = exited.then(async (end) => {
    if (pane !== undefined) await drained(child);
    return end;
  });
  await new Promise<void>((done, fail) => {
    child.once('spawn', done);
    child.once('error', (error) => fail(notStarted(file, error)));
  });
  // A signal that cannot be delivered is an error event too.
  child.on('error', () => {});
  return { ended, signal: (name) => (pane === undefined || child.pid === undefined ? child.kill(name) : pane.signalGroup(child.pid, name)) };
}

/** Some of what the system answers node tells as an event, and some it throws. */
function spawned(start: () => ChildProcess, file: string): ChildProcess {
  try {
    return start();
  } catch (error) {
    throw notStarted(file, error);
  }
}

function notStarted(file: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // The system says "no such file" of a script's interpreter too.
  const why = code === 'ENOENT' && file.includes('/') && existsSync(file) ? 'the interpreter that its first line names, or its loader, is not there' : (REASONS[code] ?? String(error));
  return new UsageError(`cannot run ${file}: ${why}`, HELP[code] ?? 'write the program and its words behind --, as in: egret run -- ./app --flag');
}

/** Its last words, as far as they come soon: what it left behind may hold its output open for days. */
async function drained(child: ChildProcess): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([new Promise((done) => child.once('close', done)), new Promise((done) => (timer = setTimeout(done, DRAIN_WAIT)))]);
  clearTimeout(timer);
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** In ms, for what an app that has ended wrote last. */
const DRAIN_WAIT = 200;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'it may not be executed',
  E2BIG: 'its words and environment are too long',
  ENOTDIR: 'a part of its path is no folder',
  ELOOP: 'its path is a circle of links',
  ENAMETOOLONG: 'its name is too long',
  ENOEXEC: 'it is no program of this system',
  ETXTBSY: 'it is being written',
  EAGAIN: 'this user may start no more processes',
  ENOMEM: 'there is no memory left',
};
const HELP: Readonly<Record<string, string>> = {
  E2BIG: 'hand them over in a file, where the program takes one',
  EAGAIN: 'end some, or raise the limit: ulimit -u',
  ENOMEM: 'end other programs first',
};
