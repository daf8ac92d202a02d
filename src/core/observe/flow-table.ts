/**
 * The 5-tuple table: every flow that is alive, as columns of numbers in typed
 * arrays, found through an open-addressing index (linear probing, backward
 * shift on removal). No object per flow, nothing allocated per packet. End A is
 * the sender of the flow's first packet; who is the client is decided later.
 */
import type { Micros } from '../base/time.ts';
import type { Packet } from '../decode/headers/packet.ts';

/** Flows alive at once; beyond it packets are counted as `flow-cap`. 2^19 flows take about 80 MB. */
const FLOW_CAP = 1 << 19;

export class FlowTable {
  /** Key words per slot: address A, address B, both ports, protocol. */
  keys: Uint32Array = new Uint32Array(FIRST_SIZE * KEY_WORDS);
  hashes: Uint32Array = new Uint32Array(FIRST_SIZE);
  opened: Float64Array = new Float64Array(FIRST_SIZE);
  last: Float64Array = new Float64Array(FIRST_SIZE);
  /** From when on the next sample of the flow's upload is due. */
  sampleDue: Float64Array = new Float64Array(FIRST_SIZE);
  /** Payload bytes sent by A and by B (TCP: sequence space). */
  bytesA: Float64Array = new Float64Array(FIRST_SIZE);
  bytesB: Float64Array = new Float64Array(FIRST_SIZE);
  packetsA: Uint32Array = new Uint32Array(FIRST_SIZE);
  packetsB: Uint32Array = new Uint32Array(FIRST_SIZE);
  /** By slot: the first reset of a TCP flow on which data had passed both ways and neither end was done; few have one. */
  readonly broken: Map<number, { readonly at: Micros; readonly byA: boolean }> = new Map();
  /** TCP: the sequence number after the highest byte seen of each end. */
  topA: Uint32Array = new Uint32Array(FIRST_SIZE);
  topB: Uint32Array = new Uint32Array(FIRST_SIZE);
  /** TCP: sequence number of the SYN of each end, where it was seen. */
  synA: Uint32Array = new Uint32Array(FIRST_SIZE);
  synB: Uint32Array = new Uint32Array(FIRST_SIZE);
  state: Uint32Array = new Uint32Array(FIRST_SIZE);
  duplicates: Uint32Array = new Uint32Array(FIRST_SIZE);
  firstFrame: Uint32Array = new Uint32Array(FIRST_SIZE);
  lastFrame: Uint32Array = new Uint32Array(FIRST_SIZE);
  /** Number of the source in which the flow began. */
  source: Uint32Array = new Uint32Array(FIRST_SIZE);
  /** Number of the flow in its scope, from 1. */
  number: Uint32Array = new Uint32Array(FIRST_SIZE);
  /** ICMP error type and code plus one, 0 for none. */
  icmp: Uint32Array = new Uint32Array(FIRST_SIZE);
  /** Key of the owning process plus one, 0 for unknown. */
  process: Uint32Array = new Uint32Array(FIRST_SIZE);

  /** Set by {@link find}: the packet was sent by end A. */
  fromA = true;
  /** Slots in use. */
  size = 0;

  private readonly seed: number;
  private readonly cap: number;
  private index = new Int32Array(FIRST_SIZE * 2);
  private mask = FIRST_SIZE * 2 - 1;
  private capacity = FIRST_SIZE;
  private readonly free: number[] = [];
  private highest = 0;

  /** `seed` keeps strangers from choosing colliding tuples; tests fix it. */
  constructor(seed: number, cap: number = FLOW_CAP) {
    this.seed = seed >>> 0;
    this.cap = cap;
  }

  /** Number of slots that were ever in use: all live slots are below it. */
  get slots(): number {
    return this.highest;
  }

