/**
 * The handshake messages of one side (RFC 8446 §4): takes the bodies of its
 * handshake records in any pieces, since a message may run over many records
 * and a record hold many messages, and hands on the whole body of the messages
 * that are wanted. Others are skipped by counting.
 */
import type { Side } from '../session.ts';
import { Assembly } from './assembly.ts';

/** Who listens to the messages of a side. */
export interface MessageSink {
  /** Whether what follows on this side is encrypted; asked before each message. */
  isOpaque(side: Side): boolean;
  /** A message header was read. Returns whether its body is wanted. */
  begin(side: Side, type: number, length: number): boolean;
  /** A whole body, valid only inside the call. */
  message(side: Side, type: number, body: Uint8Array): void;
  readonly done: boolean;
}

export class MessageReader {
  private readonly side: Side;
  private readonly sink: MessageSink;
  private readonly assembly = new Assembly();
  /** The header as it comes in: one byte of type, three of length. */
  private header = 0;
  private have = 0;
  private type = 0;
  private left = 0;
  private wanted = false;

  constructor(side: Side, sink: MessageSink) {
    this.side = side;
    this.sink = sink;
  }

  /** Memory that an unfinished message takes. */
  get held(): number {
    return this.assembly.size;
  }

  /** Ready for the messages of another connection. */
  reset(): void {
    this.assembly.begin(0);
    this.header = this.have = this.type = this.left = 0;
    this.wanted = false;
  }

  feed(data: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to && !this.sink.done) {
      if (this.left > 0) {
        const end = Math.min(to, at + this.left);
        this.take(data, at, end);
        at = end;
        continue;
      }
      if (this.have === 0 && this.sink.isOpaque(this.side)) return;
      this.header = (this.header * 256 + (data[at++] ?? 0)) >>> 0;
      if (++this.have === HEADER) this.start();
    }
  }

  private start(): void {
    this.type = this.header >>> 24;
    this.left = this.header & 0xff_ffff;
    this.have = 0;
    this.header = 0;
    this.wanted = this.sink.begin(this.side, this.type, this.left);
    if (this.wanted && this.left > 0) this.assembly.begin(this.left);
    else if (this.wanted) this.sink.message(this.side, this.type, NOTHING);
  }

  private take(data: Uint8Array, from: number, to: number): void {
    this.left -= to - from;
    if (!this.wanted) return;
    const whole = this.assembly.add(data, from, to);
    if (whole === undefined) return;
    this.sink.message(this.side, this.type, whole);
    this.assembly.begin(0);
  }
}

/** HandshakeType (RFC 8446 §B.3, RFC 5246 §7.4). */
export const MESSAGE = { clientHello: 1, serverHello: 2, certificate: 11, serverKeyExchange: 12, serverHelloDone: 14, certificateStatus: 22 } as const;

const HEADER = 4;
const NOTHING = new Uint8Array(0);
