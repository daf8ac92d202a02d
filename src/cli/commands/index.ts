/** All commands by the words that call them. A module is loaded only when its command runs, so that `--version` stays fast. */
import type { Command } from 'commander';
import type { World } from '../world.ts';

export interface CommandModule {
  /** Codes of the exit table it can end with. */
  readonly exits: readonly number[];
  /** Adds arguments, options and help pages; no work. */
  define(command: Command): void;
  /** Does what the parsed command says; gives the exit code. Throws UsageError and MachineError. */
  run(command: Command, world: World): Promise<number>;
}

export interface CommandRow {
  readonly path: readonly string[];
  /** One line for `egret --help`. */
  readonly summary: string;
  load(): Promise<CommandModule>;
}

export const COMMANDS: readonly CommandRow[] = [
  { path: ['audit'], summary: 'judge recordings of network traffic against a policy', load: async () => (await import('./audit.ts')).audit },
  { path: ['run'], summary: 'run an app with a proxy of egret in its environment, then judge what it asked for', load: async () => (await import('./run.ts')).run },
  { path: ['proxy'], summary: 'watch what an app asks of a proxy, live, without opening TLS', load: async () => (await import('./proxy.ts')).proxy },
  { path: ['demo'], summary: 'see it all at work: an app and servers of egret\'s own, on this machine', load: async () => (await import('./demo.ts')).demo },
  { path: ['doctor'], summary: 'say what this machine can observe, what it cannot, and what to install', load: async () => (await import('./doctor.ts')).doctor },
  { path: ['mark'], summary: 'tell a run under way that a phase begins or ends', load: async () => (await import('./mark.ts')).mark },
  { path: ['policy', 'lint'], summary: 'check policy files and show every mistake with its line', load: async () => (await import('./policy-lint.ts')).policyLint },
  { path: ['diff'], summary: 'compare two reports or recordings: what is new, gone or changed', load: async () => (await import('./diff.ts')).diff },
  { path: ['baseline', 'write'], summary: 'keep the open findings, so that later audits fail only on what is new', load: async () => (await import('./baseline-write.ts')).baselineWrite },
  { path: ['baseline', 'use'], summary: 'hold reports or recordings against a baseline', load: async () => (await import('./baseline-use.ts')).baselineUse },
  { path: ['redact'], summary: 'make a recording that may be shown to others, with the same verdicts', load: async () => (await import('./redact.ts')).redact },
  { path: ['explain'], summary: 'explain a rule or the exit codes', load: async () => (await import('./explain.ts')).explain },
];

/** Words that only group commands, with what the group is about. */
export const GROUPS: Readonly<Record<string, string>> = { policy: 'work on policy files', baseline: 'work with findings that are known' };
