import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { bundlePrograms } from './bundle.ts';
import type { Program } from './bundle.ts';
import { command, projectRoot } from './commands.ts';
import type { Faults } from './hosts.ts';
import { RESOLVER } from './hosts.ts';
import { Namespaces, namespacePath } from './namespaces.ts';
import { LabProcess } from './process.ts';
import type { Side } from './topology.ts';

// Inside mount and host-name namespaces of its own, so that nothing under /etc of the machine changes. nscd would answer
// names over a socket that no capture sees; a host name with a domain would have failed names tried again below it.
const ENTER = `
echo desk > /proc/sys/kernel/hostname
mount --bind "$LAB/resolv.conf" /etc/resolv.conf
mount --bind "$LAB/nsswitch.conf" /etc/nsswitch.conf
mount --bind "$LAB/hosts" /etc/hosts
if [ -d /run/nscd ]; then mount -t tmpfs none /run/nscd; fi
exec "$@"`;

/** The lab's authority. */
export const LAB_CA = join(projectRoot(), 'test', 'lab', 'ca');
/** The root that every server of the lab is vouched for by. */
export const LAB_ROOT = join(LAB_CA, 'root.pem');
export type Environment = Readonly<Record<string, string>>;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The small internet, up. Whoever opens it closes it; the exit of the process closes it too. */
export class Lab {
  readonly folder: string;
  readonly #namespaces = new Namespaces();
  readonly #children = new Set<ChildProcess>();
  readonly #onExit = (): void => this.close();
  readonly #onSignal = (signal: (typeof SIGNALS)[number]): void => process.exit(128 + constants.signals[signal]);
  #path: (program: Program) => string = () => '';

  private constructor() {
    const cache = join(projectRoot(), '.cache');
    mkdirSync(cache, { recursive: true });
    this.folder = mkdtempSync(join(cache, 'lab-'));
    process.once('exit', this.#onExit);
    for (const signal of SIGNALS) process.once(signal, this.#onSignal);
  }

  static async up(faults: Faults): Promise<Lab> {
    const lab = new Lab();
    try {
      writeFileSync(join(lab.folder, 'resolv.conf'), `nameserver ${RESOLVER}\noptions timeout:1 attempts:2\n`);
      writeFileSync(join(lab.folder, 'nsswitch.conf'), 'hosts: files dns\n');
      writeFileSync(join(lab.folder, 'hosts'), '127.0.0.1 localhost\n::1 localhost\n');
      lab.#path = await bundlePrograms(lab.folder);
      lab.#namespaces.build();
      await lab.run('net', 'servers/servers', { ca: LAB_CA, faults }).reply('ready');
    } catch (error) {
      lab.close();
      throw error;
    }
    return lab;
  }

  /** One of our own programs, with the lab's resolver and root. */
  run(side: Side, program: Program, words: unknown, environment: Environment = {}): LabProcess {
    const node = [process.execPath, this.#path(program), JSON.stringify(words)];
    const child = this.#spawn(side, ['unshare', '--mount', '--uts', 'sh', '-ec', ENTER, 'sh', ...node], ['ignore', 'inherit', 'inherit', 'ipc'], environment);
    return new LabProcess(program, child);
  }

  /** A program of the machine, with its error output as a pipe. */
  tool(side: Side, words: readonly string[]): ChildProcess {
    return this.#spawn(side, words, ['ignore', 'ignore', 'pipe']);
  }

  /** A program of the machine that ends by itself, with its input. */
  command(side: Side, words: readonly string[], input: string): void {
    command('nsenter', [`--net=${namespacePath(this.#namespaces.name[side])}`, '--', ...words], input);
  }

  #spawn(side: Side, words: readonly string[], stdio: ('ignore' | 'inherit' | 'pipe' | 'ipc')[], environment: Environment = {}): ChildProcess {
    // Every step execs the next, so the child's id is that of the program; none outlives this process.
    const enter = ['--pdeathsig', 'KILL', '--', 'nsenter', `--net=${namespacePath(this.#namespaces.name[side])}`, '--', ...words];
    const env = { PATH: process.env['PATH'], LAB: this.folder, NODE_EXTRA_CA_CERTS: LAB_ROOT, LC_ALL: 'C', ...environment };
    const child = spawn('setpriv', enter, { stdio, env });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  close(): void {
    process.off('exit', this.#onExit);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
    for (const child of this.#children) child.kill('SIGKILL');
    this.#namespaces.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
