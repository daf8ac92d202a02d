/**
 * What a DTLS handshake shows beside what TLS shows too (RFC 6347, RFC 9147):
 * hello, version, JA4 and certificates are {@link TlsFacts}, with versions
 * written `DTLS1.2`.
 */
export interface DtlsFacts {
  /** Whose hello it is, seen from the flow: among peers either end may be the DTLS client. */
  readonly helloFrom?: 'client' | 'server' | undefined;
  /** The server asked for a cookie (HelloVerifyRequest, or a HelloRetryRequest of DTLS 1.3), and the second hello belongs to the first. */
  readonly verified: boolean;
  /** use_srtp (RFC 5764 §4.1): protection profiles offered, and the one chosen where that is in clear. Absent: not offered. */
  readonly srtp?: readonly number[] | undefined;
  readonly srtpChosen?: number | undefined;
}
