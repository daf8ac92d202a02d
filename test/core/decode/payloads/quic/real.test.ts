/**
 * A real client and server (ngtcp2 with GnuTLS) over a loopback relay, which
 * writes what passes into a capture; egret and tshark read the same capture.
 * Skipped, and said so, where a program is missing.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ethernet } from '../../../../build/frames.ts';
import { udp } from '../../../../build/packets.ts';
import { pcapFile, START } from '../../../../build/pcap.ts';
import { observeBytes } from '../../../../observe-file.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const missing = ['gtlsclient', 'gtlsserver', 'openssl'].filter((program) => !has(program));
if (missing.length > 0) console.log(`skipped: ${missing.join(', ')} not installed, so no real QUIC client is listened to`);
const hasTshark = has('tshark');
if (!hasTshark) console.log('skipped: tshark is not installed, so its reading of QUIC is not compared');

const folder = mkdtempSync(path.join(tmpdir(), 'egret-quic-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CASES: ReadonlyArray<readonly [claim: string, server: readonly string[], client: readonly string[], flows: readonly string[]]> = [
  ['a plain connection', [], [], ['v1 localhost h3 TLS1.3 answered']],
  ['a Retry and a HelloRetryRequest', ['-V', '--groups=-GROUP-ALL:+GROUP-SECP521R1'], ['--groups=-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP521R1'], ['v1 localhost h3 TLS1.3 answered retry hello-retry']],
  ['a client that moves', [], ['--change-local-addr=100ms', '--nat-rebinding', '--delay-stream=300ms'], ['v1 localhost h3 TLS1.3 answered', 'v1 localhost h3 TLS1.3 answered continues 1']],
  ['a version that only the client speaks', [], ['--version=0x1a2a3a4a', '--preferred-versions=v1', '--other-versions=v1'], ['grease - - - answered offered v1', 'v1 localhost h3 TLS1.3 answered']],
  ['no group in common', ['--groups=-GROUP-ALL:+GROUP-SECP521R1'], ['--groups=-GROUP-ALL:+GROUP-X25519'], ['v1 localhost h3 - rejected-by-server']],
];

describe.skipIf(missing.length > 0)('a real client', () => {
  beforeAll(() => {
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=localhost'], { cwd: folder });
    if (made.status !== 0) throw new Error('openssl made no certificate');
  });

  it.each(CASES)('with %s', async (claim, serverWords, clientWords, expected) => {
    const capture = await record(serverWords, clientWords);
    const { flows, blindSpots } = observeBytes(capture);
    const shown = flows.map(({ quic, tls, outcome }) => [
      quic?.version, tls?.hello?.sni ?? '-', tls?.hello?.alpn.join(',') ?? '-', tls?.server?.version ?? '-', outcome, ...(quic?.retry === true ? ['retry'] : []), ...(tls?.server?.helloRetry === true ? ['hello-retry'] : []),
      ...(quic?.serverVersions === undefined ? [] : ['offered', ...quic.serverVersions.filter((version) => version === 'v1')]), ...(quic?.continues === undefined ? [] : [`continues ${quic.continues.flow}`]),
    ].join(' '));
    expect(shown).toEqual(expected);
    expect(blindSpots.map(({ code }) => code)).toEqual(expected.some((line) => line.startsWith('grease')) ? ['quic-unread'] : []);
    const names = new Set(flows.flatMap(({ tls }) => tls?.hello?.sni ?? []));
    expect(hasTshark ? tsharkNames(claim, capture) : names).toEqual(names);
  }, 20_000);
});

/** Server names by tshark. */
function tsharkNames(claim: string, capture: Uint8Array): Set<string> {
  const file = path.join(folder, `${claim.replaceAll(/\W+/g, '-')}.pcap`);
  writeFileSync(file, capture);
  const { stdout } = spawnSync('tshark', ['-r', file, '-d', 'udp.port==443,quic', '-Y', 'tls.handshake.type==1', '-T', 'fields', '-e', 'tls.handshake.extensions_server_name'], { encoding: 'utf8' });
  return new Set(stdout.trim().split(/[\n,]/));
}

/** Both programs talk through a relay; its datagrams as a capture, with the server at a documentation address. */
async function record(serverWords: readonly string[], clientWords: readonly string[]): Promise<Uint8Array> {
  const frames: { bytes: Uint8Array; at: number }[] = [];
  const [front, port] = await bound();
  const [probe, serverPort] = await bound();
  probe.close();
  const onward = new Map<number, Socket>();
  const note = (from: string, to: string, payload: Uint8Array): void => void frames.push({ bytes: ethernet(udp({ from, to, payload, id: frames.length })), at: START + frames.length * 10_000 });
  front.on('message', (payload, { port: clientPort }) => {
    const client = `10.0.0.2:${clientPort}`;
    let back = onward.get(clientPort);
    if (back === undefined) {
      back = createSocket('udp4');
      back.on('message', (answer) => {
        note(SERVER, client, answer);
        front.send(answer, clientPort, '127.0.0.1');
      });
      onward.set(clientPort, back);
    }
    note(client, SERVER, payload);
    back.send(payload, serverPort, '127.0.0.1');
  });
  const options = { cwd: folder, stdio: 'ignore' } as const;
  const server = spawn('gtlsserver', ['-q', ...serverWords, '127.0.0.1', String(serverPort), 'key.pem', 'cert.pem'], options);
  await untilServed(serverPort);
  const client = spawn('gtlsclient', ['-q', '--exit-on-first-stream-close', '--timeout=3s', ...clientWords, 'localhost', String(port), 'https://localhost/cert.pem'], options);
  await once(client, 'exit');
  server.kill();
  await once(server, 'exit');
  front.close();
  for (const socket of onward.values()) socket.close();
  return pcapFile(frames);
}

/** Asks with a version that nobody speaks until the server negotiates. */
async function untilServed(port: number): Promise<void> {
  const [socket] = await bound();
  const odd = new Uint8Array(1200);
  odd.set([0xc0, 0x1a, 0x2a, 0x3a, 0x4a, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
  const answered = once(socket, 'message');
  const asking = setInterval(() => socket.send(odd, port, '127.0.0.1'), 50);
  await answered;
  clearInterval(asking);
  socket.close();
}

async function bound(): Promise<[Socket, number]> {
  const socket = createSocket('udp4');
  // A port that nothing listens on yet answers with an error that means nothing here.
  socket.on('error', () => undefined);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return [socket, socket.address().port];
}

const SERVER = '203.0.113.7:443';
