/** Options that several commands have in common, in the groups in which their help pages show them. */
import type { Command } from 'commander';
import { FORMATS } from '../core/report/formats/index.ts';

/** What to judge by, and what counts. */
export function judgingOptions(command: Command): void {
  command
    .optionsGroup('Judging:')
    .option('-p, --policy <file>', 'the policy to judge against')
    .option('--with <features>', 'features that were on, as a,b,c; all others were off; "none": all off; without it they are unknown')
    .option('--set <name=value>', 'value of a policy variable; repeat for a list', collect)
    .option('--telemetry-list <file>', 'hosts that count as telemetry too: hosts file, hosts, or ||host^ rules; repeatable', collect)
    .option('--baseline <file>', 'findings that are known and no longer count (egret baseline write makes one)')
    .option('--baseline-any-policy', 'use the baseline even if it was written under another policy')
    .option('--fail-on <severity>', 'exit 1 from this severity on: error, warning, note or never', 'warning')
    .option('--require <needs>', 'exit 2 below this evidence: entries=80%,named=95%,phases=launch+idle,claims=C12+C13', collect);
}

/** Where the report goes and how it looks; `quiet` says what -q leaves out. */
export function outputOptions(command: Command, quiet = 'no progress, no warnings, and no text report that was not asked for by name', isLive = false): void {
  command
    .optionsGroup('Output:')
    .option('--format <name[=file]>', `${[...FORMATS.keys()].join(', ')}; repeatable or a comma list; one may go to standard output`, collect)
    .option('--json', 'short for --format json')
    .option('-o, --output <file>', 'file for the one format given')
    .option('--record <file>', isLive ? LIVE_RECORD : RECORD);
  if (isLive) bundleOptions(command);
  command
    .option('--color <when>', 'auto, always or never', 'auto')
    .option('-q, --quiet', quiet);
}

/** The output of commands that watch an app. */
export function liveOutputOptions(command: Command): void {
  outputOptions(command, 'no lines while it runs, no warnings, and no text report that was not asked for by name', true);
}

/** How the bundle of a live run is cut into parts. */
function bundleOptions(command: Command): void {
  command
    .option('--rotate <size or time>', 'begin a new part of the bundle after 100MB, 1h, or both with a comma')
    .option('--keep <parts>', 'keep only the newest parts of each kind');
}

/** For commander: a repeatable option. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

const RECORD = 'also write what was observed as a recording of egret';
/** `--record` of a live run. */
const LIVE_RECORD = 'also write what was observed: FILE, a recording of egret; FOLDER/, a bundle with events and packets, written as it goes';
