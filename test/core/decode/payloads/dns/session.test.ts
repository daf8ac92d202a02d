import * as dns from 'dns-packet';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANSWER_WAIT, OPEN_CAP } from '../../../../../src/core/decode/payloads/dns/pairing.ts';
import { CHAIN_CAP } from '../../../../../src/core/decode/payloads/dns/chain.ts';
import { bytes } from '../../../../build/bytes.ts';
import { FLAGS, framed, message, name, question } from '../../../../build/dns.ts';
import { lost, rechunked, type Passage } from '../../../../build/play-session.ts';
import { answer, line, playTcp, playUdp, query } from './play.ts';

const a = (of: string, data = '192.0.2.1'): dns.Answer => ({ type: 'A', name: of, data, ttl: 60 });
const cname = (of: string, data: string): dns.Answer => ({ type: 'CNAME', name: of, data, ttl: 60 });
const part = (answers: dns.Answer[]): Passage => ({ side: 'down', data: framed(Uint8Array.from(dns.encode({ type: 'response', id: 7, questions: [{ type: 'AXFR', name: 'z.example' }], answers }))) });
const found = answer(1, 'a.example', [a('a.example')]);

/** What happened on the wire, and the lookups it makes. */
const CASES: ReadonlyArray<readonly [claim: string, passages: readonly Passage[], lookups: readonly string[]]> = [
  ['a question and its answer are a lookup', [query(1, 'a.example'), found], ['a.example A NOERROR = 192.0.2.1 ×1 1..2']],
  ['a question sent again is one lookup with two tries', [query(1, 'a.example'), query(1, 'a.example'), found], ['a.example A NOERROR = 192.0.2.1 ×2 1..3']],
  ['answers to both tries are one lookup', [query(1, 'a.example'), query(1, 'a.example'), found, found], ['a.example A NOERROR = 192.0.2.1 ×2 1..3']],
  ['a question without an answer is a lookup, too', [query(1, 'a.example')], ['a.example A none =  ×1 1..-']],
  ['an overdue question is told when time has passed, and its answer is unasked', [query(1, 'a.example'), { ...query(2, 'b.example'), at: 1 + ANSWER_WAIT }, { ...found, at: 2 + ANSWER_WAIT }],
    ['a.example A none =  ×1 1..-', 'a.example A NOERROR = 192.0.2.1 ×0 -..3', 'b.example A none =  ×1 2..-']],
  ['an answer without its question is unasked', [found], ['a.example A NOERROR = 192.0.2.1 ×0 -..1']],
  ['another id is another question', [query(2, 'a.example'), found], ['a.example A NOERROR = 192.0.2.1 ×0 -..2', 'a.example A none =  ×1 1..-']],
  ['A and AAAA of one name are two lookups', [query(1, 'a.example'), query(2, 'a.example', 'AAAA'), answer(2, 'a.example', [], { type: 'AAAA' }), found], ['a.example AAAA NOERROR =  ×1 2..3', 'a.example A NOERROR = 192.0.2.1 ×1 1..4']],
  ['a name asked in mixed case keeps it', [query(1, 'A.eXample'), found], ['A.eXample A NOERROR = 192.0.2.1 ×1 1..2']],
  ['a name that does not exist says so', [query(1, 'a.example'), answer(1, 'a.example', [], { rcode: 3 })], ['a.example A NXDOMAIN =  ×1 1..2']],
  ['an alias leads to the addresses of its end', [query(1, 'a.example'), answer(1, 'a.example', [cname('a.example', 'b.example'), a('b.example')])], ['a.example A NOERROR > b.example = 192.0.2.1 ×1 1..2']],
  ['a chain may stand in any order', [query(1, 'a.example'), answer(1, 'a.example', [a('c.example'), cname('b.example', 'c.example'), cname('a.example', 'b.example')])], ['a.example A NOERROR > b.example > c.example = 192.0.2.1 ×1 1..2']],
  ['addresses of the chain\'s beginning and middle name nothing', [query(1, 'a.example'), answer(1, 'a.example', [cname('a.example', 'b.example'), a('a.example', '192.0.2.9'), a('b.example'), a('other.example', '192.0.2.8')])], ['a.example A NOERROR > b.example = 192.0.2.1 ×1 1..2']],
  ['an address of another name alone is none', [query(1, 'a.example'), answer(1, 'a.example', [a('bank.example')])], ['a.example A NOERROR =  ×1 1..2']],
  ['a chain that runs in a circle owns nothing', [query(1, 'a.example'), answer(1, 'a.example', [cname('a.example', 'b.example'), cname('b.example', 'a.example'), a('a.example')])], ['a.example A NOERROR > b.example > a.example =  ×1 1..2']],
];

