/**
 * One direction of a TCP flow put in order: retransmissions trimmed, segments
 * that came early kept (bounded) until what was missing arrives or is given up
 * as a gap. Also notices segments that overlap with different bytes, which is
 * how a program could show an observer other bytes than its peer.
 */
export interface StreamSink {
  /** Contiguous bytes; valid only inside the call. */
  data(bytes: Uint8Array): void;
  gap(length: number): void;
  /** More waits behind missing bytes than may be kept: what is missing is given up. */
  overflow(): void;
  /** Bytes were sent twice with different content. */
  conflict(): void;
}

export class Stream {
  private next = -1;
  private early: Segment[] = NONE;
  private earlyBytes = 0;
  private kept: Uint8Array | undefined;
  private keptFrom = 0;
  private keptLength = 0;

  /** The sequence number of the first byte is known: from the SYN, or from the other end's acknowledgement. */
  startAt(sequence: number): void {
    if (this.next < 0) this.next = sequence >>> 0;
  }

  get started(): boolean {
    return this.next >= 0;
  }

  /** Bytes kept back. */
  get held(): number {
    return this.earlyBytes + (this.kept === undefined ? 0 : KEPT_BYTES_CAP);
  }

  /** A segment as captured. Without a start, the first segment seen is taken as the start. */
  segment(sequence: number, bytes: Uint8Array, sink: StreamSink): void {
    this.startAt(sequence);
    const ahead = (sequence - this.next) | 0;
    if (ahead > 0) {
      if (ahead <= WINDOW) this.keepEarly(sequence, bytes, sink);
      return;
    }
    if (ahead < 0) this.compare(sequence, bytes, sink);
    if (bytes.length + ahead <= 0) return;
    this.deliver(ahead < 0 ? bytes.subarray(-ahead) : bytes, sink);
    if (this.early.length > 0) this.deliverEarly(sink);
  }

  /** Gives up what is missing: reports each gap and hands on what came after it. */
  flush(sink: StreamSink): void {
    while (this.early.length > 0) this.skipGap(sink);
  }

  /** Ready for another flow, after {@link release}. */
  begin(): void {
    this.next = -1;
    this.earlyBytes = 0;
  }

  /** Gives back what was held; nothing may be asked of the stream then but to begin again. */
  release(): void {
    if (this.kept !== undefined && spare.length < SPARE_CAP) spare.push(this.kept);
    this.kept = undefined;
    this.early = NONE;
  }

  private deliver(bytes: Uint8Array, sink: StreamSink): void {
    this.keep(bytes);
    this.next = (this.next + bytes.length) >>> 0;
    sink.data(bytes);
  }

  private keepEarly(sequence: number, bytes: Uint8Array, sink: StreamSink): void {
    if (this.early === NONE) this.early = [];
    let at = this.early.length;
    while (at > 0 && (((this.early[at - 1]?.sequence ?? 0) - sequence) | 0) > 0) at--;
    const before = this.early[at - 1];
    if (before?.sequence === sequence && before.bytes.length >= bytes.length) {
      if (!sameBytes(before.bytes, 0, bytes, 0, bytes.length)) sink.conflict();
      return;
    }
    this.early.splice(at, 0, { sequence, bytes: bytes.slice() });
    this.earlyBytes += bytes.length;
    while (this.early.length > EARLY_SEGMENTS_CAP || this.earlyBytes > EARLY_BYTES_CAP) {
      sink.overflow();
      this.skipGap(sink);
    }
  }

  private skipGap(sink: StreamSink): void {
    const first = this.early[0];
    if (first === undefined) return;
    const missing = (first.sequence - this.next) | 0;
    if (missing > 0) {
      sink.gap(missing);
      this.next = first.sequence;
      this.keptFrom = this.next;
      this.keptLength = 0;
    }
    this.deliverEarly(sink);
  }

  private deliverEarly(sink: StreamSink): void {
    for (let first = this.early[0]; first !== undefined; first = this.early[0]) {
      const ahead = (first.sequence - this.next) | 0;
      if (ahead > 0) return;
      this.early.shift();
      this.earlyBytes -= first.bytes.length;
      if (ahead < 0) this.compare(first.sequence, first.bytes, sink);
      if (first.bytes.length + ahead > 0) this.deliver(first.bytes.subarray(-ahead), sink);
    }
  }

  /** Remembers the stream's first bytes, where names are, to compare retransmissions with. */
  private keep(bytes: Uint8Array): void {
    if (this.kept === undefined) {
      this.kept = spare.pop() ?? new Uint8Array(KEPT_BYTES_CAP);
      this.keptFrom = this.next;
      this.keptLength = 0;
    }
    const room = KEPT_BYTES_CAP - this.keptLength;
    if (room === 0 || ((this.keptFrom + this.keptLength - this.next) | 0) !== 0) return;
    const length = Math.min(room, bytes.length);
    this.kept.set(length === bytes.length ? bytes : bytes.subarray(0, length), this.keptLength);
    this.keptLength += length;
  }

  private compare(sequence: number, bytes: Uint8Array, sink: StreamSink): void {
    if (this.kept === undefined) return;
    const offset = (sequence - this.keptFrom) | 0;
    const from = Math.max(0, offset);
    const to = Math.min(this.keptLength, offset + bytes.length);
    if (to > from && !sameBytes(this.kept, from, bytes, from - offset, to - from)) sink.conflict();
  }
}

/** Shared by all streams that never held a segment back, which is nearly all. */
const NONE: Segment[] = [];

interface Segment {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

function sameBytes(one: Uint8Array, oneAt: number, other: Uint8Array, otherAt: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (one[oneAt + at] !== other[otherAt + at]) return false;
  return true;
}

/** Past these the stream overflows. Bytes and segments kept per direction while something before them is missing: a hello is under 20 kB even with long chains. */
const EARLY_BYTES_CAP = 64 * 1024;
const EARLY_SEGMENTS_CAP = 64;
/** Segments further ahead than any receive window egret expects belong to another connection or to nobody. */
const WINDOW = 16 * 1024 * 1024;
/** First bytes compared with retransmissions: covers post-quantum hellos. */
const KEPT_BYTES_CAP = 2048;
/** Buffers of finished streams that wait for the next ones: most flows are read only while their first packets pass. */
const spare: Uint8Array[] = [];
const SPARE_CAP = 1024;
