import { describe, expect, it } from 'vitest';
import { canonicalAddress, classOf } from '../../../src/core/base/address.ts';
import { normalHost } from '../../../src/core/base/host-name.ts';
import { findResolver } from '../../../src/core/knowledge/find-resolver.ts';
import { ENCRYPTED_RESOLVERS } from '../../../src/core/knowledge/resolvers.ts';

describe('the encrypted resolvers', () => {
  it.each(ENCRYPTED_RESOLVERS.map((row) => [row.organisation, row] as const))('states every field of %s in normal form', (_, row) => {
    expect(row.hosts.length).toBeGreaterThan(0);
    for (const parent of row.below) expect(normalHost(parent)).toBe(parent);
    expect(row.source).toMatch(/^https:\/\/[a-z0-9.-]+\//);
    expect(row.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    for (const host of row.hosts) expect(normalHost(host)).toBe(host);
    for (const address of row.addresses) {
      expect(canonicalAddress(address)).toBe(address);
      expect(classOf(address)).toBe('public');
    }
  });

  it('holds no host and no address twice', () => {
    const all = ENCRYPTED_RESOLVERS.flatMap((row) => [...row.hosts, ...row.addresses]);
    expect(new Set(all).size).toBe(all.length);
  });

  it.each(['dns.google', 'cloudflare-dns.com', 'dns.quad9.net', '8.8.8.8', '1.1.1.1'])('knows %s', (name) => {
    expect(ENCRYPTED_RESOLVERS.some((row) => row.hosts.includes(name) || row.addresses.includes(name))).toBe(true);
  });

  it('holds more than sixty names and more than sixty addresses', () => {
    expect(ENCRYPTED_RESOLVERS.flatMap(({ hosts }) => hosts).length).toBeGreaterThan(60);
    expect(ENCRYPTED_RESOLVERS.flatMap(({ addresses }) => addresses).length).toBeGreaterThan(60);
  });
});

describe('findResolver', () => {
  it.each<[string, string | undefined]>([
    ['dns.nextdns.io', 'NextDNS'],
    ['abc123.dns.nextdns.io', 'NextDNS'],
    ['phone.abc123.dns.nextdns.io', 'NextDNS'],
    ['a.b.c.dns.nextdns.io', undefined],
    ['www.nextdns.io', undefined],
    ['evildns.nextdns.io', undefined],
    ['0123abcd.cloudflare-gateway.com', 'Cloudflare'],
    ['p2.freedns.controld.com', 'Control D'],
    ['', undefined],
  ])('%s: %s', (name, organisation) => expect(findResolver(name, '')?.organisation).toBe(organisation));
});
