/** Bad luck of a live run, with the built program and real processes: apps that cannot be started, closed terminals, limits of the system, what killed runs leave behind. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { execFileSync, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portOf, textOf, until } from '../../edge/proxy/loopback.ts';
import { type Ended, PROGRAM, Program } from './program.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'egret-luck-'));
const at = (name: string): string => path.join(folder, name);
const egret = async (words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> => new Program(words, folder, env).ended;
/** Of the table of exit codes: these apps contact nobody. */
const NOTHING_SEEN = 2;
const isWindows = process.platform === 'win32';

beforeAll(() => {
  if (!existsSync(PROGRAM)) throw new Error('dist/main.js is not there: npm run build makes it');
  writeFileSync(at('file'), 'no program');
  symlinkSync('circle', at('circle'));
  writeFileSync(at('orphan.sh'), '#!/nowhere/interpreter\n');
  chmodSync(at('orphan.sh'), 0o755);
});
/** Starts itself again in a session of its own, waits for its tunnel and ends; the other one lives until its tunnel is cut. */
const STAY = `
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
const [, , port, role] = process.argv;
if (role === 'stay') {
  const [, host, at] = /^http:\\/\\/(.+):(\\d+)$/.exec(process.env.HTTP_PROXY);
  const socket = connect(Number(at), host, () => socket.write('CONNECT 127.0.0.1:' + port + ' HTTP/1.1\\r\\nHost: 127.0.0.1:' + port + '\\r\\n\\r\\n'));
  socket.once('data', () => writeFileSync('stay.pid', String(process.pid)));
  socket.on('error', () => {}).on('close', () => process.exit());
} else {
  spawn(process.execPath, ['stay.mjs', port, 'stay'], { detached: true, stdio: 'ignore' }).unref();
  setInterval(() => existsSync('stay.pid') && process.exit(), 20);
}
`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A server that says one byte to each client, and a client of the proxy that is told so; undefined: it was turned away. */
async function open(proxy: number, server: number): Promise<Socket | undefined> {
  const socket = connect({ host: '127.0.0.1', port: proxy });
  socket.on('error', () => {});
  socket.write(`CONNECT 127.0.0.1:${server} HTTP/1.1\r\nHost: 127.0.0.1:${server}\r\n\r\n`);
  return new Promise((done) => {
    socket.once('data', () => done(socket));
    socket.once('close', () => done(undefined));
  });
}

