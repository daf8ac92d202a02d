/** egret in a real terminal: a tmux server of the test's own, keys sent to it, its screen read back. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const HAS_TMUX: boolean = spawnSync('tmux', ['-V'], { stdio: 'ignore' }).status === 0;

export class Tmux {
  readonly folder: string;
  private readonly socket: string;

  /** A shell in a terminal of this size, in a folder that goes with it. */
  constructor(columns: number, rows: number, env: Readonly<Record<string, string>> = {}) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'egret-tmux-'));
    this.socket = path.join(this.folder, 'tmux');
    this.tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'egret', '-x', String(columns), '-y', String(rows), '-c', this.folder, 'env', ...Object.entries({ LC_ALL: 'C.UTF-8', PS1: '$ ', HISTFILE: '/dev/null', ...env }).map(([name, value]) => `${name}=${value}`), 'bash', '--norc', '--noprofile');
  }

  /** A line typed at the prompt. */
  type(line: string): void {
    this.tmux('send-keys', '-t', 'egret', '-l', line);
    this.press('Enter');
  }

  press(...keys: readonly string[]): void {
    this.tmux('send-keys', '-t', 'egret', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.tmux('resize-window', '-t', 'egret', '-x', String(columns), '-y', String(rows));
  }

  /** What is on the screen, without spaces at the ends of lines. */
  screen(): string {
    return this.tmux('capture-pane', '-t', 'egret', '-p');
  }

  /** What tmux knows of its terminal, as `alternate_on`. */
  fact(name: string): string {
    return this.tmux('display-message', '-p', '-t', 'egret', `#{${name}}`).trim();
  }

  /** The screen once it has this; what was there instead is in the error. */
  async shows(expected: string | RegExp, wait = 15_000): Promise<string> {
    const until = performance.now() + wait;
    for (;;) {
      const shown = this.screen();
      if (typeof expected === 'string' ? shown.includes(expected) : expected.test(shown)) return shown;
      if (performance.now() > until) throw new Error(`the terminal never showed ${String(expected)}:\n${shown}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** The terminal goes away under those who use it. */
  hangUp(): void {
    spawnSync('tmux', ['-S', this.socket, 'kill-server'], { stdio: 'ignore' });
  }

  /** Ends everything in it, and takes its folder away. */
  close(): void {
    this.hangUp();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  private tmux(...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('tmux', ['-S', this.socket, ...words], { encoding: 'utf8', env: { PATH: process.env['PATH'], TERM: 'xterm-256color', HOME: this.folder } });
    if (status !== 0) throw new Error(`tmux ${words.join(' ')}: ${stderr}`);
    return stdout;
  }
}
