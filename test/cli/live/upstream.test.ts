/** `egret proxy` behind a company's proxy that is spoken to in TLS: the built program with the environment as its user sets it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { corporateProxy, type Corporate } from '../../edge/proxy/corporate-proxy.ts';
import { firstOf, Loopback, until } from '../../edge/proxy/loopback.ts';
import { openAuthority } from '../../lab/ca/authority.ts';
import { ROOT } from '../../source-tree.ts';

const PROGRAM = path.join(ROOT, 'dist/main.js');
const CA = path.join(ROOT, 'test/lab/ca');
const folder = mkdtempSync(path.join(tmpdir(), 'egret-upstream-'));
let authority: Awaited<ReturnType<typeof openAuthority>>;
let lab: Loopback;
let target = 0;
let egret: Egret | undefined;

beforeAll(async () => {
  authority = await openAuthority(CA);
});
beforeEach(async () => {
  lab = await Loopback.open();
  target = await lab.serve(createServer((_, response) => response.end('hello')));
});
afterEach(async () => {
  await egret?.stop();
  egret = undefined;
  await lab.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

class Egret {
  readonly port: number;
  readonly err: () => string;
  /** Ends it; gives its recording. */
  readonly stop: () => Promise<string>;

  private constructor(port: number, err: () => string, stop: () => Promise<string>) {
    this.port = port;
    this.err = err;
    this.stop = stop;
  }

  static async start(env: Readonly<Record<string, string>>): Promise<Egret> {
    const record = path.join(folder, `run-${Math.random()}.ndjson`);
    const child = spawn(process.execPath, [PROGRAM, 'proxy', '--listen', '127.0.0.1:0', '--no-screen', '--events', '--record', record], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    const ended = new Promise((done) => child.on('close', done));
    await until(() => err.includes('"listening"') || child.exitCode !== null);
    const port = Number(/"port":(\d+)/.exec(err)?.[1]);
    return new Egret(port, () => err, async () => {
      child.kill('SIGINT');
      await ended;
      return readFileSync(record, 'utf8');
    });
  }

  /** Status and page of a plain request. */
  async get(): Promise<string> {
    return new Promise((done, fail) => {
      request({ host: '127.0.0.1', port: this.port, path: 'http://far.example/x', headers: { host: 'far.example' }, agent: false }, (answer) => {
        let text = `${answer.statusCode} `;
        answer.on('data', (data: Buffer) => (text += data.toString()));
        answer.on('end', () => done(text.trim()));
      }).on('error', fail).end();
    });
  }

  /** What a server says in a tunnel. */
  async tunnel(): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\n\r\n');
    const first = await firstOf(socket, 39);
    if (first.startsWith('HTTP/1.1 200')) {
      socket.write('GET / HTTP/1.1\r\nHost: far.example\r\nConnection: close\r\n\r\n');
      const page = await firstOf(socket, 80);
      socket.destroy();
      return page;
    }
    socket.destroy();
    return first;
  }
}

async function corporate(host: string): Promise<Corporate & { readonly port: number }> {
  const { key, chain } = await authority.leaf(host);
  const made = corporateProxy({ target, demands: 'nothing', tls: { key, cert: chain } });
  made.server.on('tlsClientError', () => {});
  return { ...made, port: await lab.serve(made.server) };
}

const trusting = { NODE_EXTRA_CA_CERTS: path.join(CA, 'root.pem') };
const variables = (url: string): Record<string, string> => ({ HTTP_PROXY: url, HTTPS_PROXY: url });

describe('a proxy of the environment that is spoken to in TLS', () => {
  it.each(['localhost', '127.0.0.1'])('is egret\'s way out where its certificate is good: %s', async (host) => {
    const { port, heads } = await corporate(host);
    egret = await Egret.start({ ...trusting, ...variables(`https://me:hunter2@${host}:${port}`) });
    expect(await egret.get()).toBe('200 hello');
    expect(await egret.tunnel()).toContain('200 OK');
    const recording = await egret.stop();
    const basic = `Proxy-Authorization: Basic ${Buffer.from('me:hunter2').toString('base64')}`;
    expect(heads.map(([, head]) => [head.split('\r\n')[0], head.includes(basic)])).toEqual([['GET http://far.example/x HTTP/1.1', true], ['CONNECT far.example:443 HTTP/1.1', true]]);
    // Its own end of the leg is told, so that packets of it can be joined.
    expect(recording).toMatch(/"by":"upstream","from":\{"address":"(?:127\.0\.0\.1|::1)","port":\d+\}/);
    expect(recording + egret.err()).not.toMatch(/hunter2|bWU6/);
  });

  it.each([
    ['of an unknown root', 'localhost', {}, 'is not known here (NODE_EXTRA_CA_CERTS=FILE adds one)'],
    ['of an unknown root, though the environment tells Node to trust all', 'localhost', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'of its certificate is not known here'],
    ['of another name', 'other.example', trusting, 'its certificate is for another name'],
  ])('is never spoken to with a certificate %s', async (_, name, env, reason) => {
    const { port, heads } = await corporate(name);
    egret = await Egret.start({ ...variables(`https://me:hunter2@localhost:${port}`), ...env });
    const answers = [await egret.get(), await egret.tunnel()];
    await egret.stop();
    expect(answers[0]).toMatch(/^502 egret: the upstream proxy cannot be trusted: /);
    expect(answers[1]).toMatch(/^HTTP\/1\.1 502 /);
    expect(heads).toEqual([]);
    const told = egret.err().split('\n').filter((line) => line.includes('upstream-distrusted'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`localhost:${port}`);
    expect(told[0]).toContain(reason);
    expect(egret.err()).not.toMatch(/hunter2|bWU6/);
  });

  it('is told to be none where it does not speak TLS', async () => {
    const { server } = corporateProxy({ target, demands: 'nothing' });
    egret = await Egret.start(variables(`https://localhost:${await lab.serve(server)}`));
    server.on('connection', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await egret.get()).toBe('502 egret: the upstream proxy cannot be trusted: it does not speak TLS as egret does');
  });
});
