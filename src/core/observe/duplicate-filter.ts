/**
 * Finds packets captured twice: by two interfaces, by `any`, at both ends of a
 * veth (design §4). A cache of signatures with times in small buckets, each of
 * which forgets its oldest: a few neighbouring probes per packet, bounded
 * memory, and whether a copy is found does not hang on the seed.
 */
import { ICMP, ICMPV6, UDP, type Packet } from '../decode/headers/packet.ts';
import { MILLISECOND, type Micros } from '../base/time.ts';

export class DuplicateFilter {
  private readonly low = new Uint32Array(PACKET_MEMORY);
  private readonly high = new Uint32Array(PACKET_MEMORY);
  private readonly seen = new Float64Array(PACKET_MEMORY).fill(Number.NEGATIVE_INFINITY);
  /** The place in each bucket that is overwritten next. */
  private readonly turn = new Uint8Array(BUCKETS);
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed >>> 0;
  }

  /** Whether the same packet (addresses, ports, sequence, IP id, flags, length) passed within the window; remembers it otherwise. */
  isRepeat(packet: Packet): boolean {
    let low = this.seed ^ packet.sequence;
    low = Math.imul(low ^ packet.from3, 0x9e3779b1);
    low = Math.imul(low ^ (low >>> 15) ^ packet.to3, 0x85ebca77);
    low = Math.imul(low ^ (low >>> 13) ^ ((packet.fromPort << 16) | packet.toPort), 0xc2b2ae3d);
    low = Math.imul(low ^ (low >>> 16) ^ packet.acknowledgement, 0x27d4eb2f);
    low = Math.imul(low ^ (low >>> 15) ^ ((packet.ipId << 16) | packet.payloadLength), 0x165667b1);
    low = (low ^ (low >>> 14)) >>> 0;
    let high = Math.imul(low ^ packet.flags ^ (packet.protocol << 8), 0x7feb352d) ^ packet.from1 ^ packet.to2;
    high = Math.imul(high ^ (high >>> 15) ^ packet.sequence, 0x846ca68b) + packet.acknowledgement;
    // TCP checksums differ between a sender's offloaded copy and the wire; for the others they stand for the content.
    const content = packet.protocol === UDP || packet.protocol === ICMP || packet.protocol === ICMPV6 ? packet.checksum : 0;
    high = (Math.imul(high ^ content ^ packet.from3, 0x2c1b3c6d) ^ (high >>> 12)) >>> 0;
    const bucket = low & (BUCKETS - 1);
    const from = bucket * WAYS;
    for (let at = from; at < from + WAYS; at++) {
      if (this.low[at] === low && this.high[at] === high && Math.abs(packet.at - (this.seen[at] ?? 0)) <= WINDOW) return true;
    }
    const turn = this.turn[bucket] ?? 0;
    this.turn[bucket] = (turn + 1) & (WAYS - 1);
    this.low[from + turn] = low;
    this.high[from + turn] = high;
    this.seen[from + turn] = packet.at;
    return false;
  }
}

/** Packets remembered, in buckets of four: a copy is missed only when four others of its 5 ms share its bucket, about one in 8,000 at 200,000 packets a second. */
const PACKET_MEMORY = 1 << 14;
const WAYS = 4;
const BUCKETS = PACKET_MEMORY / WAYS;
/** Copies of one packet arrive within this time (design §4). */
const WINDOW: Micros = 5 * MILLISECOND;
