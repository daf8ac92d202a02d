/** The demo's servers and its app, without the command around them. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, Socket } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { classOf } from '../../../src/core/base/address.ts';
import { GATEWAY_WORD, playApp } from '../../../src/edge/demo/app.ts';
import { HTTPS_PORT, RESOLVER, ROOTS_VARIABLE, SCENES } from '../../../src/edge/demo/scenes.ts';
import { DemoServers } from '../../../src/edge/demo/servers.ts';
import { ROOT } from '../../source-tree.ts';
import { Loopback } from '../proxy/loopback.ts';

/** What Node tells of every client socket of this process. */
const CLIENT = z.object({ socket: z.instanceof(Socket) });
let servers: DemoServers;
beforeEach(async () => {
  servers = await DemoServers.open(Math.round((performance.timeOrigin + performance.now()) * 1000));
});
afterEach(() => servers.close());

describe('the servers', () => {
  it('have a public address of the documentation\'s for every host, and lead it to this machine', async () => {
    for (const { host, address, manner } of SCENES) {
      expect(await servers.resolve(host)).toEqual({ addresses: [address] });
      expect([classOf(address), address.startsWith('203.0.113.')]).toEqual(['public', true]);
      const place = manner === 'lookup' ? servers.reach(RESOLVER.address, RESOLVER.port) : servers.reach(address, HTTPS_PORT);
      expect(place).toEqual({ address: '127.0.0.1', port: expect.any(Number) });
      expect(place.port).toBeGreaterThan(1023);
    }
  });

  it.each(['www.example.com', 'localhost', 'multiclaw.io'])('know no %s', async (name) => expect(await servers.resolve(name)).toEqual({ failure: 'not-found' }));

  it.each([['192.0.2.1', 443], ['203.0.113.10', 80], ['8.8.8.8', 53], ['::1', 443]])('lead nobody to %s port %i', (address, port) => expect(servers.reach(address, port)).toEqual({ address: '127.0.0.1', port: 0 }));

  it('close although somebody is still connected', async () => {
    const { address, port } = servers.reach(RESOLVER.address, RESOLVER.port);
    const socket = connect(port, address);
    const closed = new Promise((done) => {
      socket.on('close', done);
    });
    await new Promise((done) => socket.once('connect', done));
    socket.on('error', () => {});
    await servers.close();
    await closed;
    const again = connect(port, address);
    expect(await new Promise((done) => again.on('error', (error: NodeJS.ErrnoException) => done(error.code)))).toBe('ECONNREFUSED');
    servers = await DemoServers.open(0);
  });
});

describe('the app', () => {
  const file = path.join(ROOT, 'dist/demo-app.js');
  const hosts = SCENES.map(({ host, manner }) => (manner === 'lookup' ? '203.0.113.53:53' : `${host}:443`));

  async function played(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{ readonly code: number; readonly asked: readonly string[]; readonly complaints: readonly string[] }> {
    const proxy = await Loopback.open({ resolve: (name) => servers.resolve(name), reach: (address, port) => servers.reach(address, port) });
    const complaints: string[] = [];
    const before = { ...process.env };
    // The gateway is a process of its own, and finds its proxy in the environment.
    Object.assign(process.env, { HTTPS_PROXY: proxy.url, [ROOTS_VARIABLE]: servers.roots });
    try {
      const code = await playApp(words, { env: { HTTPS_PROXY: proxy.url, [ROOTS_VARIABLE]: servers.roots, ...env }, file, complain: (text) => complaints.push(text) });
      return { code, asked: proxy.asked, complaints };
    } finally {
      process.env = before;
      await proxy.close();
    }
  }

  it('plays its scenes in order, in two processes', async () => {
    expect(await played([])).toEqual({ code: 0, asked: hosts, complaints: [] });
  });

  it('plays the gateway\'s alone as the gateway', async () => {
    expect(await played([GATEWAY_WORD])).toEqual({ code: 0, asked: hosts.slice(1, 4), complaints: [] });
  });

  it('connects to nothing but its proxy', async () => {
    const dialled: string[] = [];
    const spy = (message: unknown): void => {
      const { socket } = CLIENT.parse(message);
      socket.once('connect', () => dialled.push(socket.remoteAddress ?? ''));
    };
    subscribe('net.client.socket', spy);
    try {
      expect((await played([GATEWAY_WORD])).code).toBe(0);
    } finally {
      unsubscribe('net.client.socket', spy);
    }
    // Three of the app to the proxy, three of the proxy to the servers.
    expect(dialled).toEqual(Array.from({ length: 6 }, () => '127.0.0.1'));
  });

  it('stops where a server is not one that it trusts', async () => {
    const { code, asked, complaints } = await played([], { [ROOTS_VARIABLE]: '' });
    expect([code, asked]).toEqual([1, hosts.slice(0, 1)]);
    expect(complaints).toEqual([expect.stringMatching(/^the demo's desktop stopped: .*certificate/)]);
  });

  it('stops where its proxy is gone', async () => {
    const { code, complaints } = await played([], { HTTPS_PROXY: 'http://127.0.0.1:1' });
    expect(code).toBe(1);
    expect(complaints).toEqual(['the demo\'s desktop stopped: connect ECONNREFUSED 127.0.0.1:1']);
  });
});
