/**
 * pcapng blocks for tests, in both byte orders; a file is
 * `bytes(section(), interfaceDescription(), enhanced(0, frame))`. Every block
 * takes `{ bigEndian }` among its last fields.
 */
import { bytes, type Part, padding, u16, u32, u64 } from './bytes.ts';
import { type FrameInput, resolveFrame } from './pcap.ts';

export interface Order {
  readonly bigEndian?: boolean;
}

export type Option = readonly [code: number, value: Part];

/** Any block: type, body, and the lengths round it (`length` overrides both, `trailer` the second). */
export function block(type: number, body: Part, fields: Order & { readonly length?: number; readonly trailer?: number } = {}): Uint8Array {
  const little = fields.bigEndian !== true;
  const content = bytes(body);
  const length = fields.length ?? 12 + content.length + (-content.length & 3);
  return bytes(u32(type, little), u32(length, little), content, padding(content.length), u32(fields.trailer ?? length, little));
}

function options(list: readonly Option[], order: Order = {}): Uint8Array {
  if (list.length === 0) return bytes();
  const little = order.bigEndian !== true;
  const coded = list.map(([code, value]) => {
    const content = bytes(value);
    return bytes(u16(code, little), u16(content.length, little), content, padding(content.length));
  });
  return bytes(...coded, u32(0));
}

export function section(fields: Order & { readonly major?: number; readonly options?: readonly Option[] } = {}): Uint8Array {
  const little = fields.bigEndian !== true;
  return block(0x0a0d0d0a, bytes(u32(0x1a2b3c4d, little), u16(fields.major ?? 1, little), u16(0), u64(-1n), options(fields.options ?? [], fields)), fields);
}

export interface InterfaceFields extends Order {
  readonly link?: number;
  readonly snapLength?: number;
  readonly name?: string;
  /** if_tsresol as written: 9 nanoseconds, 0x80 + n for 2⁻ⁿ. */
  readonly resolution?: number;
  /** if_tsoffset in seconds. */
  readonly offset?: number;
}

export function interfaceDescription(fields: InterfaceFields = {}): Uint8Array {
  const little = fields.bigEndian !== true;
  const list: Option[] = [];
  if (fields.name !== undefined) list.push([2, fields.name]);
  if (fields.resolution !== undefined) list.push([9, fields.resolution]);
  if (fields.offset !== undefined) list.push([14, u64(fields.offset, little)]);
  return block(1, bytes(u16(fields.link ?? 1, little), u16(0), u32(fields.snapLength ?? 0, little), options(list, fields)), fields);
}

/** A frame's time goes out in ticks of `ticks` per microsecond (1 without if_tsresol), or as `count` says. */
export interface PacketFields extends Order {
  readonly ticks?: number;
  readonly count?: bigint;
  readonly options?: readonly Option[];
  readonly index?: number;
}

export function enhanced(interfaceId: number, frame: FrameInput, fields: PacketFields = {}): Uint8Array {
  const little = fields.bigEndian !== true;
  return block(6, bytes(u32(interfaceId, little), packetBody(frame, fields)), fields);
}

/** The obsolete packet block, with its 16-bit interface id and drop count. */
export function obsolete(interfaceId: number, frame: FrameInput, fields: PacketFields & { readonly drops?: number } = {}): Uint8Array {
  const little = fields.bigEndian !== true;
  return block(2, bytes(u16(interfaceId, little), u16(fields.drops ?? 0, little), packetBody(frame, fields)), fields);
}

export function simple(frame: Uint8Array, fields: Order & { readonly wireLength?: number } = {}): Uint8Array {
  return block(3, bytes(u32(fields.wireLength ?? frame.length, fields.bigEndian !== true), frame), fields);
}

export function statistics(interfaceId: number, counters: { readonly ifDrop?: number | bigint; readonly osDrop?: number | bigint }, order: Order = {}): Uint8Array {
  const little = order.bigEndian !== true;
  const list: Option[] = [];
  if (counters.ifDrop !== undefined) list.push([5, u64(counters.ifDrop, little)]);
  if (counters.osDrop !== undefined) list.push([7, u64(counters.osDrop, little)]);
  return block(5, bytes(u32(interfaceId, little), u64(0), options(list, order)), order);
}

/** Apple's process event block; an enhanced packet names it with the option `[0x8001, u32(position in the section)]`. */
export function processEvent(pid: number, name: string, order: Order = {}): Uint8Array {
  return block(0x80000001, bytes(u32(pid, order.bigEndian !== true), options([[2, name]], order)), order);
}

/** A name resolution block that calls an address something. */
export function nameResolution(address: Uint8Array, name: string, order: Order = {}): Uint8Array {
  const little = order.bigEndian !== true;
  const record = bytes(address, `${name}\0`);
  return block(4, bytes(u16(address.length === 4 ? 1 : 2, little), u16(record.length, little), record, padding(record.length), u32(0)), order);
}

/** A decryption secrets block with a TLS key log. */
export function secrets(keyLog: string, order: Order = {}): Uint8Array {
  const little = order.bigEndian !== true;
  return block(10, bytes(u32(0x544c534b, little), u32(keyLog.length, little), keyLog), order);
}

/** A whole file with one section and one interface, for those who care about frames only. */
export function pcapngFile(frames: readonly FrameInput[], fields: InterfaceFields = {}): Uint8Array {
  return bytes(section(fields), interfaceDescription(fields), ...frames.map((frame, index) => enhanced(0, frame, { ...fields, index })));
}

function packetBody(input: FrameInput, fields: PacketFields): Uint8Array {
  const little = fields.bigEndian !== true;
  const { content, at, wireLength } = resolveFrame(input, fields.index ?? 0);
  const count = fields.count ?? BigInt(at) * BigInt(fields.ticks ?? 1);
  const time = bytes(u32(Number(count >> 32n), little), u32(Number(count & 0xffff_ffffn), little));
  return bytes(time, u32(content.length, little), u32(wireLength, little), content, padding(content.length), options(fields.options ?? [], fields));
}
