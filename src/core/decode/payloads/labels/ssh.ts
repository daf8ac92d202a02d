/**
 * SSH as far as it must be read to be believed (RFC 4253 §4.2, §6, §7.1): behind
 * the line with which either end says who it is, its first packet begins the
 * key exchange. A stream that goes on with anything else is not SSH, whatever
 * its first line says. Keeps no byte of it.
 */
import { u32be } from '../../numbers.ts';
import { HeldBytes } from '../held-bytes.ts';
import type { PayloadFacts, Session, Side } from '../session.ts';

export class SshSession implements Session {
  private readonly heads = { up: new HeldBytes(HEAD_CAP), down: new HeldBytes(HEAD_CAP) };
  private readonly begun = { up: false, down: false };
  private isOther = false;

  push(side: Side, data: Uint8Array): boolean {
    if (this.begun[side]) return true;
    this.heads[side].add(data, 0, data.length);
    const head = this.heads[side].view();
    const line = head.indexOf(LF);
    if (line < 0) this.isOther = head.length >= LINE_CAP;
    else if (head.length >= line + 1 + PACKET_HEAD) {
      this.begun[side] = beginsExchange(head, line + 1);
      this.isOther = !this.begun[side];
    }
    return !this.isOther && !(this.begun.up && this.begun.down);
  }

  gap(): boolean {
    return false;
  }

  held(): number {
    return this.heads.up.size + this.heads.down.size;
  }

  facts(): PayloadFacts {
    return { protocol: this.isOther ? 'unknown' : 'ssh' };
  }
}

/** packet_length, padding_length, then SSH_MSG_KEXINIT. */
function beginsExchange(data: Uint8Array, at: number): boolean {
  const length = u32be(data, at);
  return length >= SHORTEST_EXCHANGE && length <= LONGEST_PACKET && (data[at + 4] ?? 0) >= LEAST_PADDING && data[at + 5] === KEXINIT;
}

const LF = 10;
const KEXINIT = 20;
/** Length, padding's length and type. */
const PACKET_HEAD = 6;
/** RFC 4253 §6: padding of four bytes at least. */
const LEAST_PADDING = 4;
/** RFC 4253 §7.1: cookie, ten lists, a flag and four bytes, all lists empty. */
const SHORTEST_EXCHANGE = 2 + 16 + 40 + 5;
/** RFC 4253 §6.1: what every implementation must take. */
const LONGEST_PACKET = 35_000;
/** RFC 4253 §4.2: the longest identification. */
const LINE_CAP = 255;
/** Bytes held of one side: the line and the head of the packet behind it. */
const HEAD_CAP = LINE_CAP + PACKET_HEAD;
