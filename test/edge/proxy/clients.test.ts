/** Real programs through the proxy, each as its users configure it; a client that is not installed is skipped, and the title says which. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childVariables } from '../../../src/edge/proxy/child-environment.ts';
import { Loopback, until } from './loopback.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'egret-clients-'));
const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;
let lab: Loopback;
let port = 0;

beforeEach(async () => {
  lab = await Loopback.open();
  port = await lab.serve(
    createServer((request, response) => {
      void readFile(path.join(folder, decodeURI((request.url ?? '').split('?', 1)[0] ?? ''))).then((file) => response.end(file), () => (request.url === '/hello' ? response.end('hello') : response.writeHead(404).end()));
    }),
  );
});
afterEach(() => lab.close());

/** Runs a program with nothing but the proxy's variables; gives what it printed. */
async function run(tool: string, words: readonly string[]): Promise<string> {
  const { variables } = childVariables({ PATH: process.env['PATH'], HOME: folder }, lab.proxy.endpoint);
  return new Promise((done) => {
    const child = spawn(tool, words, { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, ...variables } });
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    child.stderr.on('data', (data: Buffer) => (text += data.toString()));
    child.on('close', () => done(text));
  });
}

async function seen(): Promise<string[]> {
  await until(() => lab.flows().length > 0);
  return [...new Set(lab.connections().map(({ names: [name], http, protocol, confidence }) => `${name?.name} ${http?.form} ${protocol} ${confidence}`))];
}

const PYTHON = 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())';
const FETCH = 'fetch(process.argv[1]).then((answer) => answer.text()).then(console.log)';

describe('curl', () => {
  it.skipIf(!has('curl')).each([
    ['plain HTTP', [], 'app.test absolute http high'],
    ['CONNECT', ['-p'], 'app.test authority http high'],
    ['SOCKS 5 by name', ['-x', 'socks5h://'], 'app.test authority http high'],
    ['SOCKS 4a', ['-x', 'socks4a://'], 'app.test authority http high'],
  ] as const)('is seen by %s (needs curl)', async (_, words, expected) => {
    const placed = words.map((word: string) => (word.endsWith('://') ? `${word}127.0.0.1:${lab.port}` : word));
    expect(await run('curl', ['-s', ...placed, `http://app.test:${port}/hello`])).toBe('hello');
    expect(await seen()).toEqual([expected]);
  });
});

describe('other clients', () => {
  it.skipIf(!has('wget'))('wget (needs wget)', async () => {
    expect(await run('wget', ['-q', '-O', '-', `http://app.test:${port}/hello`])).toBe('hello');
    expect(await seen()).toEqual(['app.test absolute http high']);
  });

  it.skipIf(!has('python3'))('Python (needs python3)', async () => {
    expect((await run('python3', ['-c', PYTHON, `http://app.test:${port}/hello`])).trim()).toBe('hello');
    expect(await seen()).toEqual(['app.test absolute http high']);
  });

  it.skipIf(!has('git'))('git (needs git)', async () => {
    const repository = path.join(folder, 'r.git');
    const git = (...words: string[]): void => void spawnSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], { env: { PATH: process.env['PATH'], HOME: folder } });
    spawnSync('git', ['init', '-q', repository], { env: { PATH: process.env['PATH'], HOME: folder } });
    git('commit', '-q', '--allow-empty', '-m', 'one');
    git('update-server-info');
    expect(await run('git', ['ls-remote', `http://app.test:${port}/r.git/.git`])).toMatch(/^[0-9a-f]{40}\t/);
    expect(await seen()).toEqual(['app.test absolute http high']);
  });

  it('fetch of Node, which obeys the variables from Node 22 on and goes around the proxy before', async () => {
    expect((await run(process.execPath, ['--no-warnings', '-e', FETCH, `http://127.0.0.1:${port}/hello`])).trim()).toBe('hello');
    const obeys = Number(process.versions.node.split('.', 1)[0]) >= 22;
    const told = obeys ? (await seen()).map((one) => one.replace('authority', 'absolute')) : lab.flows();
    expect(told).toEqual(obeys ? ['127.0.0.1 absolute http high'] : []);
  });
});

process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