  /** The slot of the packet's flow, or -1; also sets {@link fromA}. */
  find(packet: Packet): number {
    const hash = hashPacket(packet, this.seed);
    const { index, mask, hashes } = this;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = (index[at] ?? 0) - 1;
      if (slot < 0) return -1;
      if (hashes[slot] === hash && this.matches(slot, packet)) return slot;
    }
  }

  /** A new zeroed slot for the packet's flow, A being its sender; -1 when the table is full. */
  add(packet: Packet): number {
    if (this.size >= this.cap) return -1;
    const slot = this.free.pop() ?? this.next();
    const base = slot * KEY_WORDS;
    const { keys } = this;
    keys[base] = packet.from0;
    keys[base + 1] = packet.from1;
    keys[base + 2] = packet.from2;
    keys[base + 3] = packet.from3;
    keys[base + 4] = packet.to0;
    keys[base + 5] = packet.to1;
    keys[base + 6] = packet.to2;
    keys[base + 7] = packet.to3;
    keys[base + 8] = ((packet.fromPort << 16) | packet.toPort) >>> 0;
    keys[base + 9] = packet.protocol;
    const hash = hashPacket(packet, this.seed);
    this.hashes[slot] = hash;
    this.clear(slot);
    let at = hash & this.mask;
    while (this.index[at] !== 0) at = (at + 1) & this.mask;
    this.index[at] = slot + 1;
    this.size++;
    this.fromA = true;
    return slot;
  }

  remove(slot: number): void {
    const { index, mask, hashes } = this;
    let hole = (hashes[slot] ?? 0) & mask;
    while (index[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; index[at] !== 0; at = (at + 1) & mask) {
      const home = (hashes[(index[at] ?? 0) - 1] ?? 0) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      index[hole] = index[at] ?? 0;
      hole = at;
    }
    index[hole] = 0;
    this.number[slot] = 0;
    if (this.broken.size > 0) this.broken.delete(slot);
    this.free.push(slot);
    this.size--;
  }

  /** Whether the slot holds a flow. */
  isLive(slot: number): boolean {
    return this.number[slot] !== 0;
  }

  protocol(slot: number): number {
    return this.keys[slot * KEY_WORDS + 9] ?? 0;
  }

  portA(slot: number): number {
    return (this.keys[slot * KEY_WORDS + 8] ?? 0) >>> 16;
  }

  portB(slot: number): number {
    return (this.keys[slot * KEY_WORDS + 8] ?? 0) & 0xffff;
  }

  private matches(slot: number, packet: Packet): boolean {
    const { keys } = this;
    const base = slot * KEY_WORDS;
    if (keys[base + 9] !== packet.protocol) return false;
    const ports = keys[base + 8];
    if (
      ports === ((packet.fromPort << 16) | packet.toPort) >>> 0 &&
      keys[base + 3] === packet.from3 && keys[base + 7] === packet.to3 &&
      keys[base + 2] === packet.from2 && keys[base + 6] === packet.to2 &&
      keys[base + 1] === packet.from1 && keys[base + 5] === packet.to1 &&
      keys[base] === packet.from0 && keys[base + 4] === packet.to0
    ) {
      this.fromA = true;
      return true;
    }
    this.fromA = false;
    return (
      ports === ((packet.toPort << 16) | packet.fromPort) >>> 0 &&
      keys[base + 3] === packet.to3 && keys[base + 7] === packet.from3 &&
      keys[base + 2] === packet.to2 && keys[base + 6] === packet.from2 &&
      keys[base + 1] === packet.to1 && keys[base + 5] === packet.from1 &&
      keys[base] === packet.to0 && keys[base + 4] === packet.from0
    );
  }

  private clear(slot: number): void {
    this.bytesA[slot] = this.bytesB[slot] = 0;
    this.packetsA[slot] = this.packetsB[slot] = 0;
    this.topA[slot] = this.topB[slot] = 0;
    this.synA[slot] = this.synB[slot] = 0;
    this.state[slot] = this.duplicates[slot] = this.icmp[slot] = this.process[slot] = 0;
  }

  private next(): number {
    if (this.highest === this.capacity) this.grow();
    return this.highest++;
  }

  private grow(): void {
    this.capacity *= 2;
    const { capacity } = this;
    this.keys = copyOf(this.keys, new Uint32Array(capacity * KEY_WORDS));
    for (const name of FLOAT_COLUMNS) this[name] = copyOf(this[name], new Float64Array(capacity));
    for (const name of WORD_COLUMNS) this[name] = copyOf(this[name], new Uint32Array(capacity));
    this.mask = capacity * 2 - 1;
    this.index = new Int32Array(capacity * 2);
    for (let slot = 0; slot < this.highest; slot++) {
      if (this.number[slot] === 0) continue;
      let at = (this.hashes[slot] ?? 0) & this.mask;
      while (this.index[at] !== 0) at = (at + 1) & this.mask;
      this.index[at] = slot + 1;
    }
  }
}

/** Symmetric: both directions of a flow have one hash. Each end is mixed with the seed before the ends are added. */
function hashPacket(packet: Packet, seed: number): number {
  const from = mixEnd(packet.from0, packet.from1, packet.from2, packet.from3, packet.fromPort, seed);
  const to = mixEnd(packet.to0, packet.to1, packet.to2, packet.to3, packet.toPort, seed);
  let hash = (from + to + packet.protocol) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixEnd(a: number, b: number, c: number, d: number, port: number, seed: number): number {
  let hash = Math.imul(seed ^ d, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ port, 0x85ebca77);
  if (c !== 0xffff) {
    // One word after the other: mixed apart and joined by XOR, high bits of two words cancel out whatever the seed.
    hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0xc2b2ae3d);
    hash = Math.imul(hash ^ (hash >>> 16) ^ b, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 15) ^ a, 0x165667b1);
  }
  return hash ^ (hash >>> 16);
}

function copyOf<T extends Uint32Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

const KEY_WORDS = 10;
const FIRST_SIZE = 1 << 12;
const FLOAT_COLUMNS = ['opened', 'last', 'sampleDue', 'bytesA', 'bytesB'] as const;
const WORD_COLUMNS = ['hashes', 'packetsA', 'packetsB', 'topA', 'topB', 'synA', 'synB', 'state', 'duplicates', 'firstFrame', 'lastFrame', 'source', 'number', 'icmp', 'process'] as const;
