/**
 * Puts together one structure of known length from pieces, growing with what
 * has arrived and not with what was promised: four bytes that announce 64 KB
 * must not cost 64 KB. One instance serves many structures, one after another.
 */
export class Assembly {
  private buffer: Uint8Array | undefined;
  private have = 0;
  private length = 0;

  /** Memory it takes. */
  get size(): number {
    return this.buffer?.length ?? 0;
  }

  /** Begins a structure of `length` bytes and forgets what was held; room of an ordinary size is used again. */
  begin(length: number): void {
    if (this.buffer !== undefined && this.buffer.length > FIRST_SIZE) this.buffer = undefined;
    this.have = 0;
    this.length = length;
  }

  /**
   * Adds `data[from…to)`, at most what is missing. Gives the structure when it
   * is whole: a view into `data` if one piece held it all, valid only for the moment.
   */
  add(data: Uint8Array, from: number, to: number): Uint8Array | undefined {
    const piece = to - from;
    if (this.have === 0 && piece === this.length) return data.subarray(from, to);
    this.reserve(this.have + piece);
    this.buffer?.set(data.subarray(from, to), this.have);
    this.have += piece;
    return this.have === this.length ? this.buffer?.subarray(0, this.length) : undefined;
  }

  private reserve(size: number): void {
    const old = this.buffer;
    if (old !== undefined && old.length >= size) return;
    const grown = new Uint8Array(Math.max(FIRST_SIZE, Math.min(this.length, Math.max(size, (old?.length ?? 0) * 2))));
    if (old !== undefined) grown.set(old.subarray(0, this.have));
    this.buffer = grown;
  }
}

/** Holds most hellos that were cut by a segment boundary. */
const FIRST_SIZE = 2048;
