import dnsPacket, { type Answer, type Question } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, RECORD_CAP, type DnsMessage } from '../../../../../src/core/decode/payloads/dns/message.ts';
import { rcodeName, typeName } from '../../../../../src/core/decode/payloads/dns/mnemonics.ts';
import { bytes, u16 } from '../../../../build/bytes.ts';
import { header, name, pointer, question, record, RESPONSE } from '../../../../build/dns.ts';

function decode(message: Uint8Array): DnsMessage {
  const decoded = decodeMessage(message);
  if (decoded === undefined) throw new Error('no message');
  return decoded;
}

const ASKED = question(name('a', 'test'), 1);
const FOUND = record(pointer(12), 1, bytes(192, 0, 2, 1));

describe('a DNS message', () => {
  it('reads as dns-packet wrote it: addresses, aliases, text and EDNS', () => {
    const questions: Question[] = [{ type: 'A', name: 'www.example.com' }];
    const answers: Answer[] = [
      { type: 'CNAME', name: 'www.example.com', ttl: 20, data: 'edge.example.net' },
      { type: 'A', name: 'edge.example.net', ttl: 60, data: '192.0.2.7' },
      { type: 'AAAA', name: 'edge.example.net', ttl: 61, data: '2001:db8::7' },
      { type: 'TXT', name: 'edge.example.net', ttl: 62, data: 'hello' },
      { type: 'DNAME', name: 'old.example.net', ttl: 63, data: 'new.example.net' },
    ];
    const additionals: Answer[] = [{ type: 'OPT', name: '.', udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: dnsPacket.DNSSEC_OK, flag_do: true, options: [] }];
    const message = decode(dnsPacket.encode({ type: 'response', id: 77, flags: dnsPacket.RECURSION_DESIRED, questions, answers, additionals }));
    expect(message).toMatchObject({ id: 77, response: true, opcode: 0, truncated: false, rcode: 0, answerCount: 5, edns: { payloadSize: 1232, version: 0, dnssecOk: true } });
    expect(message.damage).toBeUndefined();
    expect(message.questions.map(({ name: asked, type, klass }) => [asked.text, typeName(type), klass])).toEqual([['www.example.com', 'A', 1]]);
    expect(message.answers.map((answer) => [answer.owner.text, typeName(answer.type), answer.ttl, answer.kind === 'address' ? answer.address : 'target' in answer ? answer.target.text : answer.kind])).toEqual([
      ['www.example.com', 'CNAME', 20, 'edge.example.net'],
      ['edge.example.net', 'A', 60, '192.0.2.7'],
      ['edge.example.net', 'AAAA', 61, '2001:db8::7'],
      ['edge.example.net', 'TXT', 62, 'other'],
      ['old.example.net', 'DNAME', 63, 'new.example.net'],
    ]);
  });

  it('agrees with dns-packet on any honest answer of addresses', () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,10}$/);
    const host = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
    const answer = fc.record({ type: fc.constant('A' as const), name: host, ttl: fc.nat(1_000_000), data: fc.ipV4() });
    fc.assert(
      fc.property(host, fc.array(answer, { maxLength: 8 }), (asked, answers) => {
        const message = decode(dnsPacket.encode({ type: 'response', questions: [{ type: 'A', name: asked }], answers }));
        expect(message.questions.map((one) => one.name.text)).toEqual([asked]);
        expect(message.answers.map((one) => [one.owner.text, one.ttl, one.kind === 'address' && one.address])).toEqual(answers.map((one) => [one.name, one.ttl, one.data]));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it.each([
    ['the second answer ends too soon', bytes(FOUND, pointer(12), u16(1), u16(1)), 'answer'],
    ['an address of the wrong length', bytes(FOUND, record(pointer(12), 1, bytes(1, 2, 3))), 'answer'],
    ['an alias with bytes behind it', bytes(FOUND, record(pointer(12), 5, bytes(name('b'), 0))), 'answer'],
    ['a record owned by a forward pointer', bytes(FOUND, record(pointer(300), 1, bytes(1, 2, 3, 4))), 'answer'],
    ['service data that makes no sense', bytes(FOUND, record(pointer(12), 65, bytes(0))), 'answer'],
  ])('keeps what came before the damage when there is %s', (_claim, rest, where) => {
    const message = decode(bytes(header({ flags: RESPONSE, counts: [1, 2, 0, 0] }), ASKED, rest));
    expect(message.answers).toHaveLength(1);
    expect(message.answers[0]).toMatchObject({ kind: 'address', address: '192.0.2.1', ttl: 300 });
    expect(message.damage?.detail).toBe(where);
    expect(message.damage?.offset).toBeGreaterThanOrEqual(12 + ASKED.length + FOUND.length);
  });

  it('keeps answers when a later section is damaged', () => {
    const message = decode(bytes(header({ flags: RESPONSE, counts: [1, 1, 1, 0] }), ASKED, FOUND, 0x80));
    expect([message.answerCount, message.damage?.detail]).toEqual([1, 'authority']);
  });

  it('is none below a header', () => expect(decodeMessage(new Uint8Array(11))).toBeUndefined());

  it('is not led on by counts that the bytes do not hold', () => {
    const message = decode(bytes(header({ flags: RESPONSE, counts: [1, 65_535, 65_535, 65_535] }), ASKED, FOUND));
    expect([message.answerCount, message.damage?.detail]).toEqual([1, 'answer']);
  });

  it('keeps a bounded number of records and counts the rest', () => {
    const count = RECORD_CAP + 50;
    const message = decode(bytes(header({ flags: RESPONSE, counts: [1, count, 0, 0] }), ASKED, ...Array.from({ length: count }, () => FOUND)));
    expect([message.answers.length, message.answerCount, message.damage]).toEqual([RECORD_CAP, count, undefined]);
  });

  it('takes the upper bits of the response code from EDNS', () => {
    const opt = bytes(0, u16(41), u16(1232), 1, 0, 0, 0, u16(0));
    expect(rcodeName(decode(bytes(header({ flags: RESPONSE, counts: [1, 0, 0, 1] }), ASKED, opt)).rcode)).toBe('BADVERS');
  });

  it('does not take an OPT in the answer section for EDNS', () => {
    const opt = bytes(0, u16(41), u16(1232), 1, 0, 0, 0, u16(0));
    expect(decode(bytes(header({ flags: RESPONSE, counts: [1, 1, 0, 0] }), ASKED, opt)).edns).toBeUndefined();
  });

  it('reads a TTL with the top bit set as zero', () => {
    expect(decode(bytes(header({ flags: RESPONSE, counts: [1, 1, 0, 0] }), ASKED, record(pointer(12), 1, bytes(192, 0, 2, 1), 0xffff_ffff))).answers[0]?.ttl).toBe(0);
  });

  it('names no address in another class than IN', () => {
    expect(decode(bytes(header({ flags: RESPONSE, counts: [1, 1, 0, 0] }), ASKED, record(pointer(12), 1, bytes(192, 0, 2, 1), 1, 3))).answers[0]?.kind).toBe('other');
  });

  it('never throws, whatever bytes are changed', () => {
    const honest = bytes(header({ flags: RESPONSE, counts: [1, 3, 0, 1] }), ASKED, FOUND, record(pointer(12), 5, name('b', 'test')), record(pointer(12), 65, bytes(0, 1, 0, 0, 1, 0, 3, 2, 104, 50)), bytes(0, u16(41), u16(1232), 0, 0, 0, 0, u16(0)));
    const change = fc.tuple(fc.nat(honest.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(honest.length), (changes, length) => {
        const message = honest.slice(0, length);
        for (const [at, value] of changes) if (at < message.length) message[at] = value;
        const decoded = decodeMessage(message);
        expect(decoded === undefined).toBe(length < 12);
        expect(decoded?.damage?.offset ?? 0).toBeLessThanOrEqual(length);
      }),
      { seed: 4, numRuns: 5000 },
    );
  });
});
