import * as dns from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { recogniseDatagram, recogniseStream } from '../../../../../src/core/decode/payloads/dns/recognise.ts';
import { RECOGNISE_LIMIT } from '../../../../../src/core/decode/payloads/session.ts';
import { bytes } from '../../../../build/bytes.ts';
import { FLAGS, framed, message, name, question } from '../../../../build/dns.ts';

const query = Uint8Array.from(dns.encode({ type: 'query', id: 9, flags: dns.RECURSION_DESIRED, questions: [{ type: 'A', name: 'a.example' }] }));
const answer = Uint8Array.from(dns.encode({ type: 'response', id: 9, flags: dns.RECURSION_AVAILABLE, questions: [{ type: 'A', name: 'a.example' }], answers: [{ type: 'A', name: 'a.example', data: '192.0.2.1' }] }));
const long = message({}, question(name('x'.repeat(50), 'example'), 1));

/** Ports are the sender's and the receiver's. */
const CASES: ReadonlyArray<readonly [what: string, data: Uint8Array, ports: readonly [number, number], answer: string]> = [
  ['a query to port 53', query, [40_000, 53], 'client'],
  ['an answer from port 53', answer, [53, 40_000], 'server'],
  ['a query on another port', query, [40_000, 5300], 'client'],
  ['an answer on another port', answer, [5300, 40_000], 'server'],
  ['a query on another port whose name is long', long, [40_000, 5300], 'client'],
  ['a query to port 53 for a name with odd bytes', message({}, question(name('\u0001'), 1)), [40_000, 53], 'client'],
  ['the same on another port', message({}, question(name('\u0001'), 1)), [40_000, 5300], 'no'],
  ['a query for an unknown type on another port', message({}, question(name('a'), 4000)), [40_000, 5300], 'no'],
  ['a query with answers in it', message({ counts: [1, 1, 0, 0] }, question(name('a'), 1)), [40_000, 53], 'no'],
  ['a query with a flag that only responses have', message({ flags: 0x0180 }, question(name('a'), 1)), [40_000, 5300], 'no'],
  ['a header cut short', query.subarray(0, 11), [40_000, 53], 'no'],
  ['multicast DNS', query, [5353, 5353], 'no'],
  ['a NetBIOS name', query, [137, 137], 'no'],
  ['random bytes', bytes(...Array.from({ length: 40 }, (_, index) => (index * 77 + 13) & 0xff)), [40_000, 5300], 'no'],
];

describe('recogniseDatagram', () => {
  it.each(CASES)('answers to %s as it should', (_what, data, ports, expected) => {
    expect(recogniseDatagram(data, ports)).toBe(expected);
  });
});

describe('recogniseStream', () => {
  it.each([
    ['a query to port 53', framed(query), [40_000, 53], 'client'],
    ['an answer from port 53', framed(answer), [53, 40_000], 'server'],
    ['a query on another port', framed(query), [40_000, 5300], 'client'],
    ['a length below a header', bytes(0, 11, query), [40_000, 53], 'no'],
    ['text', bytes('GET / HTTP/1.1\r\n'), [40_000, 53], 'no'],
    ['a response that nobody would send', framed(message({ flags: FLAGS.response | 0x0040 }, question(name('a'), 1))), [53, 40_000], 'no'],
  ] as const)('answers to %s as it should, and asks for more before', (_what, data, ports, expected) => {
    const answers = Array.from({ length: Math.min(data.length, RECOGNISE_LIMIT) + 1 }, (_, length) => recogniseStream(data.subarray(0, length), ports));
    expect([...new Set(answers)]).toEqual(['more', expected]);
  });
});
