import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { projectRoot } from '../commands.ts';
import { ALGORITHM, exportKey, serialNumber } from './authority.ts';

// Run once: the recordings name this root, so a new one would orphan all of them.
const folder = join(projectRoot(), 'test', 'lab', 'ca');
if (existsSync(join(folder, 'root.pem'))) throw new Error('the lab has its root already');

const validity = { notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2044-01-01T00:00:00Z') };
const signs = new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true);
const rootName = 'CN=Egret Lab Root CA, O=Egret test lab, OU=Never trust this root outside the lab';

const rootKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
const root = await x509.X509CertificateGenerator.create({
  ...validity,
  serialNumber: serialNumber(),
  subject: rootName,
  issuer: rootName,
  signingAlgorithm: ALGORITHM,
  signingKey: rootKeys.privateKey,
  publicKey: rootKeys.publicKey,
  extensions: [new x509.BasicConstraintsExtension(true, undefined, true), signs, await x509.SubjectKeyIdentifierExtension.create(rootKeys.publicKey)],
});

const issuingKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
const issuing = await x509.X509CertificateGenerator.create({
  ...validity,
  serialNumber: serialNumber(),
  subject: 'CN=Egret Lab Issuing CA, O=Egret test lab',
  issuer: rootName,
  signingAlgorithm: ALGORITHM,
  signingKey: rootKeys.privateKey,
  publicKey: issuingKeys.publicKey,
  extensions: [
    new x509.BasicConstraintsExtension(true, 0, true),
    signs,
    await x509.SubjectKeyIdentifierExtension.create(issuingKeys.publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(root),
  ],
});

// The root's own key is not kept: nothing but the issuing CA is ever signed by it.
writeFileSync(join(folder, 'root.pem'), `${root.toString('pem')}\n`);
writeFileSync(join(folder, 'issuing.pem'), `${issuing.toString('pem')}\n`);
writeFileSync(join(folder, 'issuing.key.pem'), `${await exportKey(issuingKeys.privateKey)}\n`);
