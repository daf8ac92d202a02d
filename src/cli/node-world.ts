/** The real world: node's streams and files behind the {@link World} interface. Takes the process as a parameter; only `main.ts` names it. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { closeSync, createReadStream, createWriteStream, existsSync, openSync, writeSync } from 'node:fs';
import { access, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { kindOf, openFolder } from '../edge/bundle/folder.ts';
import { hashProgram } from '../edge/bundle/program.ts';
import { readInput } from '../edge/capture/read.ts';
import { MachineError } from '../core/base/errors.ts';
import { whyNot } from './files.ts';
import type { Terminal } from '../tui/terminal.ts';
import { nearer, shellWord } from './shell-words.ts';
import { ClosedPipe, type Digest, type OutputFile, type OutputKind, type OutStream, type World } from './world.ts';

/** The world of a running process. */
export function nodeWorld(host: NodeJS.Process, version: string): World {
  const at = (path: string): string => resolve(host.cwd(), path);
  return {
    version,
    env: host.env,
    cwd: host.cwd(),
    pid: host.pid,
    seed: randomBytes(4).readUInt32LE(),
    readInput: (path, options) => readInput(path, { ...options, stdin: host.stdin }),
    stdout: outStream(host.stdout),
    stderr: outStream(host.stderr),
    readText: (path) => readFile(at(path), 'utf8'),
    exists: (path) => access(at(path)).then(() => true, () => false),
    openOutput: (path, kind) => openOutput(at(path), kind, host.pid),
    kindOf: (path) => kindOf(at(path)),
    folderNames: (path) => readdir(at(path)).then((names) => names.sort()),
    openFolder: (path) => openFolder(at(path)),
    hashProgram: (command) => hashProgram(command, host.cwd(), host.env['PATH']),
    every(ms, act) {
      const timer = setInterval(act, ms);
      timer.unref();
      return () => clearInterval(timer);
    },
    saveMemory: () => setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`),
    packageText: (path) => readFile(join(packageRoot(), path), 'utf8').catch(() => undefined),
    packagePath: (path) => join(packageRoot(), path),
    node: host.execPath,
    nodeVersion: host.versions.node,
    self: selfOf(host),
    packageFolder: (path) => readdir(join(packageRoot(), path)).then((names) => names.sort(), () => []),
    breathe: () => new Promise((done) => setImmediate(done)),
    now: () => Math.round((performance.timeOrigin + performance.now()) * 1000),
    digest,
    terminal: () => terminalOf(host),
    signalGroup: (leader, signal) => signalGroup(host, leader, signal),
    secretHash() {
      const key = randomBytes(32);
      return (text) => createHmac('sha256', key).update(text).digest().readUInt32LE();
    },
    onStop: (handler) => onStop(host, handler),
    onInterrupt: (handler) => onInterrupt(host, handler),
  };
}

/** The first signal tidies up and is then sent again, so that the caller sees egret end by it; a second one does not wait. */
function onInterrupt(host: NodeJS.Process, handler: () => Promise<void>): () => void {
  const stop = (): void => {
    for (const signal of SIGNALS) host.off(signal, hear);
  };
  const hear = (signal: NodeJS.Signals): void => {
    stop();
    const end = (): void => {
      host.kill(host.pid, signal);
    };
    handler().then(end, end);
  };
  for (const signal of SIGNALS) host.on(signal, hear);
  return stop;
}

function onStop(host: NodeJS.Process, handler: (signal: (typeof SIGNALS)[number]) => void): () => void {
  const hear = (signal: NodeJS.Signals): void => handler(signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT');
  for (const signal of SIGNALS) host.on(signal, hear);
  return () => {
    for (const signal of SIGNALS) host.off(signal, hear);
  };
}

function terminalOf(host: NodeJS.Process): Terminal | undefined {
  if (!isatty(0) || !isatty(2) || host.env['TERM'] === 'dumb') return undefined;
  const hear = (event: 'exit' | 'SIGHUP', handler: () => void): (() => void) => {
    host.on(event, handler);
    return () => void host.off(event, handler);
  };
  return {
    // Node opens it when it is asked for, and changes how an app that shares it reads.
    get input() {
      return host.stdin;
    },
    output: host.stderr,
    onExit: (handler) => hear('exit', handler),
    onHangup: (handler) => hear('SIGHUP', handler),
  };
}

function signalGroup(host: NodeJS.Process, leader: number, signal: NodeJS.Signals): boolean {
  try {
    return host.kill(-leader, signal);
  } catch {
    return false;
  }
}

function digest(): Digest {
  const hash = createHash('sha256');
  return { update: (text) => void hash.update(text), hex: () => hash.digest('hex') };
}

function outStream(stream: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }): OutStream {
  let broken: Error | undefined;
  // Without a listener node throws a write error where nobody can catch it.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    broken = outError(error);
  });
  return {
    isTTY: stream.isTTY === true,
    ...(stream.isTTY === true && stream.columns !== undefined ? { columns: stream.columns } : {}),
    write: (text) =>
      new Promise((done, fail) => {
        if (broken !== undefined) {
          fail(broken);
          return;
        }
        stream.write(text, (error?: NodeJS.ErrnoException | null) => {
          if (error === undefined || error === null) done();
          else fail(outError(error));
        });
      }),
  };
}

function outError(error: NodeJS.ErrnoException): Error {
  return CLOSED.has(error.code ?? '') ? new ClosedPipe() : new MachineError('cannot write to standard output', whyNot(error), 'make room there, or choose a file with --output FILE');
}

/**
 * Written beside its final name and renamed, so that a reader never meets half a report. Devices and pipes are written in
 * place. A link is followed first: renaming over it would replace the link, and `/dev/stdout` is one.
 */
async function openOutput(asked: string, kind: OutputKind | undefined, pid: number): Promise<OutputFile> {
  const special = await stat(asked).then((found) => !found.isFile() && !found.isDirectory(), () => false);
  if (special && kind === 'prepended') throw Object.assign(new Error('is a pipe or a device'), { code: 'ESPIPE' });
  const path = special ? asked : await realpath(asked).catch(() => asked);
  const written = special ? path : join(dirname(path), `.${basename(path)}.${pid}.tmp`);
  if (await stat(path).then((found) => found.isDirectory(), () => false)) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  const file = openSync(written, special ? 'w' : 'wx');
  let open = true;
  const close = (): void => {
    if (open) closeSync(file);
    open = false;
  };
  return {
    write(text) {
      const bytes = Buffer.from(text);
      let from = 0;
      while (from < bytes.length) from += writeSync(file, bytes, from);
    },
    async commit(first) {
      close();
      if (first !== undefined) await prepend(first, written);
      if (!special) await rename(written, path);
    },
    async discard() {
      close();
      if (!special) await rm(written, { force: true });
    },
  };
}

/** Rewrites a file with text before what it holds, without ever holding it whole. */
async function prepend(first: string, file: string): Promise<void> {
  const body = `${file}.body`;
  await rename(file, body);
  try {
    await writeFile(file, first, { flag: 'wx' });
    await pipeline(createReadStream(body), createWriteStream(file, { flags: 'a' }));
  } finally {
    await rm(body, { force: true });
  }
}

/** The name alone where the user's shell would find it by that, which has not the folders that npm adds; else what `node` was given, from here if it is below. */
function selfOf(host: NodeJS.Process): string {
  const file = host.argv[1] ?? '';
  const name = basename(file);
  const folder = dirname(file);
  if (!name.endsWith('.js') && basename(folder) !== '.bin' && (host.env['PATH'] ?? '').split(delimiter).includes(folder)) return name;
  return `node ${shellWord(nearer(file, host.cwd()))}`;
}

/** The folder of the package, from wherever in it this code was bundled to. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** How far V8 lets the heap grow before it collects what is garbage, in percent of what is alive; by itself some 300. */
const HEAP_GROWTH = 60;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const CLOSED: ReadonlySet<string> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET']);
