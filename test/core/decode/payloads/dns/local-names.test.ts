import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { llmnrDecoder, mdnsDecoder, nbnsDecoder } from '../../../../../src/core/decode/payloads/dns/local-names.ts';
import type { Decoder } from '../../../../../src/core/decode/payloads/session.ts';
import { bytes, u16 } from '../../../../build/bytes.ts';
import { FLAGS, message, name, pointing, question, record } from '../../../../build/dns.ts';
import { playSession, type Passage } from '../../../../build/play-session.ts';

/** RFC 1001 §14.1: 15 characters filled with spaces and a suffix, each half a letter. */
function netbios(text: string, suffix = 0, scope: readonly string[] = []): Uint8Array {
  const letters = [...bytes(text.padEnd(15, ' ')), suffix].map((byte) => String.fromCharCode(65 + (byte >> 4), 65 + (byte & 0xf))).join('');
  return name(letters, ...scope);
}
const asked = (data: Uint8Array): Passage => ({ side: 'up', data });
const mdns = (...body: readonly Uint8Array[]): Passage => asked(message({ id: 0, flags: 0, counts: [body.length, 0, 0, 0] }, ...body));
const nbns = (text: Uint8Array, type = 0x20, flags = 0x0110): Passage => asked(message({ flags }, question(text, type)));

const CASES: ReadonlyArray<readonly [claim: string, decoder: Decoder, passages: readonly Passage[], told: readonly string[]]> = [
  ['a multicast question', mdnsDecoder, [mdns(question(name('printer', 'local'), 1))], ['printer.local A']],
  ['one that wants a unicast answer', mdnsDecoder, [mdns(question(name('printer', 'local'), 1, 0x8001))], ['printer.local A']],
  ['several questions in one message', mdnsDecoder, [mdns(question(name('_ipp', '_tcp', 'local'), 12), question(pointing(12), 12), question(name('_http', '_tcp', 'local'), 12), ...Array.from({ length: 4 }, (_, index) => question(name(`h${index}`, 'local'), 28)))],
    ['_ipp._tcp.local PTR', '_http._tcp.local PTR', 'h0.local AAAA', 'h1.local AAAA', 'h2.local AAAA', 'h3.local AAAA']],
  ['the same question again, once', mdnsDecoder, [mdns(question(name('printer', 'local'), 1)), mdns(question(name('PRINTER', 'local'), 1))], ['printer.local A']],
  ['an announcement, which asks nothing', mdnsDecoder, [asked(message({ id: 0, flags: 0x8400, counts: [0, 1, 0, 0] }, record(name('a', 'local'), 1, bytes(192, 0, 2, 1), { klass: 0x8001 })))], []],
  ['a link-local question', llmnrDecoder, [asked(message({ flags: 0 }, question(name('wpad'), 1)))], ['wpad A']],
  ['its answer, which asks nothing', llmnrDecoder, [asked(message({ flags: 0x8000 }, question(name('wpad'), 1)))], []],
  ['a NetBIOS name', nbnsDecoder, [nbns(netbios('WPAD'))], ['WPAD NB']],
  ['a NetBIOS name of a file server', nbnsDecoder, [nbns(netbios('FILES', 0x20))], ['FILES NB']],
  ['a NetBIOS name of another kind, told with it', nbnsDecoder, [nbns(netbios('CORP', 0x1c))], ['CORP<1c> NB']],
  ['a NetBIOS name in a scope', nbnsDecoder, [nbns(netbios('FILES', 0, ['corp', 'example']))], ['FILES.corp.example NB']],
  ['a NetBIOS status request', nbnsDecoder, [nbns(name('CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'), 0x21)], ['* NBSTAT']],
  ['a NetBIOS name with bytes that no terminal should see', nbnsDecoder, [nbns(netbios('A.B\u001b'))], ['A\\.B\\027 NB']],
  ['a NetBIOS registration, which asks nothing', nbnsDecoder, [nbns(netbios('DESKTOP'), 0x20, 0x2910)], []],
];

describe('names asked of the link', () => {
  it.each(CASES)('tell %s', (_claim, decoder, passages, told) => {
    const played = playSession(decoder, passages);
    expect(played.lookups.map((lookup) => `${lookup.name} ${lookup.type}`)).toEqual(told);
    expect(played.lookups.filter(({ rcode, addresses, asked: first }) => rcode !== 'unseen' || addresses.length > 0 || first === undefined)).toEqual([]);
    expect(played).toMatchObject({ problems: [], facts: { protocol: decoder.protocol }, taken: passages.length });
  });

  it('tell damage once a flow', () => {
    const cut = asked(bytes(0, 0, 0, 0, u16(1), 0, 0, 0, 0, 0, 0, 9, 'abc'));
    expect(playSession(mdnsDecoder, [cut, cut]).problems).toEqual([{ code: 'dns-damaged', detail: 'mdns' }]);
  });

  it('never throw on any bytes', () => {
    fc.assert(fc.property(fc.constantFrom(mdnsDecoder, llmnrDecoder, nbnsDecoder), fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 6 }), (decoder, data) => {
      expect(playSession(decoder, data.map(asked)).taken).toBe(data.length);
    }), { seed: 11, numRuns: 300 });
  });
});

describe('recognising the NetBIOS name service', () => {
  const query = message({ flags: 0x0110 }, question(netbios('WPAD'), 0x20));
  it.each([
    ['a query', query, [137, 137], 'client'],
    ['a query from another port', query, [40_000, 137], 'client'],
    ['an answer, whose name stands where the question would', message({ flags: 0x8500, counts: [0, 1, 0, 0] }, record(netbios('WPAD'), 0x20, bytes(0, 0, 192, 0, 2, 1))), [137, 137], 'server'],
    ['the same on another port', query, [40_000, 53], 'no'],
    ['a DNS question on its port', message({}, question(name('a', 'example'), 1)), [40_000, 137], 'no'],
    ['letters outside of the code', message({}, question(name('Z'.repeat(32)), 0x20)), [137, 137], 'no'],
    ['a query that is cut', query.subarray(0, 40), [137, 137], 'no'],
  ] as const)('answers to %s as it should', (_what, data, [from, to], found) => {
    expect(nbnsDecoder.recognise(data, [from, to])).toBe(found);
  });

  it('tells a truncated response flag of DNS from a NetBIOS one', () => {
    expect(nbnsDecoder.recognise(message({ flags: FLAGS.truncated }, question(netbios('WPAD'), 0x20)), [137, 40_000])).toBe('server');
  });
});
