import { existsSync, readdirSync } from 'node:fs';
import { command } from './commands.ts';
import { LINKS, ROUTES, SETTINGS, SIDES } from './topology.ts';
import type { Side } from './topology.ts';

const FOLDER = '/run/netns';
const PREFIX = 'egretlab';
let serial = 0;

export const namespacePath = (name: string): string => `${FOLDER}/${name}`;

export class Namespaces {
  readonly name: Readonly<Record<Side, string>>;

  /** The maker's process id is part of the name, so that a later run can tell an orphan from a lab in use. */
  constructor() {
    serial += 1;
    const id = `${PREFIX}-${process.pid}-${serial}`;
    this.name = { app: `${id}-app`, router: `${id}-router`, net: `${id}-net` };
  }

  build(): void {
    removeOrphans();
    for (const side of SIDES) prepare(this.name[side]);
    for (const step of [LINKS, ROUTES]) {
      for (const side of ['app', 'net', 'router'] as const) {
        const lines = step[side].map((line) => `${line.replaceAll('{router}', this.name.router)}\n`);
        command('ip', ['-n', this.name[side], '-batch', '-'], lines.join(''));
      }
    }
  }

  /** May be called at any stage, and twice. */
  remove(): void {
    for (const side of SIDES) removeNamespace(this.name[side]);
  }
}

function prepare(name: string): void {
  command('ip', ['netns', 'add', name]);
  const script = SETTINGS.map(([key, value]) => `echo ${value} > /proc/sys/net/${key}`).join(' && ');
  command('nsenter', [`--net=${namespacePath(name)}`, 'sh', '-c', script]);
}

/** Namespaces of labs whose maker is gone. */
export function removeOrphans(): void {
  for (const name of labNamespaces()) {
    const maker = Number(name.split('-')[1]);
    if (!alive(maker)) removeNamespace(name);
  }
}

export function labNamespaces(): string[] {
  return existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.startsWith(`${PREFIX}-`)) : [];
}

function removeNamespace(name: string): void {
  if (!existsSync(namespacePath(name))) return;
  try {
    for (const pid of command('ip', ['netns', 'pids', name]).split('\n')) {
      if (pid !== '') stop(Number(pid));
    }
    command('ip', ['netns', 'del', name]);
  } catch (error) {
    // Two labs that start together meet the same orphan.
    if (existsSync(namespacePath(name))) throw error;
  }
}

function stop(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function alive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
