import { existsSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countScts, countSctsOfStaple } from '../../../../../src/core/decode/payloads/tls/sct.ts';
import { tlsDecoder } from '../../../../../src/core/decode/payloads/tls/session.ts';
import { certificateMessage, issue, join, oidOf, tlv } from '../../../../build/certificate.ts';
import { clientHello, extension, message, record, serverHello, u16 } from '../../../../build/tls-bytes.ts';
import { observeFile } from '../../../../observe-file.ts';
import { play } from './play.ts';

/** A timestamp of a log that does not exist, and lists of such. */
const timestamp = join(Uint8Array.of(0), new Uint8Array(32).fill(7), new Uint8Array(8), Uint8Array.of(0, 0, 4, 3, 0, 4), new Uint8Array(4));
const listOf = (count: number): Uint8Array => {
  const all = join(...Array.from({ length: count }, () => join(u16(timestamp.length), timestamp)));
  return join(u16(all.length), all);
};
const time = tlv(0x18, Buffer.from('20260101000000Z'));

/** A CertificateStatus message as RFC 6960 §4.2.1 lays it out; `extensions` are those of its one SingleResponse. */
function staple(...extensions: Uint8Array[]): Uint8Array {
  const single = tlv(0x30, tlv(0x30, tlv(0x02, Uint8Array.of(1))), tlv(0x80), time, tlv(0xa0, time), ...(extensions.length === 0 ? [] : [tlv(0xa1, tlv(0x30, ...extensions))]));
  const data = tlv(0x30, tlv(0xa2, tlv(0x04, new Uint8Array(20))), time, tlv(0x30, single));
  const basic = tlv(0x30, data, tlv(0x30, oidOf('1.2.840.10045.4.3.2')), tlv(0x03, Uint8Array.of(0, 1)));
  const response = tlv(0x30, tlv(0x0a, Uint8Array.of(0)), tlv(0xa0, tlv(0x30, oidOf('1.3.6.1.5.5.7.48.1.1'), tlv(0x04, basic))));
  return join(Uint8Array.of(1, 0), u16(response.length), response);
}

const extensionOf = (oid: string, count: number): Uint8Array => tlv(0x30, oidOf(oid), tlv(0x04, tlv(0x04, listOf(count))));
const inOcsp = extensionOf('1.3.6.1.4.1.11129.2.4.5', 2);
const named = extension.serverName('lab.example');

describe('signed certificate timestamps', () => {
  const bare = issue({ subject: [['2.5.4.3', 0x0c, 'lab.example']] });
  const logged = issue({ subject: [['2.5.4.3', 0x0c, 'lab.example']], dnsNames: ['lab.example'], extensions: [extensionOf('1.3.6.1.4.1.11129.2.4.2', 3)] });
  const spoken = [18, listOf(1)] as const;
  const cases: ReadonlyArray<readonly [claim: string, leaf: Uint8Array, extensions: ReadonlyArray<readonly [number, Uint8Array]>, status: Uint8Array | undefined, places: readonly string[]]> = [
    ['are in none of the places', bare.der, [], undefined, []],
    ['are in the certificate', logged.der, [], staple(), ['certificate']],
    ['are in the extension of the ServerHello', bare.der, [spoken], undefined, ['extension']],
    ['are in the stapled OCSP response', bare.der, [], staple(extensionOf('1.3.6.1.5.5.7.48.1.2', 0), inOcsp), ['staple']],
    ['are in all places', logged.der, [spoken], staple(inOcsp), ['certificate', 'extension', 'staple']],
  ];
  it.each(cases)('%s', (_claim, leaf, extensions, status, places) => {
    const flight = [message(2, serverHello(0xc02f, extensions)), message(11, certificateMessage([leaf])), ...(status === undefined ? [] : [message(22, status)]), message(14, new Uint8Array(0))];
    const { facts, problems } = play([{ side: 'up', data: record(22, message(1, clientHello({ extensions: [named] }))) }, { side: 'down', data: record(22, join(...flight)) }], [50]);
    expect(problems).toEqual([]);
    expect(facts.scts).toEqual(places);
    expect(facts.chain?.[0]?.scts).toBe(leaf === logged.der ? 3 : undefined);
  });

  it('are not spoken of without a chain in clear', () => {
    const { facts } = play([{ side: 'up', data: record(22, message(1, clientHello({ extensions: [named] }))) }, { side: 'down', data: record(22, message(2, serverHello(0x1301, [extension.selected(0x0304)]))) }]);
    expect(facts.scts).toBeUndefined();
  });

  it('of one connection are not told of the next that its session serves', () => {
    const start = join(message(2, serverHello(0xc02f, [])), message(11, certificateMessage([bare.der])));
    const seen = [record(22, join(start, message(22, staple(inOcsp)))), record(22, start)].map((data) => {
      const session = tlsDecoder.open({ lookup: () => undefined, problem: () => undefined }, 0);
      session.push('up', record(22, message(1, clientHello({ extensions: [named] }))), 0, 1);
      session.push('down', data, 0, 2);
      const { tls } = session.facts();
      session.recycle?.();
      return tls?.scts;
    });
    expect(seen).toEqual([['staple'], []]);
  });

  it('count for nothing in a list that makes no sense', () => {
    expect(countScts(listOf(2))).toBe(2);
    expect(countScts(listOf(0))).toBe(0);
    expect(countScts(listOf(2).subarray(0, -1))).toBe(0);
    expect(countScts(join(listOf(1), Uint8Array.of(0)))).toBe(0);
    expect(countScts(join(u16(6), u16(4), new Uint8Array(4)))).toBe(0);
    expect(countScts(new Uint8Array(0))).toBe(0);
  });

  it('are counted without a throw in a stapled response of any bytes', () => {
    const good = staple(inOcsp);
    expect(countSctsOfStaple(good)).toBe(2);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }), fc.nat(good.length), (changes, cut) => {
        const body = good.slice(0, cut);
        for (const [at, value] of changes) if (at < body.length) body[at] = value;
        expect([0, 1, 2]).toContain(countSctsOfStaple(body));
      }),
      { numRuns: 2000, seed: 5 },
    );
  });
});

const folder = process.env['EGRET_CAPTURES'] ?? path.resolve('../shared/captures');
const hasCaptures = existsSync(path.join(folder, 'EXPECTED.jsonl'));
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasCaptures || !hasTshark) console.log('skipped: timestamps are not compared with tshark (sample captures or tshark are absent)');

describe.skipIf(!hasCaptures || !hasTshark)('timestamps in public certificates', () => {
  it.each(['tls-mixed-ooo.pcap', 'tls-multi-interface-ns.pcapng', 'tls-pppoe-qinq.pcap', 'tls12-ipv6-null.pcap', 'tls11.pcap'])('are as many in %s as tshark sees', (name) => {
    const file = path.join(folder, name);
    const { stdout } = spawnSync('tshark', ['-r', file, '-Y', 'tls.handshake.type==11', '-T', 'fields', '-e', 'tls.sct.sct_logid'], { encoding: 'utf8' });
    const theirs = stdout.split(/[\n,]/).filter((log) => log.trim() !== '').length;
    const chains = observeFile(file).flows.flatMap(({ tls }) => tls?.chain ?? []);
    expect(chains.reduce((sum, { scts }) => sum + (scts ?? 0), 0)).toBe(theirs);
    expect(chains.length).toBeGreaterThan(0);
  });
});
