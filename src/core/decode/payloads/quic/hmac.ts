/**
 * HMAC with SHA-256 (RFC 2104, FIPS 180-4) for the short messages that QUIC's
 * Initial keys are made of: takes and gives words, allocates nothing. An object
 * of node:crypto costs 2.8 µs, these blocks 1 to 2, and most of the five messages
 * of a connection are signed under a key that is ready.
 */

/** The words of a digest. */
export const DIGEST_WORDS = 8;

/** One key, made ready once for all messages under it. */
export class Hmac {
  private readonly inner = new Int32Array(DIGEST_WORDS);
  private readonly outer = new Int32Array(DIGEST_WORDS);

  /** Takes over a key of up to 16 words. */
  begin(key: Int32Array): void {
    start(this.inner, key, INNER_PAD);
    start(this.outer, key, OUTER_PAD);
  }

  /** The code of a message, as {@link messageBlock} padded it, into `code`. */
  sign(block: Int32Array, code: Int32Array): void {
    code.set(this.inner);
    compress(code, block);
    ANSWER.set(code);
    code.set(this.outer);
    compress(code, ANSWER);
  }
}

/** `data[from, to)`, at most 55 bytes, as the block of 16 words that follows a key's. */
export function messageBlock(data: Uint8Array, from: number, to: number, block: Int32Array): Int32Array {
  block.fill(0);
  for (let at = from; at < to; at++) setByte(block, at - from, data[at] ?? 0);
  setByte(block, to - from, 0x80);
  block[15] = (BLOCK_BYTES + to - from) * 8;
  return block;
}

/** Bytes, at most a block of them, as the words of a key. */
export function keyWords(bytes: Uint8Array): Int32Array {
  const words = new Int32Array(BLOCK_WORDS);
  for (const [at, byte] of bytes.entries()) setByte(words, at, byte);
  return words;
}

function setByte(words: Int32Array, at: number, byte: number): void {
  words[at >> 2] = (words[at >> 2] ?? 0) | (byte << (24 - (at & 3) * 8));
}

function start(state: Int32Array, key: Int32Array, pad: number): void {
  KEYED.fill(pad);
  for (let at = 0; at < key.length; at++) KEYED[at] = (key[at] ?? 0) ^ pad;
  state.set(FIRST_STATE);
  compress(state, KEYED);
}

/** FIPS 180-4 §6.2.2. */
function compress(state: Int32Array, block: Int32Array): void {
  schedule(block);
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let at = 0; at < 64; at++) {
    const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + sum1 + ((e & f) ^ (~e & g)) + (ROUNDS[at] ?? 0) + (SCHEDULE[at] ?? 0)) | 0;
    const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
  state[4] = (state[4] ?? 0) + e;
  state[5] = (state[5] ?? 0) + f;
  state[6] = (state[6] ?? 0) + g;
  state[7] = (state[7] ?? 0) + h;
}

function schedule(block: Int32Array): void {
  for (let at = 0; at < BLOCK_WORDS; at++) SCHEDULE[at] = block[at] ?? 0;
  for (let at = BLOCK_WORDS; at < 64; at++) {
    const near = SCHEDULE[at - 2] ?? 0;
    const far = SCHEDULE[at - 15] ?? 0;
    const sigma1 = ((near >>> 17) | (near << 15)) ^ ((near >>> 19) | (near << 13)) ^ (near >>> 10);
    const sigma0 = ((far >>> 7) | (far << 25)) ^ ((far >>> 18) | (far << 14)) ^ (far >>> 3);
    SCHEDULE[at] = (sigma1 + (SCHEDULE[at - 7] ?? 0) + sigma0 + (SCHEDULE[at - 16] ?? 0)) | 0;
  }
}

/** The block of a digest behind a key's: 32 bytes, the bit that ends them, the length of both blocks. */
function answerBlock(): Int32Array {
  return messageBlock(new Uint8Array(DIGEST_WORDS * 4), 0, DIGEST_WORDS * 4, new Int32Array(BLOCK_WORDS));
}

const BLOCK_WORDS = 16;
const BLOCK_BYTES = 64;
const INNER_PAD = 0x3636_3636;
const OUTER_PAD = 0x5c5c_5c5c;
const SCHEDULE = new Int32Array(64);
const KEYED = new Int32Array(BLOCK_WORDS);
const ANSWER = answerBlock();
/** FIPS 180-4 §5.3.3 and §4.2.2. */
const FIRST_STATE = Int32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
const ROUNDS = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);
