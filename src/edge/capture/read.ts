/**
 * Reads one input, a file or standard input, plain or gzip, into a consumer
 * that is chosen by its first bytes. Takes the SHA-256 of the bytes as they are
 * stored on the way. Knows no format: `open` decides, and throws the
 * UsageError when it cannot read what it is shown.
 */
import { createHash } from 'node:crypto';
import { UsageError } from '../../core/base/errors.ts';
import { Expander } from './gunzip.ts';
import { HeapPressure } from './heap.ts';
import { openSource, type ByteStream, type Source } from './source.ts';

/** Takes an input's bytes, decompressed; a chunk is valid only inside `push`. */
export interface InputConsumer {
  push(chunk: Uint8Array): void;
  end(): void;
}

export interface ReadOptions {
  readonly stdin: ByteStream;
  /** Chooses the consumer by the first {@link HEAD} bytes (fewer when the input is shorter, never none). */
  open(head: Uint8Array): InputConsumer;
  /** Awaited now and then, so that whatever is written meanwhile can be taken. */
  pause?(): Promise<void>;
  /** Compressed data ended before their end; told before the consumer's end. */
  cut?(how: string): void;
  /** Told after each chunk: stored bytes read so far, and of how many where that is known. */
  progress?(done: number, total?: number): void;
}

export interface InputFacts {
  readonly path: string;
  /** Of the bytes as stored: of the compressed file when it is compressed. */
  readonly sha256: string;
  readonly bytes: number;
  readonly gzip: boolean;
  /** How compressed data ended before their end; what stood before was read. */
  readonly cut?: string;
}

/** Reads `name` (`-` for standard input) to its end. Throws UsageError for names and files that cannot be read (exit 3). */
export async function readInput(name: string, options: ReadOptions): Promise<InputFacts> {
  const source = openSource(name, options.stdin);
  try {
    return await drain(name, source, options);
  } finally {
    await source.close();
  }
}

async function drain(name: string, source: Source, options: ReadOptions): Promise<InputFacts> {
  const shown = name === '-' ? 'standard input' : name;
  const first = await firstChunk(source);
  if (first === undefined) throw new UsageError(`${shown} is empty (0 bytes)`, 'the capture was never written: check the command that records it');
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  const consumer = new LateConsumer(options);
  const expander = gzip ? new Expander(shown, consumer) : undefined;
  const hash = createHash('sha256');
  const heap = new HeapPressure();
  let bytes = 0;
  let breath = 0;
  for (let chunk: Uint8Array | undefined = first; chunk !== undefined; ) {
    hash.update(chunk);
    bytes += chunk.length;
    if (expander === undefined) consumer.push(chunk);
    else await expander.write(chunk);
    options.progress?.(bytes, source.total);
    heap.check();
    if (bytes - breath >= BREATH) {
      breath = bytes;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const next = source.next();
    chunk = next instanceof Promise ? await next : next;
  }
  const cut = await expander?.end();
  if (consumer.isEmpty) throw new UsageError(cut === undefined ? `${shown} holds nothing once decompressed` : `${shown} cannot be decompressed: ${cut}`, 'record or copy it again');
  if (cut !== undefined) options.cut?.(cut);
  consumer.end();
  return { path: name, sha256: hash.digest('hex'), bytes, gzip, ...(cut === undefined ? {} : { cut }) };
}

/** The first chunk, with at least the two bytes that tell gzip where the input has them. */
async function firstChunk(source: Source): Promise<Uint8Array | undefined> {
  let first = await source.next();
  while (first !== undefined && first.length < 2) {
    const before = Uint8Array.from(first);
    const more = await source.next();
    if (more === undefined) return before;
    first = Buffer.concat([before, more]);
  }
  return first;
}

/** Waits for the first {@link HEAD} bytes, has the consumer opened by them, and passes everything on. */
class LateConsumer implements InputConsumer {
  readonly #options: ReadOptions;
  #consumer: InputConsumer | undefined;
  #held: Uint8Array = new Uint8Array(0);

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  /** True until the first byte came. */
  get isEmpty(): boolean {
    return this.#consumer === undefined && this.#held.length === 0;
  }

  push(chunk: Uint8Array): void {
    if (this.#consumer !== undefined) this.#consumer.push(chunk);
    else if (this.#held.length === 0 && chunk.length >= HEAD) this.#open(chunk);
    else {
      this.#held = Buffer.concat([this.#held, chunk]);
      if (this.#held.length >= HEAD) this.#open(this.#held);
    }
  }

  end(): void {
    if (this.#consumer === undefined) this.#open(this.#held);
    this.#consumer?.end();
  }

  #open(chunk: Uint8Array): void {
    this.#consumer = this.#options.open(chunk.subarray(0, HEAD));
    this.#consumer.push(chunk);
  }
}

/** Enough for every magic number and to tell what a wrong file looks like. */
export const HEAD = 512;
/** Synchronous reading lets signals and progress through after this many bytes, some tens of milliseconds of decoding. */
const BREATH = 32 << 20;
