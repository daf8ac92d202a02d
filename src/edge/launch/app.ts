/**
 * The app under test as a child of egret: its own terminal streams, its own
 * exit code, an environment that names the proxy. Starts it, signals it, waits
 * for its end. Never a shell: the words are the words.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UsageError } from '../../core/base/errors.ts';

export interface App {
  /** Its exit code, as a shell gives it: 128 and the number for a signal. */
  readonly ended: Promise<AppEnd>;
  /** Sends it a signal; says whether it was there to take it. */
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): boolean;
}

export interface AppEnd {
  readonly code: number;
  readonly signal?: string;
}

/** Starts a program with these words. Throws UsageError when there is none to start. */
export async function startApp(words: readonly string[], env: Readonly<Record<string, string | undefined>>, cwd: string): Promise<App> {
  const [file = '', ...rest] = words;
  const child = spawn(file, rest, { cwd, env: { ...env }, stdio: 'inherit', windowsHide: true });
  const ended = new Promise<AppEnd>((done) => {
    child.once('exit', (code, signal) => done(signal === null ? { code: code ?? 0 } : { code: 128 + (constants.signals[signal] ?? 0), signal }));
  });
  await new Promise<void>((done, fail) => {
    child.once('spawn', done);
    child.once('error', (error: NodeJS.ErrnoException) => fail(new UsageError(`cannot run ${file}: ${REASONS[error.code ?? ''] ?? error.message}`, 'write the program and its words behind --, as in: egret run -- ./app --flag')));
  });
  // A signal that cannot be delivered is an error event too.
  child.on('error', () => {});
  return { ended, signal: (name) => child.kill(name) };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'it may not be executed',
  E2BIG: 'its words are too long',
};
