/** Runs the built program in a folder of its own, as a user would; pretest builds dist/. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../source-tree.ts';

export interface ProgramRun {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

const PROGRAM = path.join(ROOT, 'dist/main.js');

/** A temporary folder with these files; `run` gives `egret` words there. */
export class Workplace {
  readonly folder: string = mkdtempSync(path.join(tmpdir(), 'egret-test-'));

  constructor() {
    if (!existsSync(PROGRAM)) throw new Error('dist/main.js is not there: npm run build makes it');
  }

  write(name: string, content: Uint8Array | string): void {
    writeFileSync(path.join(this.folder, name), content);
  }

  run(words: readonly string[], input: Uint8Array | string = ''): ProgramRun {
    return this.#spawn(process.execPath, [PROGRAM, ...words], input);
  }

  /** A shell line in which `egret` is the program. */
  shell(line: string, input: Uint8Array | string = ''): ProgramRun {
    return this.#spawn('bash', ['--norc', '--noprofile', '-c', `egret() { '${process.execPath}' '${PROGRAM}' "$@"; }; ${line}`], input);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(file: string, words: readonly string[], input: Uint8Array | string): ProgramRun {
    const { status, stdout, stderr } = spawnSync(file, words, { cwd: this.folder, input, encoding: 'utf8', timeout: 60_000, maxBuffer: 64 << 20, env: { PATH: process.env['PATH'] } });
    return { exit: status, out: stdout, err: stderr };
  }
}
