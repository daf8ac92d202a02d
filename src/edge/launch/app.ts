/**
 * The app under test as a child of egret: its own terminal streams, its own
 * exit code, an environment that names the proxy. Starts it, signals it, waits
 * for its end. Never a shell: the words are the words.
 */
import { type ChildProcess, spawn } from 'node:child_process';
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

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/**
 * Starts a program with these words. With a pane it has no terminal at all: no input, its output to the pane, and a
 * session of its own, so that nothing it starts can write over the screen. Throws UsageError when there is none to start.
 */
export async function startApp(words: readonly string[], env: Readonly<Record<string, string | undefined>>, cwd: string, pane?: Pane): Promise<App> {
  const [file = '', ...rest] = words;
  const child = spawn(file, rest, { cwd, env: { ...env }, stdio: pane === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'], detached: pane !== undefined, windowsHide: true });
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
    child.once('error', (error: NodeJS.ErrnoException) => fail(new UsageError(`cannot run ${file}: ${REASONS[error.code ?? ''] ?? error.message}`, 'write the program and its words behind --, as in: egret run -- ./app --flag')));
  });
  // A signal that cannot be delivered is an error event too.
  child.on('error', () => {});
  return { ended, signal: (name) => (pane === undefined || child.pid === undefined ? child.kill(name) : pane.signalGroup(child.pid, name)) };
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
  E2BIG: 'its words are too long',
};
