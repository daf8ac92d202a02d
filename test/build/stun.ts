/** STUN, ChannelData and DTLS bytes for tests, written from the RFCs and not from the decoder. */
import { bytes, padding, u16, u32, type Part } from './bytes.ts';

const COOKIE = 0x2112_a442;
/** 96 bits that tell one transaction from another. */
const transaction = (number: number): Uint8Array => bytes(u32(0x1234_5678), u32(0x9abc_def0), u32(number));

export interface StunFields {
  /** Message type as on the wire: 0x0001 Binding request, 0x0101 its success, 0x0111 its error. */
  readonly type: number;
  readonly id?: number;
  readonly attributes?: readonly Uint8Array[];
  readonly classic?: boolean;
}

export function stun({ type, id = 1, attributes = [], classic = false }: StunFields): Uint8Array {
  const body = bytes(...attributes);
  return bytes(u16(type), u16(body.length), classic ? u32(0x0102_0304) : u32(COOKIE), transaction(id), body);
}

export function attribute(type: number, ...parts: readonly Part[]): Uint8Array {
  const value = bytes(...parts);
  return bytes(u16(type), u16(value.length), value, padding(value.length));
}

/** XOR-MAPPED (0x20), XOR-RELAYED (0x16) or XOR-PEER-ADDRESS (0x12) of an IPv4 end. */
export function xorAddress(type: number, address: string, port: number): Uint8Array {
  const word = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return attribute(type, 0, 1, u16(port ^ 0x2112), u32((word ^ COOKIE) >>> 0));
}

export const username = (text: string): Uint8Array => attribute(0x0006, text);
export const integrity = (): Uint8Array => attribute(0x0008, new Uint8Array(20).fill(7));

export function channelData(channel: number, data: Uint8Array): Uint8Array {
  return bytes(u16(channel), u16(data.length), data);
}

/** An answered pair of an ICE check: what the asker sends, and what the other end says. */
export const check = (id: number, ...more: readonly Uint8Array[]): Uint8Array => stun({ type: 0x0001, id, attributes: [username('abcd:efgh'), ...more, integrity()] });
export const answer = (id: number): Uint8Array => stun({ type: 0x0101, id, attributes: [xorAddress(0x20, '203.0.113.9', 5000), integrity()] });

export interface DtlsFields {
  readonly type: number;
  readonly epoch?: number;
  readonly version?: number;
}

export function dtlsRecord({ type, epoch = 0, version = 0xfefd }: DtlsFields, body: Uint8Array): Uint8Array {
  return bytes(type, u16(version), u16(epoch), new Uint8Array(6), u16(body.length), body);
}

const u24 = (value: number): Uint8Array => u32(value).subarray(1);

/** One handshake fragment: all of `body` unless a part of it is named. */
export function dtlsMessage(type: number, sequence: number, body: Uint8Array, from = 0, to: number = body.length): Uint8Array {
  return bytes(type, u24(body.length), u16(sequence), u24(from), u24(to - from), body.subarray(from, to));
}
