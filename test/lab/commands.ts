import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Synchronous on purpose: the same calls take the lab down from an exit handler, where nothing can be awaited. */
export function command(program: string, words: readonly string[], input = ''): string {
  const result = spawnSync(program, [...words], { input, encoding: 'utf8' });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`${program} ${words.join(' ')}: ${result.stderr.trim() || `status ${result.status}`}`);
  return result.stdout;
}

function installed(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** The same code runs from its source and from a bundle, so the project is found by its package.json. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the lab');
    folder = parent;
  }
  return folder;
}

const PROGRAMS = ['ip', 'nsenter', 'unshare', 'mount', 'setpriv', 'dumpcap'];

/** Why the lab cannot run on this machine, or undefined. `besides` names programs that only some stories need. */
export function obstacle(besides: readonly string[] = []): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const missing = [...PROGRAMS, ...besides].filter((program) => !installed(program));
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}
