import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readPem } from '../../../src/core/decode/payloads/tls/pem.ts';
import { INSPECTION_PRODUCTS } from '../../../src/core/knowledge/inspection-products.ts';
import { inspectionProduct, publicRootByKey, publicRootsNamed } from '../../../src/core/knowledge/issuers.ts';
import { publicRoots } from '../../../src/core/knowledge/public-roots.ts';

describe('the table of public roots', () => {
  it('knows the names and keys of this Node, as far as they were read when it was written', () => {
    const own = readPem(rootCertificates.join('\n')).certificates;
    const known = own.filter(({ spki }) => publicRootByKey(spki) !== undefined);
    expect(known.length).toBeGreaterThan(90);
    for (const { subject, spki } of known) expect(publicRootsNamed(subject).map((row) => row.spki)).toContain(spki);
  });

  it('has a source in every row, whole hashes, and dates for what was removed', () => {
    for (const row of publicRoots()) {
      expect(row.source).not.toBe('');
      expect(`${row.cn}${row.o}${row.ou}`).not.toBe('');
      expect(row.spki ?? '0'.repeat(64)).toMatch(/^[0-9a-f]{64}$/);
      expect(row.removed ?? '2026-01-01').toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(row.spki !== undefined || row.removed !== undefined).toBe(true);
    }
    expect(publicRoots().filter(({ removed }) => removed !== undefined).length).toBeGreaterThan(50);
  });
});

describe('inspection products', () => {
  it.each<[string, Record<string, string>, string]>([
    ['an intermediate of a cloud', { CN: 'Zscaler Intermediate Root CA (zscalerthree.net) (t)', O: 'Zscaler Inc.' }, 'Zscaler'],
    ['a tenant authority', { CN: 'ca.corp.goskope.com', O: 'Corp' }, 'Netskope'],
    ['a managed root', { CN: 'Gateway CA - Cloudflare Managed G1 0ab1', O: 'Cloudflare, Inc.' }, 'Cloudflare Gateway'],
    ['an appliance', { CN: 'FG100F0000000000', O: 'Fortinet', OU: 'Certificate Authority' }, 'Fortinet FortiGate'],
    ['whatever the case', { CN: 'MITMPROXY' }, 'mitmproxy'],
  ])('are known by %s', (_, name, product) => expect(inspectionProduct(name)).toMatchObject({ product, strength: 'exact' }));

  it('are hinted at by a word of the name', () => expect(inspectionProduct({ O: 'Palo Alto Networks' })).toMatchObject({ strength: 'hint' }));

  it.each<[string, Record<string, string>]>([
    ['a public authority of the same company', { CN: 'Cloudflare Inc ECC CA-3', O: 'Cloudflare, Inc.' }],
    ['a company that only resembles one', { CN: 'Cisco Umbrella Rootkit Museum CA' }],
    ['nothing', {}],
  ])('are not %s', (_, name) => expect(inspectionProduct(name)).toBeUndefined());

  it('take no public root for one of theirs', () => {
    expect(publicRoots().filter(({ cn, o, ou }) => inspectionProduct({ CN: cn, O: o, OU: ou }) !== undefined)).toEqual([]);
  });

  it('have a pattern, a source and a date in every row', () => {
    for (const { cn, o, ou, source, date } of INSPECTION_PRODUCTS) {
      expect([cn, o, ou].some((pattern) => pattern !== undefined)).toBe(true);
      expect(source).not.toBe('');
      expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
    }
  });
});
