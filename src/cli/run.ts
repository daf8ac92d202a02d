/** From words to exit code: parses, runs the command, and is the one place that catches. Takes the world, touches nothing else. */
import { complain } from './complain.ts';
import { ClosedPipe, type World } from './world.ts';

/** Runs `egret` with the words after its name; never throws, never exits. */
export async function runCli(argv: readonly string[], world: World): Promise<number> {
  try {
    if (VERSION_WORDS.has(argv[0] ?? '')) {
      await world.stdout.write(`egret ${world.version}\n`);
      return 0;
    }
    const { parseArguments } = await import('./arguments.ts');
    const parsed = await parseArguments(argv, world);
    if (parsed.kind === 'run') return await parsed.module.run(parsed.command, world);
    await world.stdout.write(parsed.text);
    return 0;
  } catch (error) {
    // A page whose reader has gone was not wanted any more; reports handle this themselves to keep their verdict.
    if (error instanceof ClosedPipe) return 0;
    return complain(error, world);
  }
}

const VERSION_WORDS: ReadonlySet<string> = new Set(['--version', '-V', 'version']);
