/** `action.yml` as it is shipped: its scripts run by bash, against the built program and shipped recordings. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ROOT } from '../source-tree.ts';
import { action, ACTION_TEXT, runAction, type ActionRun } from './action.ts';
import { packEgret, run, userProject } from './project.ts';

const folder = userProject({ broken: 'unconfigured-provider', clean: 'clean-start-and-task', 'undeclared host': 'undeclared-host' });
afterAll(() => rmSync(folder, { recursive: true }));

const CLEAN = { files: 'recordings/clean.pcapng', policy: 'policy.yaml', 'fail-on': 'error' };
const PATHS = ['text', 'json', 'sarif', 'junit', 'markdown', 'csv'];
const act = (inputs: Readonly<Record<string, string>>): Promise<ActionRun> => runAction({ ...CLEAN, ...inputs }, folder);
const at = (name: string | undefined): string => path.join(folder, name ?? 'none');
const audited = (report: ActionRun): string[] => INPUTS.parse(JSON.parse(readFileSync(at(report.outputs['json']), 'utf8'))).inputs.map((input) => input.path);

describe('the file', () => {
  it('never puts an expression into a script', () => {
    expect(action.runs.steps.filter((step) => step.run.includes('${{'))).toEqual([]);
  });

  it('hands every input to a step, and every value of a step to its script', () => {
    const values = new Set(action.runs.steps.flatMap((step) => Object.values(step.env)));
    expect(Object.keys(action.inputs).filter((name) => !values.has(`\${{ inputs.${name} }}`))).toEqual([]);
    expect(action.runs.steps.flatMap((step) => Object.keys(step.env).filter((name) => !step.run.includes(`$${name}`)))).toEqual([]);
  });

  it('calls no option that egret audit does not have', async () => {
    const { log } = await run(process.execPath, [path.join(ROOT, 'dist/main.js'), 'audit', '--help'], ROOT, {});
    const script = action.runs.steps[0]?.run ?? '';
    const options = [...[...script.matchAll(/^ *add (\w[\w-]*) /gm)].map(([, name = '']) => name), ...[...script.matchAll(/(?:audit|"|\() ?--([a-z][\w-]*)=/g)].map(([, name = '']) => name), 'set', 'format', 'color'];
    expect(options.length).toBeGreaterThanOrEqual(8);
    expect(options.filter((name) => !log.includes(`--${name} <`))).toEqual([]);
  });

  it('is described in the recipe, input by input', () => {
    const page = readFileSync(path.join(ROOT, 'docs/recipes/ci.md'), 'utf8');
    expect([...Object.keys(action.inputs), ...Object.keys(action.outputs)].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    expect(ACTION_TEXT).toContain('test/ci/action.test.ts');
  });
});

describe('a recording that breaks the policy', () => {
  let ran: ActionRun;
  beforeAll(async () => { ran = await act({ files: 'recordings/broken.pcapng', 'fail-on': '', 'report-folder': 'out/broken' }); });

  it('fails the step with egret\'s exit code, after all outputs are set', () => {
    expect(ran.exit).toBe(1);
    expect(ran.outputs).toEqual({
      'exit-code': '1', summary: '2 errors and 1 warning at or above --fail-on warning',
      text: 'out/broken/egret.txt', json: 'out/broken/egret.json', sarif: 'out/broken/egret.sarif', junit: 'out/broken/egret.junit.xml', markdown: 'out/broken/egret.md', csv: 'out/broken/egret.csv',
    });
    expect(PATHS.filter((name) => !existsSync(at(ran.outputs[name])))).toEqual([]);
  });

  it('annotates the policy\'s lines', () => {
    const annotations = ran.log.split('\n').filter((line) => /^::(?:error|warning|notice) /.test(line));
    expect(annotations.filter((line) => line.startsWith('::error file=policy.yaml,line=')).map((line) => /title=(\S+)%3A/.exec(line)?.[1])).toEqual(['feature-off', 'undeclared-host']);
    expect(annotations.filter((line) => line.startsWith('::warning ')).map((line) => /title=(\S+)%3A/.exec(line)?.[1])).toEqual(['telemetry-host']);
  });

  it('shows the report in the log, where nothing of it is a command', () => {
    const [, token = '', shown = ''] = /^::stop-commands::(\S+)\n([^]*?)\n::\1::$/m.exec(ran.log) ?? [];
    expect(token).toMatch(/^[0-9a-f-]{36}$/);
    expect(shown.trimEnd()).toBe(readFileSync(at(ran.outputs['text']), 'utf8').trimEnd());
    expect(shown).toContain('feature-off  api.anthropic.com:443/tcp (gateway)');
  });

  it('is a page of the job summary', () => {
    expect(ran.summary).toBe(readFileSync(at(ran.outputs['markdown']), 'utf8'));
    expect(ran.summary).toMatch(/^## egret: BROKEN\n/);
  });

  it('is a SARIF file at the policy', () => {
    const sarif = readFileSync(at(ran.outputs['sarif']), 'utf8');
    expect(sarif).toContain('"ruleId":"feature-off"');
    expect(sarif).toContain('"artifactLocation":{"uri":"policy.yaml"}');
  });
});

describe('exit codes', () => {
  it('0: the step passes, with its reports', async () => {
    const ran = await act({});
    expect([ran.exit, ran.outputs['exit-code'], ran.outputs['json']]).toEqual([0, '0', 'egret-report/egret.json']);
    expect(ran.log).not.toMatch(/^::error/m);
    expect(ran.summary).toContain('Exit 0: ');
  });

  it('2: evidence is too thin, and the report says why', async () => {
    const ran = await act({ require: 'entries=80%' });
    expect([ran.exit, ran.outputs['exit-code'], ran.outputs['summary']]).toEqual([2, '2', 'not enough evidence: 7 of 11 (63 %) entries exercised, --require asks for 80 %']);
    expect(ran.outputs['sarif']).toBe('egret-report/egret.sarif');
  });

  it.each([
    ['a recording that is not there', { files: 'recordings/none-*.pcapng' }, 'no such file: recordings/none-*.pcapng'],
    ['a policy that is not there', { policy: 'none.yaml' }, 'none.yaml'],
    ['a name with the escape of a line feed', { policy: '100%0A.yaml' }, '100%0A.yaml'],
    ['a severity that there is not', { 'fail-on': 'erorr' }, '--fail-on is error, warning, note or never, not "erorr"'],
    ['an option that there is not', { options: '--scpe=app' }, '--scpe'],
    ['no recording', { files: ' \n\n' }, 'The input "files" names no recording.'],
    ['no policy', { policy: '' }, 'The input "policy" names no policy.'],
    ['a report folder that would be two formats', { 'report-folder': 'a,json=b' }, 'without commas and line feeds'],
    ['a version that is another package', { version: 'file:../evil' }, 'is a version number'],
    ['a program that is not there', { program: './none' }, 'There is no egret at ./none.'],
  ])('3: %s', async (_, inputs, expected) => {
    const ran = await act(inputs);
    expect([ran.exit, ran.outputs['exit-code'], ...PATHS.map((name) => ran.outputs[name])]).toEqual([3, '3', ...PATHS.map(() => '')]);
    expect(decoded(ran.log.split('\n').find((line) => line.startsWith('::error title=egret could not audit (exit 3)::')) ?? '')).toContain(expected);
    expect(ran.summary).toMatch(/^## egret: NOT AUDITED\n\nExit 3\. There is no report:\n\n(?: {4}.*\n)+$/);
  });

  it('4: a report folder that cannot be made', async () => {
    const ran = await act({ 'report-folder': 'policy.yaml/reports' });
    expect([ran.exit, ran.outputs['exit-code']]).toEqual([4, '4']);
    expect(ran.log).toContain('::error title=egret could not audit (exit 4)::');
  });

  it('70: an egret that ends without a report, whatever it ends with', async () => {
    for (const [code, expected] of [['0', '70'], ['70', '70']] as const) {
      writeFileSync(at('failing.js'), `console.error('::warning::a bug'); process.exitCode = ${code};`);
      const ran = await act({ program: 'failing.js' });
      expect([String(ran.exit), ran.outputs['exit-code'], ran.outputs['json']]).toEqual([expected, expected, '']);
      expect(ran.log).toMatch(/^::stop-commands::(\S+)\n::warning::a bug\n\n::\1::$/m);
    }
  });
});

describe('inputs', () => {
  it('are lists with patterns, names with spaces and lines without anything', async () => {
    const ran = await act({ files: '\n  recordings/clean.pcapng  \r\n\n\trecordings/undeclared host.pcapng\n', 'fail-on': 'never' });
    expect(audited(ran)).toEqual(['recordings/clean.pcapng', 'recordings/undeclared host.pcapng']);
    expect(audited(await act({ files: 'record*/*.pcapng', 'fail-on': 'never' }))).toEqual(['recordings/broken.pcapng', 'recordings/clean.pcapng', 'recordings/undeclared host.pcapng']);
  });

  it('take a file whose name looks like a pattern as the file', async () => {
    copyFileSync(at('recordings/clean.pcapng'), at('[c]*?.pcapng'));
    expect(audited(await act({ files: '[c]*?.pcapng', 'fail-on': 'never' }))).toEqual(['[c]*?.pcapng']);
    rmSync(at('[c]*?.pcapng'));
  });

  it('are never run, whatever stands in them', async () => {
    const evil = '$(touch pwned) `touch pwned`;touch pwned;"\'${{ secrets.X }} & %0A::error::x';
    copyFileSync(at('recordings/clean.pcapng'), at(evil));
    copyFileSync(at('policy.yaml'), at(`-${evil}`));
    const ran = await act({ files: evil, policy: `-${evil}`, 'report-folder': `-to ${evil}`, 'fail-on': 'never' });
    expect([ran.exit, audited(ran)]).toEqual([0, [evil]]);
    for (const name of Object.keys(action.inputs)) {
      const one = await act({ files: evil, 'fail-on': 'never', [name]: evil });
      expect([name, String(one.exit)]).toEqual([name, one.outputs['exit-code']]);
      expect([name, ...one.log.split('\n').filter((line) => line.startsWith('::error::'))]).toEqual([name]);
    }
    expect(readdirSync(folder)).not.toContain('pwned');
  });

  it('reach egret: features, variables, sheet, severity and further options', async () => {
    const ran = await act({
      features: 'openai,mcp', set: 'mcp_hosts=one.example:443/tcp\nmcp_hosts=two.example:8443/tcp\n', sheet: 'recordings/broken.run.yaml', 'fail-on': 'never', options: '--scope=machine\n--local=10.0.0.0/8',
    });
    const report = readFileSync(at(ran.outputs['json']), 'utf8');
    expect(ran.outputs['exit-code']).toBe('0');
    expect(['"features":["openai","mcp"]', 'two.example', '"sheet":"recordings/broken.run.yaml"', '"scope":"machine"', '10.0.0.0/8'].filter((expected) => !report.includes(expected))).toEqual([]);
  });

  it('let known findings pass by a baseline, and fail on what a list adds to them', async () => {
    const main = path.join(ROOT, 'dist/main.js');
    const written = await run(process.execPath, [main, 'baseline', 'write', 'recordings/broken.pcapng', '-p', 'policy.yaml', '-o', 'known.yaml'], folder, {});
    const known = { files: 'recordings/broken.pcapng', baseline: 'known.yaml', 'fail-on': 'warning' };
    expect([written.exit, (await act({ ...known, baseline: '' })).exit, (await act(known)).exit]).toEqual([0, 1, 0]);
    writeFileSync(at('hosts to watch.txt'), '||api.multiclaw.io^\n');
    const ran = await act({ ...known, 'telemetry-lists': 'hosts to watch.txt\n' });
    expect([ran.exit, readFileSync(at(ran.outputs['text']), 'utf8').includes('hosts to watch.txt')]).toEqual([1, true]);
  });

  it('switch annotations and the job summary off', async () => {
    const ran = await act({ files: 'recordings/broken.pcapng', annotations: 'false', 'job-summary': 'false' });
    expect([ran.exit, ran.summary]).toEqual([1, '']);
    expect(ran.log).not.toMatch(/^::(?:error|warning|notice)/m);
  });
});

