/** The finder on a made-up process file system: what no real process can be made to show at will. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Process } from '../../../src/core/observe/observation.ts';
import { OwnerFinder } from '../../../src/edge/owners/finder.ts';
import { placesOf } from '../../../src/edge/owners/socket-row.ts';

const ENDS = { transport: 'tcp', local: { address: '192.0.2.7', port: 40_000 }, remote: { address: '192.0.2.1', port: 8888 } } as const;
const INODE = 4711;
let root = '';

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'egret-proc-'));
  symlinkSync('1000', path.join(root, 'self'));
  made({ pid: 1000, parent: 1, name: 'egret', words: ['egret', 'run', '--', 'openclaw', 'gateway'], rows: [] });
  made({ pid: 1, parent: 0, name: 'init', words: ['init'] });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Made {
  readonly pid: number;
  readonly parent: number;
  readonly name?: string;
  readonly words?: readonly string[] | string;
  readonly exe?: string;
  readonly inodes?: readonly number[];
  /** Of its network namespace; none: egret's own. */
  readonly rows?: readonly string[];
  readonly namespace?: number;
}

function made({ pid, parent, name = 'app', words = ['app'], exe = '/opt/app', inodes = [], rows = [], namespace = 1 }: Made): void {
  const folder = path.join(root, String(pid));
  for (const one of ['fd', 'net', 'ns']) mkdirSync(path.join(folder, one), { recursive: true });
  writeFileSync(path.join(folder, 'stat'), `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 ${pid * 10} 1 1`);
  writeFileSync(path.join(folder, 'status'), `Name:\t${name}\nUid:\t501\t502\t503\t504\n`);
  writeFileSync(path.join(folder, 'cmdline'), typeof words === 'string' ? words : words.map((word) => `${word}\0`).join(''));
  symlinkSync(exe, path.join(folder, 'exe'));
  symlinkSync(`net:[${namespace}]`, path.join(folder, 'ns/net'));
  inodes.forEach((inode, index) => symlinkSync(`socket:[${inode}]`, path.join(folder, 'fd', String(index + 3))));
  for (const table of ['tcp', 'tcp6']) writeFileSync(path.join(folder, 'net', table), ['  sl  local_address rem_address', ...rows, ''].join('\n'));
}

function row(inode = INODE, uid = process.getuid?.() ?? 0): string {
  return `   0: ${placesOf(ENDS)[0]?.ends} 01 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0000 100 0 0 10 0`;
}

async function owner(): Promise<Process | undefined> {
  const finder = await OwnerFinder.open({ root, limit: 60_000 });
  return finder?.ownerOf(ENDS);
}

/** A child of egret that holds the socket, in a namespace of its own, with what it says of itself. */
async function seen(said: Partial<Made>): Promise<Process | undefined> {
  made({ pid: 2000, parent: 1000, inodes: [INODE], namespace: 2, rows: [row()], ...said });
  return owner();
}

describe('the owner of a socket in another network namespace', () => {
  it('is found in that namespace\'s own table', async () => {
    made({ pid: 2000, parent: 1, inodes: [1, INODE], namespace: 2, rows: [row()] });
    expect(await owner()).toMatchObject({ pid: 2000, uid: 502 });
  });

  it('is found there again', async () => {
    for (let other = 0; other < 5; other++) made({ pid: 3000 + other, parent: 1, namespace: 10 + other });
    made({ pid: 2000, parent: 1, inodes: [INODE], namespace: 2, rows: [row()] });
    const finder = await OwnerFinder.open({ root, limit: 60_000 });
    for (let turn = 0; turn < 3; turn++) expect((await finder?.ownerOf(ENDS))?.pid).toBe(2000);
  });
});

describe('a process that lies about itself', () => {
  it('has a name with brackets and fields of its own', async () => {
    expect(await seen({ name: 'a) S 1 (b' })).toMatchObject({ name: 'a) S 1 (b', parents: [] });
  });

  it('has a name that the kernel cut, and gets it whole from its program', async () => {
    expect((await seen({ name: 'MultiClaw Helpe', exe: '/opt/MultiClaw/MultiClaw Helper' }))?.name).toBe('MultiClaw Helper');
  });

  it('keeps a name that only begins like its program, where the kernel did not cut it', async () => {
    expect((await seen({ name: 'Multi', exe: '/opt/MultiClaw' }))?.name).toBe('Multi');
  });

  it('has a program that was replaced on disk', async () => {
    expect((await seen({ exe: '/opt/MultiClaw (deleted)' }))?.exe).toBe('/opt/MultiClaw');
  });

  it('has written over its words', async () => {
    expect((await seen({ words: 'worker: idle          \0\0\0\0' }))?.args).toEqual(['worker: idle']);
  });

  it('has megabytes of words', async () => {
    const process = await seen({ words: ['x'.repeat(3_000_000), 'y'] });
    expect(process?.args?.join(' ').length).toBeLessThanOrEqual(1025);
  });

  it('is its own grandfather', async () => {
    made({ pid: 2001, parent: 2000 });
    expect((await seen({ parent: 2001 }))?.parents).toHaveLength(32);
  });
});

describe('ancestors', () => {
  it('end below egret, whose own words name the app', async () => {
    made({ pid: 2000, parent: 1000, name: 'sh' });
    made({ pid: 2001, parent: 2000, inodes: [INODE], namespace: 2, rows: [row()] });
    expect((await owner())?.parents?.map(({ name }) => name)).toEqual(['sh']);
  });

  it('go on to the first process where egret is not among them', async () => {
    made({ pid: 2001, parent: 1, inodes: [INODE], namespace: 2, rows: [row()] });
    expect((await owner())?.parents?.map(({ name }) => name)).toEqual(['init']);
  });
});

describe('a socket that nobody holds', () => {
  it.each([['is in no table', []], ['has a row without an inode', [row(0)]], ['is open in no process', [row(99)]], ['has a row that is cut', [row().slice(0, 60)]]])('has no owner when it %s', async (_what, rows) => {
    made({ pid: 2000, parent: 1, inodes: [INODE], namespace: 2, rows });
    expect(await owner()).toBeUndefined();
  });

  it('has no finder at all where there is no such file system', async () => {
    expect(await OwnerFinder.open({ root: path.join(root, 'nowhere') })).toBeUndefined();
  });
});