describe('DNS over UDP', () => {
  it.each(CASES)('%s', (_claim, passages, lookups) => {
    const played = playUdp(...passages);
    expect(played.lookups.map(line)).toEqual(lookups);
    expect(played.problems).toEqual([]);
    expect(played.facts).toEqual({ protocol: 'dns' });
  });

  it('cuts a chain that is too long, whose end then owns nothing', () => {
    const links = Array.from({ length: CHAIN_CAP + 4 }, (_, index) => cname(`n${index}.example`, `n${index + 1}.example`));
    const [lookup] = playUdp(query(1, 'n0.example'), answer(1, 'n0.example', [...links, a(`n${CHAIN_CAP + 4}.example`)])).lookups;
    expect(lookup?.cnames).toHaveLength(CHAIN_CAP);
    expect(lookup?.addresses).toEqual([]);
  });

  it('marks a truncated answer and keeps what it holds', () => {
    const [lookup] = playUdp(query(1, 'a.example'), answer(1, 'a.example', [a('a.example')], { flags: dns.TRUNCATED_RESPONSE })).lookups;
    expect(lookup).toMatchObject({ truncated: true, answers: 1, addresses: [{ address: '192.0.2.1', ttl: 60 }], unasked: false });
  });

  it('pairs an error without a question by its id', () => {
    const played = playUdp(query(1, 'a.example'), { side: 'down', data: message({ flags: 0x8181, counts: [0, 0, 0, 0] }) });
    expect(played.lookups.map(line)).toEqual(['a.example A FORMERR =  ×1 1..2']);
  });

  it('keeps a bounded number of open questions and tells the oldest as unanswered', () => {
    const asked = Array.from({ length: OPEN_CAP + 2 }, (_, index) => query(index, `h${index}.example`));
    const played = playUdp(...asked, answer(OPEN_CAP, `h${OPEN_CAP}.example`, []));
    expect(played.lookups.slice(0, 3).map(line)).toEqual(['h0.example A none =  ×1 1..-', 'h1.example A none =  ×1 2..-', `h${OPEN_CAP}.example A NOERROR =  ×1 ${OPEN_CAP + 1}..${OPEN_CAP + 3}`]);
    expect(played.lookups).toHaveLength(OPEN_CAP + 2);
  });

  it.each([
    ['an update', message({ flags: 0x2800 }, question(name('a', 'example'), 6)), message({ flags: 0xa800, counts: [0, 0, 0, 0] }), 'a.example UPDATE SOA NOERROR =  ×1 1..2'],
    ['a notice', message({ flags: 0x2400 }, question(name('a', 'example'), 6)), message({ flags: 0xa400 }, question(name('a', 'example'), 6)), 'a.example NOTIFY SOA NOERROR =  ×1 1..2'],
    ['a question of another class', message({}, question(name('version', 'bind'), 16, 3)), message({ flags: FLAGS.response }, question(name('version', 'bind'), 16, 3)), 'version.bind CH TXT NOERROR =  ×1 1..2'],
    ['a class without a name', message({}, question(name('a', 'example'), 1, 7)), message({ flags: FLAGS.response }, question(name('a', 'example'), 1, 7)), 'a.example CLASS7 A NOERROR =  ×1 1..2'],
    ['a class without a name is another question', message({}, question(name('a', 'example'), 1, 7)), message({ flags: FLAGS.response }, question(name('a', 'example'), 1, 1)), 'a.example A NOERROR =  ×0 -..2'],
  ])('says what is asked that is no plain question: %s', (_what, asked, replied, first) => {
    expect(playUdp({ side: 'up', data: asked }, { side: 'down', data: replied }).lookups.map(line)[0]).toBe(first);
  });

  it('tells a response from the wrong end', () => {
    const wrong = playUdp({ side: 'up', data: message({ flags: FLAGS.response }, question(name('a', 'example'), 1)) });
    expect(wrong).toMatchObject({ lookups: [], problems: [{ code: 'dns-damaged', detail: 'response from the client side' }] });
  });

  it('tells damage and still counts what was read before it', () => {
    const cut = (found.data instanceof Uint8Array ? found.data : bytes()).slice(0, -2);
    const played = playUdp(query(1, 'a.example'), { side: 'down', data: cut }, { side: 'down', data: bytes(1, 2, 3) });
    expect(played.lookups.map(line)).toEqual(['a.example A NOERROR =  ×1 1..2']);
    expect(played.problems.map((problem) => [problem.code, problem.detail])).toEqual([['dns-damaged', 'answer'], ['dns-damaged', 'header']]);
  });
});

