/**
 * Protocol version numbers of hellos: their text, and which of several is the
 * highest. Never guesses at unknown numbers: they rank below all known ones.
 */
import type { TlsVersion } from './facts.ts';

/** The text of a version number (RFC 8446 §4.2.1); `0xNNNN` for what is no final TLS version, drafts included. */
export function versionText(version: number): TlsVersion {
  return KNOWN.get(version) ?? `0x${version.toString(16).padStart(4, '0')}`;
}

/** Highest of a non-empty list, drafts of TLS 1.3 standing between 1.2 and 1.3. */
export function highestVersion(versions: readonly number[]): number {
  return versions.reduce((best, version) => (rank(version) > rank(best) ? version : best), versions[0] ?? 0);
}

/** Whether a negotiated version encrypts everything after the ServerHello. */
export function isTls13(version: number): boolean {
  return version === TLS13 || version === DTLS13 || isDraft13(version);
}

function rank(version: number): number {
  // DTLS counts downwards (RFC 6347 §4.1): 1.3 is 0xfefc.
  if (KNOWN.has(version)) return version >>> 8 === 0xfe ? 0xffff - version : version;
  return isDraft13(version) ? TLS13 - 0.5 : -1;
}

function isDraft13(version: number): boolean {
  return version >>> 8 === 0x7f;
}

const TLS13 = 0x0304;
const DTLS13 = 0xfefc;
const KNOWN: ReadonlyMap<number, TlsVersion> = new Map([
  [0x0002, 'SSL2.0'],
  [0x0300, 'SSL3.0'],
  [0x0301, 'TLS1.0'],
  [0x0302, 'TLS1.1'],
  [0x0303, 'TLS1.2'],
  [TLS13, 'TLS1.3'],
  [0xfeff, 'DTLS1.0'],
  [0xfefd, 'DTLS1.2'],
  [DTLS13, 'DTLS1.3'],
]);
