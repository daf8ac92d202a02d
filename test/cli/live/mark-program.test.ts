/** Phases as a user marks them: `egret mark` against a real run, and the report that comes of it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../source-tree.ts';

const PROGRAM = path.join(ROOT, 'dist/main.js');
const folder = mkdtempSync(path.join(tmpdir(), 'egret-mark-'));
const at = (name: string): string => path.join(folder, name);

const POLICY = `
egret: 1
name: Phases
phases: [launch, idle, task]
connections:
  - id: work
    name: Work
    host: work.invalid
    port: 80/tcp
    protocol: http
    when: { phase: [task] }
`;

/** Asks its proxy for the host of the policy, in absolute form; between words it marks as a script would. */
const APP = `
import { execFileSync } from 'node:child_process';
import { Agent, request } from 'node:http';
const agent = new Agent();
const [, host, port] = /^http:\\/\\/(.+):(\\d+)$/.exec(process.env.HTTP_PROXY);
const ask = () => new Promise((done) => request({ agent, host, port, path: 'http://work.invalid/', headers: { host: 'work.invalid' } }, (answer) => { answer.resume(); answer.on('end', done); }).end());
for (const word of process.argv.slice(2)) {
  if (word === 'ask') await ask();
  else console.log(execFileSync(process.execPath, [${JSON.stringify(PROGRAM)}, 'mark', ...word.split(' ')], { encoding: 'utf8' }).trim());
}
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function egret(words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: folder, env: { PATH: process.env['PATH'], XDG_RUNTIME_DIR: folder } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
}

interface Seen {
  readonly destinations: readonly { readonly verdict: string; readonly phases?: readonly string[] }[];
  readonly findings: readonly { readonly rule: string }[];
}

function report(file: string): Seen {
  // What a recording's report says of its inputs differs by nature.
  const value: Seen = JSON.parse(readFileSync(at(file), 'utf8'), (key, one: unknown) => (key === 'recording' ? undefined : one));
  return value;
}

const rules = (file: string): readonly string[] => report(file).findings.map(({ rule }) => rule);

beforeAll(() => {
  writeFileSync(at('policy.yaml'), POLICY);
  writeFileSync(at('app.mjs'), APP);
  writeFileSync(at('idle.txt'), '+0s start idle\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('marking a run', () => {
  it('from a script inside it tells when the policy allows a connection, and the recording says the same', async () => {
    const ran = await egret(['run', '-p', 'policy.yaml', '--fail-on', 'never', '--format', 'json=ok.json', '--record', 'ok.ndjson', '--', process.execPath, 'app.mjs', 'start task', 'ask', 'end task']);
    expect(ran.out).toBe('task has started\ntask has ended\n');
    expect(rules('ok.json')).not.toContain('wrong-phase');
    expect(report('ok.json').destinations).toMatchObject([{ name: 'work.invalid', phases: ['task'], verdict: 'declared' }]);
    await egret(['audit', 'ok.ndjson', '-p', 'policy.yaml', '--fail-on', 'never', '--format', 'json=again.json']);
    expect(report('again.json')).toEqual(report('ok.json'));
  });

  it('accuses nothing that came before the first mark', async () => {
    await egret(['run', '-p', 'policy.yaml', '--fail-on', 'never', '--format', 'json=late.json', '--', process.execPath, 'app.mjs', 'ask', 'start idle']);
    expect(rules('late.json')).not.toContain('wrong-phase');
    expect(report('late.json').destinations).toMatchObject([{ verdict: 'declared', conditionUnknown: ['phase:task'] }]);
  });

  it('by a plan makes phases known from the start', async () => {
    const ran = await egret(['run', '-p', 'policy.yaml', '--phases', 'idle.txt', '--format', 'json=plan.json', '--', process.execPath, 'app.mjs', 'ask']);
    expect(ran.code).toBe(1);
    expect(rules('plan.json')).toContain('wrong-phase');
  });

  it('with a wrong word fails with the nearest right one, and goes on', async () => {
    const ran = await egret(['run', '-p', 'policy.yaml', '-q', '--fail-on', 'never', '--', process.execPath, 'app.mjs', 'start tsak']);
    expect(ran.err).toContain('there is no phase "tsak"');
    expect(ran.err).toContain('did you mean `task`?');
  });

  it('by a plan with mistakes is refused before the app starts, and nobody listens any more', async () => {
    writeFileSync(at('wrong.txt'), 'start idle\n+1s start tsak\n');
    const ran = await egret(['run', '-p', 'policy.yaml', '--phases', 'wrong.txt', '--', process.execPath, 'app.mjs', 'ask']);
    expect([ran.code, ran.err]).toMatchObject([3, expect.stringContaining('wrong.txt:1:1: this is no mark')]);
    expect(ran.err).toContain('wrong.txt:2:1: there is no phase "tsak"');
    expect(readdirSync(at('egret'))).toEqual([]);
  });

  it('finds a run from another terminal, and none where none is', async () => {
    const alone = await egret(['mark', 'start', 'idle']);
    expect([alone.code, alone.err]).toMatchObject([3, expect.stringContaining('no run of yours is under way')]);
    const run = egret(['proxy', '-p', 'policy.yaml', '--listen', '127.0.0.1:0', '--for', '4s', '-q', '--fail-on', 'never', '--record', 'p.ndjson']);
    let said: Ended;
    do said = await egret(['mark', 'start', 'idle']);
    while (said.code !== 0);
    expect(said.out).toMatch(/^idle has started in run \d+\n$/);
    expect((await egret(['mark', '--run', '1', 'end', 'idle'])).err).toContain('there is no such run under way');
    await run;
    expect(readFileSync(at('p.ndjson'), 'utf8')).toContain('"phase":"idle","edge":"start"');
  });
});
