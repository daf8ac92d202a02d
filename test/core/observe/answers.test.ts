/** Which addresses a name has after what DNS answered, and which answers count. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import type { ServiceFacts } from '../../../src/core/decode/payloads/dns/facts.ts';
import { asksForProxy, Answers, isOfLink, ledAddresses, ledNames } from '../../../src/core/observe/answers.ts';
import { NameBook } from '../../../src/core/observe/name-book.ts';
import type { LookupObservation } from '../../../src/core/observe/observation.ts';
import { answerOf, BEGIN } from '../../build/flow.ts';

const ADDRESS = '203.0.113.7';
const LATER = 60 * SECOND;

function taught(...seen: readonly LookupObservation[]): { readonly names: (address: string, at?: number) => readonly string[]; readonly problems: string[] } {
  const problems: string[] = [];
  const book = new NameBook((code) => problems.push(code));
  const answers = new Answers(book, (code) => problems.push(code));
  for (const one of seen) answers.begin(one.at);
  for (const one of seen) answers.learn(one);
  return { names: (address, at = BEGIN + LATER + 2 * SECOND) => book.candidates(address, at).live.toSorted(), problems };
}

function binding(of: string, service: Partial<ServiceFacts>, at = BEGIN + LATER): LookupObservation {
  const facts: ServiceFacts = { priority: 1, target: wireText('.'), alpn: [], ech: false, port: undefined, hints: [], ttl: 300, ...service };
  return answerOf(of, '', at, { type: 'HTTPS', typeNumber: 65, addresses: [], services: [facts] });
}
const alias = (of: string, to: string, at: number): LookupObservation => answerOf(of, '', at, { addresses: [], cnames: [wireText(to)] });
const unasked = (at: number): LookupObservation => answerOf('a.example', ADDRESS, at, { unasked: true, asked: undefined, tries: 0 });
const other = (at: number): LookupObservation => answerOf('other.example', '203.0.113.9', at);

describe('the names of an address', () => {
  it.each<[string, readonly LookupObservation[], readonly string[]]>([
    ['an answer names it', [answerOf('a.example', ADDRESS, BEGIN + LATER)], ['a.example']],
    ['case does not matter (0x20)', [answerOf('A.eXample', ADDRESS, BEGIN + LATER)], ['a.example']],
    ['a hint of a service binding names it', [binding('a.example', { hints: [ADDRESS] })], ['a.example']],
    ['a hint of another target names it for the one who asked', [binding('a.example', { target: wireText('svc.example'), hints: [ADDRESS] })], ['a.example']],
    ['the labels of a port are no part of the name', [binding('_8443._https.a.example', { hints: [ADDRESS] })], ['a.example']],
    ['alias mode leads to what the target has', [binding('a.example', { priority: 0, target: wireText('svc.example') }), answerOf('svc.example', ADDRESS, BEGIN + LATER + SECOND)], ['a.example', 'svc.example']],
    ['and to what it had before', [answerOf('svc.example', ADDRESS, BEGIN + LATER), binding('a.example', { priority: 0, target: wireText('SVC.example') }, BEGIN + LATER + SECOND)], ['a.example', 'svc.example']],
    ['a chain over several answers leads to its end', [alias('a.example', 'b.example', BEGIN + LATER), alias('b.example', 'c.example', BEGIN + LATER + 1), answerOf('c.example', ADDRESS, BEGIN + LATER + 2)], ['a.example', 'b.example', 'c.example']],
    ['a chain that runs in a circle ends', [alias('a.example', 'b.example', BEGIN + LATER), alias('b.example', 'a.example', BEGIN + LATER + 1), answerOf('b.example', ADDRESS, BEGIN + LATER + 2)], ['a.example', 'b.example']],
    ['the chain of one answer needs no second one', [answerOf('a.example', ADDRESS, BEGIN + LATER, { cnames: [wireText('b.example')] })], ['a.example']],
    ['an answer that nobody asked for names nothing', [other(BEGIN), unasked(BEGIN + LATER)], []],
    ['but in the first seconds the question may have come before', [other(BEGIN), unasked(BEGIN + 4 * SECOND)], ['a.example']],
    ['and where no question is seen at all, answers count', [{ ...unasked(BEGIN) }, unasked(BEGIN + LATER)], ['a.example']],
  ])('%s', (_, seen, names) => {
    const { names: of, problems } = taught(...seen);
    expect(of(ADDRESS)).toEqual(names);
    expect(problems).toEqual(names.length === 0 ? ['dns-unasked'] : []);
  });

  it('end with their alias', () => {
    const long = answerOf('svc.example', ADDRESS, BEGIN + LATER + SECOND, { addresses: [{ address: ADDRESS, ttl: 9000 }] });
    const { names } = taught(binding('a.example', { priority: 0, target: wireText('svc.example'), ttl: 400 }), long);
    expect(names(ADDRESS, BEGIN + LATER + 380 * SECOND)).toEqual(['a.example', 'svc.example']);
    expect(names(ADDRESS, BEGIN + LATER + 440 * SECOND)).toEqual(['svc.example']);
  });

  it('stay bounded, however many names lead to one target', () => {
    const many = Array.from({ length: 200 }, (_, index) => alias(`n${index}.example`, 'hub.example', BEGIN + LATER));
    const { names, problems } = taught(...many, answerOf('hub.example', ADDRESS, BEGIN + LATER + SECOND));
    expect(names(ADDRESS)).toHaveLength(64);
    expect(problems).toEqual(Array.from({ length: 136 }, () => 'dns-cap'));
  });
});

describe('a question asked again over TCP', () => {
  const cut = answerOf('a.example', ADDRESS, BEGIN, { truncated: true });
  const again = (more: Partial<LookupObservation>): LookupObservation => answerOf('A.example', ADDRESS, BEGIN + SECOND, { transport: 'tcp', ...more });
  it.each<[string, LookupObservation, boolean]>([
    ['carries on the lookup whose answer was cut', again({}), true],
    ['is another lookup much later', again({ at: BEGIN + LATER }), false],
    ['is another lookup of another type', again({ typeNumber: 28 }), false],
    ['is another lookup of another resolver', again({ resolver: { address: '10.0.0.9', port: 53 } }), false],
    ['is told by itself when it fails', again({ answered: undefined, rcode: 'none' }), false],
    ['is another lookup over UDP', again({ transport: 'udp' }), false],
  ])('%s', (_, later, expected) => {
    const answers = new Answers(new NameBook(() => undefined), () => undefined);
    expect(answers.carriesOn(cut)).toBe(false);
    expect(answers.carriesOn(later)).toBe(expected);
  });
});

describe('what an answer leads on to', () => {
  it('is its chain and the targets of its bindings, its addresses and their hints', () => {
    const seen = { ...binding('a.example', { target: wireText('svc.example'), hints: ['203.0.113.8'] }), cnames: [wireText('b.example')], addresses: [{ address: ADDRESS, ttl: 1 }] };
    expect([ledNames(seen), ledAddresses(seen)]).toEqual([['b.example', 'svc.example'], [ADDRESS, '203.0.113.8']]);
  });
});

describe('a question to the link', () => {
  it.each<[string, number, boolean]>([
    ['224.0.0.251', 5353, true],
    ['ff02::1:3', 5355, true],
    ['10.0.0.255', 137, true],
    ['203.0.113.53', 5353, false],
    ['10.0.0.1', 53, false],
  ])('to %s:%i: %s', (address, port, expected) => expect(isOfLink({ address, port })).toBe(expected));
});

describe('a question for the settings of a proxy', () => {
  it.each<[string, boolean]>([
    ['wpad', true],
    ['wpad.corp.example', true],
    ['wpad.local', true],
    ['wpadx', false],
    ['a.wpad.example', false],
  ])('%s: %s', (name, expected) => expect(asksForProxy(name)).toBe(expected));
});
