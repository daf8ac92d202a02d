/** Addresses in place of addresses: another one for each, alike where the real ones are alike. */
import { createHash } from 'node:crypto';
import { assert, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, classOf, contains, formatV4, formatWords, parseCidr } from '../../../src/core/base/address.ts';
import { AddressMap } from '../../../src/core/redact/address-map.ts';

const keyed = (key: string) => (text: string): number => createHash('sha256').update(key + text).digest().readUInt32LE();
const map = new AddressMap(keyed('one'), () => false);
const word = integer({ min: 0, max: 0xffff_ffff });
const bits = (address: string): string => address.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0')).join('');
const prefixOf = (one: string, other: string): number => {
  const [a, b] = [bits(one), bits(other)];
  let at = 0;
  while (at < 32 && a[at] === b[at]) at++;
  return at;
};

describe('an address in place of another', () => {
  it('is of the same class and in canonical text', () => {
    assert(property(tuple(word, word, word, word), ([a, b, c, d]) => {
      for (const address of [formatV4(d), formatWords(0x2000_0000 + (a >>> 4), b, c, d), formatWords(0xfd00_0000 + (a >>> 8), b, c, d), formatWords(0xfe80_0000, 0, c, d)]) {
        expect([classOf(map.of(address)), canonicalAddress(map.of(address))]).toEqual([classOf(address), map.of(address)]);
      }
    }), { seed: 11, numRuns: 150 });
  });

  it('is that of no other, and always the same one', () => {
    const addresses = Array.from({ length: 3000 }, (_, index) => formatV4((0x0808_0800 + index * 7919 * 13) >>> 0));
    const mapped = addresses.map((address) => map.of(address));
    expect(new Set(mapped).size).toBe(new Set(addresses).size);
    expect(addresses.map((address) => new AddressMap(keyed('one'), () => false).of(address))).toEqual(mapped);
    expect(addresses.map((address) => new AddressMap(keyed('two'), () => false).of(address))).not.toEqual(mapped);
  });

  it('shares with the next one the bits that the real ones share, within a private network always', () => {
    assert(property(word, word, (one, other) => {
      const [a, b] = [formatV4(0x0a00_0000 + (one >>> 8)), formatV4(0x0a00_0000 + (other >>> 8))];
      expect(prefixOf(map.of(a), map.of(b))).toBe(prefixOf(a, b));
    }), { seed: 12, numRuns: 100 });
  });

  it.each(['10.77.0.0/24', '192.168.4.0/22', '172.20.0.0/16', 'fd12:3456::/32', 'fe80::/64'])('lies in the network in place of its own: %s', (text) => {
    const network = parseCidr(map.network(text));
    const real = parseCidr(text);
    expect(network?.length).toBe(real?.length);
    const inside = text.includes(':') ? `${text.split('::')[0] ?? ''}::1234` : text.replace(/\d+\/\d+$/, '7');
    expect([network !== undefined && contains(network, map.of(inside)), real !== undefined && contains(real, inside)]).toEqual([true, true]);
  });

  it.each(['127.0.0.1', '::1', '0.0.0.0', '255.255.255.255', '224.0.0.251', 'ff02::fb', '1.1.1.1', '8.8.8.8'])('stays where it has a meaning of its own: %s', (address) => {
    expect(map.of(address)).toBe(address);
  });

  it('stays where it is named, and is given to nobody else', () => {
    const named = parseCidr('203.0.113.0/24');
    const careful = new AddressMap(keyed('one'), (address) => named !== undefined && contains(named, address));
    expect(careful.of('203.0.113.77')).toBe('203.0.113.77');
    for (let index = 0; index < 500; index++) expect(careful.of(formatV4(0xcb00_7200 + index)).startsWith('203.0.113.')).toBe(formatV4(0xcb00_7200 + index).startsWith('203.0.113.'));
  });

  it('comes to an end with a hash that always says the same', () => {
    expect(classOf(new AddressMap(() => 0, () => false).of('10.1.2.3'))).toBe('private');
  });
});
