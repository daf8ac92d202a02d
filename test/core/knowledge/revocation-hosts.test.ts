import { describe, expect, it } from 'vitest';
import { normalHost } from '../../../src/core/base/host-name.ts';
import { findRevocationHost, REVOCATION_HOSTS } from '../../../src/core/knowledge/revocation-hosts.ts';

describe('revocation hosts', () => {
  it.each(REVOCATION_HOSTS.map((row) => [row.pattern, row] as const))('%s is a host in normal form with its source and date', (pattern, row) => {
    const host = pattern.replace(/^\*\./, '');
    expect(normalHost(host)).toBe(host);
    expect(row.organisation).toMatch(/\S/);
    expect(row.source).toMatch(/^https:\/\/\S+$/);
    expect(row.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it.each([
    ['ocsp.digicert.com', 'ocsp.digicert.com'],
    ['x1.c.lencr.org', '*.c.lencr.org'],
    ['c.lencr.org', undefined],
    ['evil-c.lencr.org', undefined],
    ['ocsp.digicert.com.evil.example', undefined],
  ])('%s is known as %s', (name, pattern) => {
    expect(findRevocationHost(name)?.pattern).toBe(pattern);
  });
});
