/** What to try after the demo: three commands that run as they are printed, from where the user is. */
import { join } from 'node:path';
import { nearer, shellWord } from '../shell-words.ts';
import type { World } from '../world.ts';

/** The commands, each with what it does. */
export function nextCommands(world: World): readonly (readonly [command: string, what: string])[] {
  const file = (path: string): string => shellWord(nearer(world.packagePath(path), world.cwd));
  return [
    [`${world.self} explain tls-intercepted`, 'why a re-signed certificate is a finding, and what to do about it'],
    [`${world.self} audit ${file(STORY)} -p ${file(POLICY)}`, 'the same policy, held against recorded packets'],
    [`${world.self} run -- npm ping`, 'a real program, watched; put your own app behind --'],
  ];
}

const STORY = join('fixtures', 'recordings', 'unconfigured-provider', 'capture.pcapng');
export const POLICY = join('policies', 'multiclaw.yaml');
