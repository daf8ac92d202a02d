import { X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../../../src/core/base/time.ts';
import { readCertificateMessage } from '../../../../../src/core/decode/payloads/tls/certificate.ts';
import { certificateMessage, issue, join } from '../../../../build/certificate.ts';

const CN = '2.5.4.3';
const root = issue({ subject: [[CN, 0x0c, 'Root'], ['2.5.4.10', 0x13, 'Lab']], authority: true });
const leaf = issue({ subject: [[CN, 0x0c, 'leaf.example']], dnsNames: ['leaf.example', '*.leaf.example'], notBefore: '490101000000Z', notAfter: '20500102030405Z' }, root);
const stranger = issue({ subject: [[CN, 0x0c, 'Root'], ['2.5.4.10', 0x13, 'Lab']], authority: true });

describe('readCertificateMessage', () => {
  it('reads names, times, hashes and signatures of a chain', () => {
    const { chain, damaged, capped } = readCertificateMessage(certificateMessage([leaf.der, root.der]));
    expect({ damaged, capped, length: chain.length }).toEqual({ damaged: false, capped: false, length: 2 });
    expect(chain[0]).toMatchObject({
      subject: { CN: 'leaf.example' },
      issuer: { CN: 'Root', O: 'Lab' },
      dnsNames: ['leaf.example', '*.leaf.example'],
      notBefore: parseTime('2049-01-01T00:00:00Z'),
      notAfter: parseTime('2050-01-02T03:04:05Z'),
      selfSigned: false,
      signedByNext: true,
    });
    expect(chain[0]?.sha256).toBe(new X509Certificate(leaf.der).fingerprint256.replaceAll(':', '').toLowerCase());
    expect(chain[1]).toMatchObject({ selfSigned: true });
    expect(chain[1]?.signedByNext).toBeUndefined();
    expect(chain[1]?.spki).not.toBe(chain[0]?.spki);
  });

  it('does not take an issuer of the same name for the signer', () => {
    expect(readCertificateMessage(certificateMessage([leaf.der, stranger.der])).chain[0]?.signedByNext).toBe(false);
  });

  it('does not call a certificate self-signed for its names alone', () => {
    const forged = root.der.slice();
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    expect(readCertificateMessage(certificateMessage([forged])).chain[0]).toMatchObject({ subject: { CN: 'Root' }, selfSigned: false });
  });

  it('keeps a newline in a name inside its attribute', () => {
    const hostile = issue({ subject: [[CN, 0x0c, 'a\nO=Trusted Corp\nCN=b/O=c']] });
    expect(readCertificateMessage(certificateMessage([hostile.der])).chain[0]?.subject).toEqual({ CN: 'a\nO=Trusted Corp\nCN=b/O=c' });
  });

  it('joins repeated attributes and writes unknown ones by number', () => {
    const odd = issue({ subject: [['2.5.4.11', 0x13, 'one'], ['2.5.4.11', 0x13, 'two'], ['1.2.3.4', 0x0c, 'x']] });
    expect(readCertificateMessage(certificateMessage([odd.der])).chain[0]?.subject).toEqual({ OU: 'one + two', '1.2.3.4': 'x' });
  });

  it.each([
    ['UTF-8', 0x0c, Buffer.from('Zoë')],
    ['UTF-16', 0x1e, Uint8Array.of(0, 0x5a, 0, 0x6f, 0, 0xeb)],
    ['UTF-32', 0x1c, Uint8Array.of(0, 0, 0, 0x5a, 0, 0, 0, 0x6f, 0, 0, 0, 0xeb)],
    ['Latin-1', 0x14, Uint8Array.of(0x5a, 0x6f, 0xeb)],
  ] as const)('reads names in %s', (_name, tag, value) => {
    expect(readCertificateMessage(certificateMessage([issue({ subject: [[CN, tag, value]] }).der])).chain[0]?.subject['CN']).toBe('Zoë');
  });

  it('keeps what came before damage', () => {
    const { chain, damaged } = readCertificateMessage(certificateMessage([leaf.der, root.der.subarray(0, 90)]));
    expect(damaged).toBe(true);
    expect(chain.map((certificate) => certificate.subject['CN'])).toEqual(['leaf.example']);
  });

  it('stops at a chain longer than any verifier accepts', () => {
    const { chain, capped } = readCertificateMessage(certificateMessage(Array.from({ length: 40 }, () => root.der)));
    expect({ length: chain.length, capped }).toEqual({ length: 11, capped: true });
  });

  it('calls a list that ends early, or bytes behind it, damaged', () => {
    const message = certificateMessage([root.der]);
    expect(readCertificateMessage(message.subarray(0, -5)).damaged).toBe(true);
    expect(readCertificateMessage(join(message, Uint8Array.of(0))).damaged).toBe(true);
    expect(readCertificateMessage(Uint8Array.of(0, 0, 0))).toEqual({ chain: [], damaged: false, capped: false });
  });

  it('never throws on changed bytes', () => {
    const message = certificateMessage([leaf.der, root.der]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(message.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const body = message.slice();
        for (const [at, value] of changes) body[at] = value;
        const { chain } = readCertificateMessage(body);
        expect(chain.every((certificate) => certificate.sha256.length === 64 && Number.isFinite(certificate.notAfter))).toBe(true);
      }),
      { numRuns: 400, seed: 5 },
    );
  });
});
