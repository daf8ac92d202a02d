import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClientHello, readSslv2Hello } from '../../../../../src/core/decode/payloads/tls/client-hello.ts';
import { join } from '../../../../build/certificate.ts';
import { clientHello, extension, u16 } from '../../../../build/tls-bytes.ts';

const named = extension.serverName('lab.example');
const highestOf = (...versions: number[]): string | undefined => decodeClientHello(clientHello({ extensions: [extension.versions(...versions)] }))?.version;
const resumesWith = (body: Uint8Array): boolean | undefined => decodeClientHello(clientHello({ extensions: [[35, body]] }))?.resumptionOffered;
const sslv2Body = (specs: Uint8Array, challenge: number): Uint8Array => join(Uint8Array.of(1, 3, 1), u16(specs.length), u16(0), u16(challenge), specs, new Uint8Array(16));

describe('decodeClientHello', () => {
  it('reads a hello without extensions as SSL 3.0 clients send it', () => {
    expect(decodeClientHello(clientHello({ version: 0x0300 }))).toMatchObject({ version: 'SSL3.0', offered: ['SSL3.0'], alpn: [], ech: false });
    expect(decodeClientHello(clientHello({ version: 0x0300 }))?.sni).toBeUndefined();
  });

  it('ranks drafts of TLS 1.3 between 1.2 and 1.3', () => {
    expect(highestOf(0x0303, 0x7f1c)).toBe('0x7f1c');
    expect(highestOf(0x0304, 0x7f1c, 0x0303)).toBe('TLS1.3');
    expect(highestOf(0x0303, 0x9999)).toBe('TLS1.2');
  });

  it('keeps every byte of a hostile name', () => {
    expect(decodeClientHello(clientHello({ extensions: [extension.serverName('a\n\u0000\u00ff.example.')] }))?.sni).toBe('a\n\u0000\u00ff.example.');
  });

  it('counts a session id as an offer only without TLS 1.3, whose clients send one that means nothing', () => {
    const plain = clientHello({ extensions: [named] });
    const withId = join(plain.subarray(0, 34), Uint8Array.of(2, 7, 7), plain.subarray(35));
    expect(decodeClientHello(withId)).toMatchObject({ resumptionOffered: true, resumption: ['session-id'] });
    expect(decodeClientHello(plain)).toMatchObject({ resumptionOffered: false, resumption: undefined });
    const newer = clientHello({ extensions: [named, extension.versions(0x0304, 0x0303)] });
    expect(decodeClientHello(join(newer.subarray(0, 34), Uint8Array.of(2, 7, 7), newer.subarray(35)))).toMatchObject({ resumptionOffered: false });
  });

  it('sees ECH, and a ticket only with content', () => {
    expect(resumesWith(new Uint8Array(0))).toBe(false);
    expect(resumesWith(new Uint8Array(40))).toBe(true);
    expect(decodeClientHello(clientHello({ extensions: [[0xfe0d, new Uint8Array(9)]] }))?.ech).toBe(true);
  });

  const refused: ReadonlyArray<readonly [claim: string, body: Uint8Array]> = [
    ['two server_name extensions', clientHello({ extensions: [named, extension.serverName('other.example')] })],
    ['two names in one extension', clientHello({ extensions: [[0, join(u16(10), Uint8Array.of(0, 0, 2, 97, 98, 0, 0, 2, 99, 100))]] })],
    ['a name that runs past its extension', clientHello({ extensions: [[0, join(u16(9), Uint8Array.of(0, 0, 9, 97))]] })],
    ['an empty protocol name', clientHello({ extensions: [extension.alpn('h2', '')] })],
    ['an odd list of versions', clientHello({ extensions: [[43, Uint8Array.of(3, 3, 4, 3)]] })],
    ['no cipher', clientHello({ ciphers: [] })],
    ['bytes behind its extensions', join(clientHello({ extensions: [named] }), Uint8Array.of(0))],
    ['extensions that end in the middle', clientHello({ extensions: [named] }).subarray(0, -1)],
    ['nothing at all', new Uint8Array(0)],
  ];
  it.each(refused)('refuses %s', (_claim, body) => {
    expect(decodeClientHello(body)).toBeUndefined();
  });

  it('reads a DTLS hello with its cookie', () => {
    const tls = clientHello({ version: 0xfefd, extensions: [named] });
    const body = join(tls.subarray(0, 35), Uint8Array.of(3, 1, 2, 3), tls.subarray(35));
    expect(decodeClientHello(body, 'd')).toMatchObject({ sni: 'lab.example', version: 'DTLS1.2' });
    expect(decodeClientHello(body, 'd')?.ja4.startsWith('dd2d')).toBe(true);
  });

  it('never throws on any bytes', () => {
    const good = clientHello({ extensions: [named, extension.alpn('h2'), extension.versions(0x0304), extension.signatures(0x0403)] });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }), fc.nat(good.length), (changes, cut) => {
        const body = good.slice(0, cut);
        for (const [at, value] of changes) if (at < body.length) body[at] = value;
        const facts = decodeClientHello(body);
        expect(facts === undefined || /^t\w{2}[di]\d{4}.._[0-9a-f]{12}_[0-9a-f]{12}$/.test(facts.ja4)).toBe(true);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe('readSslv2Hello', () => {
  it('reads version and ciphers and labels the format', () => {
    const facts = readSslv2Hello(sslv2Body(Uint8Array.of(0, 0, 0x2f, 1, 0, 0x80), 16))?.facts;
    expect(facts).toMatchObject({ version: 'TLS1.0', sslv2Format: true, alpn: [] });
    expect(facts?.ja4.startsWith('t10i010000_')).toBe(true);
  });

  it('names SSL 2.0 and leaves out its own ciphers, which have three bytes', () => {
    const body = sslv2Body(Uint8Array.of(1, 0, 0x80, 7, 0, 0xc0), 16);
    body.set([0, 2], 1);
    expect(readSslv2Hello(body)?.facts).toMatchObject({ version: 'SSL2.0', offered: ['SSL2.0'], ja4: 'ts2i000000_000000000000_000000000000' });
  });

  it('refuses lengths that do not add up', () => {
    expect(readSslv2Hello(sslv2Body(Uint8Array.of(0, 0, 0x2f), 17))).toBeUndefined();
    expect(readSslv2Hello(sslv2Body(Uint8Array.of(0, 0, 0x2f, 0), 16))).toBeUndefined();
  });
});
