import * as dns from 'dns-packet';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, RECORD_CAP, type DnsMessage } from '../../../../../src/core/decode/payloads/dns/message.ts';
import { bytes } from '../../../../build/bytes.ts';
import { FLAGS, message, name, pointing, question, record, service } from '../../../../build/dns.ts';

const A = 1;
const CNAME = 5;
const AAAA = 28;
const HTTPS = 65;
const asked = question(name('a', 'example'), A);
/** Offset of the question's name. */
const QUESTION = 12;

describe('decodeMessage beside dns-packet', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
  const host = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
  const ttl = fc.nat(100_000);
  const answer = fc.oneof(
    fc.record({ type: fc.constant('A' as const), name: host, ttl, data: fc.ipV4() }),
    fc.record({ type: fc.constant('AAAA' as const), name: host, ttl, data: fc.constantFrom('2001:db8::1', '::1', 'fe80::1:2:3:4', '2001:db8:1:2:3:4:5:6') }),
    fc.record({ type: fc.constant('CNAME' as const), name: host, ttl, data: host }),
    fc.record({ type: fc.constant('TXT' as const), name: host, ttl, data: fc.string({ minLength: 1, maxLength: 20 }) }),
  );

  it('reads the same from whatever that encodes', () => {
    fc.assert(fc.property(fc.nat(0xffff), host, fc.constantFrom('A', 'AAAA', 'MX', 'TXT'), fc.array(answer, { maxLength: 12 }), (id, of, type, answers) => {
      const read = decodeMessage(Uint8Array.from(dns.encode({ type: 'response', id, flags: dns.RECURSION_DESIRED, questions: [{ name: of, type }], answers, additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 1232, flags: dns.DNSSEC_OK, ednsVersion: 0, extendedRcode: 0, flag_do: true, options: [] }] })));
      expect(read).toMatchObject({ id, response: true, opcode: 0, truncated: false, rcode: 0, edns: { payloadSize: 1232, version: 0, dnssecOk: true } });
      expect(read?.damage).toBeUndefined();
      expect(read?.questions.map((each) => each.name.text)).toEqual([of]);
      expect(shown(read)).toEqual(answers.map((each) => (each.type === 'TXT' ? `${each.name} other` : `${each.name} ${each.data}`)));
      expect(read?.answers.map((each) => each.ttl)).toEqual(answers.map((each) => each.ttl));
    }), { seed: 1, numRuns: 200 });
  });

  it('never throws on bytes that it changed, and never reads what is not there', () => {
    const whole = Uint8Array.from(dns.encode({ type: 'response', id: 1, questions: [{ name: 'www.a.example', type: 'A' }], answers: [{ type: 'CNAME', name: 'www.a.example', data: 'b.a.example' }, { type: 'A', name: 'b.a.example', data: '192.0.2.1' }] }));
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(whole.length), (edits, length) => {
      const data = whole.slice(0, length);
      for (const [offset, byte] of edits) if (offset < length) data[offset] = byte;
      const read = decodeMessage(data);
      expect(read === undefined).toBe(length < 12);
      for (const each of read?.questions ?? []) expect(each.name.text.length).toBeLessThanOrEqual(4 * 255);
    }), { seed: 2, numRuns: 500 });
  });
});

