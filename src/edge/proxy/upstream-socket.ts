/**
 * The socket to an upstream proxy that is spoken to in TLS (`https://`): the
 * one place where egret is a TLS client, of the user's own proxy and of nobody
 * else. Takes where it is and its name; gives a socket that is secure at
 * `secureConnect`, or an error. What does not verify is never spoken to.
 */
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { canonicalAddress, type Endpoint } from '../../core/base/address.ts';
import { codeOf } from './dial.ts';

/** Connects; roots are those that Node trusts, NODE_EXTRA_CA_CERTS among them. */
export function connectSecurely({ address: host, port }: Endpoint, name: string, keepAliveInitialDelay: number): TLSSocket {
  // Node takes `allowHalfOpen` here too; its types leave it out.
  const options: ConnectionOptions & { readonly allowHalfOpen: boolean } = {
    host, port, allowHalfOpen: true,
    // RFC 6066 §3: an address is no server name. Its certificate must hold what the user wrote, not what it resolved to.
    ...(canonicalAddress(name) === undefined ? { servername: name } : {}),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    // Said in so many words, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not give the user's password to whoever answers.
    rejectUnauthorized: true,
  };
  return connect(options).setNoDelay(true).setKeepAlive(true, keepAliveInitialDelay);
}

/** Why such a socket is not trusted; undefined: its error is another one. */
export function distrustOf(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return 'it does not speak TLS as egret does';
  return WORDS.get(code) ?? (/CERT|ISSUER|SIGNATURE|CRL/.test(code) ? `its certificate does not verify (${code})` : undefined);
}

const ROOTS = '(NODE_EXTRA_CA_CERTS=FILE adds one)';
/** OpenSSL's X509_V_ERR names, as Node gives them. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['SELF_SIGNED_CERT_IN_CHAIN', `the root of its certificate is not known here ${ROOTS}`],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', `the issuer of its certificate is not known here ${ROOTS}`],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', `the issuer of its certificate is not known here ${ROOTS}`],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by itself (NODE_EXTRA_CA_CERTS=FILE trusts it)'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
]);
