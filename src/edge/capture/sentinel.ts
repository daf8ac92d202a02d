/**
 * Proves that a capture runs: a datagram with a random mark goes from egret to
 * itself over loopback, and is looked for in what the capture shows. Never
 * leaves the machine; the datagrams are kept out of what is passed on.
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Frame } from '../../core/decode/files/frame.ts';

export class Sentinel {
  private readonly socket: Socket;
  private readonly port: number;
  private readonly mark = randomBytes(MARK_LENGTH);
  private sent = 0;
  /** Number of the last one that was seen; 0 for none. */
  private seen = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.port = socket.address().port;
  }

  /** Undefined where loopback takes no datagrams. */
  static async open(): Promise<Sentinel | undefined> {
    const socket = createSocket('udp4');
    // What goes wrong later shows as a datagram that is never seen.
    socket.on('error', () => {});
    try {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      return new Sentinel(socket);
    } catch {
      socket.close();
      return undefined;
    }
  }

  /** Sends another one; gives its number. */
  send(): number {
    const number = ++this.sent;
    const head = Buffer.alloc(NUMBER_LENGTH);
    head.writeUInt32BE(number);
    this.socket.send([head, this.mark], this.port, '127.0.0.1', () => {});
    return number;
  }

  /** Whether this one or a later one was seen. */
  hasSeen(number: number): boolean {
    return this.seen >= number;
  }

  /**
   * Whether a frame is one of them: its last bytes are the mark, and it goes from egret's socket to itself. Called for every frame.
   * Whoever may capture here can read the mark: behind it nothing else may hide, and no number counts that was not sent.
   */
  isIn(frame: Frame): boolean {
    const { bytes, end } = frame;
    if (end - frame.start < LEAST || bytes[end - 1] !== this.mark[MARK_LENGTH - 1]) return false;
    for (let at = 2; at <= MARK_LENGTH; at++) if (bytes[end - at] !== this.mark[MARK_LENGTH - at]) return false;
    if (!this.isToItself(bytes, end - MARK_LENGTH)) return false;
    const from = end - MARK_LENGTH - NUMBER_LENGTH;
    const number = ((bytes[from] ?? 0) << 24) | ((bytes[from + 1] ?? 0) << 16) | ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
    if (number > this.seen && number <= this.sent) this.seen = number;
    return true;
  }

  /** Sends a last one on the way: there are captures that end only with their next packet. */
  close(): void {
    this.socket.send([Buffer.alloc(NUMBER_LENGTH), this.mark], this.port, '127.0.0.1', () => this.socket.close());
  }

  /** Headers of IPv4 without options and of UDP, for this payload, with 127.0.0.1 and egret's port at both ends. */
  private isToItself(bytes: Uint8Array, mark: number): boolean {
    const { port } = this;
    const udp = mark - NUMBER_LENGTH - UDP_LENGTH;
    const ip = udp - IP_LENGTH;
    if (bytes[ip] !== IP_START || bytes[ip + 9] !== UDP || !isLoopback(bytes, ip + 12) || !isLoopback(bytes, ip + 16)) return false;
    return isWord(bytes, udp, port) && isWord(bytes, udp + 2, port) && isWord(bytes, udp + 4, UDP_LENGTH + NUMBER_LENGTH + MARK_LENGTH);
  }
}

function isLoopback(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 127 && bytes[at + 1] === 0 && bytes[at + 2] === 0 && bytes[at + 3] === 1;
}

function isWord(bytes: Uint8Array, at: number, word: number): boolean {
  return bytes[at] === word >>> 8 && bytes[at + 1] === (word & 0xff);
}

/** Enough that no padding of a short Ethernet frame stands behind it, and nobody guesses it. */
const MARK_LENGTH = 48;
const NUMBER_LENGTH = 4;
/** RFC 791 §3.1: version 4, five words of header; RFC 768. */
const IP_START = 0x45;
const IP_LENGTH = 20;
const UDP_LENGTH = 8;
const UDP = 17;
const LEAST = IP_LENGTH + UDP_LENGTH + NUMBER_LENGTH + MARK_LENGTH;
