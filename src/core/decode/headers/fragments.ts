/**
 * IP reassembly (RFC 791 §3.2, RFC 8200 §4.5): collects fragments by address
 * pair, identification and protocol until a datagram is whole, refuses
 * overlaps (RFC 5722), and gives up what never completes. Bounded in datagrams,
 * pieces, bytes and frame time.
 */
import type { ProblemCode } from '../../base/problem.ts';
import { SECOND, type Micros } from '../../base/time.ts';
import type { IpPayload } from './ip-payload.ts';
import type { Packet } from './packet.ts';

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A datagram in the making, or a remembered one: `whole` was given out, `refused` is dropped with all that follows. */
export interface Datagram {
  readonly key: string;
  state: 'open' | 'whole' | 'refused';
  /** Frame time of the first fragment seen; of the last one for a whole datagram. */
  since: Micros;
  pieces: Piece[];
  held: number;
  /** Length of all parts, known once the last one was seen; -1 before. */
  total: number;
  /** Header fields of the fragment with offset 0, once seen. */
  first: FirstFragment | undefined;
}

type FirstFragment = Pick<Packet, 'at' | 'frame' | 'interfaceId' | 'process' | 'family' | 'ipId' | 'from0' | 'from1' | 'from2' | 'from3' | 'to0' | 'to1' | 'to2' | 'to3'> & { readonly protocol: number };

export class FragmentTable {
  readonly #open = new Map<string, Datagram>();
  readonly #problem: (code: ProblemCode) => void;
  #held = 0;

  constructor(problem: (code: ProblemCode) => void) {
    this.#problem = problem;
  }

  /** Takes a fragment (`payload` says where it lies in the packet's bytes); gives the datagram when this part made it whole. */
  add(packet: Packet, payload: IpPayload): Datagram | undefined {
    const length = payload.end - payload.start;
    if (!isSound(payload, length)) {
      this.#problem('packet-damaged');
      return undefined;
    }
    const datagram = this.#find(packet, payload);
    if (datagram.state !== 'open') return undefined;
    if (payload.offset === 0) datagram.first ??= firstOf(packet, payload.protocol);
    const piece = { offset: payload.offset, bytes: packet.bytes.slice(payload.start, payload.end) };
    const fit = place(datagram, piece, payload.more);
    if (fit === 'duplicate') return undefined;
    if (fit !== 'new') {
      this.#refuse(datagram, fit);
      return undefined;
    }
    datagram.held += length;
    this.#held += length;
    while (this.#held > MAX_BYTES) this.#dropOldest();
    return datagram.held === datagram.total ? this.#complete(datagram, packet.at) : undefined;
  }

  /** Gives up and gives out one datagram that began more than its life before `now` and whose first fragment is there; undefined when there is no more. */
  expired(now: Micros): Datagram | undefined {
    for (const datagram of this.#open.values()) {
      if (now - datagram.since < LIFE) return undefined;
      this.#forget(datagram);
      if (datagram.state !== 'open') continue;
      this.#problem('fragment-incomplete');
      if (datagram.first !== undefined) return datagram;
    }
    return undefined;
  }

  #find(packet: Packet, payload: IpPayload): Datagram {
    const key = keyOf(packet, payload);
    const known = this.#open.get(key);
    if (known !== undefined) {
      const age = packet.at - known.since;
      if (known.state === 'whole' ? Math.abs(age) <= ECHO_WINDOW : age < LIFE) return known;
      if (known.state === 'open') this.#problem('fragment-incomplete');
      this.#forget(known);
    }
    if (this.#open.size >= MAX_DATAGRAMS) this.#dropOldest();
    const fresh: Datagram = { key, state: 'open', since: packet.at, pieces: [], held: 0, total: -1, first: undefined };
    this.#open.set(key, fresh);
    return fresh;
  }

  #complete(datagram: Datagram, at: Micros): Datagram {
    const whole = { ...datagram };
    this.#empty(datagram, 'whole');
    datagram.since = at;
    // To the end, so that the table stays in order of `since`.
    this.#open.delete(datagram.key);
    this.#open.set(datagram.key, datagram);
    return whole;
  }

