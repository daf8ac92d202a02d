/**
 * TCP streams of small sample captures, for decoders that are tested before or
 * without the flow table: takes a pcap or little-endian pcapng, gives for every
 * connection its bytes in the order in which they became contiguous. Reads
 * Ethernet (VLAN, PPPoE), SLL, SLL2, loopback and raw IP; no tunnels, no fragments.
 */
import { gunzipSync } from 'node:zlib';
import type { Side } from '../../src/core/decode/payloads/session.ts';

/** A piece of contiguous bytes, or bytes that the capture lacks. */
type StreamPiece = { readonly side: Side; readonly data: Uint8Array } | { readonly side: Side; readonly missing: number };

export interface TcpStream {
  readonly server: string;
  readonly port: number;
  readonly pieces: StreamPiece[];
}

/** Connections whose SYN or first sender tells the client, in the order of their first packet. */
export function tcpStreams(file: Uint8Array): TcpStream[] {
  const streams = new Map<string, Conversation>();
  for (const { link, data } of readFrames(Buffer.from(file[0] === 0x1f ? gunzipSync(file) : file))) {
    const segment = readSegment(link, data);
    if (segment === undefined) continue;
    const known = streams.get(`${segment.from}>${segment.to}`);
    if (known === undefined || (segment.syn && !segment.ack && segment.sequence !== known.isn)) {
      const opened = open(segment);
      streams.set(`${segment.from}>${segment.to}`, opened).set(`${segment.to}>${segment.from}`, opened);
      add(opened, segment);
    } else add(known, segment);
  }
  const found = [...new Set(streams.values())];
  for (const conversation of found) for (const side of ['up', 'down'] as const) drain(conversation, side, true);
  return found.map(({ stream }) => stream);
}

interface Segment {
  readonly from: string;
  readonly to: string;
  readonly server: readonly [address: string, port: number];
  readonly sequence: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly data: Buffer;
  /** Bytes on the wire; more than `data` when the capture cut the frame. */
  readonly length: number;
}

interface Conversation {
  readonly stream: TcpStream;
  readonly client: string;
  readonly isn: number;
  readonly next: Partial<Record<Side, number>>;
  readonly waiting: Record<Side, Segment[]>;
}

function open(segment: Segment): Conversation {
  const [server, port] = segment.server;
  return { stream: { server, port, pieces: [] }, client: segment.from, isn: segment.sequence, next: {}, waiting: { up: [], down: [] } };
}

function add(conversation: Conversation, segment: Segment): void {
  const side = segment.from === conversation.client ? 'up' : 'down';
  if (segment.syn) conversation.next[side] = segment.sequence + 1;
  if (segment.length === 0) return;
  conversation.next[side] ??= segment.sequence;
  conversation.waiting[side].push(segment);
  drain(conversation, side, false);
}

function drain({ stream, next, waiting }: Conversation, side: Side, last: boolean): void {
  const queue = waiting[side].sort((a, b) => a.sequence - b.sequence);
  for (let segment = queue[0]; segment !== undefined; segment = queue[0]) {
    let at = next[side] ?? segment.sequence;
    if (segment.sequence > at) {
      if (!last) return;
      stream.pieces.push({ side, missing: segment.sequence - at });
      at = segment.sequence;
    }
    queue.shift();
    const end = segment.sequence + segment.length;
    const fresh = segment.data.subarray(Math.min(at - segment.sequence, segment.data.length));
    if (fresh.length > 0) stream.pieces.push({ side, data: new Uint8Array(fresh) });
    const cut = end - Math.max(at, segment.sequence + segment.data.length);
    if (cut > 0) stream.pieces.push({ side, missing: cut });
    next[side] = Math.max(at, end);
  }
}

