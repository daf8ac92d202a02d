/**
 * Reads classic capture files (draft-ietf-opsawg-pcap): microsecond,
 * nanosecond and the modified format of old Red Hat libpcap, in both byte
 * orders. Gives frames and one interface; a record of absurd length ends the
 * reading, because the format has nothing to find the next one by.
 */
import { u16be, u16le, u32be, u32le } from '../numbers.ts';
import { ChunkedReader, MAX_FRAME } from './chunked-reader.ts';
import type { Frame } from './frame.ts';

export class PcapReader extends ChunkedReader {
  #big = false;
  #nanoseconds = false;
  #recordHeader = RECORD_HEADER;
  readonly #frame: Frame = { bytes: new Uint8Array(0), start: 0, end: 0, wireLength: 0, at: 0, link: 0, interfaceId: 0, index: 0, process: -1 };

  protected override read(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (!this.started) {
      this.needed = FILE_HEADER;
      if (end - at < FILE_HEADER) return at;
      const fault = this.#readHeader(bytes, at);
      if (fault !== undefined) return this.stop(at, fault);
      at += FILE_HEADER;
    }
    const header = this.#recordHeader;
    const frame = this.#frame;
    frame.bytes = bytes;
    while (end - at >= header) {
      const captured = this.#u32(bytes, at + 8);
      if (captured > MAX_FRAME) return this.stop(at, `record of ${captured} bytes`);
      this.needed = header + captured;
      if (end - at < this.needed) return at;
      const fraction = this.#u32(bytes, at + 4);
      frame.at = this.#u32(bytes, at) * 1_000_000 + (this.#nanoseconds ? Math.floor(fraction / 1000) : fraction);
      frame.wireLength = this.#u32(bytes, at + 12);
      frame.start = at + header;
      frame.end = at + this.needed;
      frame.index++;
      at = frame.end;
      this.sink.frame(frame);
    }
    this.needed = header;
    return at;
  }

  /** Takes the file header; gives what is wrong with it, or undefined. */
  #readHeader(bytes: Uint8Array, at: number): string | undefined {
    const little = u32le(bytes, at);
    this.#big = !MAGICS.has(little);
    const magic = this.#big ? u32be(bytes, at) : little;
    if (!MAGICS.has(magic)) return 'no pcap magic number';
    const major = this.#big ? u16be(bytes, at + 4) : u16le(bytes, at + 4);
    if (major !== MAJOR_VERSION) return `pcap version ${major}`;
    this.#nanoseconds = magic === MAGIC_NANOSECONDS;
    if (magic === MAGIC_MODIFIED) this.#recordHeader = MODIFIED_RECORD_HEADER;
    const snapLength = this.#u32(bytes, at + 16);
    // The upper half of the field says whether frames end in a checksum, not what they are (§4.1).
    const link = this.#u32(bytes, at + 20) & 0xffff;
    this.started = true;
    this.#frame.link = link;
    this.sink.interfaceSeen(snapLength === 0 ? { id: 0, link } : { id: 0, link, snapLength });
    return undefined;
  }

  #u32(bytes: Uint8Array, at: number): number {
    return this.#big ? u32be(bytes, at) : u32le(bytes, at);
  }
}

export const MAGIC_MICROSECONDS = 0xa1b2c3d4;
export const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** Alexey Kuznetzov's patched libpcap: each record header has 8 more bytes (interface index, protocol, packet type). */
export const MAGIC_MODIFIED = 0xa1b2cd34;
const MAGICS: ReadonlySet<number> = new Set([MAGIC_MICROSECONDS, MAGIC_NANOSECONDS, MAGIC_MODIFIED]);

const MAJOR_VERSION = 2;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const MODIFIED_RECORD_HEADER = 24;
