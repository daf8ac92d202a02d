/** `egret doctor` as its user runs it: as it is here, without programs, as nobody, and in namespaces of the test's own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../source-tree.ts';

const PROGRAM = path.join(ROOT, 'dist/main.js');
const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(path.join(ROOT, 'docs/doctor.schema.json'), 'utf8')));
const folder = mkdtempSync(path.join(tmpdir(), 'egret-doctor-'));
beforeAll(() => {
  if (!existsSync(PROGRAM)) throw new Error('dist/main.js is not there: npm run build makes it');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  readonly mode: string;
  readonly needs: readonly { readonly need: string; readonly outlook: string }[];
  readonly says: string;
  readonly ways: readonly { readonly id: string; readonly state: string; readonly found: string; readonly parts: readonly { readonly name: string; readonly found: string }[] }[];
  readonly machine: { readonly isRoot: boolean; readonly isInUserNamespace: boolean; readonly loopback: readonly string[] };
}

/** Runs it behind other words (`unshare …`); its own folder for marks shows what it leaves. */
function doctor(before: readonly string[], words: readonly string[], env: Readonly<Record<string, string>> = {}): { readonly code: number | null; readonly out: string; readonly err: string } {
  const [program = '', ...rest] = [...before, process.execPath, PROGRAM, 'doctor', ...words];
  const { status, stdout, stderr } = spawnSync(program, rest, { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], XDG_RUNTIME_DIR: folder, ...env } });
  return { code: status, out: stdout, err: stderr };
}

function told(out: string): Told {
  const read: Told = JSON.parse(out);
  validate(read);
  expect(validate.errors ?? []).toEqual([]);
  return read;
}

const stateOf = (read: Told, id: string): string | undefined => read.ways.find((way) => way.id === id)?.state;

/** Why namespaces cannot be made here. */
function obstacle(programs: readonly string[]): string | undefined {
  const lacking = programs.find((name) => spawnSync(name, ['--version']).error !== undefined);
  if (lacking !== undefined) return `${lacking} is not installed`;
  return spawnSync('unshare', ['--user', '--map-root-user', '--net', 'true']).status === 0 ? undefined : 'user namespaces are not allowed';
}

/** Root of a network that holds nothing but loopback; how many packet sockets are left is told at the end. */
const OWN_NETWORK = ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up; "$@"; code=$?; wc -l < /proc/net/packet >&2; exit $code', 'sh'] as const;
const reason = obstacle(['unshare', 'ip', 'dumpcap']);
if (reason !== undefined) {
  console.log(`egret doctor in namespaces skipped: ${reason}`);
  if (process.env['EGRET_REQUIRE_ALL'] === '1') throw new Error(`egret doctor in namespaces: ${reason}`);
}

describe('egret doctor', () => {
  it('finds that the proxy works here, in JSON that fits its schema, and leaves nothing behind', () => {
    const { code, out, err } = doctor([], ['--json']);
    expect([code, err]).toEqual([0, '']);
    const read = told(out);
    expect([stateOf(read, 'proxy'), stateOf(read, 'marks'), stateOf(read, 'way-out')]).toEqual(['works', 'works', 'works']);
    expect(readdirSync(folder)).toEqual([]);
  });
  it('is one line when quiet, whose first words are those of the page', () => {
    const { code, out } = doctor([], ['--quiet']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^egret run would watch through its proxy/)]);
    expect(doctor([], ['--color', 'never']).out.startsWith(out)).toBe(true);
  });
  it('shows no password of the environment', () => {
    const { out } = doctor([], [], { HTTPS_PROXY: 'http://bob:hunter2@127.0.0.1:9' });
    expect(out).toContain('HTTPS goes by http://***@127.0.0.1:9, where nobody listens');
    expect(out).not.toMatch(/bob|hunter2/);
  });
  it('needs no program of the system', () => {
    const { code, out } = doctor([], ['--json'], { PATH: '/nonexistent' });
    expect([code, stateOf(told(out), 'proxy')]).toEqual([0, 'works']);
  });
});

