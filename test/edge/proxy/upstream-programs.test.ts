/**
 * The user's own proxy with real programs on both sides of egret: squid with
 * its NTLM and Basic helpers, curl as the client, and a small proxy that sees
 * whether connections stay paired. Skipped where a program is not installed,
 * and the title says which.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Upstream } from '../../../src/edge/proxy/upstream.ts';
import { corporateProxy, type Corporate } from './corporate-proxy.ts';
import { firstOf, Loopback, until } from './loopback.ts';

const NTLM_HELPER = '/usr/lib/squid/ntlm_fake_auth';
const hasCurl = / NTLM/.test(spawnSync('curl', ['-V']).stdout?.toString() ?? '');
const hasSquid = spawnSync('squid', ['-v']).status === 0 && existsSync(NTLM_HELPER);
const folder = mkdtempSync(path.join(tmpdir(), 'egret-upstream-'));
let target: Loopback;
let port = 0;
let behind: Loopback;

beforeAll(() => chmodSync(folder, 0o755));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  target = await Loopback.open();
  port = await target.serve(createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => response.end(`hello${body}`));
  }));
});
afterEach(async () => {
  await behind.close();
  await target.close();
});

async function goThrough(upstream: Omit<Upstream, 'host' | 'scheme'>): Promise<void> {
  const way: Upstream = { scheme: 'http', host: 'corp.test', ...upstream };
  behind = await Loopback.open({ routes: { noProxy: [], forTunnels: way, forHttp: way } });
}

/** The page's text and the status that curl saw last. */
async function curl(...words: readonly string[]): Promise<string> {
  const child = spawn('curl', ['-s', '--noproxy', '', '-x', behind.url, '-w', ' %{http_code}', ...words, `http://far.test:${port}/x`], { env: { PATH: process.env['PATH'], HOME: folder } });
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  await new Promise((done) => child.on('close', done));
  return text;
}

async function small(demands: 'NTLM' | 'Negotiate'): Promise<Corporate> {
  const made = corporateProxy({ target: port, demands });
  await goThrough({ port: await target.serve(made.server) });
  return made;
}

/** Of all credentials that were seen. */
function schemes(): string[] {
  return [...new Set(behind.flows().flatMap(({ http }) => (http?.parts ?? []).map(({ credentialScheme }) => credentialScheme ?? 'none')))];
}

/** What the observations hold beside schemes. */
function expectNoSecret(): void {
  expect(JSON.stringify(behind.observations)).not.toMatch(/TlRMTVNT|bWU6|hunter2/);
}

describe('curl through egret to a proxy that authenticates connections', () => {
  it.skipIf(!hasCurl).each([['a tunnel', ['-p'], 2], ['a plain request', [], 2], ['a plain request with a body', ['-d', ' you'], 2]] as const)('gets %s with NTLM, both rounds on one connection (needs curl with NTLM)', async (_, words, rounds) => {
    const { heads } = await small('NTLM');
    expect(await curl('--proxy-ntlm', '-U', 'me:hunter2', ...words)).toMatch(/^hello.* 200$/);
    expect(heads.map(([connection]) => connection)).toEqual(Array.from({ length: rounds }, () => 1));
    await until(() => behind.flows().length > 0);
    expect(behind.connections()[0]).toMatchObject({ confidence: 'medium', dialled: { by: 'upstream', name: 'far.test', port } });
    expect(schemes()).toEqual(['NTLM']);
    expectNoSecret();
  });

  it.skipIf(!hasCurl)('finds out by itself what is demanded (needs curl with NTLM)', async () => {
    const { heads } = await small('NTLM');
    expect(await curl('--proxy-anyauth', '-U', 'me:hunter2', '-p')).toBe('hello 200');
    expect(heads.map(([connection]) => connection)).toEqual([1, 1, 1]);
    await until(() => behind.flows().length > 0);
    expectNoSecret();
  });
});

