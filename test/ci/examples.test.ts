/** `docs/examples/ci` and the shell lines of `docs/recipes/ci.md`, as they are shipped: parsed, compared with egret's options, and run in a user's repository. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { ROOT } from '../source-tree.ts';
import { action, runAction } from './action.ts';
import { packEgret, run, userProject, type Ended } from './project.ts';

const shipped = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const GITHUB = shipped('docs/examples/ci/github.yml');
const GITLAB = shipped('docs/examples/ci/gitlab-ci.yml');
const JENKINS = shipped('docs/examples/ci/Jenkinsfile');
const RECIPE = shipped('docs/recipes/ci.md');

const folders = { clean: userProject({ one: 'clean-start-and-task' }), broken: userProject({ one: 'unconfigured-provider' }) };
afterAll(() => { for (const folder of Object.values(folders)) rmSync(folder, { recursive: true }); });

/** The project as the examples assume it: egret is a development dependency, in the lock file too. */
beforeAll(async () => {
  for (const folder of Object.values(folders)) {
    const tarball = await packEgret(folder);
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'user', version: '1.0.0' }));
    const { exit, log } = await run('npm', ['install', '--save-dev', '--offline', '--ignore-scripts', `./${path.basename(tarball)}`], folder, {});
    if (exit !== 0) throw new Error(log);
    rmSync(path.join(folder, 'node_modules'), { recursive: true });
  }
});

