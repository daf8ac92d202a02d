/**
 * Opens QUIC Initial packets (RFC 9001 §5). Their keys come from a published
 * salt and the first identifier that the client chose, so that anyone on the
 * path can read them, and a packet that opens is one its receiver can open
 * too. Later packets have keys of the handshake and stay closed.
 */
import { createDecipheriv } from 'node:crypto';
import type { Side } from '../session.ts';
import { HeaderMask } from './header-mask.ts';
import { DIGEST_WORDS, Hmac, keyWords, messageBlock } from './hmac.ts';
import type { LongHeader } from './long-header.ts';
import type { InitialScheme } from './versions.ts';

export interface OpenedPacket {
  readonly number: number;
  /** The frames; memory of their own. */
  readonly frames: Uint8Array;
}

export class InitialKeys {
  readonly version: number;
  /** The identifier that the keys come from. */
  readonly id: Uint8Array;
  private readonly scheme: InitialScheme;
  private readonly secret = new Int32Array(DIGEST_WORDS);
  private up: SideKeys | undefined;
  private down: SideKeys | undefined;

  /** `id` is copied. */
  constructor(version: number, scheme: InitialScheme, id: Uint8Array) {
    this.version = version;
    this.scheme = scheme;
    this.id = new Uint8Array(id);
    saltedBy(scheme).sign(messageBlock(id, 0, id.length, MESSAGE), this.secret);
  }

  /** The packet that `header` stands at, sent by `side`, whose highest number so far was `largest` (-1: none). Undefined when these keys do not open it. */
  open(side: Side, data: Uint8Array, header: LongHeader, largest: number): OpenedPacket | undefined {
    const numberAt = header.bodyStart;
    if (numberAt + SAMPLE_FROM + SAMPLE > header.end) return undefined;
    const keys = this.keysOf(side);
    keys.header.of(data, numberAt + SAMPLE_FROM, MASK);
    const first = (data[header.start] ?? 0) ^ ((MASK[0] ?? 0) & 0x0f);
    const length = (first & 3) + 1;
    const clear = new Uint8Array(data.subarray(header.start, numberAt + length));
    clear[0] = first;
    let short = 0;
    for (let at = 0; at < length; at++) {
      const byte = (data[numberAt + at] ?? 0) ^ (MASK[at + 1] ?? 0);
      clear[clear.length - length + at] = byte;
      short = short * 256 + byte;
    }
    const number = fullNumber(largest, short, length);
    const frames = decrypt(keys, number, clear, data.subarray(numberAt + length, header.end));
    // RFC 9000 §17.2: reserved bits that are set end the connection.
    return frames === undefined || (first & RESERVED_BITS) !== 0 ? undefined : { number, frames };
  }

  private keysOf(side: Side): SideKeys {
    if (side === 'up') return (this.up ??= this.derive('client in'));
    return (this.down ??= this.derive('server in'));
  }

  private derive(label: string): SideKeys {
    const { label: begin } = this.scheme;
    HMAC.begin(this.secret);
    HMAC.sign(infoOf(label, SECRET), DIGEST);
    HMAC.begin(DIGEST);
    const key = this.expand(`${begin}key`, KEY);
    const iv = this.expand(`${begin}iv`, IV);
    HMAC.sign(infoOf(`${begin}hp`, KEY), DIGEST);
    return { key, iv, header: new HeaderMask(DIGEST) };
  }

  private expand(label: string, length: number): Uint8Array {
    HMAC.sign(infoOf(label, length), DIGEST);
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at++) bytes[at] = (DIGEST[at >> 2] ?? 0) >>> (24 - (at & 3) * 8);
    return bytes;
  }
}

/** The packet number whose last `length` bytes are `short`, nearest to the one expected next (RFC 9000 §A.3). */
function fullNumber(largest: number, short: number, length: number): number {
  const expected = largest + 1;
  const window = 256 ** length;
  const candidate = expected - (expected % window) + short;
  if (candidate <= expected - window / 2 && candidate < NUMBER_LIMIT - window) return candidate + window;
  return candidate > expected + window / 2 && candidate >= window ? candidate - window : candidate;
}

interface SideKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly header: HeaderMask;
}

function decrypt(keys: SideKeys, number: number, clear: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length <= TAG) return undefined;
  const nonce = new Uint8Array(keys.iv);
  for (let at = IV - 1, rest = number; rest > 0; at--, rest = Math.floor(rest / 256)) nonce[at] = (nonce[at] ?? 0) ^ (rest % 256);
  const cipher = createDecipheriv('aes-128-gcm', keys.key, nonce);
  cipher.setAAD(clear);
  cipher.setAuthTag(sealed.subarray(sealed.length - TAG));
  const frames = cipher.update(sealed.subarray(0, sealed.length - TAG));
  try {
    cipher.final();
  } catch {
    return undefined;
  }
  return frames;
}

/** What HKDF-Expand-Label (RFC 8446 §7.1) signs for a result of at most one digest. */
function infoOf(label: string, length: number): Int32Array {
  const known = infos.get(label);
  if (known !== undefined) return known;
  const info = Buffer.concat([Uint8Array.of(0, length, label.length + 6), Buffer.from(`tls13 ${label}`, 'latin1'), Uint8Array.of(0, 1)]);
  const fresh = messageBlock(info, 0, info.length, new Int32Array(16));
  infos.set(label, fresh);
  return fresh;
}

function saltedBy({ salt }: InitialScheme): Hmac {
  const known = salts.get(salt);
  if (known !== undefined) return known;
  const fresh = new Hmac();
  fresh.begin(keyWords(salt));
  salts.set(salt, fresh);
  return fresh;
}

/** By label: eight in all. */
const infos = new Map<string, Int32Array>();
/** By salt: one of each scheme. */
const salts = new Map<Uint8Array, Hmac>();
/** What keys are derived with, one after another. */
const HMAC = new Hmac();
const DIGEST = new Int32Array(DIGEST_WORDS);
const MESSAGE = new Int32Array(16);
const MASK = new Uint8Array(5);
const SECRET = 32;
const KEY = 16;
const IV = 12;
const TAG = 16;
/** RFC 9001 §5.4.2: the sample begins where a packet number of four bytes would end. */
const SAMPLE_FROM = 4;
const SAMPLE = 16;
const RESERVED_BITS = 0x0c;
/** Numbers end at 2^62 (RFC 9000 §12.3); those of Initial packets count a handful. */
const NUMBER_LIMIT = 2 ** 52;
