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
  private readonly mark = randomBytes(MARK_LENGTH);
  private sent = 0;
  /** Number of the last one that was seen; 0 for none. */
  private seen = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
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
    this.socket.send([head, this.mark], this.socket.address().port, '127.0.0.1', () => {});
    return number;
  }

  /** Whether this one or a later one was seen. */
  hasSeen(number: number): boolean {
    return this.seen >= number;
  }

  /** Whether a frame is one of them: its last bytes are the mark. Called for every frame. */
  isIn(frame: Frame): boolean {
    const { bytes, end } = frame;
    if (end - frame.start < LEAST || bytes[end - 1] !== this.mark[MARK_LENGTH - 1]) return false;
    for (let at = 2; at <= MARK_LENGTH; at++) if (bytes[end - at] !== this.mark[MARK_LENGTH - at]) return false;
    const from = end - MARK_LENGTH - NUMBER_LENGTH;
    const number = ((bytes[from] ?? 0) << 24) | ((bytes[from + 1] ?? 0) << 16) | ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
    if (number > this.seen) this.seen = number;
    return true;
  }

  /** Sends a last one on the way: there are captures that end only with their next packet. */
  close(): void {
    this.socket.send(this.mark, this.socket.address().port, '127.0.0.1', () => this.socket.close());
  }
}

/** Enough that no padding of a short Ethernet frame stands behind it, and nobody guesses it. */
const MARK_LENGTH = 48;
const NUMBER_LENGTH = 4;
/** Headers of IPv4 and UDP are in front. */
const LEAST = MARK_LENGTH + NUMBER_LENGTH + 28;
