/**
 * Certificates for the demo's servers, made when it starts and never kept:
 * takes names and a time, gives X.509 (RFC 5280) in PEM with their keys. Keys
 * are Ed25519 (RFC 8410), whose signatures have one length, so that every demo
 * sends as many bytes as the one before. Reads no certificate and checks none.
 */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { formatTime, SECOND, type Micros } from '../../core/base/time.ts';

export interface Authority {
  readonly pem: string;
  readonly name: Uint8Array;
  readonly key: KeyObject;
}

export interface Credentials {
  /** Leaf first, its authority behind it. */
  readonly cert: string;
  readonly key: string;
}

/** A root that signs itself, good around `now`. */
export function makeAuthority(commonName: string, organisation: string, now: Micros): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const name = nameOf([[OID.commonName, commonName], [OID.organisation, organisation]]);
  const extensions = [extension(OID.basicConstraints, der(SEQUENCE, YES)), extension(OID.keyUsage, Buffer.from(SIGNS_CERTIFICATES))];
  return { pem: certificate(name, name, publicKey, privateKey, extensions, now), name, key: privateKey };
}

/** A server's certificate for these host names. */
export function issue(authority: Authority, hosts: readonly string[], now: Micros): Credentials {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const names = der(SEQUENCE, ...hosts.map((host) => der(DNS_NAME, Buffer.from(host))));
  const leaf = certificate(nameOf([[OID.commonName, hosts[0] ?? '']]), authority.name, publicKey, authority.key, [extension(OID.subjectAltName, names)], now);
  return { cert: leaf + authority.pem, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function certificate(subject: Uint8Array, issuer: Uint8Array, key: KeyObject, signer: KeyObject, extensions: readonly Uint8Array[], now: Micros): string {
  // Positive, and without a leading zero that DER would drop: every serial is as long as the next.
  const serial = randomBytes(SERIAL_LENGTH);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f);
  const signed = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, serial),
    ED25519,
    issuer,
    der(SEQUENCE, utcTime(now - HOUR), utcTime(now + DAY)),
    subject,
    key.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, der(SEQUENCE, ...extensions)),
  );
  const whole = der(SEQUENCE, signed, ED25519, bitString(sign(undefined, signed, signer)));
  const lines = Buffer.from(whole).toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** RDNSequence of single attributes in UTF-8. */
function nameOf(attributes: readonly (readonly [oid: readonly number[], text: string])[]): Uint8Array {
  return der(SEQUENCE, ...attributes.map(([oid, text]) => der(SET, der(SEQUENCE, der(OBJECT, Buffer.from(oid)), der(UTF8, Buffer.from(text))))));
}

function extension(oid: readonly number[], value: Uint8Array): Uint8Array {
  return der(SEQUENCE, der(OBJECT, Buffer.from(oid)), der(OCTETS, value));
}

function bitString(bytes: Uint8Array): Uint8Array {
  return der(BITS, Buffer.from([0]), bytes);
}

/** `YYMMDDHHMMSSZ`. */
function utcTime(at: Micros): Uint8Array {
  return der(UTC_TIME, Buffer.from(`${formatTime(at).slice(2, 19).replaceAll(/\D/g, '')}Z`));
}

/** A value with its tag and definite length (X.690 §8.1.3). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), body]);
}

const INTEGER = 0x02;
const BITS = 0x03;
const OCTETS = 0x04;
const OBJECT = 0x06;
const UTF8 = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const DNS_NAME = 0x82;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
/** 2.5.4.3, 2.5.4.10, 2.5.29.15, .17, .19 and 1.3.101.112, as DER has them. */
const OID = { commonName: [0x55, 4, 3], organisation: [0x55, 4, 10], keyUsage: [0x55, 29, 15], subjectAltName: [0x55, 29, 17], basicConstraints: [0x55, 29, 19], ed25519: [0x2b, 0x65, 0x70] };
const ED25519 = der(SEQUENCE, der(OBJECT, Buffer.from(OID.ed25519)));
/** BOOLEAN TRUE: it is an authority. */
const YES = Buffer.from([0x01, 0x01, 0xff]);
/** BIT STRING with keyCertSign and cRLSign. */
const SIGNS_CERTIFICATES = [0x03, 0x02, 0x01, 0x06];
const SERIAL_LENGTH = 16;
const HOUR: Micros = 3600 * SECOND;
const DAY: Micros = 24 * HOUR;
