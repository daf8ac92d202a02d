/**
 * What a datagram is that shares its 5-tuple with others, by its first byte
 * (RFC 7983 §7, RFC 9443 §3). The byte tells protocols apart that are known to
 * be there; alone it proves none, so callers need a context before they believe it.
 */
import { u16be, u32be } from '../numbers.ts';

export type MediaKind = 'stun' | 'zrtp' | 'dtls' | 'turn-channel' | 'quic' | 'rtp' | 'rtcp' | 'other';

/** The kind of `data[from, to)`. */
export function kindOf(data: Uint8Array, from: number, to: number): MediaKind {
  const first = data[from] ?? 0xff;
  if (to - from < LEAST) return 'other';
  if (first < 4) return isStunHeader(data, from, to) ? 'stun' : 'other';
  if (first >= 16 && first < 20) return u32be(data, from + 4) === ZRTP_COOKIE ? 'zrtp' : 'other';
  if (first >= 20 && first < 64) return 'dtls';
  if (first >= 64 && first < 80) return 'turn-channel';
  if (first >= 192 || (first >= 80 && first < 128)) return first >= 192 ? 'quic' : 'other';
  if (first >= 128 && first < 192) return isControl(data[from + 1] ?? 0) ? 'rtcp' : 'rtp';
  return 'other';
}

/** RFC 8489 §5: the length is the datagram's, and the cookie is there unless it speaks RFC 3489. */
function isStunHeader(data: Uint8Array, from: number, to: number): boolean {
  return to - from >= 20 && u16be(data, from + 2) === to - from - 20;
}

/** RFC 5761 §4: packet types 192 to 223 are RTCP where both share a port. */
function isControl(type: number): boolean {
  return type >= 192 && type <= 223;
}

/** The shortest of them: ChannelData without data has 4 bytes, an RTCP header 8. */
const LEAST = 4;
/** RFC 6189 §5: "ZRTP" stands where RTP has its timestamp. */
const ZRTP_COOKIE = 0x5a52_5450;
