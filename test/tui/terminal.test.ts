/** The screen as its user meets it: the built program in a real terminal (tmux) with a real client, and the terminal afterwards. */
import { execFile, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { portOf, until } from '../edge/proxy/loopback.ts';
import { ROOT } from '../source-tree.ts';
import { HAS_TMUX, Tmux } from './tmux.ts';

const PROGRAM = path.join(ROOT, 'dist/main.js');
const POLICY = path.join(ROOT, 'policies/multiclaw.yaml');
const server: Server = createServer((request, response) => response.end(`you asked for ${request.url}`));
let terminal: Tmux | undefined;
let port = 0;

beforeAll(async () => {
  if (!existsSync(PROGRAM)) throw new Error('dist/main.js is not there: npm run build makes it');
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = portOf(server);
});
afterEach(() => terminal?.close());
afterAll(() => server.close());

/** Asks through the proxy of its words for each URL, as Node 20 has to be told by hand; THEN says how it goes on. */
const CLIENT = `
import { Agent, request } from 'node:http';
const [, proxy, ...urls] = process.argv.slice(1);
const [, host, port] = /^http:\\/\\/(.+):(\\d+)$/.exec(proxy === 'env' ? process.env.HTTP_PROXY : proxy);
const agent = new Agent();
process.on('SIGINT', () => { console.log('asked to end'); if (process.env.THEN === 'wait') process.exit(0); });
for (const url of urls) await new Promise((done) => request({ agent, host, port, path: url, headers: { host: new URL(url).host } }, (answer) => answer.resume().on('end', () => { console.log('answered', answer.statusCode); done(); })).on('error', done).end());
if (process.env.THEN === 'fail') { console.error('cannot open \\u001b[31mvendor.conf'); process.exit(9); }
if (process.env.THEN !== undefined) setInterval(() => {}, 1000);
`;

/** A shell in a terminal with the client beside it; \`egret\` is the built program. */
function shell(columns: number, rows: number, env: Readonly<Record<string, string>> = {}): Tmux {
  terminal = new Tmux(columns, rows, { NODE: process.execPath, ...env });
  writeFileSync(path.join(terminal.folder, 'client.mjs'), CLIENT);
  terminal.type(`egret() { "$NODE" ${PROGRAM} "$@"; }; clear`);
  return terminal;
}

/** Asks through a proxy from outside of the terminal. */
async function ask(proxy: string, ...urls: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [path.join(terminal?.folder ?? '', 'client.mjs'), proxy, ...urls]);
}

/** The terminal as a shell needs it: its own buffer, a cursor, whole lines with echo. */
async function expectClean(shown: Tmux): Promise<void> {
  shown.type('stty -a | grep -oE -- "-?(icanon|echo|isig)\\b" | xargs echo state');
  await shown.shows(/^state isig icanon echo$/m);
  expect([shown.fact('alternate_on'), shown.fact('cursor_flag')]).toEqual(['0', '1']);
}

/** Processes of a group; dead ones that nobody has asked for yet do not count. */
function livingIn(leader: number): readonly string[] {
  const stats = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8');
    } catch {
      return '';
    }
  });
  return stats.filter((text) => {
    const [state, , group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state !== 'Z' && Number(group) === leader;
  });
}

async function proxyOn(shown: Tmux, words: string): Promise<string> {
  shown.type(`egret proxy --listen 127.0.0.1:0 ${words}; echo ended $?`);
  const [, address = ''] = /proxy (127\.0\.0\.1:\d+)/.exec(await shown.shows(/egret proxy 127\.0\.0\.1:\d+ ·/)) ?? [];
  return `http://${address}`;
}

