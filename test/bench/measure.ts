/**
 * Runs one program to its end and gives the CPU time and peak memory it took
 * itself. GNU time measures any program; without it a hook inside Node measures
 * Node programs, and others cannot be measured. Wall time is never reported:
 * it depends on what else the machine does.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** Exit codes that mean that the work was done. */
  readonly success: readonly number[];
}

export interface Cost {
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly exit: number;
  readonly output: string;
}

export class Meter {
  readonly #folder: string;
  readonly #hasTime: boolean;

  /** `folder` takes the small files that the numbers pass through. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#hasTime = spawnSync(GNU_TIME, ['-f', '%U', 'true']).status === 0;
  }

  get way(): string {
    return this.#hasTime ? 'GNU time' : 'a hook at the exit of Node programs';
  }

  canMeasure(program: Program): boolean {
    return this.#hasTime || program.command === process.execPath;
  }

  /** The cost of one run; a string says why there is none. */
  async run(program: Program, limitSeconds: number): Promise<Cost | string> {
    if (!this.canMeasure(program)) return 'not run: GNU time is missing';
    const numbers = path.join(this.#folder, 'cost.txt');
    rmSync(numbers, { force: true });
    const [command, args] = this.#wrapped(program, numbers);
    const ended = await finish(command, args, { ...process.env, [COST_FILE]: numbers }, limitSeconds);
    if (ended === undefined) return `not run: takes over ${limitSeconds} s`;
    if (!program.success.includes(ended.exit)) return `failed: exit ${ended.exit} ${ended.errors.trim().split('\n')[0] ?? ''}`.trim();
    const text = readFileSync(numbers, 'utf8').trim().split('\n').at(-1) ?? '';
    const [user = Number.NaN, system = Number.NaN, kilobytes = Number.NaN] = text.split(' ').map(Number);
    return { cpuSeconds: user + system, megabytes: kilobytes / 1024, exit: ended.exit, output: ended.output };
  }

  #wrapped({ command, args }: Program, numbers: string): [string, string[]] {
    // -q keeps "Command exited with non-zero status" out of the numbers.
    if (this.#hasTime) return [GNU_TIME, ['-q', '-f', '%U %S %M', '-o', numbers, command, ...args]];
    return [command, ['--import', HOOK, ...args]];
  }
}

interface Ended {
  readonly exit: number;
  readonly output: string;
  readonly errors: string;
}

function finish(command: string, args: readonly string[], env: NodeJS.ProcessEnv, limitSeconds: number): Promise<Ended | undefined> {
  return new Promise((resolve, reject) => {
    // Its own process group, so that the limit also ends what GNU time runs.
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    let errors = '';
    let isOver = false;
    const limit = setTimeout(() => {
      isOver = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, limitSeconds * 1000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => { output = (output + text).slice(-KEPT); });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { errors = (errors + text).slice(0, KEPT); });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve(isOver ? undefined : { exit: code ?? -1, output, errors });
    });
  });
}

const GNU_TIME = '/usr/bin/time';
const COST_FILE = 'EGRET_BENCH_COST';
/** Output of a measured program that is kept; tshark prints a line per packet. */
const KEPT = 4096;

/**
 * User and system seconds and peak KiB at exit. Linux inherits ru_maxrss from
 * the parent, so the peak comes from VmHWM where /proc has it.
 */
const HOOK = `data:text/javascript,${encodeURIComponent(`
import { readFileSync, writeFileSync } from 'node:fs';
process.on('exit', () => {
  const used = process.resourceUsage();
  let peak = used.maxRSS;
  try { peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]); } catch { }
  writeFileSync(process.env['${COST_FILE}'], [used.userCPUTime / 1e6, used.systemCPUTime / 1e6, peak].join(' '));
});`)}`;
