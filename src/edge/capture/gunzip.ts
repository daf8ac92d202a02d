/**
 * Expands gzip data (RFC 1952, any number of members) into a consumer as they
 * come. A cut or damaged stream gives what stood before and says so; one that
 * expands beyond reason is refused, so that a gzip bomb costs neither memory
 * nor hours.
 */
import { createGunzip } from 'node:zlib';
import { UsageError } from '../../core/base/errors.ts';
import type { InputConsumer } from './read.ts';

export class Expander {
  readonly #name: string;
  readonly #consumer: Pick<InputConsumer, 'push'>;
  readonly #gunzip = createGunzip({ chunkSize: OUTPUT_CHUNK });
  readonly #closed: Promise<void>;
  #taken = 0;
  #given = 0;
  #cut: string | undefined;
  #refusal: { readonly error: unknown } | undefined;

  constructor(name: string, consumer: Pick<InputConsumer, 'push'>) {
    this.#name = name;
    this.#consumer = consumer;
    this.#closed = new Promise((resolve) => this.#gunzip.once('close', resolve));
    this.#gunzip.on('data', (chunk: Buffer) => this.#give(chunk));
    this.#gunzip.on('error', (error) => {
      const ended = 'code' in error && error.code === 'Z_BUF_ERROR';
      this.#cut = ended ? `the gzip data end early, at byte ${this.#taken}` : `the gzip data make no sense near byte ${this.#gunzip.bytesWritten}`;
    });
  }

  /** Expands one more piece; the caller may reuse it afterwards. Throws what the consumer threw, or UsageError for a bomb. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#taken += chunk.length;
    if (this.#gunzip.destroyed) return;
    // A failing stream does not always call back, but it always closes.
    await Promise.race([new Promise<void>((resolve) => this.#gunzip.write(chunk, () => resolve())), this.#closed]);
    this.#check();
  }

  /** Says that no more comes; gives how the data were cut or damaged, if they were. */
  async end(): Promise<string | undefined> {
    if (!this.#gunzip.destroyed) this.#gunzip.end();
    await this.#closed;
    this.#check();
    return this.#cut;
  }

  #give(chunk: Buffer): void {
    if (this.#refusal !== undefined) return;
    this.#given += chunk.length;
    try {
      this.#measure();
      this.#consumer.push(chunk);
    } catch (error) {
      this.#refusal = { error };
      this.#gunzip.destroy();
    }
  }

  #measure(): void {
    if (this.#given <= FREE_OUTPUT || (this.#given <= this.#taken * MAX_RATIO && this.#given <= MAX_OUTPUT)) return;
    throw new UsageError(
      `${this.#name} expands to more than ${this.#given > MAX_OUTPUT ? `${MAX_OUTPUT / GIB} GiB` : `${MAX_RATIO} times its size`}, as no compressed capture does`,
      'if you trust it, decompress it yourself and audit the plain file',
    );
  }

  #check(): void {
    if (this.#refusal !== undefined) throw this.#refusal.error;
  }
}

const GIB = 2 ** 30;
const OUTPUT_CHUNK = 1 << 16;
/** Deflate cannot exceed about 1030 to 1; captures, even of one frame repeated, stay far below half of that. */
const MAX_RATIO = 500;
/** Below this a ratio says little and costs nothing. */
const FREE_OUTPUT = 64 << 20;
/** An hour of reading; larger captures exist, but not as a single gzip file. */
const MAX_OUTPUT = 256 * GIB;
