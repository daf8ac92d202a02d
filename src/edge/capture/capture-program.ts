/**
 * A capture program as a child of egret: its standard output is the capture,
 * its standard error says how it went. Starts it, hands on bytes, stops it.
 * In a process group of its own: Ctrl-C at the terminal is for the app.
 */
import { spawn } from 'node:child_process';

/** Where bytes of a capture come from. */
export interface CaptureFeed {
  /** Resolves when no more bytes come, whoever ended it. */
  readonly ended: Promise<FeedEnd>;
  /** Asks it to end; `ended` resolves when it has. */
  stop(): void;
}

export interface FeedEnd {
  /** There was no such program or package. */
  readonly isMissing: boolean;
  /** What it said on the way, the last of it. */
  readonly said: string;
  /** `ended with code 2`, `was ended by SIGKILL`. */
  readonly how: string;
}

/** Starts a program with these words; `push` gets what it captures. */
export function startProgram(program: string, words: readonly string[], env: Readonly<Record<string, string | undefined>>, push: (chunk: Uint8Array) => void): CaptureFeed {
  const child = spawn(program, words, { env: { ...env, PATH: `${env['PATH'] ?? ''}${SYSTEM_PATHS}`, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'], detached: true, windowsHide: true });
  let said = '';
  let isMissing = false;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on('data', push);
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString('utf8')).slice(-SAID_CAP);
  });
  const ended = new Promise<FeedEnd>((done) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      isMissing = error.code === 'ENOENT';
      if (child.pid !== undefined) return;
      isOver = true;
      done({ isMissing, said: error.message, how: 'could not be started' });
    });
    // Not `exit`: its last packets are in the pipe still.
    child.once('close', (code, signal) => {
      isOver = true;
      clearTimeout(timer);
      done({ isMissing, said, how: signal === null ? `ended with code ${code ?? 0}` : `was ended by ${signal}` });
    });
  });
  return {
    ended,
    stop() {
      if (isOver) return;
      child.kill('SIGINT');
      timer ??= setTimeout(() => child.kill('SIGKILL'), STOP_WAIT);
    },
  };
}

/** Where tcpdump is on systems that do not show it to everybody. */
const SYSTEM_PATHS = ':/usr/sbin:/sbin:/usr/local/sbin';
/** Characters kept of what a program says: its counters come last. */
const SAID_CAP = 8192;
/** In ms, for a program to end that was asked to. */
const STOP_WAIT = 3000;
