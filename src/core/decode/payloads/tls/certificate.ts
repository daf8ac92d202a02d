/**
 * The Certificate message up to TLS 1.2 and of SSL 3.0 (RFC 5246 §7.4.2): takes
 * its body, gives the chain as sent. Checks signatures inside the chain only;
 * trust is judged elsewhere. Chains are remembered by their bytes, because a
 * capture holds few servers and many handshakes, and a signature costs 100 µs.
 */
import { X509Certificate, type KeyObject } from 'node:crypto';
import { Bytes } from '../../../base/bytes.ts';
import { sha256Hex } from '../../../base/fingerprint.ts';
import { readCertificateFields, type CertificateFields } from './certificate-fields.ts';
import type { CertificateFacts } from './facts.ts';

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
    if (fields !== undefined && !capped) parsed.push({ fields, data });
  }
  damaged ||= list.short;
  return { chain: parsed.map((certificate, index) => toFacts(certificate, parsed[index + 1])), damaged, capped };
}

function toFacts({ fields, data }: Parsed, next: Parsed | undefined): CertificateFacts {
  const { subject, issuer, notBefore, notAfter, dnsNames, scts } = fields;
  const x509 = fields.selfIssued || next !== undefined ? open(data, fields) : undefined;
  return {
    subject,
    issuer,
    sha256: sha256Hex(data),
    spki: sha256Hex(fields.spki),
    notBefore,
    notAfter,
    dnsNames,
    selfSigned: fields.selfIssued && verifies(x509, data, fields),
    ...(next === undefined ? {} : { signedByNext: verifies(x509, next.data, next.fields) }),
    ...(scts > 0 ? { scts } : {}),
  };
}

/** OpenSSL's view of a certificate, needed for signatures only; none for keys so large that checking them is an attack. */
function open(data: Uint8Array, fields: CertificateFields): X509Certificate | undefined {
  if (fields.spki.length > LARGEST_KEY) return undefined;
  try {
    return new X509Certificate(data);
  } catch {
    return undefined;
  }
}

/** Whether the signer's key made the signature; one that cannot be checked (unknown algorithm, unreadable key) does not verify. */
function verifies(signed: X509Certificate | undefined, signer: Uint8Array, fields: CertificateFields): boolean {
  if (signed === undefined) return false;
  try {
    const key = keyOf(signer, fields);
    return key !== undefined && signed.verify(key);
  } catch {
    return false;
  }
}

/** Few authorities sign for many servers, so keys are remembered by their certificate. Throws for one that OpenSSL does not know. */
function keyOf(signer: Uint8Array, fields: CertificateFields): KeyObject | undefined {
  const hash = sha256Hex(signer);
  const known = keys.get(hash);
  if (known !== undefined) return known;
  const fresh = open(signer, fields)?.publicKey;
  if (fresh === undefined) return undefined;
  if (keys.size >= KEY_CACHE) keys.clear();
  keys.set(hash, fresh);
  return fresh;
}

/** Real chains have two to five; the limit of OpenSSL's own verifier is 10 issuers. */
const LONGEST_CHAIN = 11;
/** A certificate with a hundred names has 5 KB; large post-quantum ones stay under 20 KB. */
const LARGEST_CERTIFICATE = 32_768;
/** SubjectPublicKeyInfo of RSA with 8192 bits is 1062 bytes; larger keys are slow to check and unknown on public servers. */
const LARGEST_KEY = 1100;
/** Bytes of messages whose chain is remembered, about a thousand servers; facts take about as much again. */
const MEMORY_BYTES = 4 * 1024 * 1024;
/** What an entry costs beside its chain, so that a flood of tiny messages is bounded as well. */
const ENTRY_BYTES = 512;
const chains = new Map<string, ChainReading>();
let rememberedBytes = 0;
/** Keys of signers remembered, about 1 KB each; the table starts over when full. */
const KEY_CACHE = 256;
const keys = new Map<string, KeyObject>();
