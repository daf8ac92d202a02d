/**
 * Writes fixtures/wire/tls-hello: the first flight of real TLS clients to a
 * loopback socket that never answers, each with its program, version, the name
 * it was asked for and the JA4 that read-tls-client-hello gives. Run by a person:
 * `node test/tools/run-script.mjs test/tools/record-hellos.ts [FIXTURE…] [PROGRAM=PATH…]`,
 * best in a network namespace of its own, since browsers call home. Programs that
 * are not there are said and left as they are.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { calculateJa4, readTlsClientHello } from 'read-tls-client-hello';
import { listen } from '../build/tls-handshake.ts';
import { HELLO_CLIENTS, type HelloClient } from './hello-clients.ts';

const HEADER = 5;
/** A browser's first start takes some seconds. */
const PATIENCE = 30_000;
const folder = join('fixtures', 'wire', 'tls-hello');
const words = process.argv.slice(2);
const places = new Map(words.filter((word) => word.includes('=')).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const));
const wanted = new Set(words.filter((word) => !word.includes('=')));
mkdirSync(folder, { recursive: true });

for (const client of HELLO_CLIENTS) {
  if (wanted.size > 0 && !wanted.has(client.file)) continue;
  const command = places.get(client.program) ?? client.program;
  const version = await versionOf(command, client.version);
  const hello = version === undefined ? undefined : await helloOf(client, command);
  if (version === undefined || hello === undefined) {
    console.log(`${client.file}: ${version === undefined ? `${command} is not there` : 'sent no hello'}; left as it is`);
    continue;
  }
  const ja4 = calculateJa4(await readTlsClientHello(Readable.from([hello], { objectMode: false })));
  const lines = [
    `# recorded from ${version} by our own lab`,
    `# ${client.says}`,
    `# sni: ${client.sni ?? 'none'}`,
    `# ja4 by read-tls-client-hello: ${ja4}`,
    `up ${(hello.toString('hex').match(/.{1,96}/g) ?? []).join('\n  ')}`,
  ];
  writeFileSync(join(folder, `${client.file}.hex`), `${lines.join('\n')}\n`);
  console.log(`${client.file}: ${version}, ${hello.length} bytes, ${ja4}`);
}

/** The first line of what the program says of itself; undefined when it does not run. */
function versionOf(command: string, { args, pattern }: HelloClient['version']): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { encoding: 'utf8' }, (error, stdout, stderr) => {
      const match = pattern.exec(`${stdout}\n${stderr}`);
      resolve(error === null && match !== null ? match.slice(1).filter((part) => part !== undefined).join(' ') : undefined);
    });
  });
}

/** The first record that the program sends: every hello here lies in one. */
async function helloOf(client: HelloClient, command: string): Promise<Buffer | undefined> {
  const scratch = mkdtempSync(join(tmpdir(), 'hello-'));
  const server = createServer();
  const port = await listen(server);
  const child = spawn(command, [...client.args(port, scratch)], { cwd: scratch, env: { ...process.env, ...client.env?.(port, scratch) }, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const waiting = AbortSignal.timeout(PATIENCE);
  try {
    const [socket] = await once(server, 'connection', { signal: waiting });
    let bytes = Buffer.alloc(0);
    while (!isWhole(bytes)) {
      const [piece] = await once(socket, 'data', { signal: waiting });
      bytes = Buffer.concat([bytes, piece]);
    }
    socket.destroy();
    return bytes.subarray(0, HEADER + bytes.readUInt16BE(3));
  } catch {
    return undefined;
  } finally {
    endGroup(child.pid);
    server.close();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A browser is many processes: each client leads a group of its own. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has gone by itself.
  }
}

function isWhole(bytes: Buffer): boolean {
  return bytes.length >= HEADER && bytes.length >= HEADER + bytes.readUInt16BE(3);
}
