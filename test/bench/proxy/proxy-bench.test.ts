/** The parts of the proxy benchmark: a client that counts wrongly, or a table that reckons wrongly, would measure nothing. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readClientHello } from '../../../src/core/decode/payloads/tls/client-hello.ts';
import { ROOT } from '../../source-tree.ts';
import { recordFlights, type Flights } from './flights.ts';
import { costOf } from './process-cost.ts';
import { summary, tableOf, type Sample } from './table.ts';

const HERE = path.join(ROOT, 'test/bench/proxy');
const folder = mkdtempSync(path.join(tmpdir(), 'egret-proxy-bench-'));
const children: ChildProcess[] = [];
let flights: Flights;
let proxy = 0;
let ports: unknown;

/** The first line that a script of the benchmark prints. */
function start(script: string, ...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [path.join(HERE, script), ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((done) => createInterface({ input: child.stdout }).once('line', done));
}

const load = async (wish: Readonly<Record<string, unknown>>): Promise<unknown> => JSON.parse(await start('load.mjs', JSON.stringify({ proxy, ports, hello: path.join(folder, 'hello'), ...wish })));

beforeAll(async () => {
  flights = await recordFlights();
  writeFileSync(path.join(folder, 'hello'), flights.hello);
  writeFileSync(path.join(folder, 'answer'), flights.answer);
  proxy = await new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
  ports = JSON.parse(await start('server.mjs', path.join(folder, 'answer'), '2'));
  await start('smallest.mjs', String(proxy));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('the proxy benchmark', () => {
  it('has a real hello and a real answer to say', () => {
    const LENGTHS = 9;
    expect(readClientHello(flights.hello.subarray(LENGTHS), 't')).toMatchObject({ facts: { sni: 'bench.example', alpn: ['h2', 'http/1.1'] } });
    expect([flights.answer[0], flights.answer[5]]).toEqual([0x16, 2]);
  });

  it('counts tunnels, failures, bytes and those held as they are', async () => {
    expect(await load({ mode: 'churn', count: 30, concurrency: 4 })).toMatchObject({ failures: 0 });
    expect(await load({ mode: 'bulk', count: 2, bytes: 100_000 })).toMatchObject({ bytes: 200_000 });
    expect(await load({ mode: 'idle', count: 10 })).toEqual({ held: 10, failures: 0 });
    expect(await load({ mode: 'churn', count: 5, concurrency: 2, ports: [1] })).toMatchObject({ failures: 5 });
    expect(await load({ mode: 'echo', rounds: 20 })).toMatchObject({ p50: expect.any(Number), p99: expect.any(Number) });
  });

  it.skipIf(process.platform !== 'linux')('reads the CPU and the memory of a process (needs Linux)', () => {
    const own = costOf(process.pid);
    const used = process.cpuUsage();
    expect(own.cpuSeconds).toBeGreaterThan(0);
    expect(own.cpuSeconds).toBeLessThan((used.user + used.system) / 1e6 + 1);
    expect(own.rssBytes).toBeGreaterThan(10e6);
    expect(readFileSync(`/proc/${process.pid}/stat`, 'utf8')).toContain(String(process.pid));
  });

  it('tells medians, and what was lost', () => {
    const sample: Sample = { tunnelsPerSecond: 1000, failures: 0, cpuPerTunnel: 300, loadCpuShare: 0.5, p50: 100, p99: 900, megabytesPerSecond: 800, cpuPerGigabyte: 1.5, isWhole: true, held: 9000, bytesPerIdle: 8192 };
    const lossy = { ...sample, tunnelsPerSecond: 10, failures: 3, isWhole: false };
    expect(tableOf(new Map([['egret', [sample, { ...sample, tunnelsPerSecond: 3000 }, lossy]]])).split('\n')[2]).toBe('| egret | 1000 | 3 | 300 | 100 | 900 | 800 | 1.50 | 9000 | 8.0 |');
    expect(summary(lossy)).toBe('10 tunnels/s, 3 FAILED at 300 µs (client 50 %), echo 100/900 µs, 800 MB/s INCOMPLETE, 9000 idle at 8.0 KiB');
  });
});
