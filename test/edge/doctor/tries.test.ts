/** What egret doctor tries, with the real parts on loopback; capture programs are scripts that refuse, hang or fail as real ones do. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureResult } from '../../../src/core/report/doctor/facts.ts';
import { within } from '../../../src/edge/doctor/limit.ts';
import { tryCapture } from '../../../src/edge/doctor/try-capture.ts';
import { tryMarks } from '../../../src/edge/doctor/try-marks.ts';
import { tryOwner } from '../../../src/edge/doctor/try-owner.ts';
import { tryProxy } from '../../../src/edge/doctor/try-proxy.ts';
import { tryWayOut } from '../../../src/edge/doctor/try-way-out.ts';
import { portOf } from '../proxy/loopback.ts';

const isLinux = process.platform === 'linux';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'egret-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What comes of a `dumpcap` that is this script. */
async function tried(script: string): Promise<CaptureResult> {
  writeFileSync(path.join(folder, 'dumpcap'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return (await tryCapture('dumpcap', { PATH: `${folder}:/usr/bin:/bin` })).result;
}

describe('the proxy', () => {
  it('carries bytes through a tunnel to a server of its own', async () => {
    expect(await tryProxy(() => Date.now() * 1000)).toMatchObject({ kind: 'works', bytes: 65_536 });
  });
});

describe.skipIf(!isLinux)('the owner', () => {
  it('of a socket of its own is this process', async () => expect(await tryOwner(process.pid)).toMatchObject({ kind: 'found' }));
  it('that is another than it must be is no success', async () => expect(await tryOwner(process.pid + 1)).toEqual({ kind: 'failed', said: 'another process was found to own its socket' }));
});

describe.skipIf(process.platform === 'win32')('a mark', () => {
  it('is taken, and its folder goes again', async () => {
    expect(await tryMarks({ XDG_RUNTIME_DIR: folder }, 4711)).toMatchObject({ kind: 'works', folder: path.join(folder, 'egret') });
    expect(readdirSync(folder)).toEqual([]);
  });
  it('leaves a folder that was there, and the sockets of runs in it', async () => {
    mkdirSync(path.join(folder, 'egret'), { mode: 0o700 });
    writeFileSync(path.join(folder, 'egret', '12.sock'), '');
    expect(await tryMarks({ XDG_RUNTIME_DIR: folder }, 4711)).toMatchObject({ kind: 'works' });
    expect(readdirSync(path.join(folder, 'egret'))).toEqual(['12.sock']);
  });
  it('is not taken in a folder that others may enter', async () => {
    mkdirSync(path.join(folder, 'egret'));
    chmodSync(path.join(folder, 'egret'), 0o755);
    expect(await tryMarks({ XDG_RUNTIME_DIR: folder }, 4711)).toMatchObject({ kind: 'failed', said: 'belongs to somebody else or is open to others' });
  });
});

describe('the way out', () => {
  it('tells a proxy on this machine that listens from one that does not, and shows no password', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const port = portOf(server);
    const found = await tryWayOut({ HTTPS_PROXY: `http://bob:hunter2@127.0.0.1:${port}` });
    expect(found.forTunnels).toEqual({ scheme: 'http', host: '127.0.0.1', port, hasPassword: true, answer: 'listens' });
    expect(JSON.stringify(found)).not.toMatch(/bob|hunter2/);
    await new Promise((done) => server.close(done));
    expect((await tryWayOut({ HTTPS_PROXY: `http://127.0.0.1:${port}` })).forTunnels?.answer).toBe('silent');
  });
  it('asks no proxy elsewhere, and names what cannot be used without its value', async () => {
    const found = await tryWayOut({ https_proxy: 'http://proxy.example:3128', HTTP_PROXY: 'quic://alice:secret@x', NO_PROXY: 'localhost,10.0.0.0/8' });
    expect(found).toMatchObject({ forTunnels: { answer: 'not-asked' }, forHttp: undefined, noProxy: ['localhost', '10.0.0.0/8'], mistakes: [expect.stringContaining('HTTP_PROXY')] });
    expect(JSON.stringify(found)).not.toMatch(/alice|secret/);
  });
});

describe.skipIf(!isLinux)('a program that captures', () => {
  it('that refuses is told with its words', async () => {
    expect(await tried('echo "dumpcap: You do not have permission to capture on device \\"any\\"." >&2; exit 2')).toEqual({ kind: 'forbidden', said: 'You do not have permission to capture on device "any".' });
  });
  it('that ends in another way is told by its last line', async () => expect(await tried('echo "Capturing on all" >&2; echo "no luck today" >&2; exit 3')).toEqual({ kind: 'failed', said: 'no luck today' }));
  it('that runs and shows nothing is not taken for one that works', async () => expect(await tried('exec sleep 60')).toMatchObject({ kind: 'unproven' }));
  // Where the system's folders of programs are one, the real one would be found behind it.
  it.skipIf(existsSync('/usr/sbin/dumpcap'))('that may not be run, or is not there, is told so', async () => {
    writeFileSync(path.join(folder, 'dumpcap'), '', { mode: 0o600 });
    expect((await tryCapture('dumpcap', { PATH: folder })).result).toMatchObject({ kind: 'forbidden' });
    expect((await tryCapture('dumpcap', { PATH: path.join(folder, 'nowhere') })).result).toEqual({ kind: 'missing', said: '' });
  });
});

describe('a limit', () => {
  it('gives the work\'s own end where it comes in time, and another where it does not', async () => {
    expect(await within(Promise.resolve('done'), () => 'late')).toBe('done');
    expect(await within(new Promise<string>(() => {}), () => 'late', 1)).toBe('late');
    await expect(within(Promise.reject(new Error('broken')), () => 'late')).rejects.toThrow('broken');
  });
});
