/**
 * QUIC datagrams for tests, protected as RFC 9001 §5 and RFC 9369 §3 say: written
 * from the RFCs beside the product's code, and held against their appendices by
 * test/core/decode/payloads/quic/vectors.test.ts.
 */
import { createCipheriv, createHmac } from 'node:crypto';
import { bytes, type Part, u16, u32 } from './bytes.ts';

export const V1 = 1;
export const V2 = 0x6b3343cf;

export interface InitialWish {
  readonly side?: 'up' | 'down';
  readonly version?: number;
  /** Destination and source identifiers as written. */
  readonly to: Uint8Array;
  readonly from?: Uint8Array;
  /** The identifier that the keys come from; the destination's unless given. */
  readonly key?: Uint8Array;
  readonly number?: number;
  readonly numberLength?: 1 | 2 | 3 | 4;
  readonly token?: Uint8Array;
  readonly frames: Part;
  /** Bytes of the datagram, filled up with PADDING frames; 0: as it comes. */
  readonly size?: number;
}

/** An Initial packet. */
export function initial(wish: InitialWish): Uint8Array {
  const { side = 'up', version = V1, to, from = new Uint8Array(0), key = to, number = 0, numberLength = 2, token, size = 1200 } = wish;
  const type = version === V2 ? 1 : 0;
  const head = bytes(0xc0 | (type << 4) | (numberLength - 1), u32(version), to.length, to, from.length, from, token === undefined ? 0 : bytes(varint(token.length), token));
  const frames = bytes(wish.frames);
  const padding = Math.max(0, size - head.length - 2 - numberLength - frames.length - TAG);
  const clear = bytes(frames, new Uint8Array(padding));
  const numberBytes = bytes(u32(number)).subarray(4 - numberLength);
  const header = bytes(head, u16(0x4000 | (numberLength + clear.length + TAG)), numberBytes);
  return protect(header, numberLength, number, clear, initialKeys(version, key, side));
}

/** A CRYPTO frame. */
export function crypto(offset: number, data: Uint8Array): Uint8Array {
  return bytes(6, varint(offset), varint(data.length), data);
}

/** A Retry packet; its integrity tag is noise, which no observer can rely on. */
export function retry(to: Uint8Array, from: Uint8Array, token: Uint8Array, version = V1): Uint8Array {
  return bytes(version === V2 ? 0xc0 : 0xf0, u32(version), to.length, to, from.length, from, token, new Uint8Array(16).fill(0x7a));
}

export function negotiation(to: Uint8Array, from: Uint8Array, ...versions: readonly number[]): Uint8Array {
  return bytes(0x8a, u32(0), to.length, to, from.length, from, ...versions.map((version) => u32(version)));
}

/** A long-header packet that observers cannot open: Handshake, with noise for content. */
export function handshakePacket(to: Uint8Array, from: Uint8Array, version = V1): Uint8Array {
  return bytes((version === V2 ? 0xf0 : 0xe0) | 1, u32(version), to.length, to, from.length, from, u16(0x4000 | 60), new Uint8Array(60).fill(0x5c));
}

/** A packet of an established connection. */
export function shortPacket(to: Uint8Array, length = 40): Uint8Array {
  return bytes(0x41, to, new Uint8Array(length).fill(0x9c));
}

export function varint(value: number): Uint8Array {
  if (value < 64) return bytes(value);
  return value < 16_384 ? u16Bytes(0x4000 | value) : bytes(u32((0x8000_0000 | value) >>> 0));
}

export interface PacketKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly hp: Uint8Array;
}

/** RFC 9001 §5.2, RFC 9369 §3.3. */
export function initialKeys(version: number, id: Uint8Array, side: 'up' | 'down'): PacketKeys {
  const salt = Buffer.from(SALTS[version] ?? SALTS[V1] ?? '', 'hex');
  const label = version === V2 ? 'quicv2 ' : 'quic ';
  const secret = createHmac('sha256', salt).update(id).digest();
  const own = expand(secret, side === 'up' ? 'client in' : 'server in', 32);
  return { key: expand(own, `${label}key`, 16), iv: expand(own, `${label}iv`, 12), hp: expand(own, `${label}hp`, 16) };
}

/** `header` ends with the packet number. */
function protect(header: Uint8Array, numberLength: number, number: number, clear: Uint8Array, keys: PacketKeys): Uint8Array {
  const nonce = new Uint8Array(keys.iv);
  for (let at = 0; at < 4; at++) nonce[11 - at] = (nonce[11 - at] ?? 0) ^ ((number >>> (8 * at)) & 0xff);
  const cipher = createCipheriv('aes-128-gcm', keys.key, nonce);
  cipher.setAAD(header);
  const packet = bytes(header, cipher.update(clear), cipher.final(), cipher.getAuthTag());
  const numberAt = header.length - numberLength;
  const mask = createCipheriv('aes-128-ecb', keys.hp, null).update(packet.subarray(numberAt + 4, numberAt + 20));
  packet[0] = (packet[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  for (let at = 0; at < numberLength; at++) packet[numberAt + at] = (packet[numberAt + at] ?? 0) ^ (mask[at + 1] ?? 0);
  return packet;
}

function expand(secret: Uint8Array, label: string, length: number): Uint8Array {
  const text = `tls13 ${label}`;
  return createHmac('sha256', secret).update(bytes(u16(length), text.length, text, 0, 1)).digest().subarray(0, length);
}

function u16Bytes(value: number): Uint8Array {
  return bytes(u16(value));
}

const TAG = 16;
const SALTS: Readonly<Record<number, string>> = {
  [V1]: '38762cf7f55934b34d179ae6a4c80cadccbb7f0a',
  [V2]: '0dede3def700a6db819381be6e269dcbf9bd2ed9',
  0xff00001d: 'afbfec289993d24c9e9786f19c6111e04390a899',
  0xff00001b: 'c3eef712c72ebb5a11a7d2432bb46365bef9f502',
  0xff000016: '7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a',
};
