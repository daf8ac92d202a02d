import { describe, expect, it } from 'vitest';
import { bytes, u16 } from '../../../../build/bytes.ts';
import { decoderOf } from '../../../../build/decoder-of.ts';
import { down, lost, playSession, rechunked, up, type Passage } from '../../../../build/play-session.ts';
import { recognise } from '../../../../../src/core/decode/payloads/index.ts';
import { RECOGNISE_LIMIT } from '../../../../../src/core/decode/payloads/session.ts';

const SIGNATURE = bytes('\r\n\r\n\0\r\nQUIT\n');
const IPV4 = bytes(198, 51, 100, 1, 203, 0, 113, 9, u16(40_000), u16(80));
const GET = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';

const HEADERS: ReadonlyArray<readonly [what: string, header: Uint8Array]> = [
  ['version 1 over IPv4', bytes('PROXY TCP4 198.51.100.1 203.0.113.9 40000 80\r\n')],
  ['version 1 over IPv6', bytes('PROXY TCP6 2001:db8::1 2001:db8::9 40000 80\r\n')],
  ['version 1 without addresses', bytes('PROXY UNKNOWN\r\n')],
  ['version 2 over IPv4', bytes(SIGNATURE, 0x21, 0x11, u16(12), IPV4)],
  ['version 2 for the balancer itself', bytes(SIGNATURE, 0x20, 0x00, u16(0))],
  ['version 2 with additions', bytes(SIGNATURE, 0x21, 0x11, u16(12 + 300), IPV4, 0x04, u16(297), new Uint8Array(297))],
];

const play = (...passages: readonly Passage[]): ReturnType<typeof playSession> => playSession(decoderOf('proxy-header'), passages);

describe('a PROXY header', () => {
  it.each(HEADERS)('%s is passed over', (_what, header) => {
    const found = recognise('tcp', header.subarray(0, RECOGNISE_LIMIT), [40_000, 80]);
    expect(found).toMatchObject({ decoder: { protocol: 'proxy-header' }, sender: 'client' });
    for (const passages of [[up(header, GET)], [up(header), up(GET)], rechunked([up(header, GET)], [1]), rechunked([up(header, GET)], [5, 50])]) {
      const { facts } = play(...passages);
      expect([facts.protocol, facts.http?.parts.map((part) => part.host)]).toEqual(['http', ['a.example']]);
    }
  });

  it('lets a server speak first', () => {
    expect(play(up(bytes('PROXY UNKNOWN\r\n')), down('220 mail.example ESMTP\r\n'), up('EHLO a\r\n')).facts.protocol).toBe('smtp');
  });

  it.each([
    ['never ends', [up('PROXY TCP4 ', '1'.repeat(5000))]],
    ['is longer than any balancer makes it', [up(bytes(SIGNATURE, 0x21, 0x11, u16(60_000)), new Uint8Array(5000))]],
    ['lost its end', [up('PROXY TCP4 198'), lost('up', 20), up(GET)]],
  ] as const)('that %s names nothing', (_what, passages) => expect(play(...passages).facts).toEqual({ protocol: 'proxy-header' }));

  it('inside headers is followed no deeper than protocols may nest', () => {
    expect(play(up('PROXY UNKNOWN\r\n'.repeat(10_000), GET)).facts.protocol).toBe('proxy-header');
  });
});
