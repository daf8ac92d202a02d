/**
 * ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2): takes the message body
 * without its four-byte header, from TCP records, QUIC CRYPTO frames or DTLS,
 * and gives its facts. As strict as servers are: a hello that any of them
 * would refuse with decode_error gives nothing, so that two readings of one
 * name are impossible. Keeps no reference to the bytes.
 */
import { Bytes, latin1 } from '../../../base/bytes.ts';
import { wireText, type WireText } from '../../../base/wire-text.ts';
import type { ClientHelloFacts, ResumptionOffer } from './facts.ts';
import { isGrease } from './grease.ts';
import { ja4, type Ja4Transport } from './ja4.ts';
import { shared } from './shared-lists.ts';
import { isWeakCipher } from './tables/weak-ciphers.ts';
import { highestVersion, isTls13, versionText } from './versions.ts';

/** The facts of a hello, and what only the reader of its connection needs. */
export interface ClientHelloReading {
  readonly facts: ClientHelloFacts;
  /** early_data was offered (RFC 8446 §4.2.10): encrypted records may follow at once. */
  readonly earlyData: boolean;
  /** psk_key_exchange_modes was sent: a TLS 1.3 server may send tickets. */
  readonly ticketsWelcome: boolean;
}

/** Facts of a ClientHello body; undefined when it makes no sense. The transport is the first letter of its JA4. */
export function decodeClientHello(body: Uint8Array, transport: Ja4Transport = 't'): ClientHelloFacts | undefined {
  return readClientHello(body, transport)?.facts;
}

/** As {@link decodeClientHello}, with what a session needs besides. */
export function readClientHello(body: Uint8Array, transport: Ja4Transport): ClientHelloReading | undefined {
  const bytes = new Bytes(body);
  const legacy = bytes.u16();
  bytes.skip(RANDOM);
  const sessionId = bytes.u8();
  bytes.skip(sessionId);
  // RFC 9147 §5.3: DTLS has a cookie here.
  if (transport === 'd') bytes.skip(bytes.u8());
  const listed = bytes.u16();
  const ciphers = readNumbers(bytes.sub(listed), bytes);
  bytes.skip(bytes.u8());
  const found = emptyExtensions();
  found.sessionId = sessionId > 0;
  // SSL 3.0 and old TLS 1.0 clients end here.
  if (bytes.left > 0) readExtensions(bytes.sub(bytes.u16()), found);
  if (bytes.short || bytes.left > 0 || found.damaged || listed === 0) return undefined;
  return { facts: toFacts(legacy, ciphers, found, transport, body.length), earlyData: found.earlyData, ticketsWelcome: found.ticketsWelcome };
}

/** The hello in SSL 2.0 record format (RFC 5246 appendix E.2): the body after the two length bytes. */
export function readSslv2Hello(body: Uint8Array): ClientHelloReading | undefined {
  const bytes = new Bytes(body);
  bytes.skip(1);
  const version = bytes.u16();
  const specs = bytes.u16();
  const rest = bytes.u16() + bytes.u16();
  const ciphers: number[] = [];
  for (let left = specs; left >= 3 && !bytes.short; left -= 3) {
    // A first byte other than zero is an SSL 2.0 cipher, which no later protocol knows.
    const high = bytes.u8();
    const cipher = bytes.u16();
    if (high === 0) ciphers.push(cipher);
  }
  if (bytes.short || specs % 3 !== 0 || bytes.left !== rest) return undefined;
  const facts = { ...toFacts(version, ciphers, emptyExtensions(), 't', body.length), sslv2Format: true as const };
  return { facts, earlyData: false, ticketsWelcome: false };
}

interface Extensions {
  types: number[];
  versions: number[];
  alpn: WireText[];
  signatures: number[];
  keyShares: number[];
  groups: number[] | undefined;
  sni: WireText | undefined;
  named: boolean;
  ech: boolean;
  sessionId: boolean;
  ticket: boolean;
  psk: boolean;
  earlyData: boolean;
  ticketsWelcome: boolean;
  damaged: boolean;
}

function emptyExtensions(): Extensions {
  return {
    types: [], versions: [], alpn: [], signatures: [], keyShares: [], groups: undefined, sni: undefined, named: false,
    ech: false, sessionId: false, ticket: false, psk: false, earlyData: false, ticketsWelcome: false, damaged: false,
  };
}

function readExtensions(bytes: Bytes, found: Extensions): void {
  while (bytes.left > 0 && !bytes.short) {
    const type = bytes.u16();
    const body = bytes.sub(bytes.u16());
    if (isGrease(type)) continue;
    found.types.push(type);
    readExtension(type, body, found);
    if (body.short) found.damaged = true;
  }
  if (bytes.short) found.damaged = true;
}

