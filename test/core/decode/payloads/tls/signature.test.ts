import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../../../src/core/base/fingerprint.ts';
import { readCertificateFields } from '../../../../../src/core/decode/payloads/tls/certificate-fields.ts';
import { isSignedBy } from '../../../../../src/core/decode/payloads/tls/signature.ts';
import { issue } from '../../../../build/certificate.ts';
import { tcpStreams, type TcpStream } from '../../../../build/tcp-streams.ts';
import { ROOT } from '../../../../source-tree.ts';

type Algorithm = webcrypto.EcKeyGenParams & webcrypto.EcdsaParams | webcrypto.RsaHashedKeyGenParams & { saltLength?: number } | { name: 'Ed25519' };

/** What WebCrypto can sign with: those of the table, and those that go the long way. */
const ALGORITHMS: ReadonlyArray<readonly [string, Algorithm]> = [
  ...['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'].map((hash) => [`RSA with ${hash}`, { name: 'RSASSA-PKCS1-v1_5', hash, publicExponent: Uint8Array.of(1, 0, 1), modulusLength: 1024 }] as const),
  ['RSA with an exponent of 3', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: Uint8Array.of(3), modulusLength: 2048 }],
  ['RSA-PSS', { name: 'RSA-PSS', hash: 'SHA-256', publicExponent: Uint8Array.of(1, 0, 1), modulusLength: 1024, saltLength: 32 }],
  ...['P-256', 'P-384', 'P-521'].flatMap((namedCurve) => ['SHA-256', 'SHA-384', 'SHA-512'].map((hash) => [`ECDSA on ${namedCurve} with ${hash}`, { name: 'ECDSA', namedCurve, hash }] as const)),
  ['Ed25519', { name: 'Ed25519' }],
];

interface Pair {
  readonly text: string;
  readonly root: Uint8Array;
  readonly leaf: Uint8Array;
}

const pairs: Pair[] = [];
const folder = process.env['EGRET_CAPTURES'] ?? path.resolve('../shared/captures');
const isPresent = existsSync(folder);
if (!isPresent) console.log(`skipped: no sample captures in ${folder} (set EGRET_CAPTURES)`);

beforeAll(async () => {
  x509.cryptoProvider.set(webcrypto);
  for (const [text, algorithm] of ALGORITHMS) pairs.push(await issued(text, algorithm));
});

describe('isSignedBy', () => {
  it('says of each algorithm what OpenSSL says', () => {
    for (const { text, root, leaf } of pairs) {
      expect([text, saidOf(leaf, root), saidOf(root, root), saidOf(root, leaf)]).toEqual([text, true, true, false]);
      expect([text, oracle(leaf, root), oracle(root, root), oracle(root, leaf)]).toEqual([text, true, true, false]);
    }
  });

  it('takes no key of another kind or owner', () => {
    const taken = pairs.flatMap((one) => pairs.filter((other) => one !== other && saidOf(one.leaf, other.root) !== false).map((other) => [one.text, other.text]));
    expect({ pairs: pairs.length, taken }).toEqual({ pairs: ALGORITHMS.length, taken: [] });
  });

  it('agrees with OpenSSL on certificates with changed bytes, where OpenSSL reads them at all', () => {
    fc.assert(fc.property(fc.nat(ALGORITHMS.length - 1), fc.boolean(), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 }), (index, ofRoot, changes) => {
      const { root, leaf } = pairs[index] ?? { root: new Uint8Array(), leaf: new Uint8Array() };
      const changed = (ofRoot ? root : leaf).slice();
      for (const [at, by] of changes) changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ by;
      const [signed, signer] = ofRoot ? [leaf, changed] : [changed, root];
      const truth = oracle(signed, signer);
      const said = saidOf(signed, signer);
      expect(said === truth || truth === undefined || said === undefined).toBe(true);
      // Whatever OpenSSL cannot read, a changed certificate is not what was signed.
      expect(!ofRoot && said === true && !Buffer.from(bodyOf(changed)).equals(bodyOf(leaf))).toBe(false);
    }), { seed: 20_261_123, numRuns: 2500 });
  });

  it('refuses a key whose numbers are no key', () => {
    const { root, leaf } = issuedByHand();
    const spki = fieldsOf(root)?.spki.slice() ?? new Uint8Array();
    for (const [at, value] of [[26, 5], [27, 0], [spki.length - 1, (spki.at(-1) ?? 0) ^ 1]] as const) {
      const odd = spki.slice();
      odd[at] = value;
      expect(isSignedBy(leaf, sha256Hex(leaf), { spki: odd, hash: sha256Hex(odd) })).toBe(false);
    }
    expect(isSignedBy(leaf, sha256Hex(leaf), { spki, hash: sha256Hex(spki) })).toBe(true);
  });

  it('checks no key that is too large to be honest', () => {
    const { leaf } = issuedByHand();
    const spki = new Uint8Array(1101);
    expect(isSignedBy(leaf, sha256Hex(leaf), { spki, hash: sha256Hex(spki) })).toBe(false);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 120 }), (data, spki) => {
      expect(isSignedBy(data, sha256Hex(data), { spki, hash: sha256Hex(spki) })).toBe(false);
    }), { seed: 20_261_123, numRuns: 500 });
  });

  it('remembers more pairs than its table holds, by starting over', () => {
    const { root, leaf } = issuedByHand();
    const signer = { spki: fieldsOf(root)?.spki ?? new Uint8Array(), hash: 'of the root' };
    for (let count = 0; count < 5000; count++) isSignedBy(new Uint8Array(), `nobody ${count}`, signer);
    expect(isSignedBy(leaf, sha256Hex(leaf), signer)).toBe(true);
  });
});

