/**
 * The fields of one X.509 certificate (RFC 5280 §4.1): takes its DER, gives
 * names, validity and the extents that hashes are taken over. Own walk, because
 * attribute values are hostile text: a newline or a slash in a CN must not
 * become a second attribute. Verifies nothing.
 */
import { latin1 } from '../../../base/bytes.ts';
import { parseTime, type Micros } from '../../../base/time.ts';
import { wireText, type WireText } from '../../../base/wire-text.ts';
import { derChildren, objectIdentifier, readDer, TAG, type DerValue } from './der.ts';
import { countSctsOfExtension } from './sct.ts';
import { NAME_ATTRIBUTES } from './tables/name-attributes.ts';

type NameAttributes = Readonly<Record<string, WireText>>;

export interface CertificateFields {
  readonly subject: NameAttributes;
  readonly issuer: NameAttributes;
  /** Subject and issuer are the same bytes. */
  readonly selfIssued: boolean;
  readonly notBefore: Micros;
  readonly notAfter: Micros;
  readonly dnsNames: readonly WireText[];
  /** Signed certificate timestamps inside (RFC 6962 §3.3). */
  readonly scts: number;
  /** The DER of the SubjectPublicKeyInfo: a view into the data. */
  readonly spki: Uint8Array;
}

/** The fields of a DER certificate; undefined when it makes no sense or holds more than its length. */
export function readCertificateFields(data: Uint8Array): CertificateFields | undefined {
  const whole = readDer(data, 0, data.length);
  const tbs = whole?.tag === TAG.sequence && whole.end === data.length ? readDer(data, whole.start, whole.end) : undefined;
  const all = tbs?.tag === TAG.sequence ? derChildren(data, tbs) : undefined;
  if (all === undefined) return undefined;
  // version is left out by version 1 certificates: serial, signature, issuer, validity, subject, key follow.
  const [, , issuer, validity, subject, spki, ...rest] = all[0]?.tag === TAG.version ? all.slice(1) : all;
  if (issuer === undefined || validity === undefined || subject === undefined || spki === undefined) return undefined;
  const names = [readName(data, subject), readName(data, issuer)] as const;
  const times = derChildren(data, validity)?.map((time) => readTime(data, time));
  const extensions = readExtensions(data, rest.find((value) => value.tag === TAG.extensions));
  const [notBefore, notAfter] = times ?? [];
  if (names[0] === undefined || names[1] === undefined || notBefore === undefined || notAfter === undefined || extensions === undefined) return undefined;
  return {
    subject: names[0],
    issuer: names[1],
    selfIssued: sameBytes(data, subject, issuer),
    notBefore,
    notAfter,
    ...extensions,
    spki: data.subarray(spki.from, spki.end),
  };
}

/** RDNSequence (RFC 5280 §4.1.2.4): SEQUENCE of SET of { type, value }. */
function readName(data: Uint8Array, name: DerValue): NameAttributes | undefined {
  const attributes: Record<string, WireText> = {};
  const sets = derChildren(data, name);
  if (sets === undefined) return undefined;
  for (const set of sets) {
    const pairs = derChildren(data, set);
    if (pairs === undefined) return undefined;
    for (const pair of pairs) {
      const [type, value] = derChildren(data, pair) ?? [];
      const oid = type?.tag === TAG.oid ? objectIdentifier(data, type) : undefined;
      if (oid === undefined || value === undefined) return undefined;
      const key = NAME_ATTRIBUTES[oid] ?? oid;
      const text = readText(data, value);
      const earlier = attributes[key];
      attributes[key] = earlier === undefined ? text : wireText(`${earlier} + ${text}`);
    }
  }
  return attributes;
}

