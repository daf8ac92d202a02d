import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTelemetryList, type TelemetryList } from '../../../src/core/policy/read-telemetry-list.ts';
import { compileCatalogue } from '../../../src/core/policy/telemetry-catalogue.ts';

const read = (...lines: readonly string[]): TelemetryList => readTelemetryList(lines.join('\n'), 'list.txt');
const hits = (list: TelemetryList, ...names: readonly string[]): readonly string[] => names.filter((name) => compileCatalogue([], [list]).find(name) !== undefined);
const told = (list: TelemetryList): readonly string[] => list.mistakes.map(({ message, at, help }) => `${at?.line}:${at?.column} ${message} / ${help ?? ''}`);

describe('a line of a telemetry list', () => {
  it.each<[what: string, line: string, covered: readonly string[], not: readonly string[]]>([
    ['a hosts row', '0.0.0.0 a.example', ['a.example'], ['b.a.example', 'example']],
    ['a hosts row with several hosts, tabs and a comment', '127.0.0.1\ta.example b.example # why', ['a.example', 'b.example'], ['why']],
    ['a hosts row of IPv6', ':: a.example', ['a.example'], []],
    ['a hosts row with Windows line ends', '0.0.0.0 a.example\r', ['a.example'], []],
    ['a host alone', 'a.example', ['a.example'], ['b.a.example']],
    ['a host alone with a comment', 'a.example # why', ['a.example'], []],
    ['a host in capitals with a dot at its end', 'A.Example.', ['a.example'], []],
    ['a host in another script', 'bücher.example', ['xn--bcher-kva.example'], []],
    ['a wildcard', '*.a.example', ['b.a.example', 'c.b.a.example'], ['a.example']],
    ['a blocker rule', '||a.example^', ['a.example', 'b.a.example'], ['xa.example', 'a.example.org']],
    ['a blocker rule for what is below', '||*.a.example^', ['b.a.example'], ['a.example']],
    ['a blocker rule that ends the address', '||a.example^|', ['a.example'], []],
    ['a blocker rule without its separator', '||a.example', ['a.example'], []],
    ['a blocker rule with options that packets need not know', '||a.example^$third-party,important', ['a.example'], []],
  ])('%s is a rule', (_, line, covered, not) => {
    const list = read(line);
    expect(list.mistakes).toEqual([]);
    expect(hits(list, ...covered, ...not)).toEqual(covered);
    expect(list.rows).toBeGreaterThan(0);
  });

  it.each<[kind: string, line: string]>([
    ['element hiding', 'a.example##.banner'],
    ['element hiding', 'a.example#@#.banner'],
    ['element hiding', 'a.example#?#div:has(.ad)'],
    ['parts of URLs', '/banner/*'],
    ['parts of URLs', '||a.example/pixel.gif'],
    ['parts of URLs', '|https://a.example/'],
    ['parts of URLs', '-ad-300x250^'],
    ['parts of URLs', '||ads.*^'],
    ['parts of URLs', '||a.example:8080^'],
    ['parts of URLs', 'a.example/track'],
    ['conditions that packets do not show', '||a.example^$script,domain=b.example'],
    ['conditions that packets do not show', '||a.example^$badfilter'],
    ['conditions that packets do not show', '@@||a.example^$domain=b.example'],
    ['names of the own machine', '127.0.0.1 localhost'],
    ['names of the own machine', '::1 ip6-loopback'],
    ['names of the own machine', '0.0.0.0 0.0.0.0'],
    ['rows that lead to other addresses', '192.168.1.7 nas.example'],
    ['addresses', '203.0.113.7'],
    ['addresses', '||203.0.113.7^'],
  ])('of %s is counted and is no rule: %s', (kind, line) => {
    const list = read(line);
    expect([[...list.skipped], list.rows, list.exceptionRows, list.unusable]).toEqual([[[kind, 1]], 0, 0, 0]);
  });

  it.each<[line: string]>([['# a.example'], ['! a.example'], ['[Adblock Plus 2.0]'], [''], ['  ']])('that is a comment counts as nothing: "%s"', (line) => {
    const list = read(line);
    expect([list.rows, list.unusable, list.skipped.size]).toEqual([0, 0, 0]);
  });

  it.each<[line: string, said: string]>([
    ['foo bar', '1:1 "foo" is no address, and a host stands alone / a line is a host, `0.0.0.0 host` or `||host^`'],
    ['0.0.0.0 a..b.example', '1:9 "a..b.example" is no host name'],
    ['  0.0.0.0 ok.example no_host!', '1:22 "no_host!" is no host name'],
    ['https://a.example/x', '1:1 "https://a.example/x" is a URL / write the host alone: a.example'],
    ['tracker', '1:1 "tracker" is a single label'],
    ['||co.uk^', '1:3 "co.uk" is a public suffix: every host below it would count'],
    ['*.com', '1:1 "com" is a single label'],
    ['*.co.uk', '"co.uk" is a public suffix'],
    ['@@||co.uk^', '1:5 "co.uk" is a public suffix'],
    ['\u001b[31m.example', '1:1 '],
    [`0.0.0.0 ${'a'.repeat(5000)}.example`, '1:1 the line has 5016 characters'],
  ])('that cannot be used is told with its place: %s', (line, said) => {
    const list = read(line);
    expect(told(list).join('\n')).toContain(said);
    expect(list.unusable).toBe(1);
  });
});

