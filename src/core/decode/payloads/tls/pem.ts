/**
 * PEM text (RFC 7468): takes the text of a file, gives the subject and key hash
 * of each certificate in it. Reads past everything between certificates; checks
 * no signature and no date, because whoever names the file vouches for it.
 */
import { sha256Hex } from '../../../base/fingerprint.ts';
import { readCertificateFields, type CertificateFields } from './certificate-fields.ts';

export interface PemCertificate {
  readonly subject: CertificateFields['subject'];
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly spki: string;
}

/** The certificates of a text in order; `damaged`: one of them makes no sense, or there are more than are looked at. */
export function readPem(text: string): { readonly certificates: readonly PemCertificate[]; readonly damaged: boolean } {
  const certificates: PemCertificate[] = [];
  let at = text.indexOf(BEGIN);
  while (at >= 0 && certificates.length < CERTIFICATE_CAP) {
    const end = text.indexOf(END, at);
    const fields = end < 0 ? undefined : readCertificateFields(bytesOf(text.slice(at + BEGIN.length, end)));
    if (fields === undefined) return { certificates, damaged: true };
    certificates.push({ subject: fields.subject, spki: sha256Hex(fields.spki) });
    at = text.indexOf(BEGIN, end);
  }
  return { certificates, damaged: at >= 0 };
}

/** Empty for text that is not base64, which then is no certificate either. */
function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
/** Public bundles hold some 150; a company's own a handful. */
const CERTIFICATE_CAP = 1024;
