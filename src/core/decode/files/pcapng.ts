/**
 * Reads pcapng files (draft-ietf-opsawg-pcapng): any number of sections, each
 * with its own byte order and interfaces. Gives frames, interfaces, processes
 * and loss counts. Never uses name resolution or decryption secrets. A block
 * whose frame (its two lengths) holds but whose content does not is skipped; a
 * broken frame ends the reading: looking for the next section by its magic
 * number would let a packet's payload pose as one.
 */
import { latin1 } from '../../base/bytes.ts';
import { wireText } from '../../base/wire-text.ts';
import { u16be, u16le, u32be, u32le } from '../numbers.ts';
import { ChunkedReader, MAX_FRAME } from './chunked-reader.ts';
import type { Frame } from './frame.ts';
import {
  BYTE_ORDER, DARWIN_PROCESS, ENHANCED_PACKET, INTERFACE, OBSOLETE_PACKET, OPTION_EPB_DROPCOUNT, OPTION_EPB_PROCESS, OPTION_ISB_IFDROP,
  OPTION_ISB_OSDROP, OPTION_PROCESS_NAME, PASSED_OVER, READ_BLOCKS, SECTION, SIMPLE_PACKET, SMALLEST_BLOCK, STATISTICS,
} from './pcapng-blocks.ts';
import { type CaptureInterface, InterfaceTable } from './pcapng-interfaces.ts';
import { counterAt, findOption, optionLength } from './pcapng-options.ts';

export class PcapngReader extends ChunkedReader {
  #big = false;
  /** Length that must stand at the end of the block being passed over; 0 for none. */
  #closing = 0;
  /** Time of the latest frame that had one; not read back from the cursor, which a sink may shift. */
  #latest = 0;
  readonly #interfaces = new InterfaceTable();
  /** Processes of the whole file, and how many of them came before this section. */
  #processes = 0;
  #processesBefore = 0;
  readonly #frame: Frame = { bytes: new Uint8Array(0), start: 0, end: 0, wireLength: 0, at: 0, link: 0, interfaceId: 0, index: 0, process: -1 };

  protected override read(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    this.#frame.bytes = bytes;
    while (at < end) {
      if (this.#closing > 0) {
        this.needed = 4;
        if (end - at < 4) return at;
        if (this.#u32(bytes, at) !== this.#closing) return this.stop(at, 'the two lengths of a block differ');
        this.#closing = 0;
        this.openAt = -1;
        at += 4;
        continue;
      }
      this.needed = SMALLEST_BLOCK;
      if (end - at < SMALLEST_BLOCK) return at;
      const fault = this.#enter(bytes, at);
      if (fault !== undefined) return this.stop(at, fault);
      const type = this.#u32(bytes, at);
      const declared = this.#u32(bytes, at + 4);
      // Some writers leave the padding out of the length (Wireshark reads those too).
      const length = declared + (-declared & 3);
      if ((type !== ENHANCED_PACKET && !READ_BLOCKS.has(type)) || length > MAX_READ_BLOCK) {
        at = this.#passOver(type, at, declared, length);
        continue;
      }
      this.needed = length;
      if (end - at < length) return at;
      if (this.#u32(bytes, at + length - 4) !== declared) return this.stop(at, 'the two lengths of a block differ');
      if (type === SECTION && !this.#section(bytes, at + 8, at + length - 4)) return this.stop(at, 'a section of an unknown version');
      if (!this.#block(type, bytes, at + 8, at + length - 4)) this.problem('block-damaged', this.base + at, `block type ${type}`);
      at += length;
    }
    return at;
  }

  /** Checks a block's head, switching byte order at a section; gives what is wrong with it. */
  #enter(bytes: Uint8Array, at: number): string | undefined {
    if (u32le(bytes, at) === SECTION) {
      this.#big = u32be(bytes, at + 8) === BYTE_ORDER;
      if (!this.#big && u32le(bytes, at + 8) !== BYTE_ORDER) return 'a section without byte-order magic';
    } else if (!this.started) {
      return 'no section header';
    }
    const declared = this.#u32(bytes, at + 4);
    return declared < SMALLEST_BLOCK || declared > MAX_BLOCK ? `block of ${declared} bytes` : undefined;
  }

  #passOver(type: number, at: number, declared: number, length: number): number {
    if (READ_BLOCKS.has(type)) this.problem('block-damaged', this.base + at, `block of ${declared} bytes`);
    else if (!PASSED_OVER.has(type)) this.problem('block-unknown', this.base + at, `0x${type.toString(16).padStart(8, '0')}`);
    this.#closing = declared;
    this.openAt = this.base + at;
    return at + length - 4;
  }

  /** Reads a block's body; false when it makes no sense. */
  #block(type: number, bytes: Uint8Array, at: number, end: number): boolean {
    if (type === ENHANCED_PACKET) return this.#enhanced(bytes, at, end);
    if (type === INTERFACE) return this.#interface(bytes, at, end);
    if (type === SIMPLE_PACKET) return this.#simple(bytes, at, end);
    if (type === OBSOLETE_PACKET) return this.#obsolete(bytes, at, end);
    if (type === STATISTICS) return this.#statistics(bytes, at, end);
    if (type === DARWIN_PROCESS) return this.#process(bytes, at, end);
    return type === SECTION;
  }

  /** §4.1; false for a version whose blocks may differ. The section length is not used: blocks are walked one by one. */
  #section(bytes: Uint8Array, at: number, end: number): boolean {
    if (end - at < SECTION_BODY || this.#u16(bytes, at + 4) !== MAJOR_VERSION) return false;
    this.started = true;
    this.#interfaces.newSection();
    this.#processesBefore = this.#processes;
    return true;
  }

  #interface(bytes: Uint8Array, at: number, end: number): boolean {
    const facts = this.#interfaces.add(bytes, at, end, this.#big);
    if (facts !== undefined) this.sink.interfaceSeen(facts);
    return facts !== undefined;
  }

  /** §4.3. */
  #enhanced(bytes: Uint8Array, at: number, end: number): boolean {
    const from = this.#interfaces.get(this.#u32(bytes, at));
    return from !== undefined && this.#packet(from, bytes, at, end, OPTION_EPB_DROPCOUNT);
  }