describe.skipIf(!HAS_TMUX)('egret proxy in a terminal (needs tmux)', () => {
  it('shows destinations, evidence, a filter, and a new size, and gives the report and a clean terminal afterwards', async () => {
    // CI is no reason to show nothing: a terminal is a terminal.
    const shown = shell(110, 24, { CI: 'true' });
    const proxy = await proxyOn(shown, `-p ${POLICY} --enforce --fail-on never`);
    await shown.shows('Nothing has asked for a destination yet.');
    await ask(proxy, `http://localhost:${port}/a`, 'http://elsewhere.example/b');
    await shown.shows(/denied +elsewhere\.example:80/);
    const first = await shown.shows(/^ {2}local +localhost:\d+ +http-host/m);
    expect(first).toMatch(/^▸ denied +elsewhere\.example:80/m);
    expect(first).toContain('2 destinations (1 against the policy)');
    expect(first).toContain('Cannot see: what does not use the proxy, QUIC and other UDP');
    shown.press('j', 'Enter');
    expect(await shown.shows('known by  http-host, high confidence')).toMatch(/^tries +0 open, 1 connection over$/m);
    shown.press('Escape');
    await shown.shows('? keys');
    shown.press('/', 'else', 'Enter');
    expect(await shown.shows('only with "else"')).not.toContain('localhost');
    shown.resize(40, 10);
    expect(await shown.shows(/^▸ denied +…[a-z]*\.example:80 /m)).not.toContain('known by');
    expect(shown.screen().split('\n').filter((text) => text !== '')).toHaveLength(5);
    shown.resize(110, 24);
    shown.press('q');
    await shown.shows('ended 0');
    expect(shown.screen()).toMatch(/^Exit 0: /m);
    await expectClean(shown);
  });

  it('ends by Ctrl-C as by q', async () => {
    const shown = shell(90, 20);
    await proxyOn(shown, '> report.txt');
    shown.press('C-c');
    await shown.shows('ended 2');
    await expectClean(shown);
    expect(readFileSync(path.join(shown.folder, 'report.txt'), 'utf8')).toContain('Exit 2: nothing was observed');
  });

  it.each([
    ['a signal', '(sleep 2; kill -TERM $(cat pid)) & ', ''],
    ['a bug', '', `import { setTimeout } from 'node:timers'; setTimeout(() => { throw new Error('boom'); }, 2500);`],
  ])('leaves a clean terminal behind %s', async (_, before, boom) => {
    const shown = shell(90, 20);
    writeFileSync(path.join(shown.folder, 'boom.mjs'), `import { writeFileSync } from 'node:fs'; writeFileSync('pid', String(process.pid)); ${boom}`);
    shown.type(`${before}NODE_OPTIONS="--import ./boom.mjs" egret proxy --listen 127.0.0.1:0 -o report.txt; echo ended $?`);
    await shown.shows('Nothing has asked for a destination yet.');
    expect(await shown.shows(boom === '' ? 'ended 2' : /Error: boom[^]*ended [1-9]/)).not.toContain('Nothing has asked');
    await expectClean(shown);
  });

  it('tells lines where --no-screen asks for them, and without colour where NO_COLOR does', async () => {
    const shown = shell(100, 20);
    shown.type('egret proxy --listen 127.0.0.1:0 --no-screen --for 1s -q; echo ended $?');
    await shown.shows('ended 2');
    shown.type('egret proxy --listen 127.0.0.1:0 --no-screen --for 1s 2>&1 >/dev/null | cat; echo done');
    await shown.shows(/proxy on http:\/\/127[^]*done/);
    expect(shown.fact('alternate_on')).toBe('0');
  });
});

