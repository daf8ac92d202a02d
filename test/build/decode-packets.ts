/** Runs the packet decoder over frames and keeps what it gives, copied out of the reused cursor and readable. */
import type { Problem } from '../../src/core/base/problem.ts';
import { formatEndpoint, formatWords } from '../../src/core/base/address.ts';
import { latin1 } from '../../src/core/base/bytes.ts';
import { PacketDecoder } from '../../src/core/decode/headers/decode.ts';
import type { Packet } from '../../src/core/decode/headers/packet.ts';
import { type FrameInput, resolveFrame } from './pcap.ts';

export interface DecodedPacket {
  /** `10.0.0.2:40000`; the port is 0 where there is none. */
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  /** Captured payload, one character per byte. */
  readonly payload: string;
  readonly payloadLength: number;
  /** Number of the frame, from 1. */
  readonly frame: number;
  readonly at: number;
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly ipId: number;
  readonly checksum: number;
  readonly icmp?: readonly [type: number, code: number];
  readonly quoted?: Pick<DecodedPacket, 'from' | 'to' | 'protocol' | 'sequence'>;
}

export interface DecodedFrames {
  /** One per frame, undefined where the decoder gave nothing. */
  readonly packets: (DecodedPacket | undefined)[];
  readonly problems: Problem[];
  /** What it gave when the capture ended. */
  readonly leftovers: DecodedPacket[];
  readonly nonIp: number;
}

/** Decodes frames of one link type in order; a frame given as plain bytes comes a millisecond after the one before it. */
export function decodeFrames(frames: readonly FrameInput[], link = 1): DecodedFrames {
  const problems: Problem[] = [];
  const decoder = new PacketDecoder((problem) => problems.push(problem));
  const packets = frames.map((input, index) => {
    const { content, at, wireLength } = resolveFrame(input, index);
    // The frame stands inside a larger buffer of other bytes, as it does in a reader.
    const bytes = new Uint8Array(content.length + 64).fill(0xdd);
    bytes.set(content, 32);
    const packet = decoder.decode({ bytes, start: 32, end: 32 + content.length, wireLength, at, link, interfaceId: 0, index: index + 1, process: -1 });
    return packet === undefined ? undefined : keep(packet);
  });
  const leftovers: DecodedPacket[] = [];
  for (let packet = decoder.leftover(Infinity); packet !== undefined; packet = decoder.leftover(Infinity)) leftovers.push(keep(packet));
  return { packets, problems, leftovers, nonIp: decoder.nonIp };
}

/** A copy of the packet that stays valid. */
export function keep(packet: Packet): DecodedPacket {
  const { protocol, payloadLength, frame, at, flags, sequence, acknowledgement, ipId, checksum, quoted } = packet;
  return {
    ...ends(packet),
    protocol, payloadLength, frame, at, flags, sequence, acknowledgement, ipId, checksum,
    payload: latin1(packet.bytes, packet.payloadStart, packet.payloadEnd),
    ...(protocol === 1 || protocol === 58 ? { icmp: [packet.icmpType, packet.icmpCode] as const } : {}),
    ...(quoted === undefined ? {} : { quoted: { ...ends(quoted), protocol: quoted.protocol, sequence: quoted.sequence } }),
  };
}

function ends(packet: Packet): { from: string; to: string } {
  return {
    from: formatEndpoint(formatWords(packet.from0, packet.from1, packet.from2, packet.from3), packet.fromPort),
    to: formatEndpoint(formatWords(packet.to0, packet.to1, packet.to2, packet.to3), packet.toPort),
  };
}
