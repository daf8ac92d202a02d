/** Real hellos and certificates with bytes changed, dropped and added: facts or none, never a throw, and never more than the caps. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCertificateMessage } from '../../../../../src/core/decode/payloads/tls/certificate.ts';
import { decodeClientHello } from '../../../../../src/core/decode/payloads/tls/client-hello.ts';
import { readServerHello } from '../../../../../src/core/decode/payloads/tls/server-hello.ts';
import { certificateMessage, issue, join } from '../../../../build/certificate.ts';
import { helloFixtures } from '../../../../build/hello-fixtures.ts';
import { clientHello, extension, message, record, serverHello, u16 } from '../../../../build/tls-bytes.ts';
import { readWireFixture } from '../../../../build/wire-fixture.ts';
import { play } from './play.ts';

const hellos = helloFixtures().map(({ record: data }) => data);
const bytes16 = (count: number): Uint8Array => join(...Array.from({ length: count }, (_, index) => u16(0x4000 + (index % 0x3000))));
const listed = (body: Uint8Array): Uint8Array => join(u16(body.length), body);

const JA4 = /^t(?:1[0-3]|s[23]|d[123]|00)[di]\d{4}[0-9a-zA-Z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/;

/** Changes that keep lengths, cut, or put bytes in. */
const edits = fc.array(fc.tuple(fc.constantFrom('set', 'cut', 'add'), fc.nat(4000), fc.nat(255)), { minLength: 1, maxLength: 8 });
type Edits = ReadonlyArray<readonly [string, number, number]>;

function edited(data: Uint8Array, changes: Edits): Uint8Array {
  const bytes = [...data];
  for (const [how, at, value] of changes) {
    const place = at % (bytes.length + 1);
    if (how === 'set') bytes[place] = value;
    else if (how === 'cut') bytes.splice(place, 1 + (value & 3));
    else bytes.splice(place, 0, value);
  }
  return Uint8Array.from(bytes);
}

describe('a hello of a real client with other bytes', () => {
  it('gives facts within the caps, or none', () => {
    fc.assert(
      fc.property(fc.nat(hellos.length - 1), edits, (which, changes) => {
        const facts = decodeClientHello(edited((hellos[which] ?? new Uint8Array(0)).subarray(9), changes));
        expect(facts === undefined || JA4.test(facts.ja4)).toBe(true);
        const { alpn = [], keyShareGroups = [], groups = [], weakCiphers = [], sni = '' } = facts ?? {};
        expect(alpn.length <= 32 && keyShareGroups.length <= 64 && groups.length <= 64 && weakCiphers.length <= 200 && sni.length <= 255).toBe(true);
      }),
      { numRuns: 3000, seed: 41 },
    );
  });

  it('gives a session the same whether it comes whole or in pieces', () => {
    fc.assert(
      fc.property(fc.nat(hellos.length - 1), edits, fc.integer({ min: 1, max: 300 }), (which, changes, size) => {
        const passages = [{ side: 'up' as const, data: edited(hellos[which] ?? new Uint8Array(0), changes) }];
        expect(play(passages, [size])).toEqual(play(passages));
      }),
      { numRuns: 500, seed: 43 },
    );
  });
});

describe('a hello made to be large', () => {
  const floods: ReadonlyArray<readonly [what: string, body: Uint8Array]> = [
    ['ciphers', clientHello({ ciphers: Array.from({ length: 32_000 }, (_, index) => index) })],
    ['weak ciphers, again and again', clientHello({ ciphers: Array.from({ length: 32_000 }, (_, index) => index % 40) })],
    ['extensions', clientHello({ extensions: Array.from({ length: 16_000 }, (_, index) => [0x5000 + (index % 0x4000), new Uint8Array(0)] as const) })],
    ['groups', clientHello({ extensions: [[10, listed(bytes16(32_000))]] })],
    ['key shares', clientHello({ extensions: [[51, listed(join(...Array.from({ length: 16_000 }, (_, index) => join(u16(0x4000 + index), u16(0)))))]] })],
    ['protocols', clientHello({ extensions: [[16, listed(join(...Array.from({ length: 32_000 }, () => Uint8Array.of(1, 0x61))))]] })],
    ['signature schemes', clientHello({ extensions: [[13, listed(bytes16(32_000))]] })],
  ];
  it.each(floods)('keeps of %s no more than its caps', (_what, body) => {
    const { facts, problems } = play([{ side: 'up', data: join(...pieces(message(1, body)).map((piece) => record(22, piece))) }]);
    expect(problems).toEqual([]);
    expect(facts.hello?.length).toBe(body.length);
    expect(JSON.stringify(facts).length).toBeLessThan(2000);
  });

  it('gives nothing for a name that no server takes', () => {
    expect(decodeClientHello(clientHello({ extensions: [extension.serverName('a'.repeat(255))] }))?.sni?.length).toBe(255);
    expect(decodeClientHello(clientHello({ extensions: [extension.serverName('a'.repeat(256))] }))).toBeUndefined();
  });

  it('keeps of a flooded answer no more than its caps', () => {
    const reading = readServerHello(serverHello(0x1301, [extension.selected(0x0304), ...Array.from({ length: 10_000 }, (_, index) => [0x5000 + index, new Uint8Array(0)] as const)]));
    expect(reading?.facts.extensions.length).toBe(64);
    expect(reading?.tls13).toBe(true);
  });
});

describe('certificates with other bytes', () => {
  const root = issue({ subject: [['2.5.4.3', 0x0c, 'Lab Root']], authority: true });
  const leaf = issue({ subject: [['2.5.4.3', 0x0c, 'lab.example']], dnsNames: ['lab.example', 'www.lab.example'] }, root);
  const messages = [certificateMessage([leaf.der, root.der]), certificateMessage([root.der])];

  it('give a chain or damage', () => {
    fc.assert(
      fc.property(fc.nat(messages.length - 1), edits, (which, changes) => {
        const { chain, damaged } = readCertificateMessage(edited(messages[which] ?? new Uint8Array(0), changes));
        expect(chain.length).toBeLessThanOrEqual(11);
        expect(chain.length > 0 || damaged).toBe(true);
      }),
      { numRuns: 2000, seed: 47 },
    );
  });

  it('never end a session by a throw, however a recorded flight is changed', () => {
    const { passages } = readWireFixture('tls/tls12-chain.hex');
    fc.assert(
      fc.property(fc.nat(passages.length - 1), edits, (which, changes) => {
        const played = play(passages.map(({ side, data }, index) => ({ side, data: index === which ? edited(data, changes) : data })));
        expect(played.problems.length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 1000, seed: 53 },
    );
  });
});

/** Records hold 16 KB at the most. */
function pieces(data: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(data.length / 16_384) }, (_, index) => data.subarray(index * 16_384, (index + 1) * 16_384));
}