/** DirectoryString and its kin: UTF-8, UTF-16 or UTF-32 big-endian, else one char per byte (T61 is used as ISO 8859-1). */
function readText(data: Uint8Array, value: DerValue): WireText {
  const { start } = value;
  const end = Math.min(value.end, start + LONGEST_VALUE);
  if (value.tag === TAG.utf8) return wireText(UTF8.decode(data.subarray(start, end)));
  const width = value.tag === TAG.bmp ? 2 : value.tag === TAG.universal ? 4 : 1;
  if (width === 1) return wireText(latin1(data, start, end));
  let text = '';
  for (let at = start; at + width <= end; at += width) {
    let code = 0;
    for (let octet = 0; octet < width; octet++) code = code * 256 + (data[at + octet] ?? 0);
    text += width === 2 ? String.fromCharCode(code) : String.fromCodePoint(code <= 0x10_ffff ? code : 0xfffd);
  }
  return wireText(text);
}

/** UTCTime and GeneralizedTime (RFC 5280 §4.1.2.5); old certificates leave out the seconds or name an offset. */
function readTime(data: Uint8Array, value: DerValue): Micros | undefined {
  const text = latin1(data, value.start, Math.min(value.end, value.start + LONGEST_TIME));
  const match = value.tag === TAG.utcTime ? UTC_TIME.exec(text) : value.tag === TAG.generalizedTime ? GENERALIZED_TIME.exec(text) : undefined;
  if (!match) return undefined;
  const [, year = '', month, day, hour, minute, second = '00', zone = 'Z'] = match;
  const century = year.length === 4 ? '' : Number(year) >= 50 ? '19' : '20';
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  return parseTime(`${century}${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
}

/** What is read of the extensions (RFC 5280 §4.2), each in its first instance; undefined when they make no sense. */
function readExtensions(data: Uint8Array, wrapper: DerValue | undefined): Pick<CertificateFields, 'dnsNames' | 'scts'> | undefined {
  if (wrapper === undefined) return { dnsNames: [], scts: 0 };
  const list = readDer(data, wrapper.start, wrapper.end);
  const extensions = list && derChildren(data, list);
  if (extensions === undefined) return undefined;
  let dnsNames: WireText[] | undefined;
  let scts = 0;
  for (const extension of extensions) {
    const parts = derChildren(data, extension);
    const [type] = parts ?? [];
    const oid = type && objectIdentifier(data, type);
    const octets = parts?.at(-1);
    if (oid === SUBJECT_ALT_NAME && dnsNames === undefined) {
      dnsNames = readDnsNames(data, octets);
      if (dnsNames === undefined) return undefined;
    } else if (oid === SCT_LIST && scts === 0 && octets?.tag === TAG.octets) scts = countSctsOfExtension(data, octets);
  }
  return { dnsNames: dnsNames ?? [], scts };
}

/** The dNSName entries of subjectAltName (RFC 5280 §4.2.1.6); undefined when it makes no sense. */
function readDnsNames(data: Uint8Array, octets: DerValue | undefined): WireText[] | undefined {
  const names = octets?.tag === TAG.octets ? readDer(data, octets.start, octets.end) : undefined;
  const entries = names && derChildren(data, names);
  return entries
    ?.filter((entry) => entry.tag === TAG.dnsName)
    .slice(0, MOST_NAMES)
    .map((entry) => wireText(latin1(data, entry.start, Math.min(entry.end, entry.start + LONGEST_VALUE))));
}

function sameBytes(data: Uint8Array, one: DerValue, other: DerValue): boolean {
  const length = one.end - one.from;
  if (other.end - other.from !== length) return false;
  for (let index = 0; index < length; index++) {
    if (data[one.from + index] !== data[other.from + index]) return false;
  }
  return true;
}

const SUBJECT_ALT_NAME = '2.5.29.17';
const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';
const UTC_TIME = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})$/;
const GENERALIZED_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?$/;
const LONGEST_TIME = 24;
/** RFC 5280 appendix A bounds names at 64 to 128 characters and DNS names at 253; four times that keeps odd ones whole. */
const LONGEST_VALUE = 1024;
/** Public authorities stop at a few hundred names; the rest of a flood is not kept. */
const MOST_NAMES = 1024;
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
