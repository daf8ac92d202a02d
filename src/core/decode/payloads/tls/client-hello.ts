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
import { EXTENSION, HelloDigest } from './hello-digest.ts';
import { ja4, type Ja4Transport } from './ja4.ts';
import { weaknessOf } from './tables/weak-ciphers.ts';
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
  if (!digest.read(body, transport)) return undefined;
  const { facts, earlyData, ticketsWelcome } = templateOf(transport);
  const { version, offered, alpn, ja4: fingerprint, ech, keyShareGroups, groups, weakCiphers, resumptionOffered, resumption } = facts;
  const sni = digest.nameTo > digest.nameFrom ? wireText(latin1(body, digest.nameFrom, digest.nameTo)) : undefined;
  return {
    facts: { version, offered, sni, alpn, ja4: fingerprint, ech, keyShareGroups, groups, weakCiphers, length: body.length, resumptionOffered, resumption, earlyData: facts.earlyData },
    earlyData,
    ticketsWelcome,
  };
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
  const facts = { ...toFacts(version, ciphers, noExtensions(), 't', body.length), sslv2Format: true as const };
  return { facts, earlyData: false, ticketsWelcome: false };
}

/** What all hellos with one digest share: a capture holds few kinds of clients and many hellos. */
interface Template {
  readonly transport: Ja4Transport;
  readonly words: Uint16Array;
  readonly reading: ClientHelloReading;
}

/** The reading of the digest, without name and length. */
function templateOf(transport: Ja4Transport): ClientHelloReading {
  const { words, length } = digest;
  if (length > LONGEST_KEPT) return readDigest(transport);
  let hash = length;
  for (let at = 0; at < length; at++) hash = Math.imul(hash ^ (words[at] ?? 0), 0x01000193);
  const place = (hash ^ (hash >>> 15)) & (HELLO_CACHE - 1);
  const known = templates[place];
  if (known !== undefined && known.transport === transport && isDigest(known.words)) return known.reading;
  const reading = readDigest(transport);
  templates[place] = { transport, words: words.slice(0, length), reading };
  return reading;
}

function isDigest(words: Uint16Array): boolean {
  if (words.length !== digest.length) return false;
  for (let at = 0; at < words.length; at++) if (words[at] !== digest.words[at]) return false;
  return true;
}

interface Extensions {
  readonly types: number[];
  versions: readonly number[];
  readonly alpn: WireText[];
  signatures: readonly number[];
  readonly keyShares: number[];
  groups: readonly number[] | undefined;
  sessionId: boolean;
  ticket: boolean;
  psk: boolean;
}

function noExtensions(): Extensions {
  return { types: [], versions: [], alpn: [], signatures: [], keyShares: [], groups: undefined, sessionId: false, ticket: false, psk: false };
}

function readDigest(transport: Ja4Transport): ClientHelloReading {
  const { words, length } = digest;
  const ciphers = listAt(2);
  const found = noExtensions();
  found.sessionId = words[1] === 1;
  for (let at = 3 + ciphers.length; at < length; ) {
    const type = words[at++] ?? 0;
    found.types.push(type);
    at = readExtension(type, at, found);
  }
  const facts = toFacts(words[0] ?? 0, ciphers, found, transport, 0);
  return { facts, earlyData: found.types.includes(EXTENSION.earlyData), ticketsWelcome: found.types.includes(EXTENSION.pskModes) };
}

/** Takes what the digest holds of one extension from `at` on; gives where the next begins. */
function readExtension(type: number, at: number, found: Extensions): number {
  switch (type) {
    case EXTENSION.signatureAlgorithms:
      found.signatures = listAt(at);
      return at + 1 + found.signatures.length;
    case EXTENSION.supportedVersions:
      found.versions = listAt(at);
      return at + 1 + found.versions.length;
    case EXTENSION.keyShare: {
      const groups = listAt(at);
      for (const group of groups) if (found.keyShares.length < MOST_GROUPS) found.keyShares.push(group);
      return at + 1 + groups.length;
    }
    case EXTENSION.supportedGroups: {
      const groups = listAt(at);
      found.groups = groups.slice(0, MOST_GROUPS);
      return at + 1 + groups.length;
    }
    case EXTENSION.alpn: {
      const names = listAt(at);
      for (let from = 0; from < names.length; ) {
        const end = from + 1 + (names[from] ?? 0);
        if (found.alpn.length < MOST_PROTOCOLS) found.alpn.push(wireText(latin1(Uint8Array.from(names.slice(from + 1, end)))));
        from = end;
      }
      return at + 1 + names.length;
    }
    case EXTENSION.sessionTicket:
      // An empty one only asks for a ticket.
      found.ticket ||= digest.words[at] === 1;
      return at + 1;
    case EXTENSION.preSharedKey:
      found.psk ||= digest.words[at] === 1;
      return at + 1;
    default:
      return at;
  }
}

function listAt(at: number): number[] {
  return [...digest.words.subarray(at + 1, at + 1 + (digest.words[at] ?? 0))];
}

function toFacts(legacy: number, ciphers: readonly number[], found: Extensions, transport: Ja4Transport, length: number): ClientHelloFacts {
  const versions = found.versions.length > 0 ? found.versions : [legacy];
  const { types, alpn, signatures } = found;
  const resumption = resumptionOf(found, versions);
  return {
    version: versionText(highestVersion(versions)),
    offered: versions.map(versionText),
    sni: undefined,
    alpn,
    ja4: ja4({ transport, versions, named: types.includes(EXTENSION.serverName), ciphers, extensions: types, alpn: alpn[0], signatures }),
    ech: types.includes(EXTENSION.encryptedClientHello),
    keyShareGroups: found.keyShares,
    groups: found.groups,
    weakCiphers: weakOf(ciphers),
    length,
    resumptionOffered: resumption !== undefined,
    resumption,
    earlyData: types.includes(EXTENSION.earlyData) ? true : undefined,
  };
}

/** One of a few shared lists. */
function resumptionOf(found: Extensions, versions: readonly number[]): readonly ResumptionOffer[] | undefined {
  const bySessionId = found.sessionId && !versions.some(isTls13);
  return RESUMPTIONS[(bySessionId ? 1 : 0) + (found.ticket ? 2 : 0) + (found.psk ? 4 : 0)];
}

function weakOf(ciphers: readonly number[]): readonly number[] | undefined {
  const weak = new Set(ciphers.filter((cipher) => weaknessOf(cipher) !== undefined));
  return weak.size === 0 ? undefined : [...weak];
}

/** One for all hellos: what it holds is read before the next. */
const digest = new HelloDigest();
/** Protocols of an ALPN list that are kept: clients offer two or three. */
const MOST_PROTOCOLS = 32;
/** Groups that are kept of a list: the registry holds some fifty. */
const MOST_GROUPS = 64;
/** By session id (1), ticket (2) and pre-shared key (4). */
const RESUMPTIONS: readonly (readonly ResumptionOffer[] | undefined)[] = [
  undefined, ['session-id'], ['ticket'], ['session-id', 'ticket'], ['psk'], ['session-id', 'psk'], ['ticket', 'psk'], ['session-id', 'ticket', 'psk'],
];
/** Kinds of hellos remembered, each in the one place that its hash gives: clients that shuffle their extensions share few. 2 MB at most. */
const HELLO_CACHE = 1024;
const LONGEST_KEPT = 512;
const templates: (Template | undefined)[] = Array.from({ length: HELLO_CACHE });
