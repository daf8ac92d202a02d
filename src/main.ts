/** Builds the world, runs the command line, sets the exit code. The only file that touches `process`. */
import process from 'node:process';
import { nodeWorld } from './cli/node-world.ts';
import { runCli } from './cli/run.ts';

/** The version of package.json, put in when dist/ is built (test/tools/build.mjs). */
declare const EGRET_VERSION: string;

/** Exit code of what the user can mend. */
const NOWHERE = 3;

process.exitCode = isSomewhere() ? await runCli(process.argv.slice(2), nodeWorld(process, EGRET_VERSION)) : NOWHERE;

/** A folder may be taken away while a shell stands in it; nothing that is named from there can be found. */
function isSomewhere(): boolean {
  try {
    return process.cwd() !== '';
  } catch {
    process.stderr.write('egret: the folder that it is started in is not there any more\n  help: cd to another one\n');
    return false;
  }
}
