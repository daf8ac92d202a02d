/**
 * Payloads of UDP flows: DNS questions and answers (RFC 1035 §4), and QUIC
 * version 1 datagrams, whose Initials are really protected (RFC 9001 §5), since
 * reading them is what costs.
 */
import { createCipheriv, createHmac } from 'node:crypto';
import { ByteWriter } from './byte-writer.ts';
import type { SeededRandom } from './random.ts';

/** The question for `name`, or its answer with `addresses` (all 4 or all 16 bytes long), behind a CNAME when `alias` is given. */
export function dnsMessage(id: number, name: string, isV6: boolean, answer?: { addresses: readonly Uint8Array[]; alias?: string; ttl: number }): Uint8Array {
  const out = new ByteWriter();
  const records = answer === undefined ? 0 : answer.addresses.length + (answer.alias === undefined ? 0 : 1);
  out.u16(id).u16(answer === undefined ? 0x0100 : 0x8180).u16(1).u16(records).u16(0).u16(1);
  labels(out, name);
  out.u16(isV6 ? 28 : 1).u16(1);
  let owner = QUESTION_NAME;
  if (answer?.alias !== undefined) {
    const alias = answer.alias;
    out.u16(QUESTION_NAME).u16(5).u16(1).u32(answer.ttl);
    owner = 0xc000 | (out.length + 2);
    out.prefixed(2, () => labels(out, alias));
  }
  for (const address of answer?.addresses ?? []) out.u16(owner).u16(isV6 ? 28 : 1).u16(1).u32(answer?.ttl ?? 0).prefixed(2, () => out.raw(address));
  // EDNS (RFC 6891): nearly every resolver speaks it.
  out.u8(0).u16(41).u16(1232).u32(0).u16(0);
  return out.take();
}

/** One client Initial, padded to 1200 bytes: CRYPTO data `hello[from..to)`. */
export function clientInitial(destination: Uint8Array, source: Uint8Array, number: number, hello: Uint8Array, from: number, to: number): Uint8Array {
  const out = new ByteWriter();
  longHeader(out, 0x0, destination, source);
  return protectedPacket(out, 'client in', destination, number, cryptoFrame(from, hello.subarray(from, to)), DATAGRAM);
}

/** A server's Initial with its ServerHello and a Handshake packet of noise, coalesced; `key` is the client's first destination. */
export function serverAnswer(key: Uint8Array, source: Uint8Array, destination: Uint8Array, random: SeededRandom): Uint8Array {
  const initial = new ByteWriter();
  longHeader(initial, 0x0, destination, source);
  const ack = Uint8Array.of(2, 0, 0, 0, 0);
  const hello = serverHello(random);
  const frames = new ByteWriter().raw(ack).raw(cryptoFrame(0, hello)).take();
  const out = new ByteWriter().raw(protectedPacket(initial, 'server in', key, 0, frames, 0));
  longHeader(out, 0x2, destination, source);
  const rest = DATAGRAM - out.length - 2;
  return out.u16(0x4000 | rest).raw(random.bytes(rest)).take();
}

/** A TLS 1.3 ServerHello as a handshake message (RFC 8446 §4.1.3): AES-128-GCM, X25519. */
function serverHello(random: SeededRandom): Uint8Array {
  const out = new ByteWriter();
  out.u8(2).prefixed(3, () => {
    out.u16(0x0303).raw(random.bytes(32)).u8(0).u16(0x1301).u8(0);
    out.prefixed(2, () => out.u16(43).u16(2).u16(0x0304).u16(51).u16(36).u16(29).u16(32).raw(random.bytes(32)));
  });
  return out.take();
}

function cryptoFrame(offset: number, data: Uint8Array): Uint8Array {
  return new ByteWriter().u8(6).u16(0x4000 | offset).u16(0x4000 | data.length).raw(data).take();
}

/** Up to the length field; an Initial's token is empty. */
function longHeader(out: ByteWriter, type: number, destination: Uint8Array, source: Uint8Array): void {
  out.u8(0xc0 | (type << 4) | (NUMBER_LENGTH - 1)).u32(QUIC_V1);
  out.prefixed(1, () => out.raw(destination)).prefixed(1, () => out.raw(source));
  if (type === 0) out.u8(0);
}

/** Length, number and sealed frames behind the header in `out`, filled up to `size` bytes. */
function protectedPacket(out: ByteWriter, label: string, key: Uint8Array, number: number, frames: Uint8Array, size: number): Uint8Array {
  const secret = expand(extract(INITIAL_SALT_V1, key), label, 32);
  const clear = new Uint8Array(Math.max(frames.length, size - out.length - 2 - NUMBER_LENGTH - TAG));
  clear.set(frames);
  out.u16(0x4000 | (NUMBER_LENGTH + clear.length + TAG)).u16(number);
  const header = out.take();
  const nonce = expand(secret, 'quic iv', 12);
  nonce[11] = (nonce[11] ?? 0) ^ number;
  const cipher = createCipheriv('aes-128-gcm', expand(secret, 'quic key', 16), nonce);
  cipher.setAAD(header);
  const packet = Buffer.concat([header, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
  return hideHeader(packet, header.length - NUMBER_LENGTH, expand(secret, 'quic hp', 16));
}

function labels(out: ByteWriter, name: string): void {
  for (const label of name.split('.')) out.prefixed(1, () => out.ascii(label));
  out.u8(0);
}

function hideHeader(packet: Buffer, numberAt: number, key: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', key, null);
  const mask = cipher.update(packet.subarray(numberAt + 4, numberAt + 20));
  packet[0] = (packet[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  for (let at = 0; at < NUMBER_LENGTH; at++) packet[numberAt + at] = (packet[numberAt + at] ?? 0) ^ (mask[at + 1] ?? 0);
  return packet;
}

function extract(salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return createHmac('sha256', salt).update(secret).digest();
}

/** HKDF-Expand-Label (RFC 8446 §7.1) for one block of output. */
function expand(secret: Uint8Array, label: string, length: number): Uint8Array {
  const text = `tls13 ${label}`;
  const info = new ByteWriter().u16(length).u8(text.length).ascii(text).u8(0).u8(1).take();
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

/** Pointer to the name of the question, which always stands behind the 12-byte header. */
const QUESTION_NAME = 0xc00c;
const QUIC_V1 = 1;
const INITIAL_SALT_V1 = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex');
const NUMBER_LENGTH = 2;
const TAG = 16;
const DATAGRAM = 1200;
