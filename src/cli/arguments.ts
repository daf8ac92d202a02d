/**
 * The command line's grammar on commander: which command, its options, help
 * pages as good as a manual's, spelling suggestions. Never exits and never
 * prints by itself; wrong input comes out as UsageError.
 */
import { Command, CommanderError, Help } from 'commander';
import { UsageError } from '../core/base/errors.ts';
import { nearest } from '../core/base/nearest.ts';
import { type CommandModule, type CommandRow, COMMANDS, GROUPS } from './commands/index.ts';
import { BROKEN, EXIT_CODES } from './exit.ts';
import type { World } from './world.ts';

/** What to do: run a parsed command, or print a page and be done. */
export type Parsed = { readonly kind: 'run'; readonly module: CommandModule; readonly command: Command } | { readonly kind: 'page'; readonly text: string };

/** Reads the words after `egret`. Throws UsageError for what is not understood. */
export async function parseArguments(argv: readonly string[], world: World): Promise<Parsed> {
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
  if (words.length === 0) throw new UsageError('no command was given', `egret --help lists them; the usual one is: egret audit FILE --policy POLICY`);
  const row = COMMANDS.find(({ path }) => path.every((word, at) => words[at] === word));
  if (row === undefined && words[0] !== undefined && !words[0].startsWith('-') && !Object.hasOwn(GROUPS, words[0])) throw unknownCommand(words[0]);
  const module = await row?.load();
  const page: string[] = [];
  const { program, chosen } = buildProgram(row, module, { width: pageWidth(world), write: (text) => page.push(text) });
  let ran = false;
  chosen?.action(() => {
    ran = true;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code !== 'commander.helpDisplayed') throw usageError(error, words, chosen);
  }
  if (ran && module !== undefined && chosen !== undefined) return { kind: 'run', module, command: chosen };
  return { kind: 'page', text: page.join('') };
}

interface Page {
  readonly width: number;
  readonly write: (text: string) => void;
}

/** All commands by name and summary, the called one with all its options. */
function buildProgram(row: CommandRow | undefined, module: CommandModule | undefined, page: Page): { readonly program: Command; readonly chosen: Command | undefined } {
  const program = configured(new Command('egret'), page);
  program.description('Compares what an application really sends to the network with its vendor\'s list of connections, without intercepting TLS.');
  program.usage('COMMAND [options]').option('-V, --version', 'print the version').addHelpText('after', PROGRAM_PAGE);
  const groups = new Map<string, Command>();
  let chosen: Command | undefined;
  for (const candidate of COMMANDS) {
    const parent = candidate.path.length < 2 ? program : groupOf(candidate.path[0] ?? '', program, groups, page);
    const command = configured(parent.command(candidate.path.at(-1) ?? ''), page).summary(candidate.summary).description(candidate.summary);
    if (candidate !== row || module === undefined) continue;
    module.define(command);
    command.addHelpText('after', exitPage(module.exits));
    chosen = command;
  }
  return { program, chosen };
}

function groupOf(name: string, program: Command, groups: Map<string, Command>, page: Page): Command {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const about = GROUPS[name] ?? '';
  const group = configured(program.command(name), page).summary(about).description(`${about.slice(0, 1).toUpperCase()}${about.slice(1)}.`).usage('COMMAND [options]');
  groups.set(name, group);
  return group;
}

function configured(command: Command, page: Page): Command {
  return command
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', 'show this page')
    .configureHelp({ helpWidth: page.width, formatItemList: itemList })
    .configureOutput({ writeOut: page.write, writeErr: () => {}, getOutHelpWidth: () => page.width });
}

/** `--help` belongs to no group of a command's own; it stands alone at the end as in other manuals. */
function itemList(heading: string, items: string[], helper: Help): string[] {
  if (items.length === 0) return [];
  const title = heading === 'Options:' && items.length === 1 ? 'Help:' : heading;
  return [helper.styleTitle(title), ...items, ''];
}

/** Commander's message in egret's words: its own suggestion becomes the help line. */
function usageError(error: CommanderError, words: readonly string[], chosen: Command | undefined): UsageError {
  const [message = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const called = COMMANDS.find(({ path }) => path.every((word, at) => words[at] === word));
  const group = words[0] !== undefined && Object.hasOwn(GROUPS, words[0]) ? words[0] : undefined;
  const name = ['egret', ...(called?.path ?? (group === undefined ? [] : [group]))].join(' ');
  if (error.code === 'commander.help') return new UsageError(`a command of ${group ?? 'egret'} is missing`, `${name} --help lists them`);
  if (error.code === 'commander.missingArgument') return new UsageError(message, `write ${name} ${chosen?.usage() ?? ''}; ${name} --help says what may stand there`);
  const suggested = /\(Did you mean (?:one of )?(.+?)\?\)/.exec(rest.join(' '))?.[1];
  return new UsageError(message, suggested === undefined ? `${name} --help lists ${called === undefined ? 'the commands' : 'its options'}` : `did you mean ${suggested}?`);
}

/** Asked before commander is: `egret help NAME` must not show the first page for a name that is none. */
function unknownCommand(word: string): UsageError {
  const close = nearest(word, COMMANDS.map(({ path }) => path[0] ?? ''));
  return new UsageError(`unknown command '${word}'`, close === undefined ? 'egret --help lists the commands' : `did you mean ${close}?`);
}

function exitPage(codes: readonly number[]): string {
  const judges = codes.includes(BROKEN);
  const rows = EXIT_CODES.filter(({ code }) => codes.includes(code)).map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${code === 0 && !judges ? 'it did what was asked' : meaning}`);
  return ['\nExit codes:', ...rows, '  egret explain exit-codes says more.'].join('\n');
}

function pageWidth(world: World): number {
  return Math.min(MOST, Math.max(LEAST, world.stdout.columns ?? MOST));
}

const LEAST = 60;
const MOST = 100;

const PROGRAM_PAGE = `
Examples:
  egret demo                                               see it all at work, on this machine
  egret audit capture.pcapng                               what was contacted, as facts
  egret audit capture.pcapng --policy vendor.yaml          judge it; exit code 1 if broken
  egret run --policy vendor.yaml -- ./app --flag           watch an app while it runs, then judge it
  egret policy lint vendor.yaml                            check a policy file
  egret explain telemetry-host                             what a finding means
  egret help audit                                         all options of a command`;

