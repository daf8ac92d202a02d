/**
 * Hosts of certificate authorities that serve revocation lists and OCSP
 * answers. Both are signed and go in clear on purpose: asking over TLS would
 * need a certificate that has to be checked first (RFC 5280 §8). Data only.
 */
import { isBelow } from '../base/host-name.ts';

export interface RevocationHost {
  /** Normal form; `*.` in front stands for one or more labels. */
  readonly pattern: string;
  readonly organisation: string;
  readonly source: string;
  /** ISO date on which the source was read. */
  readonly date: string;
}

/** The row that names the host (seen form), if any. */
export function findRevocationHost(name: string): RevocationHost | undefined {
  return REVOCATION_HOSTS.find(({ pattern }) => (pattern.startsWith('*.') ? isBelow(name, pattern.slice(2)) : pattern === name));
}

const READ = '2026-11-23';
/** Repeats Apple's list "Use Apple products on enterprise networks", section on certificate validation. */
const APPLE_LIST = 'https://knowledge.broadcom.com/external/article/238386/required-hosts-and-ports-for-endpoint-pr.html';

/** One row per host; a host that is not here counts as any other, which errs on the side of a finding. */
export const REVOCATION_HOSTS: readonly RevocationHost[] = [
  row('ocsp.digicert.com', 'DigiCert', APPLE_LIST),
  row('ocsp.digicert.cn', 'DigiCert', APPLE_LIST),
  row('crl3.digicert.com', 'DigiCert', APPLE_LIST),
  row('crl4.digicert.com', 'DigiCert', APPLE_LIST),
  row('ocsp.entrust.net', 'Entrust', APPLE_LIST),
  row('crl.entrust.net', 'Entrust', APPLE_LIST),
  row('ocsp.apple.com', 'Apple', APPLE_LIST),
  row('crl.apple.com', 'Apple', APPLE_LIST),
  row('certs.apple.com', 'Apple', APPLE_LIST),
  row('c.pki.goog', 'Google Trust Services', 'https://pki.goog/repository/'),
  row('o.pki.goog', 'Google Trust Services', 'https://pki.goog/repository/'),
  row('*.c.lencr.org', "Let's Encrypt", 'https://letsencrypt.org/certificates/'),
];

function row(pattern: string, organisation: string, source: string): RevocationHost {
  return { pattern, organisation, source, date: READ };
}