describe.skipIf(reason !== undefined)('egret doctor in namespaces', () => {
  it('as nobody finds the proxy alone, with what each program answers', () => {
    const { code, out } = doctor(['unshare', '--user'], ['--json']);
    const read = told(out);
    expect([code, read.mode, stateOf(read, 'packets'), stateOf(read, 'owners')]).toEqual([0, 'proxy', 'no', 'part']);
    expect(read.ways.find(({ id }) => id === 'packets')?.parts[0]).toMatchObject({ name: 'dumpcap', found: expect.stringContaining('may not capture') });
    expect(read.machine).toMatchObject({ isRoot: false, isInUserNamespace: true });
  });
  it('under a number that no user has takes marks, and egret run goes on', () => {
    const { out } = doctor(['unshare', '--user', '--map-user=54321'], ['--json'], { XDG_RUNTIME_DIR: '', TMPDIR: folder });
    expect(told(out).ways.find(({ id }) => id === 'marks')).toMatchObject({ state: 'works', found: expect.stringContaining('egret-54321') });
    const words = ['--user', '--map-user=54321', process.execPath, PROGRAM, 'run', '-q', '--capture', 'none', '--', 'true'];
    expect(spawnSync('unshare', words, { cwd: folder, env: { PATH: process.env['PATH'], TMPDIR: folder } }).status).toBe(2);
  });
  it('as root of a user namespace says that it is root of nothing else', () => {
    const { code, out } = doctor(['unshare', '--user', '--map-root-user'], ['--color', 'never']);
    expect([code, out]).toEqual([0, expect.stringContaining('root here is root of a user namespace')]);
  });
  it('without loopback finds that nothing can be observed, and ends with 4', () => {
    const { code, out } = doctor(['unshare', '--user', '--map-root-user', '--net'], ['--json']);
    const read = told(out);
    expect([code, read.mode, stateOf(read, 'proxy'), read.machine.loopback]).toEqual([4, 'none', 'no', []]);
  });
  it('with a network of its own captures it, and leaves no packet socket open', () => {
    const { code, out, err } = doctor(OWN_NETWORK, ['--json']);
    const read = told(out);
    expect([code, read.mode, stateOf(read, 'packets')]).toEqual([0, 'proxy-and-packets', 'works']);
    expect(read.says).toContain('by dumpcap');
    // Only the head of the kernel's table of packet sockets.
    expect(err.trim()).toBe('1');
  });
  it.each([
    ['the proxy alone', 'proxy', ['unshare', '--user']],
    ['packets beside it', 'proxy-and-packets', OWN_NETWORK],
  ] as const)('promises no more and no less than the report of a run by %s then has', (_what, mode, before) => {
    const read = told(doctor(before, ['--json']).out);
    expect(read.mode).toBe(mode);
    writeFileSync(path.join(folder, 'phases.txt'), '');
    const [program, ...rest] = [...before, process.execPath, PROGRAM, 'run', '-q', '--json', '--phases', 'phases.txt', '-p', path.join(ROOT, 'policies/multiclaw.yaml'), '--with', 'none', '--', 'true'];
    const report: { readonly blindSpots: readonly { readonly code: string }[]; readonly claims: readonly { readonly needs: readonly { readonly need: string; readonly met: boolean }[] }[] } = JSON.parse(spawnSync(program, rest, { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], XDG_RUNTIME_DIR: folder } }).stdout);
    const met = new Map<string, boolean>();
    for (const { needs } of report.claims) for (const one of needs) met.set(one.need, (met.get(one.need) ?? true) && one.met);
    const promised = read.needs.filter(({ outlook }) => outlook !== 'depends');
    expect(promised.length).toBeGreaterThan(5);
    // Programs that other tests start meanwhile cannot be told from those that an app leaves behind.
    const isDisturbed = report.blindSpots.some(({ code }) => code === 'capture-outlived');
    expect(promised.filter(({ need, outlook }) => met.has(need) && met.get(need) !== (outlook === 'can') && !(isDisturbed && need === 'end-covered'))).toEqual([]);
    rmSync(path.join(folder, 'phases.txt'));
  });
});
