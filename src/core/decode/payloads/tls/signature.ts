/**
 * Whether a key made the signature of a certificate (RFC 5280 §4.1.1.3): takes
 * DER, gives yes or no. The few algorithms that the web uses are verified over
 * the signed bytes alone, and their keys are made of their numbers: OpenSSL
 * needs 100 µs to decode a certificate or a key, more than for the signature.
 */
import { createPublicKey, verify, X509Certificate, type KeyObject } from 'node:crypto';
import { derChildren, objectIdentifier, readDer, TAG, type DerValue } from './der.ts';

/** Who may have signed. */
export interface Signer {
  /** The DER of its SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** SHA-256 of it. */
  readonly hash: string;
}

/** Whether the signer's key made the certificate's signature; `sha256` is the hash of `data`. One that cannot be checked (unknown algorithm, unreadable key) does not verify. */
export function isSignedBy(data: Uint8Array, sha256: string, signer: Signer): boolean {
  if (signer.spki.length > LARGEST_KEY) return false;
  const pair = sha256 + signer.hash;
  const known = verdicts.get(pair);
  if (known !== undefined) return known;
  const fresh = verifies(data, signer);
  if (verdicts.size >= VERDICT_CACHE) verdicts.clear();
  verdicts.set(pair, fresh);
  return fresh;
}

function verifies(data: Uint8Array, signer: Signer): boolean {
  const key = keyOf(signer);
  if (key === undefined) return false;
  try {
    return verifyPlainly(data, key) ?? new X509Certificate(data).verify(key);
  } catch {
    return false;
  }
}

/** Undefined for an algorithm that OpenSSL shall take out of the certificate itself. */
function verifyPlainly(data: Uint8Array, key: KeyObject): boolean | undefined {
  const [signed, outer, bits] = partsOf(data, readDer(data, 0, data.length));
  const [type] = partsOf(data, outer);
  const algorithm = type?.tag === TAG.oid ? ALGORITHMS[objectIdentifier(data, type) ?? ''] : undefined;
  if (signed === undefined || outer === undefined || algorithm === undefined) return undefined;
  const [keyType, digest] = algorithm;
  const inner = partsOf(data, signed).find(({ tag }) => tag === TAG.sequence);
  const signature = bits === undefined ? undefined : bitString(data, bits);
  // RFC 5280 §4.1.1.2: the algorithm stands inside what is signed, too, and must be the same there.
  if (signature === undefined || inner === undefined || !isSame(data, outer, inner) || key.asymmetricKeyType !== keyType) return false;
  return verify(digest, data.subarray(signed.from, signed.end), key, signature);
}

/** Few authorities sign for many servers, so keys are remembered; undefined for one that nobody can read. */
function keyOf({ spki, hash }: Signer): KeyObject | undefined {
  const known = keys.get(hash);
  if (known !== undefined) return known === UNREADABLE ? undefined : known;
  let fresh: KeyObject | typeof UNREADABLE = UNREADABLE;
  try {
    fresh = makeKey(spki);
  } catch {
    // No point of the curve, or an algorithm that OpenSSL does not know.
  }
  if (keys.size >= KEY_CACHE) keys.clear();
  keys.set(hash, fresh);
  return fresh === UNREADABLE ? undefined : fresh;
}

function makeKey(spki: Uint8Array): KeyObject {
  const jwk = rsaNumbers(spki) ?? p256Point(spki);
  return jwk === undefined ? createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }) : createPublicKey({ key: jwk, format: 'jwk' });
}

/** RSAPublicKey (RFC 8017 §A.1.1) behind rsaEncryption; undefined for anything else. */
function rsaNumbers(spki: Uint8Array): { kty: 'RSA'; n: string; e: string } | undefined {
  const bits = keyBits(spki, RSA);
  const numbers = bits === undefined ? NONE : partsOf(bits, readDer(bits, 0, bits.length));
  const [modulus, exponent] = numbers;
  if (bits === undefined || modulus === undefined || exponent === undefined || numbers.length !== 2) return undefined;
  const n = positive(bits, modulus);
  const e = positive(bits, exponent);
  return n === undefined || e === undefined ? undefined : { kty: 'RSA', n, e };
}

