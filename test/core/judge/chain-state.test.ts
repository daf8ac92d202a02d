import { describe, expect, it } from 'vitest';
import type { CertificateFacts } from '../../../src/core/decode/payloads/tls/facts.ts';
import { readCertificateMessage } from '../../../src/core/decode/payloads/tls/certificate.ts';
import { readPem } from '../../../src/core/decode/payloads/tls/pem.ts';
import { readChain, type Chain, type ChainReading } from '../../../src/core/judge/chain-state.ts';
import type { AddedRoot } from '../../../src/core/policy/sheet.ts';
import { certificateMessage, issue, type Issued } from '../../build/certificate.ts';

const named = (cn: string, o?: string): { subject: (readonly [string, number, string])[] } => ({ subject: [...(o === undefined ? [] : [['2.5.4.10', 0x0c, o] as const]), ['2.5.4.3', 0x0c, cn] as const] });
const root = issue({ ...named('Somebody Root', 'Somebody'), authority: true });
const issuing = issue({ ...named('Somebody Issuing', 'Somebody'), authority: true }, root);
const leaf = issue({ ...named('api.example'), dnsNames: ['api.example'] }, issuing);
const borrowed = issue({ ...named('ISRG Root X1', 'Internet Security Research Group'), authority: true });
const underBorrowed = issue(named('api.example'), borrowed);
const product = issue({ ...named('FortiGate CA', 'Fortinet'), authority: true });
const underProduct = issue(named('api.example'), product);

describe('a chain', () => {
  it.each<[string, readonly Issued[], readonly Issued[], Partial<ChainReading>]>([
    ['to a root that was sent and nobody knows is private', [leaf, issuing, root], [], { state: 'private', by: 'key' }],
    ['to an added root that was sent is added by its key', [leaf, issuing, root], [root], { state: 'added', by: 'key' }],
    ['whose added root was not sent is added by its name', [leaf, issuing], [root], { state: 'added', by: 'name' }],
    ['whose issuing authority was added needs no root', [leaf, issuing], [issuing], { state: 'added', by: 'key' }],
    ['whose root nobody sent is incomplete', [leaf, issuing], [], { state: 'incomplete' }],
    ['of a leaf alone is incomplete', [leaf], [], { state: 'incomplete' }],
    ['of a certificate that signed itself re-signed nothing', [root], [], { state: 'leaf-only' }],
    ['to a root with the name of a public one and another key is private', [underBorrowed, borrowed], [], { state: 'private', by: 'key' }],
    ['to a public name that was not sent is public by name only', [underBorrowed], [], { state: 'public', by: 'name' }],
    ['of a known product is a product, its root sent or not', [underProduct, product], [], { state: 'product' }],
    ['of a known product is a product, its root not sent', [underProduct], [], { state: 'product' }],
    ['of a known product whose root was added is added', [underProduct, product], [product], { state: 'added', by: 'key' }],
    ['sent out of order is followed by its names', [leaf, root, issuing], [root], { state: 'added', by: 'name' }],
    ['beside a root that signed none of it proves nothing', [leaf, root], [root], { state: 'incomplete' }],
  ])('%s', (_, sent, added, want) => {
    expect(readChain(chainOf(sent), added.flatMap(rootsOf))).toMatchObject(want);
  });

  it('names its issuer by key when the certificate of the issuer was sent', () => {
    expect(readChain(chainOf([leaf, issuing]), []).issuer).toEqual({ id: rootsOf(issuing)[0]?.spki, isSent: true });
    expect(readChain(chainOf([leaf]), []).issuer.isSent).toBe(false);
  });

  it('that names itself in a circle comes to an end', () => {
    const one = issue(named('One'), issue(named('Two')));
    const two = issue(named('Two'), issue(named('One')));
    expect(readChain(chainOf([one, two, one]), []).state).toBe('incomplete');
  });
});

describe('a PEM file', () => {
  it('gives names and keys of its certificates, past other text', () => {
    expect(readPem(`comment\n${root.pem}-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\r\n${issuing.pem.replaceAll('\n', '\r\n')}`)).toMatchObject({
      certificates: [{ subject: { CN: 'Somebody Root', O: 'Somebody' } }, { subject: { CN: 'Somebody Issuing' } }],
      damaged: false,
    });
  });

  it.each([
    ['a certificate without its end', root.pem.slice(0, -30)],
    ['a certificate that is no base64', root.pem.replace('MI', '!!')],
    ['a certificate that is cut', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
    ['more certificates than are looked at', root.pem.repeat(1025)],
  ])('with %s is damaged', (_, text) => expect(readPem(text).damaged).toBe(true));

  it('without a certificate gives none', () => expect(readPem('nothing here')).toEqual({ certificates: [], damaged: false }));
});

function chainOf(sent: readonly Issued[]): Chain {
  const [first, ...rest]: readonly CertificateFacts[] = readCertificateMessage(certificateMessage(sent.map(({ der }) => der))).chain;
  if (first === undefined) throw new Error('the chain was not read');
  return [first, ...rest];
}

function rootsOf({ pem }: Issued): readonly AddedRoot[] {
  return readPem(pem).certificates.map(({ subject, spki }) => ({ cn: subject['CN'] ?? '', o: subject['O'] ?? '', ou: subject['OU'] ?? '', spki }));
}
