import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, classOf, contains, formatEndpoint, formatWords, parseCidr } from '../../../src/core/base/address.ts';
import { Bytes, fromHex, toHex } from '../../../src/core/base/bytes.ts';
import { fingerprint } from '../../../src/core/base/fingerprint.ts';
import { isBelow, normalHost, registrableDomain, seenHost, suffixKind, unicodeHost } from '../../../src/core/base/host-name.ts';
import { editDistance, nearest } from '../../../src/core/base/nearest.ts';
import { formatDuration, formatTime, parseTime } from '../../../src/core/base/time.ts';
import { forTerminal, jsonSafe } from '../../../src/core/base/wire-text.ts';
import { UNSAFE } from '../../build/unsafe.ts';

describe('time', () => {
  it('formats microseconds as RFC 3339 and reads them back', () => {
    expect(formatTime(1_764_000_000_123_456)).toBe('2025-11-24T16:00:00.123456Z');
    fc.assert(fc.property(fc.integer({ min: 0, max: 4e15 }), (at) => parseTime(formatTime(at)) === at), { seed: 1 });
  });

  it.each([
    ['no zone', '2026-01-01T00:00:00'],
    ['no such day', '2026-02-31T25:00:00Z'],
    ['a bare number', '12345'],
  ])('refuses %s', (_what, text) => expect(parseTime(text)).toBeUndefined());

  it('reads offsets and short fractions', () => {
    expect(parseTime('2026-01-01T01:00:00.5+01:00')).toBe(parseTime('2026-01-01T00:00:00.500000Z'));
  });

  it('shows times that no calendar holds as numbers', () => {
    expect(formatTime(9e18)).toBe('9000000000000000000µs');
  });

  it.each([[500, '500 µs'], [2500, '3 ms'], [1_500_000, '1.5 s'], [600_000_000, '10 min'], [7_500_000_000, '2 h 05 min']])('says %i µs as %s', (length, text) =>
    expect(formatDuration(length)).toBe(text));
});