describe('DNS over TCP', () => {
  const flow: readonly Passage[] = [query(1, 'a.example'), query(2, 'b.example', 'AAAA'), found, answer(2, 'b.example', [], { type: 'AAAA', rcode: 3 })].map(
    ({ side, data }) => ({ side, data: framed(data instanceof Uint8Array ? data : bytes()) }));

  it('reads the same from any cut of the stream', () => {
    const expected = ['a.example A NOERROR = 192.0.2.1 ×1 1..3', 'b.example AAAA NXDOMAIN =  ×1 2..4'];
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 9 }), (sizes) => {
      expect(playTcp(...rechunked(flow, sizes)).lookups.map(line)).toEqual(expected);
    }), { seed: 3, numRuns: 200 });
  });

  it('reads many messages of one segment', () => {
    const many = bytes(...Array.from({ length: 50 }, (_, index) => framed(dns.encode({ type: 'query', id: index, questions: [{ type: 'A', name: `h${index}.example` }] }))));
    expect(playTcp({ side: 'up', data: many }).lookups).toHaveLength(50);
  });

  it('passes over an empty message, which is damage', () => {
    const played = playTcp({ side: 'up', data: bytes(0, 0) }, ...flow.slice(0, 1));
    expect(played.problems).toEqual([{ code: 'dns-damaged', offset: 0, detail: 'header' }]);
    expect(played.lookups).toHaveLength(1);
  });

  it('ends at lost bytes, and tells what was open as unanswered', () => {
    const played = playTcp(...flow.slice(0, 1), lost('down', 1), ...flow.slice(2));
    expect(played.taken).toBe(2);
    expect(played.lookups.map(line)).toEqual(['a.example A none =  ×1 1..-']);
  });

  it('makes one lookup of a zone that comes in many messages', () => {
    const asked: Passage = { side: 'up', data: framed(Uint8Array.from(dns.encode({ type: 'query', id: 7, questions: [{ type: 'AXFR', name: 'z.example' }] }))) };
    expect(playTcp(asked, part([a('z.example')]), part([a('b.z.example')]), part([])).lookups.map(line)).toEqual(['z.example AXFR NOERROR = 192.0.2.1 ×1 1..2']);
  });

  it.each([
    ['promises more than ever comes', 40],
    ['promises a message longer than the stream may be', 0xffff],
  ])('tells the question of a message whose length %s, and the damage', (_what, more) => {
    const [whole] = flow.slice(0, 1).map(({ data }) => (data instanceof Uint8Array ? data.slice() : bytes()));
    const lying = bytes((more >> 8) & 0xff, more & 0xff, whole?.subarray(2) ?? bytes());
    const played = playTcp({ side: 'up', data: lying });
    expect(played.lookups.map(line)).toEqual(['a.example A none =  ×1 1..-']);
    expect(played.problems).toEqual([{ code: 'dns-damaged', offset: lying.length - 2, detail: 'cut' }]);
  });

  it('tells damage where a message is cut inside its question', () => {
    const [whole] = flow.slice(0, 1).map(({ data }) => (data instanceof Uint8Array ? data : bytes()));
    expect(playTcp({ side: 'up', data: whole?.subarray(0, 18) ?? bytes() }).problems).toEqual([{ code: 'dns-damaged', offset: 16, detail: 'cut' }]);
  });

  it('never throws on any stream', () => {
    fc.assert(fc.property(fc.array(fc.record({ side: fc.constantFrom('up', 'down'), data: fc.uint8Array({ maxLength: 60 }) }), { maxLength: 9 }), (passages) => {
      expect(playTcp(...passages).facts.protocol).toBe('dns');
    }), { seed: 4, numRuns: 300 });
  });
});
