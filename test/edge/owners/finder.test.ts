/** The owner of real sockets of real processes, unprivileged. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canonicalAddress } from '../../../src/core/base/address.ts';
import { isOf, OwnerFinder } from '../../../src/edge/owners/finder.ts';
import type { SocketEnds } from '../../../src/edge/owners/socket-row.ts';
import { portOf, until } from '../proxy/loopback.ts';

const isLinux = existsSync('/proc/self/net/tcp');
if (!isLinux) console.log('skipped: owners of sockets are found on Linux only');

const folder = mkdtempSync(path.join(tmpdir(), 'egret-owners-'));
const children: ChildProcess[] = [];
const strays: number[] = [];
const server: Server = createServer();
const clients: { readonly socket: Socket; readonly ends: SocketEnds }[] = [];

/** Connects, says its id, and stays until it is ended. */
const CLIENT = `
import { connect } from 'node:net';
const [, , host, port] = process.argv;
const socket = connect({ host, port: Number(port) }, () => socket.write(String(process.pid)));
socket.on('error', () => {});
`;
/** The same, with a child that inherits the socket. */
const SHARER = `
import { connect } from 'node:net';
import { spawn } from 'node:child_process';
const socket = connect({ host: '127.0.0.1', port: Number(process.argv[2]) }, () => {
  const child = spawn('sleep', ['30'], { stdio: ['ignore', 'inherit', 'inherit', socket._handle.fd] });
  child.on('spawn', () => socket.write(process.pid + ' ' + child.pid));
});
`;