/** The uncompressed point (RFC 5480 §2.2) of a key on P-256; undefined for anything else. Longer curves gain nothing by it. */
function p256Point(spki: Uint8Array): { kty: 'EC'; crv: 'P-256'; x: string; y: string } | undefined {
  const point = keyBits(spki, P256);
  if (point?.length !== 65 || point[0] !== UNCOMPRESSED) return undefined;
  return { kty: 'EC', crv: 'P-256', x: base64(point, 1, 33), y: base64(point, 33, 65) };
}

/** The bits of a key whose AlgorithmIdentifier is exactly `algorithm`. */
function keyBits(spki: Uint8Array, algorithm: Uint8Array): Uint8Array | undefined {
  const [kind, bits] = partsOf(spki, readDer(spki, 0, spki.length));
  if (kind === undefined || bits === undefined || kind.end - kind.from !== algorithm.length) return undefined;
  for (let at = 0; at < algorithm.length; at++) if (spki[kind.from + at] !== algorithm[at]) return undefined;
  return bitString(spki, bits);
}

/** The octets of a BIT STRING that has no odd bits. */
function bitString(data: Uint8Array, { tag, start, end }: DerValue): Uint8Array | undefined {
  return tag === BIT_STRING && end > start && data[start] === 0 ? data.subarray(start + 1, end) : undefined;
}

/** A positive INTEGER in its shortest form, as JWK has it. */
function positive(data: Uint8Array, { tag, start, end }: DerValue): string | undefined {
  const first = data[start] ?? 0;
  if (tag !== INTEGER || end <= start || first >= 0x80) return undefined;
  if (first !== 0) return base64(data, start, end);
  return (data[start + 1] ?? 0) >= 0x80 ? base64(data, start + 1, end) : undefined;
}

function base64(data: Uint8Array, from: number, to: number): string {
  return Buffer.from(data.buffer, data.byteOffset + from, to - from).toString('base64url');
}

function partsOf(data: Uint8Array, parent: DerValue | undefined): readonly DerValue[] {
  return parent === undefined ? NONE : (derChildren(data, parent) ?? NONE);
}

function isSame(data: Uint8Array, one: DerValue, other: DerValue): boolean {
  if (one.end - one.from !== other.end - other.from) return false;
  for (let at = one.from, to = other.from; at < one.end; at++, to++) if (data[at] !== data[to]) return false;
  return true;
}

/** By identifier (RFC 8017 §A.2.4, RFC 5758 §3.2): type of the key and digest. */
const ALGORITHMS: Readonly<Record<string, readonly [keyType: 'rsa' | 'ec', digest: string]>> = {
  '1.2.840.113549.1.1.5': ['rsa', 'sha1'],
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '1.2.840.10045.4.3.2': ['ec', 'sha256'],
  '1.2.840.10045.4.3.3': ['ec', 'sha384'],
  '1.2.840.10045.4.3.4': ['ec', 'sha512'],
};
/** AlgorithmIdentifier of rsaEncryption with NULL, and of id-ecPublicKey on P-256. */
const RSA = Uint8Array.of(0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0);
const P256 = Uint8Array.of(0x30, 19, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7);
const UNCOMPRESSED = 4;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const NONE: readonly DerValue[] = [];
/** SubjectPublicKeyInfo of RSA with 8192 bits is 1062 bytes; larger keys are slow to check and unknown on public servers. */
const LARGEST_KEY = 1100;
/** Keys of signers remembered, about 1 KB each; the table starts over when full. */
const KEY_CACHE = 256;
const UNREADABLE = 'unreadable';
const keys = new Map<string, KeyObject | typeof UNREADABLE>();
/** Pairs of certificate and signer remembered, some 250 bytes each: what stands above the leaves comes again with each of them. The table starts over when full. */
const VERDICT_CACHE = 4096;
const verdicts = new Map<string, boolean>();
