/**
 * What counts in a ClientHello body as a list of 16-bit numbers: everything
 * that its facts are made of but the host name, and nothing that changes from
 * one hello of a client to the next (random, keys, tickets, GREASE). Equal
 * digests are equal clients. As strict as servers are; allocates nothing.
 */
import type { Ja4Transport } from './ja4.ts';
import { isGrease } from './grease.ts';

export class HelloDigest {
  /** The numbers are `words[0…length)`: version, whether a session id was sent, ciphers, then the extensions in order of arrival. Lists stand behind their count. */
  readonly words: Uint16Array = new Uint16Array(LONGEST_BODY + HEAD);
  length = 0;
  /** Where the host name lies in the body; empty for none. */
  nameFrom = 0;
  nameTo = 0;
  private body: Uint8Array = NOTHING;
  private at = 0;
  private end = 0;
  private isNamed = false;

  /** Takes a message body without its four-byte header; false when it makes no sense (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2). */
  read(body: Uint8Array, transport: Ja4Transport): boolean {
    this.body = body;
    this.at = this.length = this.nameFrom = this.nameTo = 0;
    this.end = body.length;
    this.isNamed = false;
    if (body.length > LONGEST_BODY) return false;
    const fine = this.readHead(transport) && (this.at === this.end || this.readExtensions());
    this.body = NOTHING;
    return fine;
  }

  private readHead(transport: Ja4Transport): boolean {
    if (this.end < 2) return false;
    this.add(this.u16());
    // RFC 9147 §5.3: DTLS has a cookie behind the session id.
    if (!this.skip(RANDOM)) return false;
    this.add((this.body[this.at] ?? 0) > 0 ? 1 : 0);
    if (!this.skipShort() || (transport === 'd' && !this.skipShort())) return false;
    const end = this.listEnd(2, this.end);
    return end > this.at && this.addNumbers(end) && this.skipShort();
  }

  /** SSL 3.0 and old TLS 1.0 clients send none. */
  private readExtensions(): boolean {
    if (this.listEnd(2, this.end) !== this.end) return false;
    while (this.at < this.end) {
      if (this.end - this.at < 4) return false;
      const type = this.u16();
      const end = this.listEnd(2, this.end);
      if (end < 0) return false;
      if (!isGrease(type)) {
        this.add(type);
        if (!this.readExtension(type, end)) return false;
      }
      this.at = end;
    }
    return true;
  }

  private readExtension(type: number, end: number): boolean {
    switch (type) {
      case EXTENSION.serverName:
        return this.readServerName(end);
      case EXTENSION.supportedGroups:
      case EXTENSION.signatureAlgorithms: {
        const list = this.listEnd(2, end);
        return list >= 0 && this.addNumbers(list);
      }
      case EXTENSION.supportedVersions: {
        const list = this.listEnd(1, end);
        return list >= 0 && this.addNumbers(list);
      }
      case EXTENSION.alpn:
        return this.addProtocols(this.listEnd(2, end));
      case EXTENSION.keyShare:
        return this.addKeyShares(this.listEnd(2, end));
      case EXTENSION.sessionTicket:
      case EXTENSION.preSharedKey:
        this.add(end > this.at ? 1 : 0);
        return true;
      default:
        return true;
    }
  }

  /** RFC 6066 §3. More than one name, or a second extension, is refused by servers and would let two readers see two names. */
  private readServerName(end: number): boolean {
    if (this.isNamed) return false;
    this.isNamed = true;
    if (this.at === end) return true;
    if (this.listEnd(2, end) !== end || end - this.at < 3) return false;
    const type = this.body[this.at++];
    if (this.listEnd(2, end) !== end || end - this.at > LONGEST_NAME) return false;
    if (type === HOST_NAME) {
      this.nameFrom = this.at;
      this.nameTo = end;
    }
    return true;
  }

  /** 16-bit values up to `end` without GREASE, behind their count; false for half a value. */
  private addNumbers(end: number): boolean {
    if ((end - this.at) % 2 !== 0) return false;
    const count = this.length++;
    while (this.at < end) {
      const value = this.u16();
      if (!isGrease(value)) this.add(value);
    }
    this.words[count] = this.length - count - 1;
    return true;
  }

  /** Names as length and bytes, behind how many words they take. */
  private addProtocols(end: number): boolean {
    if (end < 0) return false;
    const count = this.length++;
    while (this.at < end) {
      const size = this.body[this.at++] ?? 0;
      if (size === 0 || this.at + size > end) return false;
      this.add(size);
      for (const to = this.at + size; this.at < to; this.at++) this.add(this.body[this.at] ?? 0);
    }
    this.words[count] = this.length - count - 1;
    return true;
  }

  private addKeyShares(end: number): boolean {
    if (end < 0) return false;
    const count = this.length++;
    while (this.at < end) {
      if (end - this.at < 4) return false;
      const group = this.u16();
      const to = this.listEnd(2, end);
      if (to < 0) return false;
      this.at = to;
      if (!isGrease(group)) this.add(group);
    }
    this.words[count] = this.length - count - 1;
    return true;
  }

  /** Where a list with a length of `width` bytes before it ends, the reader then standing at its first byte; -1 when it is not all there before `end`. */
  private listEnd(width: 1 | 2, end: number): number {
    if (end - this.at < width) return -1;
    const size = width === 1 ? (this.body[this.at++] ?? 0) : this.u16();
    return this.at + size <= end ? this.at + size : -1;
  }

  /** Passes over what stands behind a length of one byte. */
  private skipShort(): boolean {
    return this.at < this.end && this.skip(this.body[this.at++] ?? 0);
  }

  private skip(length: number): boolean {
    this.at += length;
    return this.at <= this.end;
  }

  private u16(): number {
    const value = ((this.body[this.at] ?? 0) << 8) | (this.body[this.at + 1] ?? 0);
    this.at += 2;
    return value;
  }

  private add(word: number): void {
    this.words[this.length++] = word;
  }
}

/** Extension types: the IANA registry "TLS ExtensionType Values". */
export const EXTENSION = {
  serverName: 0, supportedGroups: 10, signatureAlgorithms: 13, alpn: 16, sessionTicket: 35, preSharedKey: 41, earlyData: 42, supportedVersions: 43, pskModes: 45, keyShare: 51, encryptedClientHello: 0xfe0d,
} as const;

const RANDOM = 32;
const HOST_NAME = 0;
/** Servers refuse more (OpenSSL, BoringSSL and GnuTLS draw the line here); names in DNS end at 253. */
const LONGEST_NAME = 255;
const NOTHING = new Uint8Array(0);
/** The length of a hello has three bytes, but none of 64 KB exists; each word of a digest stands for at least one byte, but for the version and counts of the head. */
const LONGEST_BODY = 65_536;
const HEAD = 8;
