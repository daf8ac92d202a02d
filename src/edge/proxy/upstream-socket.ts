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
  return WORDS.get(code) ?? (code.startsWith('ERR_TLS_CERT') || code.includes('CERT') || code.includes('ISSUER') ? code : undefined);
}

/** OpenSSL's X509_V_ERR names, as Node gives them. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its root is not trusted here (NODE_EXTRA_CA_CERTS=FILE adds one)'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'it is signed by itself (NODE_EXTRA_CA_CERTS=FILE trusts it)'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its issuer is not known here (NODE_EXTRA_CA_CERTS=FILE adds one)'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its issuer is not known here (NODE_EXTRA_CA_CERTS=FILE adds one)'],
  ['CERT_HAS_EXPIRED', 'it has expired'],
  ['CERT_NOT_YET_VALID', 'it is not valid yet'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'it is for another name'],
]);
