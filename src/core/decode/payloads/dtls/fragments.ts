/**
 * Handshake messages of one side out of their fragments (RFC 6347 §4.2.3), in
 * whatever order and however often they come. Holds what has come and never
 * what a length promises; a message is handed on once.
 */
import { u16be } from '../../numbers.ts';

interface Open {
  readonly type: number;
  readonly length: number;
  readonly pieces: { readonly at: number; readonly bytes: Uint8Array }[];
  held: number;
}

export interface MessageSink {
  /** A whole body; valid only inside the call. */
  message(type: number, body: Uint8Array): void;
  /** A message had to be dropped. */
  capped(): void;
  /** Whether the body of this type is wanted. */
  wants(type: number): boolean;
}

export class Fragments {
  private readonly sink: MessageSink;
  private readonly open = new Map<number, Open>();
  private readonly done = new Set<number>();
  private held = 0;

  constructor(sink: MessageSink) {
    this.sink = sink;
  }

  /** Memory that the pieces take, about. */
  get size(): number {
    let pieces = 0;
    for (const open of this.open.values()) pieces += open.pieces.length;
    return this.held + pieces * PIECE_SIZE + this.done.size * DONE_SIZE;
  }

  /** The fragments in the body of one handshake record; false when they make no sense. */
  record(data: Uint8Array, from: number, to: number): boolean {
    let at = from;
    while (at < to) {
      if (at + FRAGMENT_HEADER > to) return false;
      const length = u24be(data, at + 1);
      const sequence = u16be(data, at + 4);
      const offset = u24be(data, at + 6);
      const size = u24be(data, at + 9);
      const start = at + FRAGMENT_HEADER;
      if (start + size > to || offset + size > length) return false;
      if (!this.done.has(sequence)) this.fragment(data[at] ?? 0, sequence, length, offset, data, start, start + size);
      at = start + size;
    }
    return true;
  }

  private fragment(type: number, sequence: number, length: number, offset: number, data: Uint8Array, from: number, to: number): void {
    if (!this.sink.wants(type)) return;
    if (length > LONGEST_MESSAGE || this.done.size >= MESSAGE_CAP) {
      this.finish(sequence);
      this.sink.capped();
    } else if (to - from === length) {
      this.finish(sequence);
      this.sink.message(type, data.subarray(from, to));
    } else this.keep(type, sequence, length, offset, data.slice(from, to));
  }

  private keep(type: number, sequence: number, length: number, offset: number, bytes: Uint8Array): void {
    let open = this.open.get(sequence);
    if (open === undefined) this.open.set(sequence, (open = { type, length, pieces: [], held: 0 }));
    if (open.type !== type || open.length !== length || open.pieces.some((piece) => piece.at === offset && piece.bytes.length === bytes.length)) return;
    if (open.pieces.length >= PIECE_CAP || this.open.size > OPEN_CAP || this.held + bytes.length > HELD_CAP) {
      this.finish(sequence);
      this.sink.capped();
      return;
    }
    open.pieces.push({ at: offset, bytes });
    open.held += bytes.length;
    this.held += bytes.length;
    if (open.held < length) return;
    const body = joined(open);
    if (body === undefined) return;
    this.finish(sequence);
    this.sink.message(type, body);
  }

  private finish(sequence: number): void {
    this.held -= this.open.get(sequence)?.held ?? 0;
    this.open.delete(sequence);
    if (this.done.size < MESSAGE_CAP) this.done.add(sequence);
  }
}

/** The whole body, the first bytes to come for a place counting; undefined while there is a hole. */
function joined({ length, pieces }: Open): Uint8Array | undefined {
  const body = new Uint8Array(length);
  let filled = 0;
  for (const { at, bytes } of pieces.toSorted((one, other) => one.at - other.at)) {
    if (at > filled) return undefined;
    if (at + bytes.length <= filled) continue;
    body.set(bytes.subarray(filled - at), filled);
    filled = at + bytes.length;
  }
  return filled === length ? body : undefined;
}

export function u24be(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) << 16) | u16be(data, at + 1);
}

/** type, length, sequence, fragment's offset and length. */
export const FRAGMENT_HEADER = 12;
/** Bytes of a message that is put together; as for TLS. */
const LONGEST_MESSAGE = 65_536;
/** Messages of one side: a handshake with a second hello and a client's certificate has ten. */
const MESSAGE_CAP = 64;
/** Fragments of one message: a chain of 20 KB over the least path of IPv6 takes 18. */
const PIECE_CAP = 64;
/** Bytes that a piece takes beside its own, and a message that is done. */
const PIECE_SIZE = 256;
const DONE_SIZE = 32;
/** Messages that are open at once: fragments of a flight come nearly in order. */
const OPEN_CAP = 4;
/** Bytes held of one side. */
const HELD_CAP = 65_536;
