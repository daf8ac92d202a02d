/**
 * The Certificate message up to TLS 1.2 and of SSL 3.0 (RFC 5246 §7.4.2): takes
 * its body, gives the chain as sent. Checks signatures inside the chain only;
 * trust is judged elsewhere. Chains are remembered by their bytes, because a
 * capture holds few servers and many handshakes, and a signature costs up to 100 µs.
 */
import { Bytes } from '../../../base/bytes.ts';
import { sha256Hex } from '../../../base/fingerprint.ts';
import { readCertificateFields, type CertificateFields } from './certificate-fields.ts';
import type { CertificateFacts } from './facts.ts';
import { isSignedBy } from './signature.ts';

export interface ChainReading {
  /** What could be read, leaf first. */
  readonly chain: readonly CertificateFacts[];
  /** A certificate or the list itself made no sense; the chain ends before it. */
  readonly damaged: boolean;
  /** More certificates or larger ones than are looked at. */
  readonly capped: boolean;
}

/** The chain of a Certificate message body. Never throws. */
export function readCertificateMessage(body: Uint8Array): ChainReading {
  const key = sha256Hex(body);
  const known = chains.get(key);
  if (known !== undefined) return known;
  const fresh = readChain(body);
  rememberedBytes += body.length + ENTRY_BYTES;
  if (rememberedBytes > MEMORY_BYTES) {
    chains.clear();
    rememberedBytes = body.length + ENTRY_BYTES;
  }
  chains.set(key, fresh);
  return fresh;
}

interface Parsed {
  readonly fields: CertificateFields;
  readonly data: Uint8Array;
  /** Hashes of the whole and of its SubjectPublicKeyInfo. */
  readonly sha256: string;
  readonly spki: string;
}

function readChain(body: Uint8Array): ChainReading {
  const bytes = new Bytes(body);
  const list = bytes.sub(bytes.u24());
  const parsed: Parsed[] = [];
  let damaged = bytes.left > 0;
  let capped = false;
  while (list.left > 0 && !list.short && !damaged && !capped) {
    const data = list.take(list.u24());
    if (list.short) break;
    const fields = readCertificateFields(data);
    capped = parsed.length >= LONGEST_CHAIN || data.length > LARGEST_CERTIFICATE;
    damaged = fields === undefined;
    if (fields !== undefined && !capped) parsed.push({ fields, data, sha256: sha256Hex(data), spki: sha256Hex(fields.spki) });
  }
  damaged ||= list.short;
  return { chain: parsed.map((certificate, index) => toFacts(certificate, parsed[index + 1])), damaged, capped };
}

function toFacts({ fields, data, sha256, spki }: Parsed, next: Parsed | undefined): CertificateFacts {
  const { subject, issuer, notBefore, notAfter, dnsNames, scts } = fields;
  return {
    subject,
    issuer,
    sha256,
    spki,
    notBefore,
    notAfter,
    dnsNames,
    selfSigned: fields.selfIssued && isSignedBy(data, sha256, { spki: fields.spki, hash: spki }),
    ...(next === undefined ? {} : { signedByNext: isSignedBy(data, sha256, { spki: next.fields.spki, hash: next.spki }) }),
    ...(scts > 0 ? { scts } : {}),
  };
}

/** Real chains have two to five; the limit of OpenSSL's own verifier is 10 issuers. */
const LONGEST_CHAIN = 11;
/** A certificate with a hundred names has 5 KB; large post-quantum ones stay under 20 KB. */
const LARGEST_CERTIFICATE = 32_768;
/** Bytes of messages whose chain is remembered, about a thousand servers; facts take about as much again. */
const MEMORY_BYTES = 4 * 1024 * 1024;
/** What an entry costs beside its chain, so that a flood of tiny messages is bounded as well. */
const ENTRY_BYTES = 512;
const chains = new Map<string, ChainReading>();
let rememberedBytes = 0;