function readExtension(type: number, body: Bytes, found: Extensions): void {
  switch (type) {
    case SERVER_NAME:
      readServerName(body, found);
      break;
    case SIGNATURE_ALGORITHMS:
      found.signatures = readNumbers(body.sub(body.u16()), body);
      break;
    case ALPN:
      readProtocols(body.sub(body.u16()), body, found);
      break;
    case SUPPORTED_VERSIONS:
      found.versions = readNumbers(body.sub(body.u8()), body);
      break;
    case KEY_SHARE:
      readKeyShares(body.sub(body.u16()), body, found);
      break;
    case SUPPORTED_GROUPS:
      found.groups = readNumbers(body.sub(body.u16()), body);
      break;
    case SESSION_TICKET:
      // An empty one only asks for a ticket.
      found.ticket = body.left > 0;
      break;
    case PRE_SHARED_KEY:
      found.psk = body.left > 0;
      break;
    case EARLY_DATA:
      found.earlyData = true;
      break;
    case PSK_MODES:
      found.ticketsWelcome = true;
      break;
    case ENCRYPTED_CLIENT_HELLO:
      found.ech = true;
      break;
    default:
  }
}

/** RFC 6066 §3. More than one name, or a second extension, is refused by servers and would let two readers see two names. */
function readServerName(body: Bytes, found: Extensions): void {
  if (found.named) found.damaged = true;
  found.named = true;
  if (body.left === 0) return;
  const list = body.sub(body.u16());
  const type = list.u8();
  const name = list.take(list.u16());
  if (list.short || list.left > 0 || body.left > 0 || name.length > LONGEST_NAME) found.damaged = true;
  else if (type === HOST_NAME && name.length > 0) found.sni = wireText(latin1(name));
}

function readProtocols(list: Bytes, body: Bytes, found: Extensions): void {
  while (list.left > 0 && !list.short) {
    const name = list.take(list.u8());
    if (name.length === 0) list.short = true;
    else if (found.alpn.length < MOST_PROTOCOLS) found.alpn.push(wireText(latin1(name)));
  }
  if (list.short) body.short = true;
}

function readKeyShares(list: Bytes, body: Bytes, found: Extensions): void {
  while (list.left > 0 && !list.short) {
    const group = list.u16();
    list.skip(list.u16());
    if (!isGrease(group) && found.keyShares.length < MOST_GROUPS) found.keyShares.push(group);
  }
  if (list.short) body.short = true;
}

/** 16-bit values without GREASE; an odd byte at the end makes the reader around them short. */
function readNumbers(list: Bytes, around: Bytes): number[] {
  const values: number[] = [];
  while (list.left > 0) {
    const value = list.u16();
    if (!isGrease(value)) values.push(value);
  }
  if (list.short) around.short = true;
  return values;
}

function toFacts(legacy: number, ciphers: number[], found: Extensions, transport: Ja4Transport, length: number): ClientHelloFacts {
  const versions = found.versions.length > 0 ? found.versions : [legacy];
  const first = found.alpn[0];
  const resumption = resumptionOf(found, versions);
  return {
    version: versionText(highestVersion(versions)),
    offered: versions.map(versionText),
    sni: found.sni,
    alpn: found.alpn,
    ja4: ja4({ transport, versions, named: found.named, ciphers, extensions: found.types, alpn: first, signatures: found.signatures }),
    ech: found.ech,
    keyShareGroups: shared(found.keyShares),
    groups: found.groups === undefined ? undefined : shared(found.groups.slice(0, MOST_GROUPS)),
    weakCiphers: weakOf(ciphers),
    length,
    resumptionOffered: resumption !== undefined,
    resumption,
    earlyData: found.earlyData ? true : undefined,
  };
}

/** One of a few shared lists. */
function resumptionOf(found: Extensions, versions: readonly number[]): readonly ResumptionOffer[] | undefined {
  const bySessionId = found.sessionId && !versions.some(isTls13);
  return RESUMPTIONS[(bySessionId ? 1 : 0) + (found.ticket ? 2 : 0) + (found.psk ? 4 : 0)];
}

function weakOf(ciphers: readonly number[]): readonly number[] | undefined {
  let weak: Set<number> | undefined;
  for (const cipher of ciphers) if (isWeakCipher(cipher)) weak = (weak ?? new Set()).add(cipher);
  return weak === undefined ? undefined : shared([...weak]);
}

const RANDOM = 32;
const HOST_NAME = 0;
/** Extension types: the IANA registry "TLS ExtensionType Values". */
const SERVER_NAME = 0;
const SUPPORTED_GROUPS = 10;
const SIGNATURE_ALGORITHMS = 13;
const ALPN = 16;
const SESSION_TICKET = 35;
const PRE_SHARED_KEY = 41;
const EARLY_DATA = 42;
const SUPPORTED_VERSIONS = 43;
const PSK_MODES = 45;
const KEY_SHARE = 51;
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;
/** Servers refuse more (OpenSSL, BoringSSL and GnuTLS draw the line here); names in DNS end at 253. */
const LONGEST_NAME = 255;
/** Protocols of an ALPN list that are kept: clients offer two or three. */
const MOST_PROTOCOLS = 32;
/** Groups that are kept of a list: the registry holds some fifty. */
const MOST_GROUPS = 64;
/** By session id (1), ticket (2) and pre-shared key (4). */
const RESUMPTIONS: readonly (readonly ResumptionOffer[] | undefined)[] = [
  undefined, ['session-id'], ['ticket'], ['session-id', 'ticket'], ['psk'], ['session-id', 'psk'], ['ticket', 'psk'], ['session-id', 'ticket', 'psk'],
];
