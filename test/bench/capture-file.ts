/**
 * Writes a classic capture file (microseconds, little-endian, Ethernet) in
 * large pieces, and builds its TCP and UDP frames in place: right lengths,
 * sequence numbers and options; checksums as a sender with offload leaves them.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { SeededRandom } from './random.ts';

/** Both ends of one flow and where its streams stand. */
export interface Ends {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly clientPort: number;
  readonly serverPort: number;
  clientSequence: number;
  serverSequence: number;
}

export class CaptureFile {
  /** Time of the next frame, µs since 1970. */
  at = 0;
  packets = 0;
  bytes = 0;
  readonly #file: number;
  readonly #random: SeededRandom;
  readonly #buffer = Buffer.alloc(BUFFER);
  #used = 0;
  #ipId = 1;

  constructor(path: string, random: SeededRandom) {
    this.#file = openSync(path, 'w');
    this.#random = random;
    const header = this.#buffer;
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(SNAP_LENGTH, 16);
    header.writeUInt32LE(LINK_ETHERNET, 20);
    this.#used = 24;
  }

  /** One segment of `length` bytes of `from` at `start`; moves the sender's sequence number. */
  tcp(ends: Ends, fromClient: boolean, flags: number, from: Uint8Array, start: number, length: number): void {
    const isSyn = (flags & SYN) !== 0;
    const header = isSyn ? 40 : (flags & RST) === 0 ? 32 : 20;
    let at = this.#network(ends, fromClient, 6, header + length);
    const buffer = this.#buffer;
    buffer.writeUInt16BE(fromClient ? ends.clientPort : ends.serverPort, at);
    buffer.writeUInt16BE(fromClient ? ends.serverPort : ends.clientPort, at + 2);
    buffer.writeUInt32BE(fromClient ? ends.clientSequence : ends.serverSequence, at + 4);
    buffer.writeUInt32BE((flags & ACK) === 0 ? 0 : fromClient ? ends.serverSequence : ends.clientSequence, at + 8);
    buffer[at + 12] = (header / 4) << 4;
    buffer[at + 13] = flags;
    buffer.writeUInt16BE(502, at + 14);
    buffer.writeUInt32BE(0xfe30_0000, at + 16);
    if (isSyn) buffer.set(SYN_OPTIONS, at + 20);
    else if (header === 32) buffer.writeUInt32BE(0x0101_080a, at + 20);
    if (header > 20) {
      buffer.writeUInt32BE(Math.floor(this.at / 1000) >>> 0, at + header - 8);
      buffer.writeUInt32BE(isSyn && fromClient ? 0 : (Math.floor(this.at / 1000) - 20) >>> 0, at + header - 4);
    }
    at += header;
    this.#copy(from, start, length, at);
    this.#used = at + length;
    const taken = length + ((flags & (SYN | FIN)) === 0 ? 0 : 1);
    if (fromClient) ends.clientSequence = (ends.clientSequence + taken) >>> 0;
    else ends.serverSequence = (ends.serverSequence + taken) >>> 0;
  }

  udp(ends: Ends, fromClient: boolean, from: Uint8Array, start: number, length: number): void {
    const at = this.#network(ends, fromClient, 17, 8 + length);
    const buffer = this.#buffer;
    buffer.writeUInt16BE(fromClient ? ends.clientPort : ends.serverPort, at);
    buffer.writeUInt16BE(fromClient ? ends.serverPort : ends.clientPort, at + 2);
    buffer.writeUInt16BE(8 + length, at + 4);
    buffer.writeUInt16BE(this.#random.between(1, 0xffff), at + 6);
    this.#copy(from, start, length, at + 8);
    this.#used = at + 8 + length;
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  /** Record, Ethernet and IP header for `length` bytes behind them; gives their place. */
  #network(ends: Ends, fromClient: boolean, protocol: number, length: number): number {
    if (this.#used + 128 + length > BUFFER) this.#flush();
    const buffer = this.#buffer;
    const isV6 = ends.client.length === 16;
    const size = 14 + (isV6 ? 40 : 20) + length;
    let at = this.#used;
    buffer.writeUInt32LE(Math.floor(this.at / 1_000_000), at);
    buffer.writeUInt32LE(this.at % 1_000_000, at + 4);
    buffer.writeUInt32LE(size, at + 8);
    buffer.writeUInt32LE(size, at + 12);
    at += 16;
    buffer.set(fromClient ? TO_GATEWAY : TO_CLIENT, at);
    buffer.writeUInt16BE(isV6 ? 0x86dd : 0x0800, at + 12);
    at += 14;
    const sender = fromClient ? ends.client : ends.server;
    const receiver = fromClient ? ends.server : ends.client;
    const hops = fromClient ? 64 : 56;
    this.packets++;
    this.bytes += size + 16;
    if (isV6) {
      buffer.writeUInt32BE(0x6000_0000, at);
      buffer.writeUInt16BE(length, at + 4);
      buffer[at + 6] = protocol;
      buffer[at + 7] = hops;
      buffer.set(sender, at + 8);
      buffer.set(receiver, at + 24);
      return at + 40;
    }
    buffer.writeUInt16BE(0x4500, at);
    buffer.writeUInt16BE(20 + length, at + 2);
    buffer.writeUInt16BE(this.#ipId++ & 0xffff, at + 4);
    buffer.writeUInt16BE(0x4000, at + 6);
    buffer[at + 8] = hops;
    buffer[at + 9] = protocol;
    buffer.writeUInt16BE(0, at + 10);
    buffer.set(sender, at + 12);
    buffer.set(receiver, at + 16);
    return at + 20;
  }

  #copy(from: Uint8Array, start: number, length: number, at: number): void {
    if (length > 0) this.#buffer.set(from.subarray(start, start + length), at);
  }

  #flush(): void {
    for (let at = 0; at < this.#used;) at += writeSync(this.#file, this.#buffer, at, this.#used - at);
    this.#used = 0;
  }
}

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

const BUFFER = 4 << 20;
const SNAP_LENGTH = 262_144;
const LINK_ETHERNET = 1;
/** Destination, source: locally administered addresses. */
const TO_GATEWAY = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
const TO_CLIENT = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
/** MSS 1460, window scale 7, SACK permitted, timestamps (filled in). */
const SYN_OPTIONS = [2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0];
