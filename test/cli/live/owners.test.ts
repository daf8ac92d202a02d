/** Which part of a product holds a tunnel, from real processes to the report: `egret run` with a desktop and a gateway that are told apart by their programs. */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portOf } from '../../edge/proxy/loopback.ts';
import { ROOT } from '../../source-tree.ts';

const PROGRAM = path.join(ROOT, 'dist/main.js');
const isLinux = existsSync('/proc/self/net/tcp');
if (!isLinux) console.log('skipped: the processes of tunnels are found on Linux only');

const folder = mkdtempSync(path.join(tmpdir(), 'egret-parts-'));
const at = (name: string): string => path.join(folder, name);
/** The way out: answers every CONNECT, so that names need not exist. */
const upstream: Server = createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
});

/** Asks egret's proxy for each of its words, as any part of a product would. */
const ASK = `
where=\${HTTP_PROXY#http://}
for host in "$@"; do
  exec 3<>/dev/tcp/\${where%:*}/\${where#*:}
  printf 'CONNECT %s:443 HTTP/1.1\\r\\nHost: %s:443\\r\\n\\r\\n' "$host" "$host" >&3
  read -r line <&3
  exec 3>&-
done
`;
const POLICY = `
egret: 1
name: Two parts
components:
  desktop: { match: [{ exe: fake-desktop }] }
  gateway: { match: [{ exe: fake-gateway }] }
  plugin: { match: [{ parent: gateway, args: "*plugin.sh*" }], covered: false }
connections:
  - { id: tasks, host: tasks.example, port: 443/tcp, component: gateway }
  - { id: pages, host: pages.example, port: 443/tcp, component: desktop }
claims:
  - { id: zones, text: Each part holds its own connections, check: trust-zones }
`;

