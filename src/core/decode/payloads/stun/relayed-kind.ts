/**
 * What a relayed datagram is: the kind that its first byte tells (RFC 7983),
 * if the rest of it has that kind's form. One byte proves nothing: text begins
 * with the same ones. Keeps nothing.
 */
import { kindOf, type MediaKind } from '../demultiplex.ts';
import { u16be } from '../../numbers.ts';
import { fillWithRecords } from '../dtls/records.ts';
import { readStun } from './message.ts';

/** The kind of `data[from, to)`; `other` where its form does not bear out the first byte. */
export function relayedKind(data: Uint8Array, from: number, to: number): MediaKind {
  const kind = kindOf(data, from, to);
  return FORMS[kind]?.(data, from, to) === false ? 'other' : kind;
}

/** RFC 3550 §5.1: sources and an extension that the header announces are there. */
function isRtp(data: Uint8Array, from: number, to: number): boolean {
  const first = data[from] ?? 0;
  const extension = from + RTP_HEADER + (first & 0x0f) * 4;
  return to >= ((first & 0x10) === 0 ? extension : extension + 4 + u16be(data, extension + 2) * 4);
}

/** RFC 3550 §6.4.1: the length counts words less one. */
function isRtcp(data: Uint8Array, from: number, to: number): boolean {
  return to - from >= 8 && from + (u16be(data, from + 2) + 1) * 4 <= to;
}

const FORMS: Readonly<Partial<Record<MediaKind, (data: Uint8Array, from: number, to: number) => boolean>>> = {
  stun: (data, from, to) => readStun(data, from, to) !== undefined,
  dtls: fillWithRecords,
  rtp: isRtp,
  rtcp: isRtcp,
};
const RTP_HEADER = 12;
