import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';
import type { Leaf } from '../ca/authority.ts';
import { serialNumber } from '../ca/authority.ts';
import type { Dpi } from './switches.ts';

const { pki, md } = forge;

/**
 * The names that an inspection device signs by. Zscaler's are those of its own root; the private ones could be any
 * company's; `own` leaves the naming to http-mitm-proxy.
 */
const NAMES: Readonly<Record<Exclude<Dpi['issuer'], 'own'>, readonly forge.pki.CertificateField[]>> = {
  zscaler: [
    { name: 'countryName', value: 'US' },
    { name: 'organizationName', value: 'Zscaler Inc.' },
    { shortName: 'OU', value: 'Zscaler Inc.' },
    { name: 'commonName', value: 'Zscaler Root CA' },
  ],
  private: [
    { name: 'organizationName', value: 'Northwind Logistics' },
    { shortName: 'OU', value: 'Network perimeter' },
    { name: 'commonName', value: 'Northwind Web Gateway CA' },
  ],
};
const DAY = 86_400_000;

/** Makes an RSA authority and leaves it where http-mitm-proxy looks for its own; gives the root as PEM. Nothing of it outlives the recording but this root. */
export function makeInspectionAuthority(folder: string, issuer: Exclude<Dpi['issuer'], 'own'>): string {
  const keys = pki.rsa.generateKeyPair({ bits: 2048 });
  const names = [...NAMES[issuer]];
  const root = certificate(keys.publicKey, names, names, 3650, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  root.sign(keys.privateKey, md.sha256.create());
  const pem = pki.certificateToPem(root);
  for (const part of ['certs', 'keys']) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(rootFile(folder), pem);
  writeFileSync(keyFile(folder), pki.privateKeyToPem(keys.privateKey), { mode: 0o600 });
  writeFileSync(join(folder, 'keys', 'ca.public.key'), pki.publicKeyToPem(keys.publicKey));
  return pem;
}

/** Signs leaves for whatever host is asked for, as a device on the path does, and sends its root with them. */
export function openInspectionAuthority(folder: string): (host: string) => Leaf {
  const rootPem = readFileSync(rootFile(folder), 'utf8');
  const root = pki.certificateFromPem(rootPem);
  const signingKey = pki.privateKeyFromPem(readFileSync(keyFile(folder), 'utf8'));
  const leaves = new Map<string, Leaf>();
  return (host) => {
    const known = leaves.get(host);
    if (known !== undefined) return known;
    const keys = pki.rsa.generateKeyPair({ bits: 2048 });
    const signed = certificate(keys.publicKey, [{ name: 'commonName', value: host }], root.subject.attributes, 90, [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: DNS_NAME, value: host }] },
      { name: 'subjectKeyIdentifier' },
      { name: 'authorityKeyIdentifier', keyIdentifier: root.generateSubjectKeyIdentifier().getBytes() },
    ]);
    signed.sign(signingKey, md.sha256.create());
    const leaf = { key: pki.privateKeyToPem(keys.privateKey), chain: `${pki.certificateToPem(signed)}${rootPem}` };
    leaves.set(host, leaf);
    return leaf;
  };
}

/** Where the root stands, also the one that http-mitm-proxy makes for itself. */
export const rootFile = (folder: string): string => join(folder, 'certs', 'ca.pem');
const keyFile = (folder: string): string => join(folder, 'keys', 'ca.private.key');

function certificate(publicKey: forge.pki.PublicKey, subject: forge.pki.CertificateField[], issuer: forge.pki.CertificateField[], days: number, extensions: object[]): forge.pki.Certificate {
  const made = pki.createCertificate();
  made.publicKey = publicKey;
  made.serialNumber = serialNumber();
  made.validity.notBefore = new Date(Date.now() - DAY);
  made.validity.notAfter = new Date(Date.now() + days * DAY);
  made.setSubject(subject);
  made.setIssuer(issuer);
  made.setExtensions(extensions);
  return made;
}

/** GeneralName, RFC 5280 section 4.2.1.6. */
const DNS_NAME = 2;
