/** The built program as a child: what it prints, and how it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../../source-tree.ts';
import { proxyAlone } from './proxy-alone.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Where `npm run build` puts it. */
export const PROGRAM = path.join(ROOT, 'dist/main.js');

export class Program {
  readonly child: ChildProcess;
  out = '';
  err = '';
  readonly ended: Promise<Ended>;

  /** `shell`: words before it, such as limits of a shell that becomes egret. */
  constructor(words: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}, shell = '') {
    const all = [process.execPath, PROGRAM, ...proxyAlone(words)];
    const environment = { PATH: process.env['PATH'], ...env };
    this.child = shell === '' ? spawn(process.execPath, all.slice(1), { cwd, env: environment }) : spawn('sh', ['-c', `${shell}; exec "$@"`, 'sh', ...all], { cwd, env: environment });
    this.child.stdout?.on('data', (data: Buffer) => (this.out += data.toString()));
    this.child.stderr?.on('data', (data: Buffer) => (this.err += data.toString()));
    this.ended = new Promise((done) => this.child.on('close', (code) => done({ code, out: this.out, err: this.err })));
  }

  /** Where its proxy listens, once it says so with --events. */
  get port(): number {
    return Number(/"event":"listening".*?"port":(\d+)/.exec(this.err)?.[1] ?? 0);
  }
}
