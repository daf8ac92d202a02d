/** A machine and an internet for one live run: network, process and mount namespaces of its own, gone with the script. Nothing leaves it, and nothing of this machine is in it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { obstacle } from '../../../lab/commands.ts';
import { ROOT } from '../../../source-tree.ts';
import { APP, HOSTS, NAMELESS, OTHER_RESOLVER, PRELUDE, RESOLVER, SERVERS } from './programs.ts';

const PROGRAM = path.join(ROOT, 'dist/main.js');

/** Why it cannot be set up here, said once; a failure where nothing may be skipped. */
export function stageObstacle(what: string): string | undefined {
  const reason = obstacle();
  if (reason === undefined) return undefined;
  console.log(`${what} skipped: ${reason}`);
  if (process.env['EGRET_REQUIRE_ALL'] === '1') throw new Error(`${what}: ${reason}`);
  return reason;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What the tests read of a report in JSON. */
export interface Shown {
  readonly settings: { readonly phases: readonly { readonly phase: string }[] };
  readonly blindSpots: readonly { readonly code: string; readonly count: number }[];
  readonly destinations: readonly { readonly name?: string; readonly addresses: readonly string[]; readonly port: number; readonly transport: string; readonly count: number; readonly via?: string; readonly verdict: string }[];
  readonly findings: readonly { readonly rule: string; readonly severity: string; readonly subject: string; readonly confidence: string; readonly claims: readonly string[] }[];
  readonly claims: readonly { readonly id: string; readonly verdict: string; readonly needs: readonly { readonly need: string; readonly met: boolean }[] }[];
}

export class Stage {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'egret-stage-'));

  constructor() {
    if (!existsSync(PROGRAM)) throw new Error('dist/main.js is not there: npm run build makes it');
  }

  /** Runs a script of bash on a fresh machine in a folder of this name; `egret` and `$APP` are there as commands. */
  async play(name: string, script: string): Promise<Ended> {
    const cwd = this.at(name);
    mkdirSync(cwd);
    const ca = path.join(ROOT, 'test/lab/ca');
    writeFileSync(path.join(cwd, 'stage.json'), JSON.stringify({ hosts: HOSTS, resolvers: [RESOLVER, OTHER_RESOLVER], root: path.join(ROOT, 'package.json'), pem: path.join(ca, 'issuing.pem'), key: path.join(ca, 'issuing.key.pem') }));
    writeFileSync(path.join(cwd, 'servers.mjs'), SERVERS);
    writeFileSync(path.join(cwd, 'app.mjs'), APP);
    const env = { PATH: process.env['PATH'], NODE: process.execPath, EGRET: PROGRAM, POLICY: path.join(ROOT, 'policies/multiclaw.yaml'), NO_COLOR: '1', RESOLVER, ADDRESSES: [...new Set([...Object.values(HOSTS), RESOLVER, OTHER_RESOLVER, NAMELESS])].join(' ') };
    const child = spawn('unshare', ['--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'bash', '-c', `${PRELUDE}${script}`], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
  }

  /** A report that such a script wrote as JSON. */
  report(...names: readonly string[]): Shown {
    const shown: Shown = JSON.parse(this.text(...names));
    return shown;
  }

  text(...names: readonly string[]): string {
    return readFileSync(this.at(...names), 'utf8');
  }

  at(...names: readonly string[]): string {
    return path.join(this.folder, ...names);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
