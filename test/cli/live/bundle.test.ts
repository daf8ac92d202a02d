/** The built program keeping real runs in bundles: whole, killed, on a disk that fills up, and where there is a bundle already. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portOf, until } from '../../edge/proxy/loopback.ts';
import { ROOT } from '../../source-tree.ts';
import { proxyAlone } from './proxy-alone.ts';

const PROGRAM = path.join(ROOT, 'dist/main.js');
const folder = mkdtempSync(path.join(tmpdir(), 'egret-bundle-'));
const at = (...names: readonly string[]): string => path.join(folder, ...names);
const server: Server = createServer((socket) => socket.pipe(socket));
let port = 0;

beforeAll(async () => {
  if (!existsSync(PROGRAM)) throw new Error('dist/main.js is not there: npm run build makes it');
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = portOf(server);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly proxy: number;
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;
}

/** `egret proxy` with these words, listening; `limit` is the largest file it may write, in KiB. */
async function proxy(words: readonly string[], limit?: number): Promise<Running> {
  const command = [process.execPath, PROGRAM, 'proxy', '--listen', '127.0.0.1:0', '--events', '--fail-on', 'never', ...words];
  const child = limit === undefined
    ? spawn(command[0] ?? '', command.slice(1), { cwd: folder })
    : spawn('bash', ['-c', `ulimit -f ${limit}; exec "$@"`, 'bash', ...command], { cwd: folder });
  let err = '';
  child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
  const ended = new Promise<{ readonly code: number | null; readonly err: string }>((done) => child.on('close', (code) => done({ code, err })));
  await until(() => err.includes('"listening"') || child.exitCode !== null);
  return { child, proxy: Number(/"port":(\d+)/.exec(err)?.[1]), ended };
}

