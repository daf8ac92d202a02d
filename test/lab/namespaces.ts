import { existsSync, readdirSync } from 'node:fs';
import { command } from './commands.ts';
import { LINKS, ROUTES, SETTINGS, SIDES } from './topology.ts';
import type { Side } from './topology.ts';

const FOLDER = '/run/netns';
const PREFIX = 'egretlab';
let serial = 0;

export interface Namespaces {
  readonly name: Readonly<Record<Side, string>>;
  remove(): void;
}

export const namespacePath = (name: string): string => `${FOLDER}/${name}`;

/** The maker's process id is part of the name, so that a later run can tell an orphan from a lab in use. */
export function createNamespaces(): Namespaces {
  removeOrphans();
  serial += 1;
  const id = `${PREFIX}-${process.pid}-${serial}`;
  const name = { app: `${id}-app`, router: `${id}-router`, net: `${id}-net` };
  const remove = (): void => {
    for (const side of SIDES) removeNamespace(name[side]);
  };
  try {
    for (const side of SIDES) prepare(name[side]);
    const fill = (line: string): string => line.replaceAll('{router}', name.router);
    for (const step of [LINKS, ROUTES]) {
      for (const side of ['app', 'net', 'router'] as const) {
        command('ip', ['-n', name[side], '-batch', '-'], step[side].map((line) => `${fill(line)}\n`).join(''));
      }
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { name, remove };
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
  for (const pid of command('ip', ['netns', 'pids', name]).split('\n')) {
    if (pid !== '') stop(Number(pid));
  }
  command('ip', ['netns', 'del', name]);
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
