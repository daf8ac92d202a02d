/**
 * Real programs through the proxy, each as its users configure it; a client
 * that is not installed is skipped, and the title says which. Other versions
 * of Node take part when EGRET_NODES names their programs (PATH:PATH).
 * What they obey is the table of docs/commands/run.md.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { childVariables } from '../../../src/edge/proxy/child-environment.ts';
import { openAuthority } from '../../lab/ca/authority.ts';
import { ROOT } from '../../source-tree.ts';
import { Loopback, until } from './loopback.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'egret-clients-'));
const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;
let lab: Loopback;
let port = 0;
let securePort = 0;
let leaf: Awaited<ReturnType<Awaited<ReturnType<typeof openAuthority>>['leaf']>>;

const answer: RequestListener = (request, response) => {
  void readFile(path.join(folder, decodeURI((request.url ?? '').split('?', 1)[0] ?? ''))).then((file) => response.end(file), () => (request.url === '/hello' ? response.end('hello') : response.writeHead(404).end()));
};

beforeAll(async () => {
  leaf = await (await openAuthority(path.join(ROOT, 'test/lab/ca'))).leaf('app.test');
});

beforeEach(async () => {
  lab = await Loopback.open();
  port = await lab.serve(createServer(answer));
  securePort = await lab.serve(createSecureServer({ key: leaf.key, cert: leaf.chain }, answer));
});
afterEach(() => lab.close());

/** Runs a program with nothing but the proxy's variables; gives what it printed. */
async function run(tool: string, words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> {
  const { variables } = childVariables({ PATH: process.env['PATH'], HOME: folder }, lab.proxy.endpoint);
  return new Promise((done) => {
    const child = spawn(tool, words, { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, ...variables, ...more } });
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

const ROOT_PEM = path.join(ROOT, 'test/lab/ca/root.pem');
const PYTHON = 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())';
const FETCH = 'fetch(process.argv[1]).then((answer) => answer.text()).then(console.log, (error) => console.log(String(error.cause ?? error)))';
const REQUEST = 'require(process.argv[1].split(":")[0]).get(process.argv[1], (answer) => answer.on("data", (data) => console.log(String(data)))).on("error", (error) => console.log(String(error)))';
const WGET = ['-q', '-O', '-', `--ca-certificate=${ROOT_PEM}`];

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

  it.skipIf(!has('curl'))('reaches HTTPS with its own eyes on the certificate (needs curl)', async () => {
    expect(await run('curl', ['-s', '--cacert', ROOT_PEM, `https://app.test:${securePort}/hello`])).toBe('hello');
    expect(await seen()).toEqual(['app.test authority tls high']);
  });
});

describe('other clients', () => {
  it.skipIf(!has('wget'))('wget (needs wget)', async () => {
    expect(await run('wget', [...WGET, `http://app.test:${port}/hello`])).toBe('hello');
    expect(await seen()).toEqual(['app.test absolute http high']);
  });

  it.skipIf(!has('wget'))('wget by HTTPS (needs wget)', async () => {
    expect(await run('wget', [...WGET, `https://app.test:${securePort}/hello`])).toBe('hello');
    expect(await seen()).toEqual(['app.test authority tls high']);
  });

  it.skipIf(!has('python3'))('Python (needs python3)', async () => {
    expect((await run('python3', ['-c', PYTHON, `http://app.test:${port}/hello`])).trim()).toBe('hello');
    expect(await seen()).toEqual(['app.test absolute http high']);
  });

  it.skipIf(!has('python3'))('Python by HTTPS (needs python3)', async () => {
    expect((await run('python3', ['-c', PYTHON, `https://app.test:${securePort}/hello`], { SSL_CERT_FILE: ROOT_PEM })).trim()).toBe('hello');
    expect(await seen()).toEqual(['app.test authority tls high']);
  });

  it.skipIf(!has('git')).each([
    ['HTTP', 'app.test absolute http high'],
    ['HTTPS', 'app.test authority tls high'],
  ])('git by %s (needs git)', async (scheme, expected) => {
    const repository = path.join(folder, `${scheme}.git`);
    const git = (...words: string[]): void => void spawnSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], { env: { PATH: process.env['PATH'], HOME: folder } });
    spawnSync('git', ['init', '-q', repository], { env: { PATH: process.env['PATH'], HOME: folder } });
    git('commit', '-q', '--allow-empty', '-m', 'one');
    git('update-server-info');
    const base = scheme === 'HTTP' ? `http://app.test:${port}` : `https://app.test:${securePort}`;
    expect(await run('git', ['ls-remote', `${base}/${scheme}.git/.git`], { GIT_SSL_CAINFO: ROOT_PEM })).toMatch(/^[0-9a-f]{40}\t/);
    expect(await seen()).toEqual([expected]);
  });

  it.skipIf(!has('chromium'))('Chromium, whose own requests are seen beside the page (needs chromium)', async () => {
    // Whatever would go around the proxy finds no host: nothing leaves this machine.
    const words = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${path.join(folder, 'chromium')}`, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--ignore-certificate-errors', '--dump-dom'];
    expect(await run('chromium', [...words, `https://app.test:${securePort}/hello`])).toContain('hello');
    await until(() => lab.flows().some(({ dialled }) => dialled?.name === 'app.test'));
    expect(await seen()).toContain('app.test authority tls high');
  });
});

const FIRST_TO_OBEY = 22;
/** What each version does where `NODE_USE_ENV_PROXY` is set: HTTP, then HTTPS; empty where it goes around the proxy. */
const NODES: readonly (readonly [program: string, api: string, script: string, http: string])[] = [process.execPath, ...(process.env['EGRET_NODES'] ?? '').split(':').filter((program) => program !== '')].flatMap((program) => [
  [program, 'fetch', FETCH, 'absolute or authority'] as const,
  [program, 'http.request', REQUEST, 'absolute'] as const,
]);

describe.each(NODES)('%s: %s', (program, _, script, form) => {
  const version = Number(/^v(\d+)/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout)?.[1]);
  const obeys = version >= FIRST_TO_OBEY;

  it(`${obeys ? 'obeys' : 'goes around'} the variables`, async () => {
    const [plain, secure] = [`http://127.0.0.1:${port}/hello`, `https://localhost:${securePort}/hello`];
    expect((await run(program, ['--no-warnings', '-e', script, plain])).trim()).toBe('hello');
    const told = obeys ? await seen() : lab.flows();
    // Plain HTTP goes by CONNECT from fetch of 22 and 24, in absolute form from everything else.
    const forms = form === 'absolute' ? ['absolute'] : ['absolute', 'authority'];
    expect(obeys ? forms.map((one) => `127.0.0.1 ${one} http high`) : [undefined]).toContain(told[0]);
    expect(told.length).toBe(obeys ? 1 : 0);
    // The certificate is another host's; the hello is all that is asked for.
    await run(program, ['--no-warnings', '-e', script, secure]);
    if (obeys) await until(() => lab.flows().some(({ dialled }) => dialled?.name === 'localhost'));
    expect(lab.flows().some(({ dialled }) => dialled?.name === 'localhost')).toBe(obeys);
  });
});

process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
