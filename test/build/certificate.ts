/**
 * Certificates for tests: takes names and times as they shall stand in the DER,
 * gives signed certificates with P-256 keys. Writes whatever it is told, also
 * what no authority would sign.
 */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface Issued {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly keyPem: string;
  readonly key: KeyObject;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
}

export interface Wish {
  /** Dotted identifier of the attribute, string tag, value; one RDN each. */
  readonly subject: ReadonlyArray<readonly [oid: string, tag: number, value: string | Uint8Array]>;
  readonly dnsNames?: readonly string[];
  /** ASN.1 times as text: 13 characters are UTCTime. */
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly authority?: boolean;
  /** Further extensions, each whole. */
  readonly extensions?: readonly Uint8Array[];
}

/** A certificate signed by `issuer`, or by its own key. */
export function issue(wish: Wish, issuer?: Issued): Issued {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const subject = tlv(0x30, ...wish.subject.map(([oid, tag, value]) => tlv(0x31, tlv(0x30, oidOf(oid), tlv(tag, bytesOf(value))))));
  const algorithm = tlv(0x30, oidOf('1.2.840.10045.4.3.2'));
  const validity = tlv(0x30, time(wish.notBefore ?? '200101000000Z'), time(wish.notAfter ?? '20991231235959Z'));
  const serial = tlv(0x02, Uint8Array.of(1, ...subject.subarray(-6).map((byte) => byte & 0x7f)));
  const extensions = tlv(0xa3, tlv(0x30, ...extensionsOf(wish)));
  const tbs = tlv(0x30, tlv(0xa0, tlv(0x02, Uint8Array.of(2))), serial, algorithm, issuer?.subject ?? subject, validity, subject, spki, extensions);
  const signature = sign('sha256', tbs, issuer?.key ?? privateKey);
  const der = tlv(0x30, tbs, algorithm, tlv(0x03, Uint8Array.of(0), signature));
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replaceAll(/.{64}(?!$)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  return { der, pem, keyPem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), key: privateKey, subject, spki };
}

/** The body of a Certificate message up to TLS 1.2. */
export function certificateMessage(chain: readonly Uint8Array[]): Uint8Array {
  const list = chain.map((der) => join(u24(der.length), der));
  const all = join(...list);
  return join(u24(all.length), all);
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function extensionsOf(wish: Wish): Uint8Array[] {
  const basic = tlv(0x30, oidOf('2.5.29.19'), tlv(0x04, tlv(0x30, ...(wish.authority === true ? [tlv(0x01, Uint8Array.of(0xff))] : []))));
  const more = wish.extensions ?? [];
  if (wish.dnsNames === undefined) return [basic, ...more];
  const names = wish.dnsNames.map((name) => tlv(0x82, Buffer.from(name, 'latin1')));
  return [basic, tlv(0x30, oidOf('2.5.29.17'), tlv(0x04, tlv(0x30, ...names))), ...more];
}

export function tlv(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const inside = join(...content);
  const { length } = inside;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return join(Uint8Array.of(tag, ...head), inside);
}

export function oidOf(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left % 128) | 0x80);
    return groups;
  });
  return tlv(0x06, Uint8Array.from(octets));
}

function time(text: string): Uint8Array {
  return tlv(text.length === 13 ? 0x17 : 0x18, Buffer.from(text, 'latin1'));
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
}

function u24(length: number): Uint8Array {
  return Uint8Array.of(length >> 16, (length >> 8) & 0xff, length & 0xff);
}