async function listening(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('y');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.skipIf(isWindows)('an app that cannot be started', () => {
  it.each([
    ['is not there', './none', 'there is no such program'],
    ['is a folder', '.', 'it may not be executed'],
    ['is no program', './file', 'it may not be executed'],
    ['lies in a file', './file/app', 'a part of its path is no folder'],
    ['is a circle of links', './circle', 'its path is a circle of links'],
    ['wants an interpreter that is not there', './orphan.sh', 'the interpreter that its first line names, or its loader, is not there'],
  ])('is said so in words, and nothing is left behind: it %s', async (_, app, why) => {
    const ran = await egret(['run', '--record', 'none.ndjson', '-o', 'none.txt', '--', app]);
    expect([ran.code, ran.err]).toMatchObject([3, expect.stringContaining(`egret: cannot run ${app}: ${why}`)]);
    expect(readdirSync(folder).filter((name) => name.includes('none'))).toEqual([]);
  });

  it('may be the command line of egret itself, in a folder that is gone', async () => {
    mkdirSync(at('gone'));
    const child = spawn('sh', ['-c', 'cd gone && rmdir ../gone && exec "$@"', 'sh', process.execPath, PROGRAM, '--version'], { cwd: folder });
    let err = '';
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    const code = await new Promise((done) => child.on('close', done));
    expect([code, err]).toEqual([3, 'egret: the folder that it is started in is not there any more\n  help: cd to another one\n']);
  });
});

describe.skipIf(isWindows)('an app', () => {
  it('has what is piped into egret', async () => {
    const program = new Program(['run', '-q', '--', 'cat'], folder);
    program.child.stdin?.end('piped\n');
    expect((await program.ended).out).toBe('piped\n');
  });

  it('may print more than a pipe holds', async () => {
    const { out } = await egret(['run', '-q', '--', process.execPath, '-e', 'process.stdout.write("x".repeat(3e6))']);
    expect(out.length).toBe(3_000_000);
  });

  it('is told that the terminal was closed, and the report and recording of it are saved', async () => {
    const program = new Program(['run', '--events', '--record', 'hup.ndjson', '-o', 'hup.txt', '--fail-on', 'never', '--', 'sh', '-c', 'echo $$; exec sleep 300'], folder);
    await until(() => program.out.includes('\n'));
    program.child.kill('SIGHUP');
    const { code } = await program.ended;
    expect([code, isAlive(Number(program.out))]).toEqual([NOTHING_SEEN, false]);
    expect(readFileSync(at('hup.txt'), 'utf8')).toContain('egret watched');
    expect(readFileSync(at('hup.ndjson'), 'utf8')).toContain('"kind":"source"');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('that leaves something behind which still talks is said to do so', async () => {
    const server = await listening();
    writeFileSync(at('stay.mjs'), STAY);
    const { err, out } = await egret(['run', '--events', '--', process.execPath, 'stay.mjs', String(portOf(server))]);
    server.close();
    expect(err).toContain('a connection was still open when the app had ended, and had to be cut: something that it started lives on');
    expect(out).toContain('1 connection to the proxy');
    await until(() => !isAlive(Number(readFileSync(at('stay.pid'), 'utf8'))));
  });

  it('that ignores a polite kill is not waited for in vain by who insists', async () => {
    const program = new Program(['run', '--events', '--fail-on', 'never', '--', 'sh', '-c', 'trap "echo no" TERM; echo $$; while :; do sleep 0.05; done'], folder);
    await until(() => program.out.includes('\n'));
    program.child.kill('SIGTERM');
    await until(() => program.out.includes('no\n'));
    program.child.kill('SIGTERM');
    const { code, out } = await program.ended;
    expect([code, isAlive(Number.parseInt(out, 10))]).toEqual([NOTHING_SEEN, false]);
  });
});

describe.skipIf(isWindows)('a run that is stopped before it has begun', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('starts no app and leaves a report and no temporary file: %s', async (signal) => {
    execFileSync('mkfifo', [at(`${signal}.plan`)]);
    const program = new Program(['run', '--events', '--record', `${signal}.ndjson`, '-o', `${signal}.txt`, '--phases', `${signal}.plan`, '--', 'touch', `${signal}.app`], folder);
    // It waits for its plan of phases, with all files open.
    await until(() => existsSync(at(`.${signal}.ndjson.${program.child.pid ?? 0}.tmp`)));
    await new Promise((done) => setTimeout(done, 100));
    program.child.kill(signal);
    writeFileSync(at(`${signal}.plan`), '+60s start work\n');
    expect((await program.ended).code).toBe(NOTHING_SEEN);
    expect([existsSync(at(`${signal}.txt`)), existsSync(at(`${signal}.ndjson`)), existsSync(at(`${signal}.app`))]).toEqual([true, true, false]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('a destination that is not reached', () => {
  it.skipIf(isWindows)('is told while the run goes on, with why', async () => {
    const program = new Program(['proxy', '--listen', '127.0.0.1:0', '--events'], folder);
    await until(() => program.port > 0);
    for (const place of ['nobody.invalid:443', '127.0.0.1:1']) {
      const socket = connect({ host: '127.0.0.1', port: program.port });
      socket.end(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`);
      expect(await textOf(socket)).toContain('HTTP/1.1 502 ');
    }
    await until(() => program.err.split('"event":"failed"').length === 2);
    program.child.kill('SIGINT');
    await program.ended;
    const events: unknown[] = program.err.split('\n').filter((line) => line.startsWith('{')).map((line): unknown => JSON.parse(line));
    expect(events).toMatchObject([
      { event: 'listening' },
      { event: 'destination', host: 'nobody.invalid', port: 443, verdict: 'asked' },
      { event: 'destination', host: '127.0.0.1', port: 1 },
      { event: 'failed', host: '127.0.0.1', port: 1, failure: 'refused', address: '127.0.0.1' },
    ]);
  });
});

describe.skipIf(process.platform !== 'linux')('more clients than the system has descriptors for', () => {
  it('are turned away, said so once and counted, and those that come later are served', async () => {
    const server = await listening();
    const program = new Program(['proxy', '--listen', '127.0.0.1:0', '--events'], folder, {}, 'ulimit -n 120');
    await until(() => program.port > 0);
    const all = await Promise.all(Array.from({ length: 60 }, async () => open(program.port, portOf(server))));
    const served = all.filter((socket) => socket !== undefined);
    expect(served.length).toBe(28);
    for (const socket of served) socket.destroy();
    let later: Socket | undefined;
    while (later === undefined) later = await open(program.port, portOf(server));
    later.destroy();
    program.child.kill('SIGINT');
    const { out, err } = await program.ended;
    server.close();
    expect(err.split('"event":"full"').length).toBe(2);
    expect(out).toMatch(/\d+ {2}connections to the proxy dropped because too many were open/);
    expect(out).not.toContain('unreachable');
  });
});

describe.skipIf(isWindows)('a run that was killed', () => {
  it('leaves a socket for marks that the next run takes away, and none that is in use', async () => {
    const env = { XDG_RUNTIME_DIR: folder };
    const words = ['proxy', '--listen', '127.0.0.1:0', '--events'];
    const [killed, other] = [new Program(words, folder, env), new Program(words, folder, env)];
    await until(() => killed.port > 0 && other.port > 0);
    const socketOf = (program: Program): string => path.join(folder, 'egret', `${program.child.pid ?? 0}.sock`);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(statSync(socketOf(killed)).isSocket()).toBe(true);
    const next = new Program(words, folder, env);
    await until(() => next.port > 0 && !existsSync(socketOf(killed)));
    expect([existsSync(socketOf(other)), existsSync(socketOf(next))]).toEqual([true, true]);
    for (const program of [other, next]) program.child.kill('SIGTERM');
    await Promise.all([other.ended, next.ended]);
    expect(readdirSync(path.join(folder, 'egret'))).toEqual([]);
  });
});
