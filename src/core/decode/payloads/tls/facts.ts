/**
 * What a TLS handshake shows in clear, as plain serialisable facts. Absent ones
 * are keys with the value undefined: so many of these exist that they share one
 * hidden class, and JSON leaves them out.
 */
import type { WireText } from '../../../base/wire-text.ts';
import type { Micros } from '../../../base/time.ts';

/** Versions as people write them; anything else is `0xNNNN`. */
export type TlsVersion = 'SSL2.0' | 'SSL3.0' | 'TLS1.0' | 'TLS1.1' | 'TLS1.2' | 'TLS1.3' | 'DTLS1.0' | 'DTLS1.2' | 'DTLS1.3' | `0x${string}`;

export interface ClientHelloFacts {
  /** Highest offered version, GREASE ignored (supported_versions if present). */
  readonly version: TlsVersion;
  readonly offered: readonly TlsVersion[];
  /** server_name host_name as sent; absent when the hello had none. */
  readonly sni?: WireText | undefined;
  readonly alpn: readonly WireText[];
  /** JA4 by FoxIO's definition: `t…` over TCP, `d…` in DTLS. */
  readonly ja4: string;
  /** The encrypted_client_hello extension (0xfe0d) was present: real or GREASE, which look alike. */
  readonly ech: boolean;
  /** Groups that keys were sent for, those of the hello after a retry request behind the first's. */
  readonly keyShareGroups: readonly number[];
  /** supported_groups as sent, GREASE left out; absent without the extension. */
  readonly groups?: readonly number[] | undefined;
  /** Suites that protect nothing or too little (RFC 9325 §4.1), as offered; absent when there was none. */
  readonly weakCiphers?: readonly number[] | undefined;
  /** Length of the ClientHello message body in bytes. */
  readonly length: number;
  /** An earlier session was offered in one of the ways of `resumption`. */
  readonly resumptionOffered: boolean;
  /** How; absent when in no way. A session id counts only without TLS 1.3, whose clients send one that means nothing (RFC 8446 §D.4). */
  readonly resumption?: readonly ResumptionOffer[] | undefined;
  /** early_data (0-RTT, RFC 8446 §4.2.10) was offered. Whether the server took it is encrypted, but that a retry request refuses it. */
  readonly earlyData?: true | undefined;
  /** The hello came in SSL 2.0 record format (RFC 5246 appendix E.2), so it had no extensions. */
  readonly sslv2Format?: true | undefined;
}

/** A pre-shared key may also be one that was agreed outside of TLS. */
export type ResumptionOffer = 'session-id' | 'ticket' | 'psk';

export interface ServerHelloFacts {
  readonly version: TlsVersion;
  readonly cipher: number;
  /** Only in TLS ≤ 1.2: later versions encrypt it. */
  readonly alpn?: WireText | undefined;
  readonly group?: number | undefined;
  readonly extensions: readonly number[];
  readonly helloRetry: boolean;
  /** RFC 8446 §4.1.3: the server random ends in the downgrade mark. */
  readonly downgradeMark?: 'TLS1.2' | 'TLS1.1' | undefined;
  /** The server went on with an offered session, so no Certificate follows: TLS ≤ 1.2 abbreviated handshake, TLS 1.3 pre_shared_key. Absent when not seen yet. */
  readonly resumed?: boolean | undefined;
}

export interface CertificateFacts {
  /** Attributes by short name (CN, O, OU, C…); repeated ones joined by ` + `. */
  readonly subject: Readonly<Record<string, WireText>>;
  readonly issuer: Readonly<Record<string, WireText>>;
  readonly sha256: string;
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly spki: string;
  readonly notBefore: Micros;
  readonly notAfter: Micros;
  readonly dnsNames: readonly WireText[];
  /** Subject equals issuer and the signature verifies with its own key. */
  readonly selfSigned: boolean;
  /** The signature verifies with the key of the next certificate sent; absent for the last one. */
  readonly signedByNext?: boolean;
  /** Signed certificate timestamps in it (RFC 6962 §3.3), unverified; absent when there is none. */
  readonly scts?: number;
}

/** Where signed certificate timestamps stood: in the leaf, in the ServerHello's extension, in the stapled OCSP response. */
export type SctPlace = 'certificate' | 'extension' | 'staple';

export interface AlertFacts {
  /** Which end of the flow; of peers either one may be the client of DTLS. */
  readonly from: 'client' | 'server';
  readonly level: number;
  /** RFC 8446 §6 AlertDescription. */
  readonly code: number;
}

export interface TlsFacts {
  readonly hello?: ClientHelloFacts | undefined;
  readonly server?: ServerHelloFacts | undefined;
  /** Leaf first, as sent; only visible in TLS ≤ 1.2. */
  readonly chain?: readonly CertificateFacts[] | undefined;
  /** Where timestamps came with the chain; empty when in none of these places, absent without a chain in clear. */
  readonly scts?: readonly SctPlace[] | undefined;
  /**
   * First fatal alert (or close_notify before any application data) seen in clear. OpenSSL clients refuse a
   * TLS 1.3 certificate in clear as well: they encrypt only once the server has finished.
   */
  readonly alert?: AlertFacts | undefined;
  /** TLS 1.3: the client's first encrypted record has the length of an alert: it refused the server flight. */
  readonly encryptedAlert?: boolean | undefined;
  /** The handshake came to application data records from both ends, or from one. */
  readonly applicationData: 'none' | 'one-way' | 'both';
  /** The protocol that turned to TLS by a command (`smtp`, `ldap`, …); absent when the flow began with TLS. */
  readonly startedIn?: string | undefined;
}