describe('a telemetry list', () => {
  it('mixes formats line by line and counts what it has once', () => {
    const list = read('\ufeff! head', '0.0.0.0 a.example', '||b.example^', 'c.example', 'c.example', 'bad bad', 'x.example##.ad');
    expect([list.rows, list.unusable, [...list.skipped.values()]]).toEqual([3, 1, [1]]);
    expect(hits(list, 'a.example', 'x.b.example', 'c.example', 'x.example')).toEqual(['a.example', 'x.b.example', 'c.example']);
  });

  it('says of a match which list has it, and in which line', () => {
    expect(compileCatalogue([], [readTelemetryList('# x\n||a.example^', 'lists/oisd.txt')]).find('b.a.example')).toEqual({ pattern: '*.a.example', class: 'listed', organisation: 'oisd.txt', source: 'lists/oisd.txt:2' });
  });

  it('takes exceptions of any list off all lists, never off the catalogue', () => {
    const own = { pattern: 'own.example', class: 'ads', organisation: 'Own', source: 's', date: '2026-01-01' } as const;
    const catalogue = compileCatalogue([own], [read('||a.example^', '||own.example^'), read('@@||ok.a.example^', '@@||own.example^')]);
    expect(['a.example', 'x.a.example', 'ok.a.example', 'x.ok.a.example'].map((name) => catalogue.find(name)?.class)).toEqual(['listed', 'listed', undefined, undefined]);
    expect(catalogue.find('own.example')).toEqual(own);
  });

  it('shows the first mistakes and counts all', () => {
    const list = read(...Array.from({ length: 50 }, (_, index) => `bad line ${index}`));
    expect([list.mistakes.length, list.unusable]).toEqual([5, 50]);
  });

  it('reads whatever it is given: every line is a rule, skipped, a comment or a mistake at a place inside it', () => {
    const part = fc.constantFrom('||', '@@', '^', '$', 'third-party', 'a.example', '*.', '0.0.0.0 ', '::', ' ', '#', '##', '!', '/', '|', 'https://', '\t', 'ü', '\u0000', '.', 'com', ',', 'domain=x');
    fc.assert(
      fc.property(fc.array(fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')), { maxLength: 12 }), (lines) => {
        const list = read(...lines);
        const skipped = [...list.skipped.values()].reduce((sum, number) => sum + number, 0);
        expect(list.rows + list.exceptionRows + skipped + list.unusable).toBeLessThanOrEqual(lines.join(' ').length + lines.length);
        for (const { at } of list.mistakes) {
          expect(at?.line).toBeLessThanOrEqual(lines.length);
          expect(at?.column).toBeLessThanOrEqual((lines[(at?.line ?? 1) - 1] ?? '').length);
          expect(at?.column).toBeGreaterThanOrEqual(1);
        }
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});
