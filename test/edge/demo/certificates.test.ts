import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../src/core/base/time.ts';
import { readCertificateFields } from '../../../src/core/decode/payloads/tls/certificate-fields.ts';
import { issue, makeAuthority } from '../../../src/edge/demo/certificates.ts';

const NOW = parseTime('2026-03-31T12:00:00Z') ?? 0;
const HOSTS = ['cdn.example.com', 'api.example.com'];

/** Leaf and authority. */
function chain(now = NOW): readonly [X509Certificate, X509Certificate, string] {
  const { cert, key } = issue(makeAuthority('an authority', 'somebody', now), HOSTS, now);
  const [leaf = '', root = ''] = cert.split(/(?<=-----END CERTIFICATE-----\n)/);
  return [new X509Certificate(leaf), new X509Certificate(root), key];
}

describe('certificates of the demo', () => {
  const [leaf, root, key] = chain();

  it('are taken by OpenSSL: the leaf is signed by the authority, which signed itself', () => {
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.verify(leaf.publicKey)).toBe(false);
    expect([leaf.ca, root.ca]).toEqual([false, true]);
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
  });

  it('name their hosts and their authority', () => {
    expect(leaf.subjectAltName).toBe('DNS:cdn.example.com, DNS:api.example.com');
    expect(leaf.issuer).toBe('CN=an authority\nO=somebody');
    expect(leaf.checkHost('api.example.com')).toBe('api.example.com');
    expect(leaf.checkHost('other.example.com')).toBeUndefined();
  });

  it('are good from an hour before to a day after they were made', () => {
    expect([leaf.validFrom, leaf.validTo]).toEqual(['Mar 31 11:00:00 2026 GMT', 'Apr  1 12:00:00 2026 GMT']);
  });

  it('are read by egret as they were meant', () => {
    expect(readCertificateFields(leaf.raw)).toMatchObject({ subject: { CN: 'cdn.example.com' }, issuer: { CN: 'an authority', O: 'somebody' }, dnsNames: HOSTS, selfIssued: false });
    expect(readCertificateFields(root.raw)).toMatchObject({ selfIssued: true });
  });

  it('have one length, whatever their keys and numbers', () => {
    const lengths = Array.from({ length: 300 }, () => chain().slice(0, 2).map((certificate) => (certificate instanceof X509Certificate ? certificate.raw.length : 0)).join(' '));
    expect(new Set(lengths).size).toBe(1);
  });

  it('never share a key or a number', () => {
    const [again] = chain();
    expect(again.serialNumber).not.toBe(leaf.serialNumber);
    expect(again.publicKey.equals(leaf.publicKey)).toBe(false);
  });
});