  #refuse(datagram: Datagram, code: ProblemCode): void {
    this.#empty(datagram, 'refused');
    this.#problem(code);
  }

  #dropOldest(): void {
    for (const datagram of this.#open.values()) {
      this.#forget(datagram);
      if (datagram.state === 'open') this.#problem('fragment-cap');
      return;
    }
  }

  #forget(datagram: Datagram): void {
    this.#open.delete(datagram.key);
    this.#held -= datagram.held;
  }

  #empty(datagram: Datagram, state: 'whole' | 'refused'): void {
    this.#held -= datagram.held;
    datagram.state = state;
    datagram.pieces = [];
    datagram.held = 0;
  }
}

/** The parts in one piece, as far as they follow each other without a gap. */
export function joinPieces(datagram: Datagram): Uint8Array {
  let length = 0;
  for (const piece of datagram.pieces) if (piece.offset === length) length += piece.bytes.length;
  const joined = new Uint8Array(length);
  for (const piece of datagram.pieces) if (piece.offset + piece.bytes.length <= length) joined.set(piece.bytes, piece.offset);
  return joined;
}

/** All but the last part are multiples of eight bytes, none is empty, none ends past what a datagram can hold. */
function isSound(payload: IpPayload, length: number): boolean {
  return length > 0 && length === payload.length && payload.offset + length <= LONGEST_DATAGRAM && !(payload.more && length % 8 !== 0);
}

/** Puts the piece in order among the others, or says why not. */
function place(datagram: Datagram, piece: Piece, more: boolean): 'new' | 'duplicate' | 'fragment-overlap' | 'fragment-cap' {
  const { pieces } = datagram;
  const end = piece.offset + piece.bytes.length;
  let index = pieces.length;
  while (index > 0 && (pieces[index - 1]?.offset ?? 0) >= piece.offset) index--;
  const next = pieces[index];
  if (next !== undefined && isSame(next, piece) && (more || datagram.total === end)) return 'duplicate';
  const before = pieces[index - 1];
  const overlaps = (before !== undefined && before.offset + before.bytes.length > piece.offset) || (next !== undefined && next.offset < end);
  const last = pieces.at(-1);
  const highest = Math.max(end, last === undefined ? 0 : last.offset + last.bytes.length);
  const total = more ? datagram.total : end;
  if (overlaps || (total >= 0 && highest > total) || (!more && datagram.total >= 0)) return 'fragment-overlap';
  if (pieces.length >= MAX_PIECES) return 'fragment-cap';
  pieces.splice(index, 0, piece);
  datagram.total = total;
  return 'new';
}

function isSame(one: Piece, other: Piece): boolean {
  return one.offset === other.offset && one.bytes.length === other.bytes.length && one.bytes.every((byte, index) => byte === other.bytes[index]);
}

function firstOf(packet: Packet, protocol: number): FirstFragment {
  const { at, frame, interfaceId, process, family, ipId, from0, from1, from2, from3, to0, to1, to2, to3 } = packet;
  return { at, frame, interfaceId, process, family, ipId, from0, from1, from2, from3, to0, to1, to2, to3, protocol };
}

/** RFC 791: addresses, identification, protocol; RFC 8200 §4.5 leaves the protocol out, since only the first fragment's counts. */
function keyOf(packet: Packet, payload: IpPayload): string {
  const { from0, from1, from2, from3, to0, to1, to2, to3 } = packet;
  const protocol = packet.family === 4 ? payload.protocol : '';
  return `${from0},${from1},${from2},${from3},${to0},${to1},${to2},${to3},${payload.id},${protocol}`;
}

/** RFC 791 suggests 15 s and RFC 8200 §4.5 demands giving up after 60 s; Linux waits 30 s. */
const LIFE: Micros = 30 * SECOND;
/** A copy of a fragment (the same packet on two interfaces) comes within this time of its datagram's completion. */
const ECHO_WINDOW: Micros = 5000;
/** Datagrams remembered at a time: hundreds more than a busy host has open. */
export const MAX_DATAGRAMS = 1024;
/** Bytes held for all open datagrams, as Linux's default threshold. */
export const MAX_BYTES = 4 << 20;
/** Parts of one datagram: 64 KiB over the smallest common path (576 bytes) takes 119. */
export const MAX_PIECES = 192;
/** The largest datagram IP can carry. */
const LONGEST_DATAGRAM = 0xffff;