describe('bytes', () => {
  it('reads big-endian fields and marks what is missing', () => {
    const bytes = new Bytes(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    expect([bytes.u8(), bytes.u16(), bytes.u24(), bytes.u32(), bytes.short]).toEqual([1, 0x0203, 0x040506, 0x0708090a, false]);
    expect([bytes.u16(), bytes.short, bytes.left]).toEqual([0, true, 0]);
  });

  it('gives a short sub-reader when the declared length is not there', () => {
    const inside = new Bytes(Uint8Array.of(1, 2)).sub(5);
    expect([inside.u8(), inside.short]).toEqual([1, true]);
  });

  it('refuses negative lengths', () => {
    const bytes = new Bytes(Uint8Array.of(1, 2));
    expect([bytes.take(-1).length, bytes.short]).toEqual([0, true]);
  });

  it('never reads outside its bounds', () => {
    fc.assert(fc.property(fc.uint8Array(), fc.array(fc.integer({ min: -5, max: 40 })), (data, lengths) => {
      const bytes = new Bytes(data);
      expect(lengths.filter((length) => bytes.take(length).length > data.length || bytes.at > data.length)).toEqual([]);
    }), { seed: 2 });
  });

  it('reads hexadecimal back', () => {
    fc.assert(fc.property(fc.uint8Array(), (data) => { expect(fromHex(toHex(data))).toEqual(data); }), { seed: 3 });
    expect(fromHex('0g')).toBeUndefined();
  });
});

describe('addresses', () => {
  it.each([
    ['::ffff:10.0.0.1', '10.0.0.1'], ['2001:DB8:0:0::1', '2001:db8::1'], ['010.0.0.1', undefined], ['127.1', undefined], ['0x7f.1', undefined], ['1.2.3.256', undefined],
    ['fe80::1%eth0', undefined], ['', undefined], ['1.2.3.4.5', undefined],
  ])('takes %s as %s', (text, expected) => expect(canonicalAddress(text)).toBe(expected));

  it.each([
    ['127.0.0.1', 'loopback'], ['::1', 'loopback'], ['10.1.2.3', 'private'], ['fd00::1', 'private'], ['169.254.1.1', 'link-local'], ['fe80::1', 'link-local'],
    ['100.64.0.1', 'carrier-nat'], ['224.0.0.251', 'multicast'], ['ff02::fb', 'multicast'], ['255.255.255.255', 'broadcast'], ['0.0.0.0', 'unspecified'],
    ['203.0.113.7', 'public'], ['198.51.100.9', 'public'], ['2001:db8::1', 'public'], ['8.8.8.8', 'public'], ['240.0.0.1', 'reserved'],
  ])('classes %s as %s', (address, expected) => expect(classOf(address)).toBe(expected));

  it.each([['10.0.0.0/8', '10.255.0.1', true], ['10.0.0.0/8', '11.0.0.1', false], ['2001:db8::/32', '2001:db8:1::1', true], ['10.0.0.0/8', '::1', false]])('says whether %s holds %s', (block, address, expected) => {
    const cidr = parseCidr(block);
    expect(cidr !== undefined && contains(cidr, address)).toBe(expected);
  });

  it.each(['10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'x/8'])('refuses the block %s', (text) => expect(parseCidr(text)).toBeUndefined());

  it('writes words as RFC 5952 does', () => {
    expect(formatWords(0x20010db8, 0, 0, 1)).toBe('2001:db8::1');
    expect(formatWords(0, 0, 0xffff, 0x7f000001)).toBe('127.0.0.1');
    expect(formatWords(0x20010db8, 0x00010000, 0x00010000, 0x00010000)).toBe('2001:db8:1:0:1:0:1:0');
    fc.assert(fc.property(fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff), fc.nat(0xffffffff), fc.nat(0xffffffff)), ([a, b, c, d]) => {
      const text = formatWords(a, b, c, d);
      return canonicalAddress(text) === text;
    }), { seed: 4 });
  });

  it('brackets IPv6 in endpoints', () => expect(formatEndpoint('::1', 80)).toBe('[::1]:80'));
});

describe('host names', () => {
  it.each([
    ['API.Example.COM.', 'api.example.com'], ['bücher.example', 'xn--bcher-kva.example'], ['_dns.example', '_dns.example'], ['a..b', undefined], ['-a.example', undefined],
    ['a b.example', undefined], ['', undefined], [`${'a'.repeat(64)}.example`, undefined], ['exa\u0000mple.com', undefined],
  ])('brings %j to normal form %j', (text, expected) => expect(normalHost(text)).toBe(expected));

  it('keeps odd bytes of seen names in place', () => expect(seenHost('Ev\u001bIl.Example.')).toBe('ev\u001bil.example'));
  it('knows names below a parent by label', () => {
    expect([isBelow('a.b.c', 'b.c'), isBelow('b.c', 'b.c'), isBelow('ab.c', 'b.c')]).toEqual([true, false, false]);
  });
  it('finds registrable domains, multi-tenant suffixes counted', () => {
    expect([registrableDomain('a.b.co.uk'), registrableDomain('x.y.github.io'), registrableDomain('com')]).toEqual(['b.co.uk', 'y.github.io', undefined]);
  });
  it('tells public suffixes from multi-tenant ones', () => {
    expect([suffixKind('com'), suffixKind('co.uk'), suffixKind('github.io'), suffixKind('example.com')]).toEqual(['public', 'public', 'tenant', undefined]);
  });
  it('shows the U-label form beside an A-label', () => expect([unicodeHost('xn--bcher-kva.example'), unicodeHost('a.example')]).toEqual(['bücher.example', undefined]));
});

describe('nearest spelling', () => {
  it('finds a typo and refuses a stranger', () => {
    expect([nearest('conections', ['connections', 'claims']), nearest('xyz', ['connections'])]).toEqual(['connections', undefined]);
  });
  it('counts a swap of neighbours as one edit', () => expect(editDistance('prot', 'prto', 9)).toBe(1));
});

describe('hostile text', () => {
  it('escapes what a terminal would act on', () => {
    expect(forTerminal('a\u001b]52;c;eA==\u0007b\u202ec\u200b\ud800')).toBe('a\\x1b]52;c;eA==\\x07b\\u{202e}c\\u{200b}\\u{d800}');
  });
  it('breaks what a build server would take for a command, and no address', () => {
    expect(['::error file=x::pwned', '  ::add-mask::x', '##[group]x', '::1', '::ffff:0:1', 'a::b::c'].map((text) => forTerminal(text))).toEqual([
      '\\x3a:error file=x::pwned', '  \\x3a:add-mask::x', '\\x23#[group]x', '::1', '::ffff:0:1', 'a::b::c']);
  });
  it('bounds the length', () => expect(forTerminal('x'.repeat(500)).length).toBe(253));
  it('never cuts through a surrogate pair', () => expect(forTerminal('🦜'.repeat(5), 4)).toBe('🦜…'));
  it('stays valid JSON with the same value', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => { expect(JSON.parse(jsonSafe(JSON.stringify(text)))).toBe(text); }), { seed: 5 });
  });
});

describe('fingerprints', () => {
  it('keep parts apart', () => expect(fingerprint(['ab', 'c'])).not.toBe(fingerprint(['a', 'bc'])));
});

describe('text for terminals', () => {
  it('shows no character that is invisible, a control, a direction or private, wherever it stands in Unicode', () => {
    const telling: string[] = [];
    for (let code = 0; code <= 0x10_ffff; code++) {
      const text = String.fromCodePoint(code);
      if (UNSAFE.test(text) && UNSAFE.test(forTerminal(`a${text}b`))) telling.push(code.toString(16));
    }
    expect(telling).toEqual([]);
  });
});
