/** Whose a process is, on this machine: its own processes, started before and after. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { wireText } from '../../../src/core/base/wire-text.ts';
import { Kinship } from '../../../src/edge/owners/kinship.ts';
import type { Process } from '../../../src/core/observe/observation.ts';
import { Proc } from '../../../src/edge/owners/proc.ts';
import { ProcessReader } from '../../../src/edge/owners/process-reader.ts';

const isLinux = process.platform === 'linux';
if (!isLinux) console.log('skipped: kinship of processes needs Linux');

function take(): Kinship {
  const kinship = Kinship.take();
  if (kinship === undefined) throw new Error('there is a process file system here');
  return kinship;
}

/** A shell whose child writes its id; both wait. */
async function family(script: string): Promise<{ readonly parent: number; readonly child: number }> {
  const shell = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [data]: unknown[] = await once(shell.stdout, 'data');
  const child = Number(String(data).trim());
  onTestFinished(() => {
    shell.kill('SIGKILL');
    spawnSync('kill', ['-9', String(child)]);
  });
  return { parent: shell.pid ?? 0, child };
}

const processOf = (pid: number): Process | undefined => new ProcessReader(new Proc(), process.pid).read(pid)?.process;

describe.skipIf(!isLinux)('a process', () => {
  it('is the app\'s where egret started it or one of its ancestors', async () => {
    const kinship = take();
    const { parent, child } = await family('sleep 30 & echo $!; wait');
    expect([parent, child, process.pid].map((pid) => kinship.of(processOf(pid) ?? nobody(pid)))).toEqual(['app', 'app', 'egret']);
  });

  it('is another\'s where it or its parent was there before, unless that parent takes in orphans', async () => {
    const kinship = take();
    const elder = process.ppid;
    const younger = (parent: number): ReturnType<Kinship['of']> => kinship.of({ ...nobody(2 ** 30), parents: [nobody(parent)] });
    expect([kinship.of(nobody(elder)), younger(elder), younger(1), kinship.of(nobody(2 ** 30))]).toEqual(['others', 'unknown', 'unknown', 'unknown']);
  });

  it('that the app left behind is counted once egret looks, however it lost its parents, and not once it has gone', async () => {
    const kinship = take();
    const before = kinship.left();
    const { child } = await family('(setsid sleep 30 & echo $!) ; sleep 0.1');
    expect(kinship.left()).toBeGreaterThan(before);
    expect(Kinship.take()?.left()).toBeDefined();
    process.kill(child, 'SIGKILL');
    while (processOf(child)?.exe !== undefined) await new Promise((done) => setTimeout(done, 20));
  });

  it('that lost its parents may be the app\'s', async () => {
    const kinship = take();
    const { child } = await family('(sleep 30 & echo $!) ; sleep 0.1');
    while (processOf(child)?.parents?.some(({ name }) => name === 'sh') === true) await new Promise((done) => setTimeout(done, 20));
    expect(kinship.of(processOf(child) ?? nobody(child))).toBe('unknown');
  });
});

function nobody(pid: number): Process {
  return { pid, name: wireText('some') };
}
