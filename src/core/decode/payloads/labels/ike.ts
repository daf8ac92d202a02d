/**
 * The form of IKE (RFC 7296 §3, RFC 2408 §3) and of the ESP that shares its
 * port behind a NAT (RFC 3948 §2): headers, lengths and payload chains to the
 * last byte, sequence numbers that go on. Reads no payload's content.
 */
import { u16be, u32be } from '../../numbers.ts';
import { isReadable } from '../readable.ts';

/** Where the IKE message of a datagram begins: behind four zero bytes on port 4500 (RFC 3948 §2.2), else at once. */
export function ikeStart(data: Uint8Array, ports: readonly [from: number, to: number]): number {
  return ports.includes(NAT_PORT) && data.length > MARKER && u32be(data, 0) === 0 ? MARKER : 0;
}

/** Whether `data` from `start` on is one whole IKE message: header, version, length, and payloads that fill it, or encryption. */
export function isIke(data: Uint8Array, start: number): boolean {
  if (data.length < start + HEADER || u32be(data, start + 24) !== data.length - start) return false;
  const version = data[start + 17];
  if (version !== 0x10 && version !== 0x20) return false;
  // RFC 2408 §3.1: with the flag E all that follows is encrypted.
  if (version === 0x10 && ((data[start + 19] ?? 0) & 1) !== 0) return true;
  let next = data[start + 16] ?? 0;
  let at = start + HEADER;
  for (let count = 0; next !== 0 && count < PAYLOAD_LIMIT; count++) {
    const length = u16be(data, at + 2);
    if (length < 4 || at + length > data.length) return false;
    // RFC 7296 §3.14, RFC 7383 §2.5: the encrypted payload is the last one, and its first field speaks of what is inside.
    if (version === 0x20 && (next === ENCRYPTED || next === FRAGMENT)) return at + length === data.length;
    next = data[at] ?? 0;
    at += length;
  }
  return next === 0 && at === data.length;
}

/** Asks of each datagram of a flow that began as IKE whether it is IKE too, or what runs beside it behind a NAT. */
export class IkeForm {
  private isBehindNat: boolean | undefined;
  /** Last sequence number by security parameters index. */
  private readonly last = new Map<number, number>();

  fits(data: Uint8Array): boolean {
    this.isBehindNat ??= u32be(data, 0) === 0;
    if (!this.isBehindNat) return isIke(data, 0);
    // RFC 3948 §2.3: one byte keeps the NAT's mapping.
    if (data.length === 1) return data[0] === 0xff;
    return u32be(data, 0) === 0 ? isIke(data, MARKER) : this.isEsp(data);
  }

  /** RFC 4303 §2: a sequence number that never comes twice and goes on from the one before. The end may not have been captured. */
  private isEsp(data: Uint8Array): boolean {
    if (data.length < SHORTEST_ESP || isReadable(data, 8, data.length)) return false;
    const association = u32be(data, 0);
    const sequence = u32be(data, 4);
    const last = this.last.get(association);
    if (last === undefined && this.last.size >= ASSOCIATION_CAP) return false;
    const ahead = (sequence - (last ?? sequence - 1)) | 0;
    if (ahead === 0 || Math.abs(ahead) > SEQUENCE_WINDOW) return false;
    if (ahead > 0) this.last.set(association, sequence);
    return true;
  }
}

const NAT_PORT = 4500;
/** The non-ESP marker. */
const MARKER = 4;
const HEADER = 28;
const ENCRYPTED = 46;
const FRAGMENT = 53;
/** Payloads of one message in clear: a first message with all its vendor ids has some thirty. */
const PAYLOAD_LIMIT = 64;
/** Index, sequence number, one block and the shortest check value. */
const SHORTEST_ESP = 24;
/** How far a sequence number may stand from the last one: losses and what came late, in the largest replay window in use (RFC 4303 §3.4.3). */
const SEQUENCE_WINDOW = 4096;
/** Associations of one flow: two, and two more each time the keys change. */
const ASSOCIATION_CAP = 256;
