/** SASL mechanisms (RFC 4422) that egret names: a credential's scheme comes from this list, never from the wire, where a secret might stand in its place. */

/** egret's word for a mechanism; `other` for one that is not listed, undefined for those that send no secret. */
export function mechanism(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (upper === 'ANONYMOUS' || upper === 'EXTERNAL') return undefined;
  return MECHANISMS.has(upper) ? upper : 'other';
}

/** IANA's "SASL Mechanisms" that clients use, and three in wide use beside them. */
const MECHANISMS: ReadonlySet<string> = new Set([
  'PLAIN', 'LOGIN', 'CRAM-MD5', 'DIGEST-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS', 'SCRAM-SHA-512', 'SCRAM-SHA-512-PLUS',
  'GSSAPI', 'GSS-SPNEGO', 'GS2-KRB5', 'KERBEROS_V4', 'NTLM', 'OAUTHBEARER', 'XOAUTH2', 'OTP', 'X-OAUTH2',
]);
