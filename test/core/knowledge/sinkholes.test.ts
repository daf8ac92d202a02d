import { describe, expect, it } from 'vitest';
import { canonicalAddress, classOf } from '../../../src/core/base/address.ts';
import { findSinkhole, SINKHOLE_ADDRESSES } from '../../../src/core/knowledge/sinkholes.ts';

describe('the sinkholes', () => {
  it.each(SINKHOLE_ADDRESSES.map((row) => [row.organisation, row] as const))('states every field of %s in normal form', (_, row) => {
    expect(row.source).toMatch(/^https:\/\/[a-z0-9.-]+\//);
    expect(row.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(row.note).not.toBe('');
    expect(row.addresses.length).toBeGreaterThan(0);
    for (const address of row.addresses) {
      expect(canonicalAddress(address)).toBe(address);
      expect(classOf(address)).toBe('public');
      expect(findSinkhole(address)).toBe(row.organisation);
    }
  });

  it('hold no address twice, and no address of a host', () => {
    const all = SINKHOLE_ADDRESSES.flatMap((row) => row.addresses);
    expect(new Set(all).size).toBe(all.length);
    expect(findSinkhole('203.0.113.7')).toBeUndefined();
  });
});