function readSegment(link: number, whole: Buffer): Segment | undefined {
  const ip = ipOffset(link, whole);
  // A device that counts Ethernet padding into the IP length leaves PPPoE's own length right (tls-pppoe-qinq.pcap, packet 19).
  const pppoe = link === LINK.ethernet && ip >= PPPOE_HEADER && whole.readUInt16BE(ip - PPPOE_HEADER) === PPPOE;
  const frame = pppoe ? whole.subarray(0, ip - 2 + whole.readUInt16BE(ip - 4)) : whole;
  const version = (frame[ip] ?? 0) >> 4;
  if (ip < 0 || (version !== 4 && version !== 6)) return undefined;
  const four = version === 4;
  if (frame[four ? ip + 9 : ip + 6] !== TCP) return undefined;
  const tcp = ip + (four ? ((frame[ip] ?? 0) & 0x0f) * 4 : 40);
  const counted = four ? ip + frame.readUInt16BE(ip + 2) : ip + 40 + frame.readUInt16BE(ip + 4);
  const end = pppoe ? Math.min(counted, frame.length) : counted;
  const address = (at: number): string => (four ? [...frame.subarray(at, at + 4)].join('.') : ipv6(frame.subarray(at, at + 16)));
  const source = address(four ? ip + 12 : ip + 8);
  const target = address(four ? ip + 16 : ip + 24);
  const [sourcePort, targetPort] = [frame.readUInt16BE(tcp), frame.readUInt16BE(tcp + 2)];
  const payload = tcp + ((frame[tcp + 12] ?? 0) >> 4) * 4;
  const flags = frame[tcp + 13] ?? 0;
  const reply = (flags & 0x12) === 0x12;
  return {
    from: `${source} ${sourcePort}`,
    to: `${target} ${targetPort}`,
    server: reply || sourcePort < targetPort ? [source, sourcePort] : [target, targetPort],
    sequence: frame.readUInt32BE(tcp + 4),
    syn: (flags & 2) !== 0,
    ack: (flags & 16) !== 0,
    data: frame.subarray(payload, Math.min(end, frame.length)),
    length: end - payload,
  };
}

/** Where the IP header begins; −1 for other protocols. */
function ipOffset(link: number, frame: Buffer): number {
  if (link === LINK.ipv4 || link === LINK.raw) return 0;
  if (link === LINK.loopback) return 4;
  if (link === LINK.sll) return 16;
  if (link === LINK.sll2) return 20;
  if (link !== LINK.ethernet) return -1;
  let at = 12;
  while (VLAN_TYPES.has(frame.readUInt16BE(at))) at += 4;
  const type = frame.readUInt16BE(at);
  if (type === PPPOE) return at + 10;
  return type === IPV4 || type === IPV6 ? at + 2 : -1;
}

function* readFrames(file: Buffer): Generator<{ link: number; data: Buffer }> {
  if (file.readUInt32LE(0) !== PCAPNG) {
    const link = file.readUInt32LE(20);
    for (let at = 24; at + 16 <= file.length; at += 16 + file.readUInt32LE(at + 8)) yield { link, data: file.subarray(at + 16, at + 16 + file.readUInt32LE(at + 8)) };
    return;
  }
  const links: number[] = [];
  for (let at = 0; at + 12 <= file.length; at += file.readUInt32LE(at + 4)) {
    const type = file.readUInt32LE(at);
    if (type === 1) links.push(file.readUInt16LE(at + 8));
    if (type === 6) yield { link: links[file.readUInt32LE(at + 8)] ?? -1, data: file.subarray(at + 28, at + 28 + file.readUInt32LE(at + 20)) };
  }
}

function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return groups.join(':').replace(/(?:^|:)0(?::0)+(?::|$)/, '::');
}

const TCP = 6;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const PPPOE = 0x8864;
/** EtherType, version, code, session, length, protocol. */
const PPPOE_HEADER = 10;
const VLAN_TYPES: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const LINK = { loopback: 0, ethernet: 1, raw: 101, sll: 113, ipv4: 228, sll2: 276 } as const;
const PCAPNG = 0x0a0d0d0a;
