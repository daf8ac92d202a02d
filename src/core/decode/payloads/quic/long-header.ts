/**
 * Long headers of QUIC packets (RFC 8999 §5.1, RFC 9000 §17.2): takes a
 * datagram, gives where the parts of the packet at an offset stand. One reader
 * is filled again and again, so that a packet costs no object.
 */
import { initialScheme, isKnownVersion, isReserved, typeNumber } from './versions.ts';

export type LongType = 'initial' | 'zero-rtt' | 'handshake' | 'retry' | 'negotiation' | 'unreadable';

export class LongHeader {
  type: LongType = 'unreadable';
  version = 0;
  /** The packet begins and ends here; other packets may follow in the datagram. */
  start = 0;
  end = 0;
  destinationStart = 0;
  destinationEnd = 0;
  sourceStart = 0;
  sourceEnd = 0;
  /** Initial: bytes of its token. */
  tokenLength = 0;
  /** Initial: the protected packet number. Negotiation: the first version. */
  bodyStart = 0;

  /** Reads the packet at `start`. False when there is no long header that makes sense; `unreadable` for versions whose packets are not known inside. */
  read(data: Uint8Array, start: number): boolean {
    const first = data[start] ?? 0;
    if ((first & 0x80) === 0 || data.length - start < SHORTEST) return false;
    this.start = start;
    this.version = word(data, start + 1);
    this.destinationStart = start + 6;
    this.destinationEnd = this.destinationStart + (data[start + 5] ?? 0);
    this.sourceStart = this.destinationEnd + 1;
    this.sourceEnd = this.sourceStart + (data[this.destinationEnd] ?? 0);
    if (this.destinationEnd >= data.length || this.sourceEnd > data.length) return false;
    this.end = data.length;
    this.bodyStart = this.sourceEnd;
    this.tokenLength = 0;
    if (this.version === 0) {
      this.type = 'negotiation';
      return this.bodyStart < this.end && (this.end - this.bodyStart) % 4 === 0;
    }
    this.type = 'unreadable';
    if (initialScheme(this.version) === undefined) return true;
    // The fixed bit says nothing here: ends that agreed to may clear it in any packet but a client's first (RFC 9287).
    if (this.destinationEnd - this.destinationStart > LONGEST_ID || this.sourceEnd - this.sourceStart > LONGEST_ID) return false;
    this.type = TYPES[typeNumber(first, this.version)] ?? 'unreadable';
    return this.type === 'retry' || this.readLength(data);
  }

  private readLength(data: Uint8Array): boolean {
    let at = this.sourceEnd;
    if (this.type === 'initial') {
      const size = numberSize(data, at);
      if (at + size > data.length) return false;
      this.tokenLength = readNumber(data, at, size);
      at += size + this.tokenLength;
    }
    if (at >= data.length) return false;
    const size = numberSize(data, at);
    if (at + size > data.length) return false;
    const length = readNumber(data, at, size);
    this.bodyStart = at + size;
    this.end = this.bodyStart + length;
    return length > 0 && this.end <= data.length;
  }
}

/** Bytes of the variable-length integer at an offset (RFC 9000 §16). */
export function numberSize(data: Uint8Array, at: number): number {
  return 1 << ((data[at] ?? 0) >> 6);
}

/** The variable-length integer of that size; inexact past 2^53, which no length of a datagram reaches. */
export function readNumber(data: Uint8Array, at: number, size: number): number {
  let value = (data[at] ?? 0) & 0x3f;
  for (let next = at + 1; next < at + size; next++) value = value * 256 + (data[next] ?? 0);
  return value;
}

/** The 32-bit number at an offset. */
export function word(data: Uint8Array, at: number): number {
  return (((data[at] ?? 0) << 24) | ((data[at + 1] ?? 0) << 16) | ((data[at + 2] ?? 0) << 8) | (data[at + 3] ?? 0)) >>> 0;
}

/** Whether a version list of a negotiation packet holds one that somebody speaks, and nothing that nobody does. */
export function isVersionList(data: Uint8Array, from: number, to: number): boolean {
  let known = 0;
  for (let at = from; at + 4 <= to; at += 4) {
    const version = word(data, at);
    if (isKnownVersion(version)) known++;
    else if (!isReserved(version)) return false;
  }
  return known > 0;
}

const TYPES: readonly LongType[] = ['initial', 'zero-rtt', 'handshake', 'retry'];
/** First byte, version, two empty identifiers. */
const SHORTEST = 7;
/** RFC 9000 §17.2. */
const LONGEST_ID = 20;