beforeAll(async () => {
  if (!existsSync(PROGRAM)) throw new Error('dist/main.js is not there: npm run build makes it');
  await new Promise<void>((done) => upstream.listen(0, '127.0.0.1', done));
  for (const name of ['fake-desktop', 'fake-gateway', 'helper']) copyFileSync(['/bin/bash', '/usr/bin/bash'].find((file) => existsSync(file)) ?? 'bash', at(name));
  writeFileSync(at('ask.sh'), ASK);
  writeFileSync(at('plugin.sh'), ASK);
  writeFileSync(at('policy.yaml'), POLICY);
});
afterAll(() => {
  upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Destination {
  readonly name: string;
  readonly component?: string;
  readonly programs?: readonly string[];
  readonly verdict: string;
  readonly count: number;
}
interface Report {
  readonly destinations: readonly Destination[];
  readonly findings: readonly { readonly rule: string; readonly component?: string; readonly seen: string }[];
  readonly claims: readonly { readonly id: string; readonly verdict: string; readonly needs: readonly { readonly need: string; readonly met: boolean }[] }[];
  readonly blindSpots: readonly { readonly code: string; readonly count: number }[];
}

/** egret's report on what these words make it do. */
async function egret(verb: string, policy: string, ...words: readonly string[]): Promise<Report> {
  const url = `http://127.0.0.1:${portOf(upstream)}`;
  return new Promise((done, fail) => {
    const all = [PROGRAM, verb, '-p', policy, '--json', '--fail-on', 'never', ...words];
    execFile(process.execPath, all, { cwd: folder, env: { PATH: process.env['PATH'], HTTP_PROXY: url, HTTPS_PROXY: url } }, (_error, out, complaint) => {
      if (out.startsWith('{')) done(JSON.parse(out));
      else fail(new Error(complaint));
    });
  });
}

function rows({ destinations }: Report): readonly string[] {
  return destinations.map(({ name, component, verdict, programs }) => `${name}: ${component}, ${verdict}, ${programs?.join()}`).sort();
}

describe.skipIf(!isLinux)('a run of a product in two parts', () => {
  it('says who held each destination, and accuses the part that held another\'s', async () => {
    const report = await egret('run', 'policy.yaml', '--', 'bash', '-c', './fake-gateway ask.sh tasks.example; ./fake-desktop ask.sh pages.example tasks.example; true');
    expect(rows(report)).toEqual([
      `pages.example: desktop, declared, ${at('fake-desktop')}`,
      `tasks.example: desktop, wrong-component, ${at('fake-desktop')}`,
      `tasks.example: gateway, declared, ${at('fake-gateway')}`,
    ]);
    const [finding, ...others] = report.findings.filter(({ rule }) => rule === 'wrong-component');
    expect(finding).toMatchObject({ component: 'desktop' });
    expect(finding?.seen).toContain(`desktop (${at('fake-desktop')}) sent data to tasks.example:443/tcp`);
    expect(others).toEqual([]);
    expect(report.claims).toMatchObject([{ id: 'zones', verdict: 'broken' }]);
    expect(report.blindSpots.map(({ code }) => code)).toEqual(['proxy-only']);
  });

  it('lacks nothing but the packets for zones that hold', async () => {
    const report = await egret('run', 'policy.yaml', '--', 'bash', '-c', './fake-gateway ask.sh tasks.example; ./fake-desktop ask.sh pages.example; true');
    expect(report.findings).toEqual([]);
    expect(report.claims[0]?.needs.filter(({ met }) => !met).map(({ need }) => need)).toEqual(['wire-complete']);
  });

  it('leaves the component of a stranger unknown, and names its program', async () => {
    const report = await egret('run', 'policy.yaml', '--', 'bash', '-c', './helper ask.sh tasks.example; true');
    expect(rows(report)).toEqual([`tasks.example: undefined, declared, ${at('helper')}`]);
    expect(report.claims[0]?.needs.filter(({ met }) => !met).map(({ need }) => need)).toContain('process-complete');
  });

  it('takes what the gateway starts for a plugin, which the list does not speak of', async () => {
    const report = await egret('run', 'policy.yaml', '--', './fake-gateway', '-c', '/bin/bash plugin.sh plugin.example; ./helper ask.sh tasks.example; true');
    expect(rows(report).map((row) => row.split(', ').slice(0, 2).join())).toEqual(['plugin.example: plugin,undeclared', 'tasks.example: gateway,declared']);
    expect(report.findings).toEqual([]);
  });

  it('is judged anew when another policy is held against its recording, and keeps no secret', async () => {
    await egret('run', 'policy.yaml', '--record', at('run.ndjson'), '--', './fake-desktop', 'ask.sh', 'tasks.example', 'password=hunter2hunter2');
    expect(readFileSync(at('run.ndjson'), 'utf8')).toContain('password=***');
    expect(readFileSync(at('run.ndjson'), 'utf8').match(/"args":\[[^\]]*hunter2/)).toBeNull();
    writeFileSync(at('other.yaml'), POLICY.replace('{ exe: fake-gateway }', '{ args: "*ask.sh tasks.example*" }').replace('{ exe: fake-desktop }', '{ exe: nothing }'));
    const before = await egret('audit', 'policy.yaml', at('run.ndjson'));
    const after = await egret('audit', 'other.yaml', at('run.ndjson'));
    expect(before.destinations.find(({ name }) => name === 'tasks.example')).toMatchObject({ component: 'desktop', verdict: 'wrong-component' });
    expect(after.destinations.find(({ name }) => name === 'tasks.example')).toMatchObject({ component: 'gateway', verdict: 'declared' });
  });

  it('counts a client that does not wait for its answer as one whose process is unknown', async () => {
    writeFileSync(at('rude.sh'), `where=\${HTTP_PROXY#http://}\nexec 3<>/dev/tcp/\${where%:*}/\${where#*:}\nprintf 'CONNECT tasks.example:443 HTTP/1.1\\r\\nHost: tasks.example:443\\r\\n\\r\\n' >&3\nkill -9 $$`);
    const report = await egret('run', 'policy.yaml', '--', 'bash', '-c', 'for i in 1 2 3 4 5 6 7 8; do ./fake-gateway rude.sh; done; true');
    const total = (held: (component: string | undefined) => boolean): number => report.destinations.filter(({ component }) => held(component)).reduce((sum, { count }) => sum + count, 0);
    expect(total((component) => component !== undefined && component !== 'gateway')).toBe(0);
    expect(total((component) => component === undefined)).toBe(report.blindSpots.find(({ code }) => code === 'owner-unknown')?.count ?? 0);
    expect(total(() => true)).toBe(8);
  });
});
