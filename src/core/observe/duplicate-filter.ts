/**
 * Finds packets captured twice: by two interfaces, by `any`, at both ends of a
 * veth (design §4). A direct-mapped cache of signatures with times: one probe
 * per packet, bounded memory, forgets the oldest by being overwritten.
 */
import { ICMP, ICMPV6, UDP, type Packet } from '../decode/headers/packet.ts';
import { MILLISECOND, type Micros } from '../base/time.ts';

export class DuplicateFilter {
  private readonly low = new Uint32Array(PACKET_MEMORY);
  private readonly high = new Uint32Array(PACKET_MEMORY);
  private readonly seen = new Float64Array(PACKET_MEMORY).fill(Number.NEGATIVE_INFINITY);
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
    const at = low & (PACKET_MEMORY - 1);
    if (this.low[at] === low && this.high[at] === high && Math.abs(packet.at - (this.seen[at] ?? 0)) <= WINDOW) return true;
    this.low[at] = low;
    this.high[at] = high;
    this.seen[at] = packet.at;
    return false;
  }
}

/** Packets remembered: at 5 ms this covers 800,000 packets a second. */
const PACKET_MEMORY = 1 << 12;
/** Copies of one packet arrive within this time (design §4). */
const WINDOW: Micros = 5 * MILLISECOND;
