/**
 * Runs `action.yml` as a runner does, as far as the action goes: inputs and
 * outputs of steps become environment variables by the expressions written
 * there, each `run` is a file for bash with GitHub's options, the first step
 * that fails is the last. An expression of any other kind is an error.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { ROOT } from '../source-tree.ts';
import { run } from './project.ts';

const STEP = z.strictObject({ id: z.string().optional(), name: z.string(), shell: z.literal('bash'), env: z.record(z.string(), z.string()), run: z.string() });

/** What GitHub's metadata syntax allows of a composite action, as far as this one uses it. */
const ACTION = z.strictObject({
  name: z.string(),
  description: z.string(),
  branding: z.strictObject({ icon: z.string(), color: z.string() }),
  inputs: z.record(z.string(), z.strictObject({ description: z.string(), required: z.boolean().optional(), default: z.string().optional() })),
  outputs: z.record(z.string(), z.strictObject({ description: z.string(), value: z.string() })),
  runs: z.strictObject({ using: z.literal('composite'), steps: z.array(STEP) }),
});

export const ACTION_TEXT = readFileSync(path.join(ROOT, 'action.yml'), 'utf8');
export const action = ACTION.parse(parse(ACTION_TEXT));

export interface ActionRun {
  readonly exit: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the job summary would show. */
  readonly summary: string;
}

/** Runs all steps in `cwd`; inputs that are not given have their defaults. */
export async function runAction(inputs: Readonly<Record<string, string>>, cwd: string, env: Readonly<Record<string, string>> = {}): Promise<ActionRun> {
  const strange = Object.keys(inputs).filter((name) => !(name in action.inputs));
  if (strange.length > 0) throw new Error(`no such input: ${strange.join(', ')}`);
  const temp = path.join(cwd, '.runner');
  mkdirSync(temp, { recursive: true });
  const folder = mkdtempSync(path.join(temp, 'run-'));
  const summaryFile = path.join(folder, 'summary.md');
  const checkout = builtCheckout(folder);
  const steps = new Map<string, Readonly<Record<string, string>>>();
  let log = '';
  let exit = 0;
  for (const [index, step] of action.runs.steps.entries()) {
    const script = path.join(folder, `${index}.sh`);
    const outputFile = path.join(folder, `${index}.output`);
    writeFileSync(script, step.run);
    writeFileSync(outputFile, '');
    const values = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, evaluate(value, inputs, steps)]));
    const files = { GITHUB_OUTPUT: outputFile, GITHUB_STEP_SUMMARY: summaryFile, GITHUB_ACTION_PATH: checkout, RUNNER_TEMP: folder, GITHUB_ACTIONS: 'true', CI: 'true' };
    const ended = await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], cwd, { ...files, ...env, ...values });
    log += ended.log;
    if (step.id !== undefined) steps.set(step.id, outputsOf(readFileSync(outputFile, 'utf8')));
    exit = ended.exit ?? -1;
    if (exit !== 0) break;
  }
  const outputs = Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, evaluate(value, inputs, steps)]));
  return { exit, log, outputs, summary: existsSync(summaryFile) ? readFileSync(summaryFile, 'utf8') : '' };
}

/** A checkout of the action that is built already, apart from the one that the tests run in: the action may install and build in its own. */
function builtCheckout(folder: string): string {
  if (!existsSync(path.join(ROOT, 'dist/main.js'))) throw new Error('dist/main.js is not there: npm run build');
  const checkout = path.join(folder, 'action');
  mkdirSync(checkout);
  symlinkSync(path.join(ROOT, 'dist'), path.join(checkout, 'dist'));
  return checkout;
}

/** The value of `${{ inputs.NAME }}` or `${{ steps.ID.outputs.NAME }}`, which must be all of the text. */
function evaluate(text: string, inputs: Readonly<Record<string, string>>, steps: ReadonlyMap<string, Readonly<Record<string, string>>>): string {
  const [, input, step = '', output = ''] = /^\$\{\{ (?:inputs\.([\w-]+)|steps\.([\w-]+)\.outputs\.([\w-]+)) \}\}$/.exec(text) ?? [];
  if (input !== undefined) {
    const declared = action.inputs[input];
    if (declared === undefined) throw new Error(`${text}: no such input`);
    return inputs[input] ?? declared.default ?? '';
  }
  if (step === '') throw new Error(`${text} is no expression that this runner knows`);
  return steps.get(step)?.[output] ?? '';
}

/** `NAME=VALUE` lines; anything else would be a broken output file. */
function outputsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split('\n').filter((line) => line !== '').map((line) => {
    const equals = line.indexOf('=');
    if (equals < 1) throw new Error(`a line of GITHUB_OUTPUT is ${JSON.stringify(line)}`);
    return [line.slice(0, equals), line.slice(equals + 1)] as const;
  }));
}