  /** Appendix A: the ancestor of the enhanced block, with a short interface id and loss count. */
  #obsolete(bytes: Uint8Array, at: number, end: number): boolean {
    const from = this.#interfaces.get(this.#u16(bytes, at));
    if (from === undefined || end - at < PACKET_BODY) return false;
    const lost = this.#u16(bytes, at + 2);
    if (lost !== 0 && lost !== 0xffff) this.#lose(from, lost);
    return this.#packet(from, bytes, at, end, 0);
  }

  /** What enhanced and obsolete packet blocks share: time, lengths, bytes, options. */
  #packet(from: CaptureInterface, bytes: Uint8Array, at: number, end: number, dropOption: number): boolean {
    const captured = this.#u32(bytes, at + 12);
    const start = at + PACKET_BODY;
    if (captured > end - start || captured > MAX_FRAME) return false;
    const frame = this.#frame;
    this.#latest = from.clock.at(this.#u32(bytes, at + 4), this.#u32(bytes, at + 8));
    frame.wireLength = this.#u32(bytes, at + 16);
    frame.process = -1;
    const options = start + captured + (-captured & 3);
    if (options < end) {
      const drops = dropOption === 0 ? -1 : findOption(bytes, options, end, this.#big, dropOption, 8);
      if (drops >= 0) this.#lose(from, counterAt(bytes, drops, this.#big) ?? 0);
      if (this.#processes > this.#processesBefore) this.#own(frame, bytes, options, end);
    }
    this.#deliver(from, start, captured);
    return true;
  }

  /** §4.4: no time of its own, so it stands at the time of the frame before it. */
  #simple(bytes: Uint8Array, at: number, end: number): boolean {
    const from = this.#interfaces.get(0);
    if (from === undefined || end - at < 4) return false;
    const wireLength = this.#u32(bytes, at);
    const captured = Math.min(wireLength, from.facts.snapLength ?? wireLength);
    if (captured > end - at - 4 || captured > MAX_FRAME) return false;
    this.#frame.wireLength = wireLength;
    this.#frame.process = -1;
    this.#deliver(from, at + 4, captured);
    return true;
  }

  #deliver(from: CaptureInterface, start: number, captured: number): void {
    const frame = this.#frame;
    frame.at = this.#latest;
    frame.link = from.facts.link;
    frame.interfaceId = from.facts.id;
    frame.start = start;
    frame.end = start + captured;
    frame.index++;
    this.sink.frame(frame);
  }

  #own(frame: Frame, bytes: Uint8Array, at: number, end: number): void {
    const value = findOption(bytes, at, end, this.#big, OPTION_EPB_PROCESS, 4);
    if (value < 0) return;
    const key = this.#processesBefore + this.#u32(bytes, value);
    if (key < this.#processes) frame.process = key;
  }

  /** §4.6: what interface and operating system dropped, since the start of the capture. */
  #statistics(bytes: Uint8Array, at: number, end: number): boolean {
    const from = this.#interfaces.get(this.#u32(bytes, at));
    if (from === undefined || end - at < STATISTICS_BODY) return false;
    let dropped = 0;
    for (const code of DROP_COUNTERS) {
      const value = findOption(bytes, at + STATISTICS_BODY, end, this.#big, code, 8);
      if (value >= 0) dropped += counterAt(bytes, value, this.#big) ?? 0;
    }
    this.#tell(from, dropped);
    return true;
  }

  #lose(from: CaptureInterface, count: number): void {
    from.lost += count;
    this.#tell(from, from.lost);
  }

  /** Counts per packet and statistics speak of the same losses: the larger figure stands. */
  #tell(from: CaptureInterface, count: number): void {
    if (count <= from.told) return;
    from.told = count;
    this.sink.dropped(from.facts.id, count);
  }

  #process(bytes: Uint8Array, at: number, end: number): boolean {
    if (end - at < 4) return false;
    const value = findOption(bytes, at + 4, end, this.#big, OPTION_PROCESS_NAME, 0);
    const length = value < 0 ? 0 : Math.min(optionLength(bytes, value, this.#big), MAX_PROCESS_NAME);
    this.sink.processSeen({ key: this.#processes++, pid: this.#u32(bytes, at), name: wireText(latin1(bytes, value, value + length)) });
    return true;
  }

  #u16(bytes: Uint8Array, at: number): number {
    return this.#big ? u16be(bytes, at) : u16le(bytes, at);
  }

  #u32(bytes: Uint8Array, at: number): number {
    return this.#big ? u32be(bytes, at) : u32le(bytes, at);
  }
}

const MAJOR_VERSION = 1;
const SECTION_BODY = 16;
const PACKET_BODY = 20;
const STATISTICS_BODY = 12;
const DROP_COUNTERS = [OPTION_ISB_IFDROP, OPTION_ISB_OSDROP];

/** A larger block that egret would read is passed over: one frame at its cap, with room for options. */
const MAX_READ_BLOCK = MAX_FRAME + 0x1_0000;
/** A longer block is damage: key logs and name tables, the longest real ones, stay well under it. */
const MAX_BLOCK = 1 << 27;
/** Bytes kept of a process's name. */
const MAX_PROCESS_NAME = 1024;