describe('certificates that nobody would issue', () => {
  const printable = fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...Array.from('abcXYZ 019.-')) }).filter((text) => text.trim() === text);
  const basic = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'Z', 'é', '世', 'ł') });
  const value = fc.oneof(
    fc.tuple(fc.constantFrom(0x0c, 0x13, 0x16), printable),
    fc.tuple(fc.constant(0x0c), basic),
    basic.map((text) => [0x1e, text] as const),
  );
  const attribute = fc.tuple(fc.constantFrom('2.5.4.3', '2.5.4.10', '2.5.4.11', '2.5.4.6'), value);
  const year = fc.integer({ min: 1951, max: 2400 });

  it('are read as node and another library read them: kinds of text, repeated attributes, both kinds of time', () => {
    fc.assert(fc.property(fc.array(attribute, { maxLength: 5 }), fc.array(fc.domain(), { maxLength: 4 }), year, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }), (subject, dnsNames, from, month, day) => {
      const when = `${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}235959Z`;
      const { said, told } = readings(issue({
        subject: subject.map(([oid, [tag, text]]) => [oid, tag, tag === 0x1e ? new Uint8Array(Buffer.from(text, 'utf16le').swap16()) : text]),
        dnsNames: [...dnsNames, 'last.example'],
        notBefore: from < 2050 ? `${String(from).slice(2)}${when}` : `${from}${when}`,
        notAfter: `${from + 1}${when}`,
      }).der);
      expect(said).toEqual(told);
    }), { seed: 20_261_123, numRuns: 120 });
  });
});

describe('certificates that were really sent', () => {
  it('are read as node and another library read them', () => {
    const texts = readdirSync(path.join(ROOT, 'fixtures/recordings'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.pem'));
    expect(texts.length).toBeGreaterThan(0);
    for (const name of texts) {
      const text = readFileSync(path.join(ROOT, 'fixtures/recordings', name), 'utf8');
      for (const [block] of text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)) {
        const { said, told } = readings(new Uint8Array(new X509Certificate(block).raw));
        expect([name, said]).toEqual([name, told]);
      }
    }
  });

  it.skipIf(!isPresent)('are read as node and another library read them in the sample captures', () => {
    let count = 0;
    for (const name of readdirSync(folder).filter((file) => /\.pcap(ng)?(\.gz)?$/.test(file))) {
      for (const chain of safeStreams(path.join(folder, name)).flatMap(chainsOf)) {
        for (const [index, der] of chain.entries()) {
          const { said, told } = readings(der);
          expect([name, index, said]).toEqual([name, index, told]);
          const signer = chain[index + 1] ?? der;
          expect([name, index, saidOf(der, signer)]).toEqual([name, index, oracle(der, signer)]);
          count++;
        }
      }
    }
    expect(count).toBeGreaterThan(10);
  });
});

function fieldsOf(der: Uint8Array) {
  return readCertificateFields(der);
}

/** What egret says; undefined where it cannot read the signer. */
function saidOf(signed: Uint8Array, signer: Uint8Array): boolean | undefined {
  const spki = fieldsOf(signer)?.spki;
  return spki === undefined ? undefined : isSignedBy(signed, sha256Hex(signed), { spki, hash: sha256Hex(spki) });
}

/** What OpenSSL says; undefined where it cannot read one of them. */
function oracle(signed: Uint8Array, signer: Uint8Array): boolean | undefined {
  let one: X509Certificate;
  let other: X509Certificate;
  try {
    one = new X509Certificate(signed);
    other = new X509Certificate(signer);
  } catch {
    return undefined;
  }
  try {
    return one.verify(other.publicKey);
  } catch {
    return false;
  }
}

/** Names, times and hashes of one certificate: as egret reads them, and as node and another library do. */
function readings(der: Uint8Array): { said: unknown; told: unknown } {
  const fields = fieldsOf(der);
  const node = new X509Certificate(der);
  const other = new x509.X509Certificate(der);
  const dns = other.getExtension(x509.SubjectAlternativeNameExtension)?.names.items.filter(({ type }) => type === 'dns').map(({ value }) => value) ?? [];
  const dnsOfNode = node.subjectAltName?.split(', ').filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4)) ?? [];
  const times = fields === undefined ? [] : [fields.notBefore / 1000, fields.notAfter / 1000];
  return {
    said: [times, times, fields?.dnsNames, fields?.dnsNames, fields?.selfIssued, fields === undefined ? '' : sha256Hex(fields.spki), sha256Hex(der), namesOf((key) => fields?.subject[key]), namesOf((key) => fields?.issuer[key])],
    told: [
      [other.notBefore.getTime(), other.notAfter.getTime()], [Date.parse(node.validFrom), Date.parse(node.validTo)], dns, dnsOfNode,
      node.subject === node.issuer, sha256Hex(new Uint8Array(other.publicKey.rawData)), node.fingerprint256.replaceAll(':', '').toLowerCase(),
      namesOf((key) => joined(other.subjectName.getField(key))), namesOf((key) => joined(other.issuerName.getField(key))),
    ],
  };
}