describe('decodeMessage', () => {
  it('is undefined below the length of a header', () => expect(decodeMessage(new Uint8Array(11))).toBeUndefined());

  it('escapes a dot, a backslash and control bytes inside labels', () => {
    const read = decodeMessage(message({}, question(name('a.b', 'c\\d', '\u0001 \u00ff', 'example'), A)));
    expect(read?.questions[0]?.name.text).toBe('a\\.b.c\\\\d.\\001\\032\\255.example');
    expect(read?.questions[0]?.name.labels).toHaveLength(4);
  });

  it('shows the root as a dot', () => expect(decodeMessage(message({}, question(name(), 2)))?.questions[0]?.name.text).toBe('.'));

  it('reads service bindings', () => {
    const data = service(1, name(), [[1, bytes(2, 'h3', 2, 'h2')], [3, bytes(0x20, 0xfb)], [4, bytes(192, 0, 2, 1, 192, 0, 2, 2)], [5, bytes('config')], [6, bytes(0x20, 0x01, 0x0d, 0xb8, ...Array.from({ length: 11 }, () => 0), 1)], [999, bytes('x')]]);
    const read = answersOf(record(pointing(QUESTION), HTTPS, data));
    expect(read?.answers[0]).toMatchObject({ kind: 'service', service: { priority: 1, target: '.', alpn: ['h3', 'h2'], port: 8443, ech: true, hints: ['192.0.2.1', '192.0.2.2', '2001:db8::1'] } });
  });

  it('ignores the parameters of an alias binding', () => {
    const read = answersOf(record(pointing(QUESTION), HTTPS, service(0, name('b', 'example'), [[5, bytes('x')]])));
    expect(read?.answers[0]).toMatchObject({ service: { priority: 0, target: 'b.example', ech: false, alpn: [] } });
  });

  it('does not confuse another class, and reads a TTL beyond 31 bits as zero', () => {
    const read = answersOf(record(pointing(QUESTION), A, bytes(1, 2, 3, 4), { klass: 3 }), record(pointing(QUESTION), A, bytes(1, 2, 3, 4), { ttl: 0x8000_0001 }));
    expect(read?.answers.map((each) => [each.kind, each.ttl])).toEqual([['other', 60], ['address', 0]]);
  });

  it('reads a redirected subtree', () => {
    expect(answersOf(record(name('old', 'example'), 39, name('new', 'example')))?.answers[0]).toMatchObject({ kind: 'dname', target: { text: 'new.example' } });
  });

  it('takes an OPT in the answer section for no EDNS', () => {
    expect(answersOf(bytes(0, 0, 41, 0x04, 0xd0, 1, 0, 0x80, 0, 0, 0))?.edns).toBeUndefined();
  });

  it('keeps answers when a later section is damaged', () => {
    const read = decodeMessage(message({ flags: FLAGS.response, counts: [1, 1, 1, 0] }, asked, record(pointing(QUESTION), A, bytes(1, 2, 3, 4)), 0x80));
    expect(read).toMatchObject({ answerCount: 1, damage: { detail: 'authority' } });
  });

  it('joins the response code of EDNS to the header\'s', () => {
    const opt = bytes(0, 0, 41, 0x04, 0xd0, 1, 0, 0x80, 0, 0, 0);
    expect(decodeMessage(message({ flags: FLAGS.response, counts: [1, 0, 0, 1] }, asked, opt))).toMatchObject({ rcode: 16, edns: { payloadSize: 1232, version: 0, dnssecOk: true } });
  });

  it.each([
    ['a pointer to itself', message({}, question(pointing(QUESTION), A)), 'question', 0],
    ['a pointer that looks forward', message({}, question(pointing(QUESTION + 8), A), name('b')), 'question', 0],
    ['a pointer back into its own labels', message({}, question(pointing(QUESTION, 'a'), A)), 'question', 0],
    ['a pointer into the header', message({}, question(pointing(4), A)), 'question', 0],
    ['two pointers that lead to each other', message({ flags: FLAGS.response, counts: [1, 2, 0, 0] }, asked, record(pointing(27, 'x'), A, bytes(1, 2, 3, 4)), record(pointing(27), A, bytes(1, 2, 3, 4))), 'answer', 1],
    ['a label of a reserved type', message({}, bytes(0x41, 'x'.repeat(65), 0, 0, 1, 0, 1)), 'question', 0],
    ['a name longer than 255 bytes', message({}, question(name(...Array.from({ length: 5 }, () => 'x'.repeat(60))), A)), 'question', 0],
    ['a message that ends in a name', message({}, bytes(9, 'abc')), 'question', 0],
    ['a message that ends behind a name', message({}, name('a'), bytes(0, 1)), 'question', 0],
    ['an address of three bytes', message({ flags: FLAGS.response, counts: [1, 1, 0, 0] }, asked, record(pointing(QUESTION), A, bytes(1, 2, 3))), 'answer', 1],
    ['an IPv6 address of four bytes', message({ flags: FLAGS.response, counts: [1, 1, 0, 0] }, asked, record(pointing(QUESTION), AAAA, bytes(1, 2, 3, 4))), 'answer', 1],
    ['data longer than the message', message({ flags: FLAGS.response, counts: [1, 1, 0, 0] }, asked, record(pointing(QUESTION), A, bytes(1, 2, 3, 4), { length: 5 })), 'answer', 1],
    ['a target that reaches out of its data', message({ flags: FLAGS.response, counts: [1, 1, 0, 0] }, asked, record(pointing(QUESTION), CNAME, name('b', 'example'), { length: 4 })), 'answer', 1],
    ['an alias with bytes behind it', message({ flags: FLAGS.response, counts: [1, 1, 0, 0] }, asked, record(pointing(QUESTION), CNAME, bytes(name('b'), 0))), 'answer', 1],
    ['service parameters out of order', message({ flags: FLAGS.response, counts: [1, 1, 0, 0] }, asked, record(pointing(QUESTION), HTTPS, service(1, name(), [[4, bytes(1, 2, 3, 4)], [1, bytes(2, 'h2')]]))), 'answer', 1],
    ['a bomb of questions', message({ counts: [0xffff, 0, 0, 0] }, asked), 'question', 1],
    ['a bomb of answers', message({ flags: FLAGS.response, counts: [1, 0xffff, 0, 0] }, asked), 'answer', 1],
    ['a bomb of additionals', message({ counts: [1, 0, 0, 0xffff] }, asked), 'additional', 1],
  ] as const)('tells where it stopped at %s, and keeps what came before', (_what, data, section, questions) => {
    const read = decodeMessage(data);
    expect(read?.damage?.detail).toBe(section);
    expect(read?.damage?.offset).toBeLessThanOrEqual(data.length);
    expect(read?.questions).toHaveLength(questions);
  });

  it('keeps a bounded number of records and counts the rest', () => {
    const many = RECORD_CAP + 40;
    const read = decodeMessage(message({ flags: FLAGS.response, counts: [1, many, 0, 0] }, asked, ...Array.from({ length: many }, () => record(pointing(QUESTION), A, bytes(1, 2, 3, 4)))));
    expect(read?.answers).toHaveLength(RECORD_CAP);
    expect(read?.answerCount).toBe(many);
    expect(read?.damage).toBeUndefined();
  });

  it('follows long chains of pointers in many names', () => {
    const length = 5_000;
    // The data of the first record begins behind header, question and the record's own twelve bytes.
    const first = QUESTION + asked.length + 12;
    const chain = bytes(...Array.from({ length }, (_, index) => pointing(index === 0 ? QUESTION : first + 2 * (index - 1))));
    const read = answersOf(record(pointing(QUESTION), 16, chain), ...Array.from({ length: 200 }, () => record(pointing(first + 2 * (length - 1)), A, bytes(1, 2, 3, 4))));
    expect(new Set(read?.answers.map((each) => each.owner.text))).toEqual(new Set(['a.example']));
    expect(read?.answers).toHaveLength(201);
  });
});

function answersOf(...records: readonly Uint8Array[]): DnsMessage | undefined {
  return decodeMessage(message({ flags: FLAGS.response, counts: [1, records.length, 0, 0] }, asked, ...records));
}

function shown(read: DnsMessage | undefined): string[] {
  return (read?.answers ?? []).map((each) => {
    const owner = each.owner.text;
    if (each.kind === 'address') return `${owner} ${each.address}`;
    return each.kind === 'cname' ? `${owner} ${each.target.text}` : `${owner} ${each.kind}`;
  });
}
