/**
 * A user's repository in a temporary folder: shipped recordings under names of
 * their own with their run sheets, the example policy, and where asked egret as
 * a development dependency. Also runs programs there without blocking the test.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../source-tree.ts';

export interface Ended {
  readonly exit: number | null;
  /** Both outputs in the order in which they were written. */
  readonly log: string;
}

/** A fresh folder with `policy.yaml` and a recording of each story, as `recordings/NAME.pcapng` with its sheet. */
export function userProject(recordings: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'egret-ci-'));
  mkdirSync(path.join(folder, 'recordings'));
  cpSync(path.join(ROOT, 'policies/multiclaw.yaml'), path.join(folder, 'policy.yaml'));
  cpSync(path.join(ROOT, 'test/lab/ca/root.pem'), path.join(folder, 'recordings/lab-root.pem'));
  for (const [name, story] of Object.entries(recordings)) {
    const from = path.join(ROOT, 'fixtures/recordings', story);
    const sheet = readFileSync(path.join(from, 'story.run.yaml'), 'utf8').replace(/^roots: .*$/m, 'roots: [lab-root.pem]');
    cpSync(path.join(from, 'capture.pcapng'), path.join(folder, `recordings/${name}.pcapng`));
    writeFileSync(path.join(folder, `recordings/${name}.run.yaml`), sheet);
  }
  return folder;
}

/** Packs egret as it would be published, into `folder`; gives the file. prepack would rebuild dist/ under other tests. */
export async function packEgret(folder: string): Promise<string> {
  const { exit, log } = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], ROOT, {});
  if (exit !== 0) throw new Error(log);
  return path.join(folder, log.trim().split('\n').at(-1) ?? '');
}

/** Runs a program to its end with exactly these variables beside PATH and HOME. */
export function run(command: string, words: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(command, words, { cwd, env: { PATH: [path.dirname(process.execPath), PATH].join(path.delimiter), HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    const take = (text: string): void => { log += text; };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (exit) => resolve({ exit, log }));
  });
}