beforeAll(async () => {
  writeFileSync(path.join(folder, 'client.mjs'), CLIENT);
  writeFileSync(path.join(folder, 'sharer.mjs'), SHARER);
  await new Promise<void>((done) => server.listen({ host: '::', port: 0 }, done));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
  for (const pid of strays.splice(0)) kill(pid);
  for (const { socket } of clients.splice(0)) socket.destroy();
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function kill(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // It has ended by itself.
  }
}

/** Starts something and gives the socket that it opens to us, from its side, with what it says first. */
async function connecting(command: string, ...words: readonly string[]): Promise<{ readonly ends: SocketEnds; readonly child: ChildProcess; readonly said: string }> {
  const come = new Promise<{ readonly ends: SocketEnds; readonly said: string }>((done) => {
    server.once('connection', (socket) => {
      socket.on('error', () => {});
      const ends: SocketEnds = { transport: 'tcp', local: end(socket.remoteAddress, socket.remotePort), remote: end(socket.localAddress, socket.localPort) };
      clients.push({ socket, ends });
      socket.once('data', (data) => done({ ends, said: data.toString() }));
    });
  });
  const child = spawn(command, words, { cwd: folder, stdio: 'ignore' });
  children.push(child);
  return { ...(await come), child };
}

function end(address = '', number = 0): SocketEnds['local'] {
  return { address: canonicalAddress(address) ?? '', port: number };
}

function port(): string {
  return String(portOf(server));
}

async function open(ask?: null): Promise<OwnerFinder> {
  const found = await OwnerFinder.open({ limit: PATIENCE, ...(ask === undefined ? {} : { ask }) });
  if (found === undefined) throw new Error('this is Linux');
  return found;
}

/** In ms: what the tests are about is who it is, not how soon. */
const PATIENCE = 60_000;

/** koffi is a development dependency, so that the first is never skipped on Linux. */
describe.skipIf(!isLinux).each([['the kernel is asked', undefined], ['its tables are read', null]] as const)('the owner of a socket, where %s', (_how, ask) => {
  const finder = async (): Promise<OwnerFinder> => open(ask);

  it.each([['IPv4', '127.0.0.1'], ['IPv6', '::1'], ['IPv4 made as IPv6', '::ffff:127.0.0.1']])('is the process that opened it (%s), with program, words, user and ancestors', async (_family, host) => {
    const { ends, child } = await connecting(process.execPath, 'client.mjs', host, port(), '--token=abc');
    const owner = await (await finder()).ownerOf(ends);
    expect(owner).toMatchObject({ pid: child.pid, exe: process.execPath, args: [process.execPath, 'client.mjs', host, port(), '--token=***'], uid: process.getuid?.() });
    expect(owner?.parents).toEqual([]);
  });

  it('is found below a shell, whose child it is told to be', async () => {
    const { ends, child } = await connecting('bash', '-c', `"${process.execPath}" client.mjs 127.0.0.1 ${port()}; true`);
    const owner = await (await finder()).ownerOf(ends);
    strays.push(owner?.pid ?? 0);
    expect(owner?.exe).toBe(process.execPath);
    expect(owner?.parents).toHaveLength(1);
    expect(owner?.parents?.[0]).toMatchObject({ pid: child.pid, name: 'bash' });
    expect(owner !== undefined && isOf(child.pid ?? 0, owner)).toBe(true);
    expect(owner !== undefined && isOf(1, owner)).toBe(false);
  });

  it('is found when it has left its family by forking twice', async () => {
    const { ends, said } = await connecting('bash', '-c', `("${process.execPath}" client.mjs 127.0.0.1 ${port()} & ) ; exit`);
    strays.push(Number(said));
    const owner = await (await finder()).ownerOf(ends);
    expect(owner?.pid).toBe(Number(said));
    expect(owner?.args?.[1]).toBe('client.mjs');
  });

  it('is the eldest of those who share it', async () => {
    const { ends, said } = await connecting(process.execPath, 'sharer.mjs', port());
    const [parent, child] = said.split(' ').map(Number);
    strays.push(child ?? 0);
    expect((await (await finder()).ownerOf(ends))?.pid).toBe(parent);
    kill(parent ?? 0);
    const found = await finder();
    let owner = await found.ownerOf(ends);
    // Until the parent is gone.
    while (owner?.pid !== child) owner = await found.ownerOf(ends);
    expect(owner?.name).toBe('sleep');
  });

  it('is what the process has become, not what it was', async () => {
    const { ends, child } = await connecting('bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port()}; echo hello >&3; read line <&3; exec sleep 30`);
    const found = await finder();
    expect(await found.ownerOf(ends)).toMatchObject({ pid: child.pid, name: 'bash' });
    clients.at(-1)?.socket.write('go on\n');
    let owner = await found.ownerOf(ends);
    while (owner?.name !== 'sleep') owner = await found.ownerOf(ends);
    expect(owner).toMatchObject({ pid: child.pid, args: ['sleep', '30'] });
  });

  it('is one object as long as nothing of it changes', async () => {
    const { ends } = await connecting(process.execPath, 'client.mjs', '127.0.0.1', port());
    const found = await finder();
    expect(await found.ownerOf(ends)).toBe(await found.ownerOf(ends));
  });

  it('is told under the name that it gives itself, whatever that is', async () => {
    const title = ') S 1 1 \u001b[31m';
    const { ends, child } = await connecting('bash', '-c', `printf '${title}' > /proc/self/comm; exec 3<>/dev/tcp/127.0.0.1/${port()}; echo hello >&3; read line <&3`);
    expect(await (await finder()).ownerOf(ends)).toMatchObject({ pid: child.pid, name: title.slice(0, 15), parents: [] });
  });

  it('is unknown when it has closed and gone, and nobody else is blamed', async () => {
    const { ends } = await connecting('bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port()}; echo hello >&3`);
    const child = children.at(-1);
    await until(() => child?.exitCode !== null);
    expect(await (await finder()).ownerOf(ends)).toBeUndefined();
  });

  it('is unknown for a socket that never was', async () => {
    expect(await (await finder()).ownerOf({ transport: 'tcp', local: { address: '127.0.0.1', port: 1 }, remote: { address: '127.0.0.1', port: 2 } })).toBeUndefined();
    expect(await (await finder()).ownerOf({ transport: 'tcp', local: { address: '192.0.2.1', port: 1 }, remote: { address: '192.0.2.2', port: 2 } })).toBeUndefined();
  });

  it('is found for many that ask at once, each its own', async () => {
    const come = [];
    for (let index = 0; index < 8; index++) come.push(await connecting(process.execPath, 'client.mjs', index % 2 === 0 ? '127.0.0.1' : '::1', port()));
    const found = await finder();
    const owners = await Promise.all([...come, ...come].map(async ({ ends }) => found.ownerOf(ends)));
    expect(owners.map((owner) => owner?.pid)).toEqual([...come, ...come].map(({ child }) => child.pid));
  });

  it('is found for datagrams, bound or connected', async () => {
    const free = createSocket('udp4');
    const tied = createSocket('udp4');
    try {
      await new Promise<void>((done) => free.bind(0, () => done()));
      await new Promise<void>((done) => tied.connect(9, '127.0.0.1', () => done()));
      const remote = { address: '127.0.0.1', port: 9 };
      expect((await (await finder()).ownerOf({ transport: 'udp', local: { address: '127.0.0.1', port: free.address().port }, remote }))?.pid).toBe(process.pid);
      expect((await (await finder()).ownerOf({ transport: 'udp', local: { address: '127.0.0.1', port: tied.address().port }, remote }))?.pid).toBe(process.pid);
    } finally {
      free.close();
      tied.close();
    }
  });
});