describe.skipIf(!HAS_TMUX)('egret run --screen (needs tmux)', () => {
  it('shows what the app prints in a pane, gives it no input, and ends it by q', async () => {
    const shown = shell(110, 24, { THEN: 'wait' });
    shown.type(`egret run --screen --capture none --fail-on never -o report.txt -- "$NODE" client.mjs env http://localhost:${port}/a; echo ended $?`);
    await shown.shows(/contacted +localhost:\d+ /);
    shown.press('o');
    expect(await shown.shows('answered 200')).toMatch(/^egret run .*client\.mjs env http:\/\/localhost/m);
    shown.press('q');
    await shown.shows('ended 0');
    await expectClean(shown);
    expect(readFileSync(path.join(shown.folder, 'report.txt'), 'utf8')).toContain('localhost');
  });

  it('kills an app that does not end, and all that it started, at the second q', async () => {
    const shown = shell(90, 20, { THEN: 'stay' });
    shown.type(`egret run --screen --capture none --fail-on never -o report.txt -- sh -c 'echo $$ > leader; "$NODE" client.mjs env http://localhost:${port}/a; exit 0'; echo ended $?`);
    await shown.shows(/contacted +localhost/);
    shown.press('q', 'o');
    await shown.shows('asked to end');
    expect(shown.screen()).toContain('The app was asked to end; once more kills it.');
    shown.press('q');
    await shown.shows('ended 5');
    await expectClean(shown);
    const leader = Number(readFileSync(path.join(shown.folder, 'leader'), 'utf8'));
    expect(livingIn(leader)).toEqual([]);
  });

  it('says the last words of an app that failed, once its pane has gone', async () => {
    const shown = shell(90, 20, { THEN: 'fail' });
    shown.type(`egret run --screen --capture none --fail-on never -o report.txt -- "$NODE" client.mjs env http://localhost:${port}/a; echo ended $?`);
    expect(await shown.shows('ended 5')).toMatch(/^egret: the app's last lines\n {2}answered 200\n {2}cannot open vendor\.conf$/m);
  });

  it('ends the app when the terminal is closed, and saves the report', async () => {
    const shown = shell(90, 20, { THEN: 'wait' });
    shown.type(`egret run --screen --capture none --fail-on never --record run.ndjson -o report.txt -- sh -c 'echo $$ > leader; exec "$NODE" client.mjs env http://localhost:${port}/a'`);
    await shown.shows(/contacted +localhost/);
    const leader = Number(readFileSync(path.join(shown.folder, 'leader'), 'utf8'));
    shown.hangUp();
    await until(() => existsSync(path.join(shown.folder, 'report.txt')));
    expect(readFileSync(path.join(shown.folder, 'run.ndjson'), 'utf8')).toContain('localhost');
    expect(livingIn(leader)).toEqual([]);
  });

  it('marks a phase by its number, and says so', async () => {
    const shown = shell(120, 24, { THEN: 'wait' });
    shown.type(`egret run --screen --capture none -p ${POLICY} --fail-on never --record run.ndjson -o report.txt -- "$NODE" client.mjs env http://localhost:${port}/a; echo ended $?`);
    await shown.shows(/local\?? +localhost/);
    shown.press('2', '?');
    const phases = /Phases: 1 (\S+), 2 (\S+) \(on\)/.exec(await shown.shows(/2 \S+ \(on\)/));
    expect(shown.screen()).toContain(` in ${phases?.[2]} · `);
    shown.press('2');
    await shown.shows(new RegExp(`2 ${phases?.[2]},`));
    shown.press('q');
    await shown.shows('ended 0');
    const marks = readFileSync(path.join(shown.folder, 'run.ndjson'), 'utf8').split('\n').filter((text) => text.includes('"mark"'));
    expect(marks.map((text): unknown => JSON.parse(text))).toMatchObject([{ kind: 'mark', phase: phases?.[2], edge: 'start' }, { kind: 'mark', phase: phases?.[2], edge: 'end' }]);
  });
});

describe('--screen', () => {
  it.each([
    ['without a terminal', ['--screen'], '--screen needs a terminal on standard input and standard error'],
    ['beside --events', ['--screen', '--events'], '--screen and --events exclude each other'],
    ['beside --quiet', ['--screen', '-q'], '--screen and --quiet exclude each other'],
  ])('is refused %s', (_, words, message) => {
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'proxy', '--listen', '127.0.0.1:0', ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect([status, stderr]).toEqual([3, expect.stringContaining(message)]);
  });
});
