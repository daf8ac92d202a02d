/**
 * A capture as it grows, cut into blocks of pcapng: takes the bytes of a pcap
 * or pcapng stream in any pieces, gives whole blocks, so that a file may end
 * and the next begin between any two. Reads no packet; keeps the blocks that
 * every part must begin with.
 */
import { u32be, u32le } from '../numbers.ts';
import { PcapRecords } from './pcap-records.ts';
import { BYTE_ORDER, INTERFACE, SECTION, SMALLEST_BLOCK } from './pcapng-blocks.ts';

export interface BlockSink {
  /** A whole block, valid only inside the call; `isHead`: it is one of those that every part must begin with. */
  block(bytes: Uint8Array, isHead: boolean): void;
}

export class CaptureBlocks {
  /** Section header and interfaces so far: what a part must begin with. */
  readonly head: Uint8Array[] = [];
  /** What came makes no sense; nothing is given any more. */
  isBroken = false;
  private readonly sink: BlockSink;
  private held: Uint8Array = new Uint8Array(0);
  private isLittle = true;
  private pcap: PcapRecords | undefined;
  private headBytes = 0;

  constructor(sink: BlockSink) {
    this.sink = sink;
  }

  push(chunk: Uint8Array): void {
    if (this.isBroken) return;
    const data = this.held.length === 0 ? chunk : joined(this.held, chunk);
    let at = 0;
    for (let length = this.take(data, at); length > 0; length = this.take(data, at)) at += length;
    this.held = data.slice(at);
    if (this.held.length > BLOCK_MAX) this.isBroken = true;
  }

  /** Gives the unit at this place, if it is whole; its length, or 0. */
  private take(data: Uint8Array, at: number): number {
    const room = data.length - at;
    if (this.isBroken || room < SMALLEST_BLOCK) return 0;
    if (this.pcap !== undefined || (this.head.length === 0 && u32be(data, at) !== SECTION)) return this.takeRecord(data, at);
    const type = this.u32(data, at);
    if (type === SECTION) this.isLittle = u32le(data, at + 8) === BYTE_ORDER;
    const length = this.u32(data, at + 4);
    if (length < SMALLEST_BLOCK || length % 4 !== 0 || length > BLOCK_MAX) this.isBroken = true;
    if (this.isBroken || length > room) return 0;
    this.give(type, data.subarray(at, at + length));
    return length;
  }

  private takeRecord(data: Uint8Array, at: number): number {
    this.pcap ??= new PcapRecords();
    const { length, blocks } = this.pcap.take(data, at);
    if (length < 0) this.isBroken = true;
    for (const { type, bytes } of blocks) this.give(type, bytes);
    return Math.max(0, length);
  }

  private u32(data: Uint8Array, at: number): number {
    return this.isLittle ? u32le(data, at) : u32be(data, at);
  }

  private give(type: number, bytes: Uint8Array): void {
    if (type === SECTION) {
      this.head.length = 0;
      this.headBytes = 0;
    }
    const isHead = (type === SECTION || type === INTERFACE) && this.headBytes + bytes.length <= HEAD_MAX;
    if (isHead) {
      this.head.push(bytes.slice());
      this.headBytes += bytes.length;
    }
    this.sink.block(bytes, isHead);
  }
}

function joined(one: Uint8Array, two: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + two.length);
  both.set(one);
  both.set(two, one.length);
  return both;
}

/** A block of a capture program: a frame at libpcap's own limit of 256 KiB, with its options. */
const BLOCK_MAX = 1 << 20;
/** Interfaces that each part repeats; a machine has a handful. */
const HEAD_MAX = 1 << 20;