describe('every command line in the examples and the recipe', () => {
  it('has only options and formats that egret has', async () => {
    const pages = { audit: await help('audit'), diff: await help('diff') };
    const lines = [...[GITLAB, JENKINS, RECIPE].join('\n').replaceAll(/\\?\n\s+--/g, ' --').matchAll(/\begret"? (audit|diff) .*/gi)];
    expect(lines.length).toBeGreaterThanOrEqual(6);
    const strange = lines.flatMap(([line, verb]) => {
      const page = verb === 'diff' ? pages.diff : pages.audit;
      return [...line.matchAll(/(?<=\s)--?[a-z][\w-]*/g)].map(([option]) => option).filter((option) => !new RegExp(`(?:^|[\\s,])${option}[\\s,]`, 'm').test(page));
    });
    expect(strange).toEqual([]);
  });
});

describe('the GitHub workflow', () => {
  const { jobs } = WORKFLOW.parse(parse(GITHUB));
  const steps = jobs.egress.steps;
  const egret = steps.find((step) => step.id === 'egret');
  const inputs = egret?.with ?? {};

  it('gives only inputs that the action has, and asks only for its outputs', () => {
    expect(Object.keys(inputs).filter((name) => !(name in action.inputs))).toEqual([]);
    const asked = [...GITHUB.matchAll(/steps\.egret\.outputs\.([\w-]+)/g), ...RECIPE.matchAll(/steps\.egret\.outputs\.([\w-]+)/g)].map(([, name = '']) => name);
    expect(asked.length).toBeGreaterThanOrEqual(5);
    expect(asked.filter((name) => !(name in action.outputs))).toEqual([]);
  });

  it('goes on after a failure where there is something to upload', () => {
    const after = steps.slice(steps.findIndex((step) => step.id === 'egret') + 1);
    expect(after.length).toBe(3);
    expect(after.filter((step) => step.if?.startsWith('${{ !cancelled() && steps.egret.outputs.') !== true)).toEqual([]);
    expect(after.map((step) => step.run).filter((script) => script?.includes('${{') === true)).toEqual([]);
  });

  it.each([['clean', 0], ['broken', 1]] as const)('audits a %s recording: exit %i', async (name, exit) => {
    const ran = await runAction(inputs, folders[name]);
    expect([ran.exit, ran.outputs['exit-code'], ran.outputs['sarif']]).toEqual([exit, String(exit), 'egret-report/egret.sarif']);
  });

  it('says what is missing with the words of the audit', async () => {
    const ran = await runAction({ ...inputs, require: 'entries=90%' }, folders.clean);
    const step = steps.find((one) => one.run !== undefined);
    expect(step?.env).toEqual({ SUMMARY: '${{ steps.egret.outputs.summary }}' });
    const said = await run('bash', ['-eo', 'pipefail', '-c', step?.run ?? ''], folders.clean, { SUMMARY: ran.outputs['summary'] ?? '' });
    expect([ran.exit, said]).toEqual([2, { exit: 0, log: 'The recordings do not show enough. not enough evidence: 7 of 11 (63 %) entries exercised, --require asks for 90 %\n' }]);
  });

  it('is the step of the recipe', () => {
    const [, block = ''] = /```yaml\n(- id: egret\n {2}uses: [^]*?)```/.exec(RECIPE) ?? [];
    expect(parse(block)).toEqual([egret]);
  });
});

describe('the GitLab pipeline', () => {
  const { egress } = PIPELINE.parse(parse(GITLAB));
  /** GitLab makes one script of all lines; bash is what it takes where the image has it. */
  const script = [...egress.before_script, ...egress.script].join('\n');
  const pipeline = (name: keyof typeof folders): Promise<Ended> => run('bash', ['-eo', 'pipefail', '-c', script], folders[name], { ...egress.variables, CI: 'true' });

  it.each([['clean', 0], ['broken', 1]] as const)('audits a %s recording: exit %i, with what it says that it keeps', async (name, exit) => {
    const ran = await pipeline(name);
    expect(ran).toEqual({ exit, log: expect.stringMatching(new RegExp(`^Exit ${exit}: `, 'm')) });
    expect([...egress.artifacts.paths, egress.artifacts.reports.junit].filter((file) => !existsSync(path.join(folders[name], file)))).toEqual([]);
    expect(readFileSync(path.join(folders[name], egress.artifacts.reports.junit), 'utf8')).toContain('<testsuite name="entries" tests="11"');
  });

  it('lets only thin evidence through as a warning, and keeps the reports of a failed job', () => {
    expect([egress.allow_failure.exit_codes, egress.artifacts.when]).toEqual([2, 'always']);
  });
});

describe('the Jenkinsfile', () => {
  const plain = [...JENKINS.matchAll(/^ *sh '([^']+)'$/gm)].map(([, line = '']) => line);
  const [, audit = ''] = /sh\(returnStatus: true, script: '''([^]*?)'''\)/.exec(JENKINS) ?? [];
  const variables = Object.fromEntries([...JENKINS.matchAll(/^ {4}([A-Z_]+) = '([^']*)'$/gm)].map(([, name = '', value = '']) => [name, value]));

  it('holds the steps that are run here and no other', () => {
    expect([plain.length, audit.trim() === '', [...JENKINS.matchAll(/\bsh\b/g)].length]).toEqual([2, false, 3]);
    expect(variables).toEqual({ EGRET: 'node_modules/.bin/egret' });
    expect(balance(JENKINS.replaceAll(/'''[^]*?'''|'[^'\n]*'|"[^"\n]*"|\/\/.*/g, ''))).toBe('');
  });

  it.each([['clean', 0], ['broken', 1]] as const)('audits a %s recording: exit %i, with what it archives', async (name, exit) => {
    const steps: Ended[] = [];
    // Groovy's ''' takes a backslash before a line end as the joined line; sh -xe is what Jenkins calls.
    for (const script of [...plain, audit.replaceAll('\\\n', '')]) steps.push(await run('sh', ['-xe', '-c', script], folders[name], variables));
    expect(steps).toMatchObject([{ exit: 0 }, { exit: 0 }, { exit }]);
    const kept = [/testResults: '([^']+)'/, /artifacts: '([^']+)'/].flatMap((pattern) => (pattern.exec(JENKINS)?.[1] ?? 'none').split(', '));
    expect(kept.filter((file) => !existsSync(path.join(folders[name], file)))).toEqual([]);
  });
});

describe('the recipe', () => {
  const shell = [...RECIPE.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block);
  const bin = path.join(folders.clean, 'bin');
  beforeAll(() => {
    mkdirSync(bin);
    symlinkSync(path.join(ROOT, 'dist/main.js'), path.join(bin, 'egret'));
  });
  const recipe = (at: number, folder: string): Promise<Ended> => run('bash', ['-e', '-c', `PATH=${bin}:$PATH\n${shell[at] ?? 'exit 99'}`], folder, {});

  it('has a row for each exit code', () => {
    const codes = [...shipped('docs/exit-codes.md').matchAll(/^\| (\d+) \|/gm)].map(([, code]) => code);
    expect([...RECIPE.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => code)).toEqual(codes);
  });

  it('lets what it names through, and nothing else', async () => {
    expect(await recipe(0, folders.broken)).toMatchObject({ exit: 0, log: expect.stringMatching(/egret: broken; see the report\n$/) });
    expect((await recipe(0, ROOT)).exit).toBe(3);
  });

  it('fails on what is new', async () => {
    const folder = folders.broken;
    const git = (...words: readonly string[]): Promise<Ended> => run('git', ['-c', 'user.name=u', '-c', 'user.email=u@example', ...words], folder, {});
    const before = await run(process.execPath, [path.join(ROOT, 'dist/main.js'), 'audit', path.join(folders.clean, 'recordings/one.pcapng'), '-p', 'policy.yaml', '-q', '--format', 'json=egret.json', '--fail-on', 'never'], folder, {});
    const prepared = [before, await git('init', '-q'), await git('add', 'egret.json'), await git('commit', '-qm', 'report'), await git('update-ref', 'refs/remotes/origin/main', 'HEAD')];
    expect(prepared.map((step) => step.exit)).toEqual([0, 0, 0, 0, 0]);
    const ran = await recipe(1, folder);
    expect(ran).toMatchObject({ exit: 1 });
    expect(readFileSync(path.join(folder, 'egret.md'), 'utf8')).toContain('collector.acme-metrics.example');
  });

  it('keeps what is known in a baseline, which the next build passes', async () => {
    expect(await recipe(2, folders.broken)).toMatchObject({ exit: 0, log: expect.stringContaining('in the baseline') });
    expect(readFileSync(path.join(folders.broken, 'baseline.yaml'), 'utf8')).toContain('egret-baseline: 1');
  });
});

async function help(verb: string): Promise<string> {
  return (await run(process.execPath, [path.join(ROOT, 'dist/main.js'), verb, '--help'], ROOT, {})).log;
}

/** What is left of a text's brackets when pairs are taken out. */
function balance(text: string): string {
  let left = text.replaceAll(/[^(){}[\]]/g, '');
  for (let before = ''; before !== left;) {
    before = left;
    left = left.replaceAll(/\(\)|\{\}|\[\]/g, '');
  }
  return left;
}

const WORKFLOW = z.object({
  jobs: z.object({
    egress: z.object({
      steps: z.array(z.object({ id: z.string().optional(), if: z.string().optional(), uses: z.string().optional(), run: z.string().optional(), with: z.record(z.string(), z.coerce.string()).optional(), env: z.record(z.string(), z.string()).optional() })),
    }),
  }),
});
const PIPELINE = z.strictObject({
  egress: z.strictObject({
    image: z.string(),
    variables: z.record(z.string(), z.string()),
    before_script: z.array(z.string()),
    script: z.array(z.string()),
    allow_failure: z.strictObject({ exit_codes: z.number() }),
    artifacts: z.strictObject({ when: z.string(), paths: z.array(z.string()), reports: z.strictObject({ junit: z.string() }) }),
  }),
});