/** A tunnel to the echo that stands, with so many bytes sent and taken back. */
async function tunnel(through: number, bytes: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: through });
  let taken = 0;
  socket.on('data', (data) => (taken += data.length));
  socket.on('error', () => {});
  socket.write(`CONNECT localhost:${port} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
  await until(() => taken >= 39);
  socket.write(Buffer.alloc(bytes, 'x'));
  await until(() => taken >= 39 + bytes);
  return socket;
}

function egret(...words: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...proxyAlone(words)], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  return { code: status, out: stdout, err: stderr };
}

interface Facts {
  readonly destinations: readonly { readonly name?: string; readonly up: number }[];
  readonly blindSpots: readonly { readonly code: string; readonly text: string }[];
}

const report = (name: string): Facts => JSON.parse(readFileSync(at(name), 'utf8'));
const audit = (name: string, ...words: readonly string[]): Facts => {
  const { code, err } = egret('audit', name, '--fail-on', 'never', '--format', 'json=audited.json', ...words);
  expect([code, err]).toEqual([0, '']);
  return report('audited.json');
};

describe('a bundle', () => {
  it('is audited to the report of the run that it was written in, byte for byte but for where it was read from', async () => {
    const { child, proxy: through, ended } = await proxy(['--record', 'whole/', '--scope', 'app', '--format', 'json=live.json']);
    const socket = await tunnel(through, 1000);
    socket.end();
    await until(() => readdirSync(at('whole')).includes('events.ndjson') && readFileSync(at('whole/events.ndjson'), 'utf8').includes('"kind":"flow"'));
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
    audit('whole');
    const [live, audited] = [readFileSync(at('live.json'), 'utf8'), readFileSync(at('audited.json'), 'utf8')];
    expect(audited.replace('"recording":"whole",', '')).toBe(live);
    expect(JSON.parse(readFileSync(at('whole/run.json'), 'utf8'))).toMatchObject({ egret: 'run', version: 1, mode: 'proxy', exit: 0, coverage: { connections: 1 }, sources: [{ witness: 'proxy' }], sheet: { scope: 'app' } });
  });

  it('names the app and the policy by their hashes', () => {
    const policy = path.join(ROOT, 'policies/strict.yaml');
    egret('run', '-q', '-p', policy, '--record', 'named/', '--', 'true', 'word');
    const { command, policy: by } = JSON.parse(readFileSync(at('named/run.json'), 'utf8'));
    expect([command.words, by.path, by.name]).toEqual([['true', 'word'], policy, 'Deny what is not listed']);
    expect([command.sha256, by.sha256]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  it('of a run that was killed has all but its last second, tunnels that were open included', async () => {
    const { child, proxy: through, ended } = await proxy(['--record', 'killed/', '--scope', 'app']);
    const socket = await tunnel(through, 5000);
    await until(() => existsSync(at('killed/events.ndjson')) && readFileSync(at('killed/events.ndjson'), 'utf8').includes('"moved":[[1,'));
    child.kill('SIGKILL');
    await ended;
    socket.destroy();
    const facts = audit('killed');
    expect(facts.blindSpots.map(({ code }) => code)).toEqual(['run-unended']);
    expect(facts.destinations).toMatchObject([{ name: 'localhost', outcomes: { cut: 1 } }]);
    expect(facts.destinations[0]?.up).toBeGreaterThan(5000);
  });

  it('is readable wherever it was cut, down to nothing but its run.json', () => {
    const events = readFileSync(at('killed/events.ndjson'));
    const run = readFileSync(at('killed/run.json'));
    for (const length of [0, 1, 60, 400, 900, events.length - 1]) {
      mkdirSync(at('cut'));
      writeFileSync(at('cut/run.json'), run);
      writeFileSync(at('cut/events.ndjson'), events.subarray(0, length));
      const { code, err } = egret('audit', 'cut', '--fail-on', 'never', '--format', 'json=cut.json');
      expect([length, err]).toEqual([length, '']);
      expect([0, 2]).toContain(code);
      expect(report('cut.json').blindSpots.map(({ code: spot }) => spot)).toContain('run-unended');
      rmSync(at('cut'), { recursive: true });
    }
  });

  it('is written over by nobody, and a folder that is there and empty will do', () => {
    expect(egret('run', '-q', '--record', 'named/', '--', 'true')).toMatchObject({ code: 4, err: expect.stringContaining('there is something in it already') });
    mkdirSync(at('empty'));
    // Without a slash: it is a folder all the same.
    egret('run', '-q', '--record', 'empty', '--', 'true');
    expect(readdirSync(at('empty'))).toEqual(['events.ndjson', 'run.json']);
  });

  it('that cannot be begun keeps the app from starting, and leaves nothing behind', () => {
    writeFileSync(at('file'), '');
    const words = ['--', 'touch', at('started')];
    expect(egret('run', '-q', '--record', 'file/b/', ...words)).toMatchObject({ code: 4, err: expect.stringContaining('cannot write the bundle file/b/: a part of the path is not a folder') });
    expect(egret('run', '-q', '--record', 'gone/', '-p', 'no-such-policy.yaml', ...words).code).toBe(3);
    expect(egret('run', '-q', '--record', 'gone/', '--', './no-such-app').code).toBe(3);
    expect([existsSync(at('started')), existsSync(at('gone'))]).toEqual([false, false]);
  });

  it('that fills its disk ends there, and the run goes on and says so', async () => {
    const { child, proxy: through, ended } = await proxy(['--record', 'full/', '--format', 'json=full.json', '--scope', 'app'], 8);
    for (let round = 0; round < 12; round++) (await tunnel(through, 10)).destroy();
    await until(() => existsSync(at('full/events.ndjson')) && readFileSync(at('full/events.ndjson')).length >= 8192);
    child.kill('SIGINT');
    const { code, err } = await ended;
    expect([code, err]).toEqual([0, expect.stringContaining('the bundle full/ could not be written to its end: the file may not grow any more')]);
    expect(report('full.json').blindSpots).toMatchObject([{ code: 'bundle-stopped' }, { code: 'proxy-only' }]);
    expect(report('full.json').destinations).toMatchObject([{ name: 'localhost', count: 12 }]);
    expect(audit('full').blindSpots.map(({ code: spot }) => spot)).toContain('run-unended');
  });

  it('in parts reads as one, and tells when its oldest parts are gone', async () => {
    const { child, proxy: through, ended } = await proxy(['--record', 'parts/', '--rotate', '1s', '--scope', 'app', '--format', 'json=parts.json']);
    for (let round = 1; round <= 3; round++) {
      (await tunnel(through, 10)).destroy();
      await until(() => readdirSync(at('parts')).filter((name) => name.startsWith('events-')).length >= round);
      await new Promise((done) => setTimeout(done, 1100));
    }
    child.kill('SIGINT');
    await ended;
    const names = readdirSync(at('parts')).filter((name) => name.startsWith('events-'));
    expect(names.slice(0, 2)).toEqual(['events-00001.ndjson', 'events-00002.ndjson']);
    for (const name of names) expect(readFileSync(at('parts', name), 'utf8')).toMatch(/^\{"egret":"recording"/);
    audit('parts');
    expect(readFileSync(at('audited.json'), 'utf8').replace('"recording":"parts",', '')).toBe(readFileSync(at('parts.json'), 'utf8'));
    rmSync(at('parts', 'events-00001.ndjson'));
    expect(audit('parts').blindSpots.map(({ code }) => code)).toContain('parts-removed');
  });

  it('is of live runs only, and words that speak of one without it are mistakes', () => {
    expect(egret('audit', 'whole', '--record', 'again/')).toMatchObject({ code: 3, err: expect.stringContaining('only a live run is kept in one') });
    expect(egret('run', '--rotate', '1h', '--', 'true')).toMatchObject({ code: 3, err: expect.stringContaining('--rotate cuts a bundle into parts, and there is none') });
    expect(egret('run', '--record', 'x.ndjson', '--rotate', '1h', '--', 'true')).toMatchObject({ code: 3, err: expect.stringContaining('--record names a file') });
    expect(egret('run', '--record', 'x/', '--keep', '3', '--', 'true')).toMatchObject({ code: 3, err: expect.stringContaining('without --rotate there is one') });
    expect(egret('run', '--record', 'x/', '--rotate', '1 hour', '--keep', '0', '--', 'true').err).toMatch(/--rotate wants a size from 64KB on or a time, not "1 hour"[^]*--keep wants a number of parts, not "0"/);
  });
});