describe('a client that negotiates', () => {
  it('has as many rounds as it takes on one connection, and then its tunnel', async () => {
    const { heads } = await small('Negotiate');
    const socket = connect(behind.port, '127.0.0.1');
    socket.on('error', () => {});
    for (const token of ['TlRMTVNTUAABxx', 'TlRMTVNTUAABxy']) {
      socket.write(`CONNECT far.test:443 HTTP/1.1\r\nHost: far.test:443\r\nProxy-Authorization: Negotiate ${token}\r\n\r\n`);
      expect(await firstOf(socket, 150)).toMatch(/^HTTP\/1\.1 407 [^]*Proxy-Authenticate: Negotiate \S+\r\n[^]*who\?\?$/);
    }
    socket.write('CONNECT far.test:443 HTTP/1.1\r\nHost: far.test:443\r\nProxy-Authorization: Negotiate YIIlast\r\n\r\n');
    expect(await firstOf(socket, 39)).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.write('GET / HTTP/1.1\r\nHost: far.test\r\nConnection: close\r\n\r\n');
    expect(await firstOf(socket, 80)).toContain('200 OK');
    socket.destroy();
    await until(() => behind.flows().length > 0);
    expect(heads.map(([connection]) => connection)).toEqual([1, 1, 1]);
    expect(JSON.stringify(behind.observations)).not.toContain('YIIlast');
  });
});

describe('squid as the user\'s own proxy', () => {
  let squid: ChildProcess | undefined;
  let squidPort = 0;

  beforeAll(async () => {
    if (!hasSquid) return;
    squidPort = await freePort();
    const logs = path.join(folder, 'logs');
    mkdirSync(logs);
    // Squid and its helpers run as a user of their own when root starts them.
    chmodSync(logs, 0o777);
    writeFileSync(path.join(folder, 'hosts'), '127.0.0.1 far.test\n');
    writeFileSync(path.join(folder, 'basic.sh'), BASIC_HELPER, { mode: 0o755 });
    writeFileSync(path.join(folder, 'squid.conf'), squidSettings(squidPort));
    squid = spawn('squid', ['-N', '-f', path.join(folder, 'squid.conf')], { stdio: 'ignore' });
    await until(() => existsSync(path.join(logs, 'cache.log')) && readFileSync(path.join(logs, 'cache.log'), 'utf8').includes('Accepting'));
  });
  afterAll(async () => {
    if (squid === undefined) return;
    const closed = new Promise((done) => squid?.on('close', done));
    squid.kill('SIGKILL');
    await closed;
  });

  it.skipIf(!hasSquid || !hasCurl).each([
    ['NTLM for a tunnel', ['--proxy-ntlm', '-U', 'me:hunter2', '-p'], 'hello 200', 'NTLM'],
    ['NTLM for a plain request', ['--proxy-ntlm', '-U', 'me:hunter2'], 'hello 200', 'NTLM'],
    ['NTLM for a form', ['--proxy-ntlm', '-U', 'me:hunter2', '-d', ' you'], 'hello you 200', 'NTLM'],
    ['the client\'s own Basic', ['--proxy-basic', '-U', 'me:p:w', '-p'], 'hello 200', 'Basic'],
    ['whatever is strongest', ['--proxy-anyauth', '-U', 'me:hunter2', '-p'], 'hello 200', 'NTLM'],
    ['a wrong password', ['--proxy-basic', '-U', 'me:hunter2', '-p'], ' 000', 'Basic'],
  ] as const)('is passed %s (needs squid and curl)', async (_, words, expected, scheme) => {
    await goThrough({ port: squidPort });
    expect(await curl(...words)).toBe(expected);
    await until(() => behind.flows().length > 0);
    expect(schemes()).toEqual([scheme]);
    expectNoSecret();
  });

  it.skipIf(!hasSquid || !hasCurl).each([['a tunnel', ['-p']], ['a plain request', []]] as const)('is given egret\'s own Basic for %s, of which the client knows nothing (needs squid and curl)', async (_, words) => {
    await goThrough({ port: squidPort, user: 'me', password: 'p:w' });
    expect(await curl(...words)).toBe('hello 200');
    await until(() => behind.flows().length > 0);
    expect(behind.connections()[0]).toMatchObject({ dialled: { by: 'upstream', name: 'far.test' } });
    expect(schemes()).toEqual(['none']);
    expectNoSecret();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const BASIC_HELPER = '#!/bin/sh\nwhile read -r user password; do case "$user $password" in "me p%3Aw" | "me p:w") echo OK ;; *) echo ERR ;; esac; done\n';
const squidSettings = (listen: number): string => `http_port 127.0.0.1:${listen}
hosts_file ${folder}/hosts
auth_param ntlm program ${NTLM_HELPER}
auth_param ntlm children 1
auth_param basic program ${folder}/basic.sh
auth_param basic children 1
auth_param basic realm egret
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
access_log none
cache_log ${folder}/logs/cache.log
cache deny all
cache_mem 8 MB
pid_filename none
max_filedescriptors 1024
shutdown_lifetime 0 seconds
pinger_enable off
`;
