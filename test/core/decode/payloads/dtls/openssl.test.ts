/** DTLS of OpenSSL, an implementation that is not ours: cookies, fragments and certificates, seen from between the ends. */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dtlsDecoder } from '../../../../../src/core/decode/payloads/dtls/session.ts';
import { playSession, type Passage, type Played } from '../../../../build/play-session.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) {
  console.log('skipped: openssl is not here');
  if (process.env['EGRET_REQUIRE_ALL'] === '1') throw new Error('openssl is required');
}

describe.skipIf(!hasOpenssl)('DTLS of OpenSSL', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'egret-dtls-'));
    const { status } = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`, '-days', '2', '-subj', '/CN=media.example/O=Lab']);
    if (status !== 0) throw new Error('openssl made no certificate');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is read with its cookie, its SRTP profile and its certificate', async () => {
    const { facts, problems } = await handshake(folder, ['-listen'], []);
    expect(problems).toEqual([]);
    expect(facts.protocol).toBe('dtls');
    expect(facts.media?.dtls).toMatchObject({ helloFrom: 'client', verified: true, srtp: [1], srtpChosen: 1 });
    expect(facts.tls).toMatchObject({ hello: { sni: 'media.example', version: 'DTLS1.2' }, server: { version: 'DTLS1.2', resumed: false }, chain: [{ subject: { CN: 'media.example', O: 'Lab' }, selfSigned: true }] });
    expect(facts.tls?.hello?.ja4).toMatch(/^dd2d\d{4}00_[0-9a-f]{12}_[0-9a-f]{12}$/);
  });

  it('is read alike when a small path cuts its certificate into fragments', async () => {
    const { facts, problems } = await handshake(folder, ['-mtu', '256'], ['-mtu', '256']);
    expect(problems).toEqual([]);
    expect(facts.tls?.chain?.[0]?.subject).toMatchObject({ CN: 'media.example' });
  });
});

/** One handshake through a relay, as its session saw it. */
async function handshake(folder: string, serverWords: readonly string[], clientWords: readonly string[]): Promise<Played> {
  const port = await freePort();
  const server = spawn('openssl', ['s_server', '-dtls1_2', '-accept', String(port), '-key', `${folder}/key.pem`, '-cert', `${folder}/cert.pem`, '-use_srtp', 'SRTP_AES128_CM_SHA1_80', ...serverWords], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    await until(server.stdout, 'ACCEPT');
    return await throughRelay(port, clientWords);
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
}

async function throughRelay(port: number, words: readonly string[]): Promise<Played> {
  const passages: Passage[] = [];
  const [near, far] = [createSocket('udp4'), createSocket('udp4')];
  let client = 0;
  near.on('message', (data, { port: from }) => {
    client = from;
    passages.push({ side: 'up', data: new Uint8Array(data) });
    far.send(data, port, '127.0.0.1');
  });
  far.on('message', (data) => {
    passages.push({ side: 'down', data: new Uint8Array(data) });
    near.send(data, client, '127.0.0.1');
  });
  try {
    const at = await bound(near);
    const child = spawn('openssl', ['s_client', '-dtls1_2', '-connect', `127.0.0.1:${at}`, '-servername', 'media.example', '-use_srtp', 'SRTP_AES128_CM_SHA1_80', ...words], { stdio: ['pipe', 'pipe', 'ignore'] });
    await until(child.stdout, 'SRTP Extension negotiated');
    child.kill('SIGKILL');
    await once(child, 'exit');
    return playSession(dtlsDecoder, passages);
  } finally {
    near.close();
    far.close();
  }
}

async function bound(socket: Socket): Promise<number> {
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  const port = await bound(socket);
  socket.close();
  await once(socket, 'close');
  return port;
}

async function until(stream: Readable, word: string): Promise<void> {
  let said = '';
  for await (const piece of stream.iterator({ destroyOnReturn: false })) {
    said += String(piece);
    if (said.includes(word)) return;
  }
  throw new Error(`it ended without saying ${word}: ${said}`);
}