function namesOf(read: (key: string) => string | undefined): unknown {
  return ['CN', 'O', 'OU', 'C'].map((key) => [key, read(key)]);
}

function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(' + ');
}

async function issued(text: string, algorithm: Algorithm): Promise<Pair> {
  const [keys, leafKeys] = [await pairOf(algorithm), await pairOf(algorithm)];
  const dates = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2056-01-01T00:00:00Z') };
  const root = await x509.X509CertificateGenerator.createSelfSigned({ serialNumber: '01', name: 'CN=Root', ...dates, signingAlgorithm: algorithm, keys });
  const leaf = await x509.X509CertificateGenerator.create({ serialNumber: '02', subject: 'CN=leaf.example', issuer: root.subject, ...dates, signingAlgorithm: algorithm, signingKey: keys.privateKey, publicKey: leafKeys.publicKey });
  return { text, root: new Uint8Array(root.rawData), leaf: new Uint8Array(leaf.rawData) };
}

async function pairOf(algorithm: Algorithm): Promise<webcrypto.CryptoKeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('privateKey' in keys)) throw new Error('no pair of keys');
  return keys;
}

function issuedByHand(): { root: Uint8Array; leaf: Uint8Array } {
  const root = issue({ subject: [['2.5.4.3', 0x0c, 'Root']], authority: true });
  return { root: root.der, leaf: issue({ subject: [['2.5.4.3', 0x0c, 'leaf.example']] }, root).der };
}

/** The TBSCertificate of a certificate made here, whose lengths take two bytes. */
function bodyOf(der: Uint8Array): Uint8Array {
  return der.subarray(4, 8 + (((der[6] ?? 0) << 8) | (der[7] ?? 0)));
}

function safeStreams(file: string): readonly TcpStream[] {
  try {
    return tcpStreams(readFileSync(file));
  } catch {
    return [];
  }
}

/** Certificate lists of the Certificate messages that stand in clear in a stream. */
function chainsOf(stream: TcpStream): Uint8Array[][] {
  const down = stream.pieces.filter(({ side }) => side === 'down');
  const hole = down.findIndex((piece) => !('data' in piece));
  const bytes = Buffer.concat(down.slice(0, hole < 0 ? undefined : hole).flatMap((piece) => ('data' in piece ? [piece.data] : [])));
  const messages: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length && bytes[at] === 22; at += 5 + bytes.readUInt16BE(at + 3)) messages.push(bytes.subarray(at + 5, at + 5 + bytes.readUInt16BE(at + 3)));
  const flight = Buffer.concat(messages);
  const chains: Uint8Array[][] = [];
  for (let at = 0; at + 4 <= flight.length; at += 4 + flight.readUIntBE(at + 1, 3)) {
    const body = flight.subarray(at + 4, at + 4 + flight.readUIntBE(at + 1, 3));
    if (flight[at] !== 11 || body.length < 3 || body.readUIntBE(0, 3) !== body.length - 3 || body.length > 100_000) continue;
    const chain: Uint8Array[] = [];
    for (let from = 3; from + 3 <= body.length; from += 3 + body.readUIntBE(from, 3)) chain.push(new Uint8Array(body.subarray(from + 3, from + 3 + body.readUIntBE(from, 3))));
    chains.push(chain);
  }
  return chains;
}
