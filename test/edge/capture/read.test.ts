import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MachineError, UsageError } from '../../../src/core/base/errors.ts';
import { HEAD, readInput, type InputFacts } from '../../../src/edge/capture/read.ts';
import { bytes } from '../../build/bytes.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'egret-read-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Run {
  readonly facts: InputFacts;
  readonly content: Buffer;
  readonly heads: Uint8Array[];
  readonly progress: (readonly [number, number | undefined])[];
}

async function run(name: string, stdin: NodeJS.ReadableStream = Readable.from([])): Promise<Run> {
  const chunks: Uint8Array[] = [];
  const heads: Uint8Array[] = [];
  const progress: [number, number | undefined][] = [];
  let ended = 0;
  const facts = await readInput(name, {
    stdin,
    open(head) {
      heads.push(Uint8Array.from(head));
      return { push: (chunk) => chunks.push(Uint8Array.from(chunk)), end: () => ended++ };
    },
    progress: (done, total) => progress.push([done, total]),
  });
  expect(ended).toBe(1);
  return { facts, content: Buffer.concat(chunks), heads, progress };
}

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined, (error: unknown) => error);
}

/** Root may read everything, so it puts its rights down meanwhile. */
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  const { geteuid, seteuid } = process;
  if (geteuid === undefined || seteuid === undefined || geteuid() !== 0) return act();
  seteuid(NOBODY);
  try {
    return await act();
  } finally {
    seteuid(0);
  }
}

