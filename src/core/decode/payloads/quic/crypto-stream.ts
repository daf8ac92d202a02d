/**
 * Handshake bytes of one side put in order (RFC 9000 §7.5). Clients send them
 * split, shuffled and spread over several packets on purpose. Keeps what was
 * sent, to notice bytes sent twice with different content: so could a program
 * show an observer another name than its server. Holds no more than came in.
 */
export interface OrderedSink {
  /** The next bytes of the stream. */
  ordered(data: Uint8Array, from: number, to: number): void;
}

/** How a frame was taken: `conflict`: bytes sent before with other content, `cap`: further or in more pieces than any handshake. */
export type Taken = 'fine' | 'conflict' | 'cap';

export class CryptoStream {
  /** By offset; they may overlap. */
  private readonly pieces: Piece[] = [];
  private next = 0;
  private conflicted = false;

  /** A CRYPTO frame: `data[from…to)` at this offset. `data` must not change afterwards. */
  take(offset: number, data: Uint8Array, from: number, to: number, sink: OrderedSink): Taken {
    const end = offset + to - from;
    if (to <= from) return 'fine';
    if (end > CRYPTO_CAP) return 'cap';
    const clash = this.pieces.some((piece) => differs(piece, offset, data, from, end));
    if (!this.pieces.some((piece) => piece.offset <= offset && piece.end >= end)) {
      if (this.pieces.length >= PIECE_CAP) return 'cap';
      this.insert({ offset, end, data, from });
      this.deliver(sink);
    }
    if (!clash || this.conflicted) return 'fine';
    this.conflicted = true;
    return 'conflict';
  }

  /** Memory that the pieces take: each keeps its datagram's packet. */
  get held(): number {
    let sum = 0;
    for (const { data } of this.pieces) sum += data.length;
    return sum;
  }

  private insert(piece: Piece): void {
    let at = this.pieces.length;
    while (at > 0 && (this.pieces[at - 1]?.offset ?? 0) > piece.offset) at--;
    this.pieces.splice(at, 0, piece);
  }

  private deliver(sink: OrderedSink): void {
    for (const { offset, end, data, from } of this.pieces) {
      if (offset > this.next) return;
      if (end <= this.next) continue;
      const start = from + this.next - offset;
      this.next = end;
      sink.ordered(data, start, from + end - offset);
    }
  }
}

interface Piece {
  readonly offset: number;
  readonly end: number;
  readonly data: Uint8Array;
  readonly from: number;
}

function differs(piece: Piece, offset: number, data: Uint8Array, from: number, end: number): boolean {
  const last = Math.min(end, piece.end);
  for (let at = Math.max(offset, piece.offset); at < last; at++) {
    if (data[from + at - offset] !== piece.data[piece.from + at - piece.offset]) return true;
  }
  return false;
}

/** Handshake bytes of one side in Initial packets: hellos of post-quantum clients have 2 KB; servers stop buffering long before (RFC 9000 §7.5 asks for 4 KB). */
const CRYPTO_CAP = 16_384;
/** Frames of one side: browsers that shuffle cut a hello into some thirty. */
const PIECE_CAP = 256;
