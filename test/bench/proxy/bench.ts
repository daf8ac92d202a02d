/**
 * The proxy benchmark (docs/performance.md): egret's proxy, recording, beside
 * the smallest Node tunnel, squid and tinyproxy, in turns in one run. Client
 * and server are processes of their own. Asserts nothing about time.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { recordFlights } from './flights.ts';
import { costOf } from './process-cost.ts';
import { proxyPrograms, type ProxyProgram } from './programs.ts';
import { summary, tableOf, type Sample } from './table.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, runs: { type: 'string', default: '3' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: [] } } });
const root = process.cwd();
const folder = path.join(root, '.cache', 'bench-proxy');
const LOAD = path.join(root, 'test/bench/proxy/load.mjs');
const HELD = z.object({ held: z.number(), failures: z.number() });
/** Clients at a time while tunnels are made. */
const CONCURRENCY = 64;
/** Processes that make them. */
const CLIENTS = 2;
/** In ms, for what is freed to be freed. */
const SETTLE = 2000;
/** Tunnels before anything is measured: code and buffers that the first one needs. */
const FIRST = 50;
const SERVER_PORTS = 16;
const size = values.quick ? { churn: 2000, echo: 2000, bulk: 64 << 20, idle: 1000 } : { churn: 20_000, echo: 20_000, bulk: 256 << 20, idle: 9500 };

if (values.help) console.log('npm run bench:proxy -- [--quick] [--runs N] [--only NAME] [--json]      needs a built dist/ and Linux; squid and tinyproxy take part where they are installed');
else await main();

async function main(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { hello, answer } = await recordFlights();
  writeFileSync(path.join(folder, 'hello.bin'), hello);
  writeFileSync(path.join(folder, 'answer.bin'), answer);
  const server = spawn(process.execPath, [path.join(root, 'test/bench/proxy/server.mjs'), path.join(folder, 'answer.bin'), String(SERVER_PORTS)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ports = z.array(z.number()).parse(JSON.parse(await lineOf(server)));
  const samples = new Map<string, Sample[]>();
  const runs = Math.max(1, Number.parseInt(values.runs, 10) || 1);
  say(`Node ${process.versions.node}, ${os.cpus().length} cores, load ${os.loadavg()[0]?.toFixed(1)}; ${runs} runs in turns; ${size.churn} tunnels made and closed, ${size.idle} held`);
  try {
    for (let turn = 0; turn < runs; turn++) {
      const port = await freePort();
      for (const program of proxyPrograms(root, folder, port)) {
        if (values.only.length > 0 && !values.only.includes(program.name)) continue;
        const sample = await measured(program, port, ports);
        samples.set(program.name, [...(samples.get(program.name) ?? []), sample]);
        say(`  ${program.name}: ${summary(sample)}`);
      }
    }
  } finally {
    server.kill('SIGKILL');
  }
  console.log(values.json ? JSON.stringify(Object.fromEntries(samples), undefined, 2) : tableOf(samples));
}

/** One proxy from start to end. It serves some tunnels first: what is compiled by then stays compiled. */
async function measured(program: ProxyProgram, port: number, ports: readonly number[]): Promise<Sample> {
  const proxy = spawn(program.command, [...program.args], { stdio: ['ignore', 'ignore', 'ignore'], env: { PATH: process.env['PATH'] }, cwd: folder });
  const { pid } = proxy;
  try {
    await listening(port, proxy);
    if (pid === undefined) throw new Error(`${program.name} did not start`);
    const load = (wish: Readonly<Record<string, number | string>>): Promise<Readonly<Record<string, number>>> => runLoad({ proxy: port, ports, hello: path.join(folder, 'hello.bin'), ...wish });
    await load({ mode: 'churn', count: FIRST, concurrency: 8 });
    // Before there is garbage of other tunnels, whose room the idle ones would take.
    const idle = await held(pid, port, ports);
    await load({ mode: 'churn', count: Math.ceil(size.churn / 5), concurrency: CONCURRENCY });
    const before = costOf(pid).cpuSeconds;
    // One client alone would be slower than the quicker proxies.
    const churns = await Promise.all(Array.from({ length: CLIENTS }, () => load({ mode: 'churn', count: size.churn / CLIENTS, concurrency: CONCURRENCY / CLIENTS })));
    const churnCpu = costOf(pid).cpuSeconds - before;
    const failures = churns.reduce((sum, one) => sum + Number(one['failures']), 0);
    const echo = await load({ mode: 'echo', rounds: size.echo });
    const bulkBefore = costOf(pid).cpuSeconds;
    const bulk = await load({ mode: 'bulk', count: 4, bytes: size.bulk });
    const bulkCpu = costOf(pid).cpuSeconds - bulkBefore;
    return {
      tunnelsPerSecond: (size.churn - failures) / Math.max(...churns.map((one) => Number(one['seconds']))), failures, cpuPerTunnel: (churnCpu / size.churn) * 1e6, loadCpuShare: Math.max(...churns.map((one) => Number(one['ownCpu']) / Number(one['seconds']))),
      p50: Number(echo['p50']), p99: Number(echo['p99']), megabytesPerSecond: Number(bulk['bytes']) / Number(bulk['seconds']) / 1e6, cpuPerGigabyte: (bulkCpu / Number(bulk['bytes'])) * 1e9,
      isWhole: Number(bulk['bytes']) === 4 * size.bulk, ...idle,
    };
  } finally {
    proxy.kill('SIGKILL');
    await new Promise((done) => (proxy.exitCode !== null || proxy.signalCode !== null ? done(undefined) : proxy.once('exit', done)));
  }
}

/** Memory that tunnels without a word take, over what the proxy took before them. */
async function held(pid: number, port: number, ports: readonly number[]): Promise<{ readonly held: number; readonly bytesPerIdle: number }> {
  const before = costOf(pid).rssBytes;
  const child = spawn(process.execPath, [LOAD, JSON.stringify({ mode: 'idle', proxy: port, ports, hello: path.join(folder, 'hello.bin'), count: size.idle })], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const { held: count } = HELD.parse(JSON.parse(await lineOf(child)));
    await new Promise((done) => setTimeout(done, SETTLE));
    return { held: count, bytesPerIdle: (costOf(pid).rssBytes - before) / Math.max(1, count) };
  } finally {
    child.stdin.end();
    await new Promise((done) => child.once('exit', done));
  }
}

async function runLoad(wish: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, number>>> {
  const child = spawn(process.execPath, [LOAD, JSON.stringify(wish)], { stdio: ['ignore', 'pipe', 'inherit'] });
  return z.record(z.string(), z.number()).parse(JSON.parse(await lineOf(child)));
}

/** The first line that a process prints. */
function lineOf(child: ChildProcess & { readonly stdout: NonNullable<ChildProcess['stdout']> }): Promise<string> {
  return new Promise((done, fail) => {
    createInterface({ input: child.stdout }).once('line', done);
    child.once('exit', (code) => fail(new Error(`ended with ${code} without a word`)));
  });
}

async function listening(port: number, proxy: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (proxy.exitCode !== null) throw new Error(`the proxy ended with ${proxy.exitCode}`);
    const isOpen = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => { socket.destroy(); done(true); });
      socket.once('error', () => done(false));
    });
    if (isOpen) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nobody listens on ${port}`);
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address === null || typeof address === 'string' ? 0 : address.port;
      server.close(() => done(port));
    });
  });
}

/** Progress goes to standard error: standard output holds the result. */
function say(text: string): void {
  console.error(text);
}
