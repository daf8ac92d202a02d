/** Builds the world, runs the command line, sets the exit code. The only file that touches `process`. */
import process from 'node:process';
import { nodeWorld } from './cli/node-world.ts';
import { runCli } from './cli/run.ts';

/** The version of package.json, put in when dist/ is built (test/tools/build.mjs). */
declare const EGRET_VERSION: string;

process.exitCode = await runCli(process.argv.slice(2), nodeWorld(process, EGRET_VERSION));
