/** The built program as its user runs it: `egret proxy` and `egret run` with real children, signals and files. */
import { createServer } from 'node:http';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portOf, until } from '../../edge/proxy/loopback.ts';
import { ROOT } from '../../source-tree.ts';
import { type Ended, PROGRAM, Program } from './program.ts';

const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(path.join(ROOT, 'docs/report.schema.json'), 'utf8')));
const folder = mkdtempSync(path.join(tmpdir(), 'egret-live-'));
const at = (name: string): string => path.join(folder, name);
const server: Server = createServer((request, response) => response.end(`you asked for ${request.url}`));
let port = 0;

beforeAll(async () => {
  if (!existsSync(PROGRAM)) throw new Error('dist/main.js is not there: npm run build makes it');
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = portOf(server);
  writeFileSync(at('ask.mjs'), ASK);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An app that obeys its proxy by hand, as Node 20 has no way to: asks for each URL of its words in absolute form. An agent of its own keeps later versions of Node from asking the proxy for the proxy. */
const ASK = `
import { Agent, request } from 'node:http';
const agent = new Agent();
if (process.env.THEN === 'wait') process.on('SIGTERM', () => console.log('asked to end'));
const [, host, port] = /^http:\\/\\/(.+):(\\d+)$/.exec(process.env.HTTP_PROXY);
for (const url of process.argv.slice(2)) await new Promise((done) => {
  request({ agent, host, port, path: url, headers: { host: new URL(url).host } }, (answer) => { answer.on('data', (data) => process.stdout.write(answer.statusCode + ' ' + data + '\\n')); answer.on('end', done); }).on('error', done).end();
});
if (process.env.THEN === 'fail') process.exit(9);
if (process.env.THEN === 'wait') setInterval(() => {}, 1000);
`;

const egret = async (words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> => new Program(words, folder, env).ended;

/** A report without what differs by nature between a run and its recording. */
function comparable(file: string): unknown {
  return JSON.parse(readFileSync(at(file), 'utf8'), (key, value: unknown) => (key === 'recording' ? undefined : value));
}

describe('egret run', () => {
  it('watches the app, judges it and gives the recording the same report', async () => {
    const policy = path.join(ROOT, 'policies/strict.yaml');
    const ran = await egret(['run', '-p', policy, '--format', 'json=live.json', '--record', 'run.ndjson', '--', process.execPath, 'ask.mjs', `http://localhost:${port}/a`, 'http://nobody.invalid/b']);
    expect(ran.out).toContain('200 you asked for /a');
    expect(ran.out).toContain('502 egret: there is no host nobody.invalid:80');
    expect(ran.err).toMatch(/^\d\d:\d\d:\d\d {2}\S+ +localhost:\d+ {2}\(127\.0\.0\.1\)$/m);
    const again = await egret(['audit', 'run.ndjson', '-p', policy, '--format', 'json=again.json']);
    expect(again.code).toBe(ran.code);
    expect(comparable('again.json')).toEqual(comparable('live.json'));
    expect([validate(JSON.parse(readFileSync(at('live.json'), 'utf8'))), validate.errors]).toEqual([true, null]);
    expect(comparable('live.json')).toMatchObject({
      blindSpots: [{ code: 'proxy-only' }],
      inputs: [{ scope: 'app', witness: 'proxy', packets: 2 }],
      destinations: [{ name: 'nobody.invalid', reached: 'attempted' }, { name: 'localhost', how: 'http-host', confidence: 'high', reached: 'sent' }],
    });
  });

  it('ends with 5 when nothing is broken but the command failed, or with its own code', async () => {
    const words = ['--fail-on', 'never', '-q', '--', process.execPath, 'ask.mjs', `http://localhost:${port}/`];
    expect((await egret(['run', ...words], { THEN: 'fail' })).code).toBe(5);
    expect((await egret(['run', '--exit-code', 'child', ...words], { THEN: 'fail' })).code).toBe(9);
    expect((await egret(['run', ...words])).code).toBe(0);
  });

  it('denies with the policy\'s reason, and looks nothing up for it', async () => {
    const policy = path.join(ROOT, 'policies/multiclaw.yaml');
    const ran = await egret(['run', '-p', policy, '--enforce', '--events', '--fail-on', 'never', '--format', 'json=denied.json', '--', process.execPath, 'ask.mjs', 'http://elsewhere.example/']);
    expect(ran.out).toContain('403 egret: elsewhere.example:80 is undeclared by the policy MultiClaw desktop app and gateway');
    const events: unknown[] = ran.err.split('\n').filter((line) => line.startsWith('{')).map((line): unknown => JSON.parse(line));
    expect(events).toMatchObject([{ event: 'listening' }, { event: 'destination', host: 'elsewhere.example', port: 80, verdict: 'denied' }]);
  });

  it('makes the user\'s own proxy its way out and says what it replaced, without the password', async () => {
    const heads: string[] = [];
    const upstream = createTcpServer((socket) => socket.once('data', (data) => {
      heads.push(data.toString('latin1'));
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfar!');
    }));
    await new Promise<void>((done) => upstream.listen(0, '127.0.0.1', done));
    const ran = await egret(['run', '--record', 'up.ndjson', '--', process.execPath, 'ask.mjs', 'http://far.example/'], { HTTP_PROXY: `http://me:hunter2@127.0.0.1:${portOf(upstream)}` });
    upstream.close();
    expect(ran.out).toContain('200 far!');
    expect(ran.err).toContain('HTTP_PROXY had another value, which the app did not get');
    expect(heads[0]).toMatch(/^GET http:\/\/far\.example\/ HTTP\/1\.1\r\nHost: far\.example\r\n/);
    expect(heads[0]).toContain(`Proxy-Authorization: Basic ${Buffer.from('me:hunter2').toString('base64')}`);
    expect(ran.out + ran.err + readFileSync(at('up.ndjson'), 'utf8')).not.toMatch(/hunter2|bWU6aHVud/);
  });

  it('hands one signal to the app and ends an app that ignores it at the second, report and recording saved', async () => {
    const program = new Program(['run', '--format', 'json=killed.json', '--record', 'killed.ndjson', '--fail-on', 'never', '--', process.execPath, 'ask.mjs', `http://localhost:${port}/`], folder, { THEN: 'wait' });
    await until(() => program.out.includes('200 you asked'));
    program.child.kill('SIGTERM');
    await until(() => program.out.includes('asked to end'));
    program.child.kill('SIGTERM');
    const { code } = await program.ended;
    expect(code).toBe(5);
    expect(comparable('killed.json')).toMatchObject({ summary: { exit: 5, because: 'nothing is broken, but the observed command was ended by SIGKILL' } });
    expect(readFileSync(at('killed.ndjson'), 'utf8').trimEnd().split('\n').at(-1)).toContain('"kind":"source"');
  });
});

describe('egret proxy', () => {
  it('reports at Ctrl-C what went through, and leaves no port and no temporary file', async () => {
    const program = new Program(['proxy', '--listen', '127.0.0.1:0', '--events', '--record', 'p.ndjson'], folder);
    await until(() => program.err.includes('"listening"'));
    const own = Number(/"port":(\d+)/.exec(program.err)?.[1]);
    const socket = connect({ host: '127.0.0.1', port: own });
    socket.write(`CONNECT localhost:${port} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
    await until(() => program.err.includes('"destination"'));
    program.child.kill('SIGINT');
    const { code, out } = await program.ended;
    expect(code).toBe(0);
    expect(out).toContain('egret watched proxy 127.0.0.1:');
    expect(out).toContain('1 connection to the proxy');
    const refused = await new Promise((done) => connect({ host: '127.0.0.1', port: own }).once('error', (error: NodeJS.ErrnoException) => done(error.code)));
    expect(refused).toBe('ECONNREFUSED');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('says that a full disk kept its list of connections from being written (needs Linux)', async () => {
    const program = new Program(['proxy', '--listen', '127.0.0.1:0', '--events', '--format', 'text,ndjson=/dev/full'], folder);
    await until(() => program.err.includes('"listening"'));
    const socket = connect({ host: '127.0.0.1', port: Number(/"port":(\d+)/.exec(program.err)?.[1]) });
    socket.end('GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n');
    socket.resume();
    await new Promise((done) => socket.once('close', done));
    program.child.kill('SIGINT');
    const { code, err } = await program.ended;
    expect([code, err]).toMatchObject([4, expect.stringContaining('cannot write /dev/full')]);
  });

  it('says in words that the port is taken, and that its own environment leads back to it', async () => {
    const taken = await egret(['proxy', '--listen', `127.0.0.1:${port}`]);
    expect([taken.code, taken.err]).toMatchObject([4, expect.stringContaining('the port is in use')]);
    const loop = await egret(['proxy', '--listen', '127.0.0.1:18443'], { HTTPS_PROXY: 'http://localhost:18443' });
    expect([loop.code, loop.err]).toMatchObject([3, expect.stringContaining('which is where egret is to listen')]);
  });

  it('does not go around a proxy of the environment that it cannot speak to, and keeps its password', async () => {
    const ran = await egret(['proxy'], { HTTPS_PROXY: 'quic://me:hunter2@proxy.corp:443' });
    expect([ran.code, ran.err]).toMatchObject([3, expect.stringContaining('HTTPS_PROXY names a proxy with the scheme quic://')]);
    expect(ran.err).not.toContain('hunter2');
  });
});