it('gives no report of an earlier step as its own', async () => {
  await act({});
  const ran = await act({ policy: 'none.yaml' });
  expect([ran.exit, ran.outputs['json'], existsSync(at('egret-report/egret.json')), existsSync(at('egret-report/egret.sarif'))]).toEqual([3, '', false, false]);
});

it('builds the checkout of the action where it is not built yet', async () => {
  const checkout = at('checkout');
  mkdirSync(checkout);
  const manifest = { name: 'checkout', version: '1.0.0', scripts: { build: `mkdir dist && echo 'import(${JSON.stringify(path.join(ROOT, 'dist/main.js'))})' > dist/main.js` } };
  writeFileSync(path.join(checkout, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(checkout, 'package-lock.json'), JSON.stringify({ name: 'checkout', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'checkout', version: '1.0.0' } } }));
  const ran = await runAction(CLEAN, folder, { GITHUB_ACTION_PATH: checkout });
  expect([ran.exit, ran.outputs['exit-code'], existsSync(path.join(checkout, 'dist/main.js'))]).toEqual([0, '0', true]);
  expect(ran.log).toContain('::group::Build egret');
});

it('installs the version that was asked for from the registry', async () => {
  const tarball = await packEgret(folder);
  const version = /-(\d[^-]*)\.tgz$/.exec(tarball)?.[1] ?? '';
  const registry = createServer((request, response) => {
    const host = `http://${request.headers.host}`;
    if (request.url?.endsWith('.tgz') === true) response.end(readFileSync(tarball));
    else response.end(JSON.stringify({ name: 'egret-audit', 'dist-tags': { latest: version }, versions: { [version]: { name: 'egret-audit', version, dist: { tarball: `${host}/egret.tgz` } } } }));
  });
  await new Promise<void>((resolve) => { registry.listen(0, '127.0.0.1', resolve); });
  try {
    const address = registry.address();
    const env = { npm_config_registry: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`, npm_config_cache: at('npm-cache') };
    const ran = await runAction({ ...CLEAN, version }, folder, env);
    expect(ran).toMatchObject({ exit: 0, outputs: { 'exit-code': '0' } });
    expect(ran.log).toContain('::group::Install egret');
    const none = await runAction({ ...CLEAN, version: '9.9.9' }, folder, env);
    expect([none.exit, none.outputs['summary']]).toEqual([4, 'npm could not install egret; its messages are in the log.']);
  } finally {
    registry.close();
  }
});

/** A workflow command's text as GitHub shows it. */
function decoded(line: string): string {
  return line.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

const INPUTS = z.object({ inputs: z.array(z.object({ path: z.string() })) });
