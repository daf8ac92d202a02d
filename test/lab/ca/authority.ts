import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface Leaf {
  readonly key: string;
  /** The leaf and its issuer; the root is not sent, as real servers do not send it. */
  readonly chain: string;
}

export interface Authority {
  leaf(host: string): Promise<Leaf>;
}

export async function openAuthority(folder: string): Promise<Authority> {
  const issuingPem = readFileSync(join(folder, 'issuing.pem'), 'utf8');
  const issuing = new x509.X509Certificate(issuingPem);
  const signingKey = await importKey(readFileSync(join(folder, 'issuing.key.pem'), 'utf8'));
  return {
    async leaf(host) {
      const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const now = Date.now();
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serialNumber(),
        subject: `CN=${host}`,
        issuer: issuing.subject,
        notBefore: new Date(now - 86_400_000),
        notAfter: new Date(now + 90 * 86_400_000),
        signingAlgorithm: ALGORITHM,
        signingKey,
        publicKey: keys.publicKey,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension([{ type: isIP(host) === 0 ? 'dns' : 'ip', value: host }]),
          await x509.AuthorityKeyIdentifierExtension.create(issuing),
        ],
      });
      return { key: await exportKey(keys.privateKey), chain: `${certificate.toString('pem')}\n${issuingPem}` };
    },
  };
}

/** Positive and never zero, as RFC 5280 asks. */
export function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(Buffer.alloc(16));
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString('hex');
}

export async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem);
  if (der === undefined) throw new Error('no private key in PEM');
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
}
