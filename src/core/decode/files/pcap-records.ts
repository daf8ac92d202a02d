/** Records of a classic pcap stream as blocks of pcapng, little-endian: file header to section and interface, record to enhanced packet. */
import { u32be, u32le } from '../numbers.ts';
import { MAGIC_MICROSECONDS as MICRO, MAGIC_NANOSECONDS as NANO } from './pcap.ts';
import { BYTE_ORDER, ENHANCED_PACKET, INTERFACE, OPTION_IF_TSRESOL, SECTION } from './pcapng-blocks.ts';

export interface Taken {
  /** Bytes used; 0: the unit is not whole yet; -1: this is no pcap. */
  readonly length: number;
  readonly blocks: readonly { readonly type: number; readonly bytes: Uint8Array }[];
}

export class PcapRecords {
  private isLittle = true;
  private isNano = false;
  private begun = false;

  /** The file header or the record at this place. */
  take(data: Uint8Array, at: number): Taken {
    return this.begun ? this.record(data, at) : this.header(data, at);
  }

  private header(data: Uint8Array, at: number): Taken {
    const magic = u32le(data, at);
    this.isLittle = magic === MICRO || magic === NANO;
    const read = this.isLittle ? magic : u32be(data, at);
    if (read !== MICRO && read !== NANO) return NO_PCAP;
    if (data.length - at < FILE_HEADER) return NOT_WHOLE;
    this.isNano = read === NANO;
    this.begun = true;
    const snap = this.u32(data, at + 16);
    const link = this.u32(data, at + 20) & 0xffff;
    return { length: FILE_HEADER, blocks: [{ type: SECTION, bytes: sectionBlock() }, { type: INTERFACE, bytes: interfaceBlock(link, snap, this.isNano) }] };
  }

  private u32(data: Uint8Array, at: number): number {
    return this.isLittle ? u32le(data, at) : u32be(data, at);
  }

  private record(data: Uint8Array, at: number): Taken {
    if (data.length - at < RECORD_HEADER) return NOT_WHOLE;
    const captured = this.u32(data, at + 8);
    if (captured > FRAME_MAX) return NO_PCAP;
    const length = RECORD_HEADER + captured;
    if (data.length - at < length) return NOT_WHOLE;
    const seconds = this.u32(data, at);
    const fraction = this.u32(data, at + 4);
    const ticks = BigInt(seconds) * (this.isNano ? 1_000_000_000n : 1_000_000n) + BigInt(fraction);
    return { length, blocks: [{ type: ENHANCED_PACKET, bytes: packetBlock(ticks, data.subarray(at + RECORD_HEADER, at + length), this.u32(data, at + 12)) }] };
  }
}

function sectionBlock(): Uint8Array {
  const [bytes, view] = block(SECTION, 16);
  view.setUint32(8, BYTE_ORDER, true);
  view.setUint16(12, 1, true);
  // Length of the section: not given.
  view.setBigInt64(16, -1n, true);
  return bytes;
}

function interfaceBlock(link: number, snap: number, isNano: boolean): Uint8Array {
  const [bytes, view] = block(INTERFACE, isNano ? 20 : 8);
  view.setUint16(8, link, true);
  view.setUint32(12, snap, true);
  if (isNano) {
    // 10^-9 of a second; then the end of options, which zeros are.
    view.setUint16(16, OPTION_IF_TSRESOL, true);
    view.setUint16(18, 1, true);
    view.setUint8(20, 9);
  }
  return bytes;
}

function packetBlock(ticks: bigint, frame: Uint8Array, original: number): Uint8Array {
  const [bytes, view] = block(ENHANCED_PACKET, 20 + Math.ceil(frame.length / 4) * 4);
  view.setUint32(12, Number(ticks >> 32n), true);
  view.setUint32(16, Number(ticks & 0xffff_ffffn), true);
  view.setUint32(20, frame.length, true);
  view.setUint32(24, original, true);
  bytes.set(frame, 28);
  return bytes;
}

/** A block of this type with room for so many bytes between its lengths. */
function block(type: number, body: number): [Uint8Array, DataView] {
  const bytes = new Uint8Array(body + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  view.setUint32(bytes.length - 4, bytes.length, true);
  return [bytes, view];
}

const NOT_WHOLE: Taken = { length: 0, blocks: [] };
const NO_PCAP: Taken = { length: -1, blocks: [] };
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** libpcap's own limit is 256 KiB. */
const FRAME_MAX = 1 << 19;
