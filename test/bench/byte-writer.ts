/** Big-endian bytes for the encoders of test/bench: grows, knows length prefixes, never reads. */
export class ByteWriter {
  #bytes = new Uint8Array(2048);
  #at = 0;

  u8(value: number): this {
    this.#room(1);
    this.#bytes[this.#at++] = value;
    return this;
  }

  u16(value: number): this {
    return this.u8(value >>> 8).u8(value & 0xff);
  }

  u24(value: number): this {
    return this.u8(value >>> 16).u16(value & 0xffff);
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value & 0xffff);
  }

  raw(bytes: ArrayLike<number>): this {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  ascii(text: string): this {
    this.#room(text.length);
    for (let at = 0; at < text.length; at++) this.#bytes[this.#at++] = text.charCodeAt(at);
    return this;
  }

  /** Writes what `body` writes, behind its length in `size` bytes. */
  prefixed(size: 1 | 2 | 3, body: () => void): this {
    const at = this.#at;
    for (let byte = 0; byte < size; byte++) this.u8(0);
    body();
    const length = this.#at - at - size;
    for (let byte = 0; byte < size; byte++) this.#bytes[at + byte] = length >>> (8 * (size - 1 - byte));
    return this;
  }

  get length(): number {
    return this.#at;
  }

  /** A copy of what was written; the writer is empty again. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#at);
    this.#at = 0;
    return taken;
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
