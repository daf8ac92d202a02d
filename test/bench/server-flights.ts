/**
 * What servers answer: the first flight of TLS 1.3 (RFC 8446 §4.1.3: one clear
 * ServerHello, the rest encrypted) and of TLS 1.2 with a certificate chain in
 * clear. Certificates parse (RFC 5280 §4.1), their signatures are noise.
 */
import { ByteWriter } from './byte-writer.ts';
import type { SeededRandom } from './random.ts';

/** ServerHello, change_cipher_spec and the encrypted rest, as records. */
export function flight13(random: SeededRandom, sessionId: Uint8Array): Uint8Array {
  const out = new ByteWriter();
  record(out, HANDSHAKE, () => serverHello(out, random, sessionId, 0x1301, () => {
    out.u16(51).prefixed(2, () => out.u16(29).prefixed(2, () => out.raw(random.bytes(32))));
    out.u16(43).prefixed(2, () => out.u16(0x0304));
  }));
  out.raw(CHANGE_CIPHER_SPEC);
  record(out, APPLICATION_DATA, () => out.raw(random.bytes(random.between(2200, 4300))));
  return out.take();
}

/** ServerHello, Certificate, ServerKeyExchange and ServerHelloDone, one record each. */
export function flight12(random: SeededRandom, alpn: string | undefined, chain: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter();
  record(out, HANDSHAKE, () => serverHello(out, random, random.bytes(32), 0xc02b, () => {
    out.u16(0xff01).prefixed(2, () => out.u8(0));
    out.u16(23).u16(0);
    if (alpn !== undefined) out.u16(16).prefixed(2, () => out.prefixed(2, () => out.prefixed(1, () => out.ascii(alpn))));
  }));
  record(out, HANDSHAKE, () => message(out, 11, () => out.prefixed(3, () => chain.forEach((one) => out.prefixed(3, () => out.raw(one))))));
  record(out, HANDSHAKE, () => message(out, 12, () => {
    out.u8(3).u16(29).prefixed(1, () => out.raw(random.bytes(32)));
    out.u16(0x0403).prefixed(2, () => out.raw(random.bytes(71)));
  }));
  record(out, HANDSHAKE, () => message(out, 14, () => undefined));
  return out.take();
}

/** A leaf for `name` and the issuer's own certificate. */
export function chainFor(name: string, random: SeededRandom): Uint8Array[] {
  return [certificate(random, ISSUER, name, name), certificate(random, ROOT, ISSUER, undefined)];
}

/** The client's end of the handshake as records: TLS 1.3 Finished, or TLS 1.2 ClientKeyExchange and Finished. */
export function clientEnd(random: SeededRandom, version: 12 | 13): Uint8Array {
  const out = new ByteWriter();
  if (version === 12) record(out, HANDSHAKE, () => message(out, 16, () => out.prefixed(1, () => out.raw(random.bytes(32)))));
  out.raw(CHANGE_CIPHER_SPEC);
  record(out, version === 12 ? HANDSHAKE : APPLICATION_DATA, () => out.raw(random.bytes(version === 12 ? 40 : 53)));
  return out.take();
}

/** The server's end of a TLS 1.2 handshake: ticket left out, change_cipher_spec, Finished. */
export function serverEnd12(random: SeededRandom): Uint8Array {
  const out = new ByteWriter().raw(CHANGE_CIPHER_SPEC);
  record(out, HANDSHAKE, () => out.raw(random.bytes(40)));
  return out.take();
}

/** One TLS record of `type` round what `body` writes. */
export function record(out: ByteWriter, type: number, body: () => void): void {
  out.u8(type).u16(0x0303).prefixed(2, body);
}

function message(out: ByteWriter, type: number, body: () => void): void {
  out.u8(type).prefixed(3, body);
}

function serverHello(out: ByteWriter, random: SeededRandom, sessionId: Uint8Array, cipher: number, extensions: () => void): void {
  message(out, 2, () => {
    out.u16(0x0303).raw(random.bytes(32));
    out.prefixed(1, () => out.raw(sessionId)).u16(cipher).u8(0).prefixed(2, extensions);
  });
}

function certificate(random: SeededRandom, issuer: string, subject: string, dnsName: string | undefined): Uint8Array {
  const names = dnsName === undefined
    ? der(0x30, OID_BASIC_CONSTRAINTS, der(0x01, [0xff]), der(0x04, der(0x30, der(0x01, [0xff]))))
    : der(0x30, OID_ALTERNATIVE_NAME, der(0x04, der(0x30, der(0x82, ascii(dnsName)))));
  const body = der(0x30,
    der(0xa0, der(0x02, [2])), der(0x02, [0x11, ...random.bytes(15)]), ECDSA_SHA256, commonName(issuer),
    der(0x30, der(0x17, ascii('250101000000Z')), der(0x17, ascii('350101000000Z'))), commonName(subject),
    der(0x30, der(0x30, OID_EC_KEY, OID_P256), der(0x03, [0, 4, ...random.bytes(64)])),
    der(0xa3, der(0x30, names)));
  const signature = der(0x30, der(0x02, [0x11, ...random.bytes(31)]), der(0x02, [0x12, ...random.bytes(31)]));
  return Uint8Array.from(der(0x30, body, ECDSA_SHA256, der(0x03, [0, ...signature])));
}

function commonName(text: string): number[] {
  return der(0x30, der(0x31, der(0x30, OID_COMMON_NAME, der(0x0c, ascii(text)))));
}

function der(tag: number, ...parts: readonly (readonly number[])[]): number[] {
  const body = parts.flat();
  const { length } = body;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
  return [tag, ...head, ...body];
}

function ascii(text: string): number[] {
  return [...Buffer.from(text, 'latin1')];
}

export const HANDSHAKE = 22;
export const APPLICATION_DATA = 23;
const CHANGE_CIPHER_SPEC = [20, 3, 3, 0, 1, 1];
const ISSUER = 'Bench Issuing CA';
const ROOT = 'Bench Root CA';
const OID_COMMON_NAME = [6, 3, 0x55, 4, 3];
const OID_ALTERNATIVE_NAME = [6, 3, 0x55, 0x1d, 0x11];
const OID_BASIC_CONSTRAINTS = [6, 3, 0x55, 0x1d, 0x13];
const OID_EC_KEY = [6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const OID_P256 = [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const ECDSA_SHA256 = [0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