const NOBODY = 65_534;
/** Bytes that do not compress, always the same. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  }));
}

const CONTENT = noise(3_000_000);
const CHUNKS = Array.from({ length: 31 }, (_, index) => CONTENT.subarray(index * 100_000, (index + 1) * 100_000));

describe('readInput', () => {
  it('reads a plain file in chunks, with its hash and progress', async () => {
    const path = file('plain', CONTENT);
    const { facts, content, heads, progress } = await run(path);
    expect(facts).toEqual({ path, sha256: sha256(CONTENT), bytes: CONTENT.length, gzip: false });
    expect(content.equals(CONTENT)).toBe(true);
    expect(heads.map((head) => Buffer.from(head))).toEqual([CONTENT.subarray(0, HEAD)]);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  });

  it('reads a file shorter than the head', async () => {
    const { content, heads } = await run(file('short', bytes('x')));
    expect([content.toString(), heads]).toEqual(['x', [bytes('x')]]);
  });

  it('reads standard input, however it is cut into chunks', async () => {
    for (const stdin of [Readable.from(CHUNKS), Readable.from([CONTENT.subarray(0, 1), CONTENT.subarray(1, 3), CONTENT.subarray(3)])]) {
      const { facts, content, heads, progress } = await run('-', stdin);
      expect(facts).toEqual({ path: '-', sha256: sha256(CONTENT), bytes: CONTENT.length, gzip: false });
      expect(content.equals(CONTENT)).toBe(true);
      expect(heads).toHaveLength(1);
      expect(progress.at(-1)).toEqual([CONTENT.length, undefined]);
    }
  });

  it('expands gzip of several members and hashes what is stored', async () => {
    const stored = Buffer.concat([gzipSync(CONTENT.subarray(0, 1_000_000)), gzipSync(''), gzipSync(CONTENT.subarray(1_000_000))]);
    const fromFile = await run(file('members.gz', stored));
    const fromStdin = await run('-', Readable.from([stored.subarray(0, 1), stored.subarray(1)]));
    for (const { facts, content, heads } of [fromFile, fromStdin]) {
      expect(facts).toMatchObject({ sha256: sha256(stored), bytes: stored.length, gzip: true });
      expect(facts).not.toHaveProperty('cut');
      expect(content.equals(CONTENT)).toBe(true);
      expect(heads).toHaveLength(1);
    }
  });

  it('gives what stands before the cut of a gzip file, and says where it was cut', async () => {
    const stored = gzipSync(CONTENT);
    const cut = stored.subarray(0, 2_000_000);
    const { facts, content } = await run(file('cut.gz', cut));
    expect(facts).toMatchObject({ bytes: 2_000_000, sha256: sha256(cut), cut: 'the gzip data end early, at byte 2000000' });
    expect(content.length).toBeGreaterThan(1_900_000);
    expect(content.equals(CONTENT.subarray(0, content.length))).toBe(true);
  });

  it('reads on for the hash when gzip data are damaged, and keeps what stood before', async () => {
    const text = Buffer.from(Array.from({ length: 200_000 }, (_, index) => `line ${index}\n`).join(''));
    const stored = gzipSync(text);
    stored.fill(0xff, 300_000, 300_100);
    const { facts, content } = await run(file('damaged.gz', stored));
    expect(facts).toMatchObject({ bytes: stored.length, sha256: sha256(stored) });
    expect(facts.cut).toMatch(/^the gzip data make no sense near byte \d+$/);
    const sound = content.length - (1 << 16);
    expect(sound).toBeGreaterThan(500_000);
    expect(content.subarray(0, sound).equals(text.subarray(0, sound))).toBe(true);
  });

  it.each([
    ['a file of zero bytes', bytes(), 'is empty (0 bytes)'],
    ['a gzip file of nothing', gzipSync(''), 'holds nothing once decompressed'],
    ['a gzip file cut in its header', gzipSync(CONTENT).subarray(0, 8), 'cannot be decompressed: the gzip data end early, at byte 8'],
  ])('refuses %s', async (_, content, message) => {
    const path = file('refused', content);
    const error = await failure(run(path));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ message: `${path} ${message}` });
  });

  it('refuses a gzip bomb without reading it to its end', async () => {
    const bomb = gzipSync(Buffer.alloc(300 << 20), { level: 9 });
    let given = 0;
    const reading = readInput(file('bomb.gz', bomb), { stdin: Readable.from([]), open: () => ({ push: (chunk) => (given += chunk.length), end: () => undefined }) });
    expect(await failure(reading)).toMatchObject({ name: 'UsageError', message: expect.stringContaining('expands to more than 500 times its size') });
    expect(given).toBeLessThan(160 << 20);
  });

  it('hands on what open throws, from plain and compressed files alike', async () => {
    const refusal = new UsageError('not a capture');
    const open = (): never => {
      throw refusal;
    };
    for (const path of [file('other', CONTENT), file('other.gz', gzipSync(CONTENT))]) {
      expect(await failure(readInput(path, { stdin: Readable.from([]), open }))).toBe(refusal);
    }
  });

  it('says what is wrong with a name and what to do', async () => {
    file('capture.pcapng', CONTENT);
    mkdirSync(join(folder, 'inner'));
    const cases: (readonly [string, string, string])[] = [
      ['captrue.pcapng', 'no such file', `did you mean ${join(folder, 'capture.pcapng')}?`],
      ['nowhere/x.pcap', 'no such file', 'there is no directory'],
      ['plain/x.pcap', 'no such file', 'is a file, not a directory'],
      ['inner', 'is a directory', 'inner/*.pcapng'],
    ];
    file('plain', CONTENT);
    for (const [name, message, help] of cases) {
      const error = await failure(run(join(folder, name)));
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ mistakes: [{ message: expect.stringContaining(message), help: expect.stringContaining(help) }] });
    }
  });

  it('says when it may not read', async () => {
    const path = file('secret', CONTENT);
    chmodSync(folder, 0o755);
    chmodSync(path, 0o000);
    const error = await asNobody(() => failure(run(path)));
    expect(error).toMatchObject({ name: 'UsageError', message: `no permission to read ${path}` });
  });

  it('streams what is no plain file', async () => {
    expect(await failure(run('/dev/null'))).toMatchObject({ message: '/dev/null is empty (0 bytes)' });
  });

  it('refuses a terminal and an empty standard input', async () => {
    const terminal = Object.assign(Readable.from([]), { isTTY: true });
    expect(await failure(run('-', terminal))).toMatchObject({ message: 'standard input is a terminal, not a capture' });
    expect(await failure(run('-'))).toMatchObject({ message: 'standard input is empty (0 bytes)' });
  });

  it('tells the machine’s refusals from the user’s mistakes', async () => {
    const broken = new Readable({ read() {
      this.destroy(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }));
    } });
    expect(await failure(run('-', broken))).toBeInstanceOf(MachineError);
  });
});
