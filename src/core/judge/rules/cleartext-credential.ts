/** Cleartext-credential: a client said in clear who it is, off the own machine. Knows the scheme, never the secret. */
import type { Destination } from '../destination.ts';
import { entryNaming } from '../host-rule.ts';
import type { TrafficRule } from '../rule.ts';
import { sightings, type Sighting } from '../sightings.ts';
import { acceptableHost } from '../suggest.ts';
import { aboutSighting, seenSighting } from '../tell.ts';
import { mustBeEncrypted } from '../wire-protection.ts';

export const cleartextCredential: TrafficRule = {
  reads: 'run',
  id: 'cleartext-credential',
  severity: 'error',
  title: 'A credential went in clear',
  why: 'Everybody on the path can read it and use it in the place of whom it belongs to.',
  breaks: ['credentials-in-zone'],
  since: '0.1.0',
  *check(run) {
    for (const sighting of sightings(run, (destination) => isReadable(destination) && mustBeEncrypted(run.policy, destination))) {
      const entry = entryNaming(run.policy, sighting.verdict, sighting.name);
      const toProxy = sighting.destinations.every(({ via }) => via !== undefined);
      const schemes = [...new Set(sighting.destinations.flatMap(({ credentials }) => credentials ?? []))].sort();
      const protocols = [...new Set(sighting.destinations.map(({ protocol }) => protocol))].filter((protocol) => !REQUESTS.has(protocol)).sort();
      const isRequest = toProxy || protocols.length === 0;
      const isProof = schemes.every((scheme) => PROOFS.has(scheme));
      yield {
        about: aboutSighting(sighting),
        ...(toProxy || isProof ? { severity: 'warning' as const } : {}),
        confidence: 'high',
        seen: `${seenSighting(run, sighting)} ${isRequest ? 'A request' : `A session of ${protocols.join(', ')}`} in clear carried a credential (${schemes.join(', ')})${isProof ? ', a proof that the client knows the secret, which others can try passwords against' : ''}${toProxy ? ' on its way through the proxy; it may be the one for the proxy itself' : ''}.`,
        do: remedyOf(sighting, toProxy),
        sure: `high: ${isRequest ? 'the header' : 'it'} was read on the wire.${toProxy ? ' Whether it was meant for the proxy or for the server is not told apart.' : ' Egret keeps the scheme and never the secret, so whose credential it is was not looked at.'}`,
        evidence: sighting.evidence,
        evidenceCount: sighting.count,
        ...(entry === undefined ? {} : { policyAt: entry.at }),
        // What is for the proxy is no provider's key, and the two cannot be told apart; a proof is not the secret.
        breaks: toProxy || isProof ? [] : ['credentials-in-zone'],
      };
    }
  },
};

function isReadable({ credentials, inbound }: Destination): boolean {
  return credentials !== undefined && !inbound;
}

function remedyOf(sighting: Sighting, toProxy: boolean): string {
  if (toProxy) return 'Reach the proxy over TLS (an https:// address in HTTPS_PROXY), or over a network that nobody else reads; change the credential if others could.';
  return `Change the credential, and have the vendor send it to ${acceptableHost(sighting) ?? 'this host'} over TLS only.`;
}

/** Protocols whose requests carry it, in a header. */
const REQUESTS: ReadonlySet<string> = new Set(['http', 'h2c']);
/** Schemes that show knowledge of a secret and not the secret: HTTP's, SASL's and databases'. */
const PROOFS: ReadonlySet<string> = new Set([
  'digest', 'negotiate', 'ntlm', 'hoba', 'mutual', 'aws4-hmac-sha256', 'scram-sha-1', 'scram-sha-1-plus', 'scram-sha-256', 'scram-sha-256-plus', 'scram-sha-512', 'scram-sha-512-plus',
  'cram-md5', 'digest-md5', 'apop', 'gssapi', 'gss-spnego', 'gs2-krb5', 'kerberos_v4', 'otp', 'md5', 'signature',
  'mysql_native_password', 'mysql_old_password', 'caching_sha2_password', 'sha256_password', 'client_ed25519',
]);
