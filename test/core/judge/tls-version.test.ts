import { describe, expect, it } from 'vitest';
import { rankOf, tellVersion } from '../../../src/core/judge/tls-version.ts';

describe('a TLS version', () => {
  it('ranks the same as policies and decoders write it', () => {
    expect(rankOf('1.2')).toBe(rankOf('TLS1.2'));
    expect(rankOf('DTLS1.2')).toBe(rankOf('TLS1.2'));
  });

  it('ranks in order', () => {
    const ranks = ['SSL3.0', 'TLS1.0', 'TLS1.1', 'TLS1.2', 'TLS1.3'].map((version) => rankOf(version) ?? -1);
    expect(ranks).toEqual([...ranks].sort((one, other) => one - other));
    expect(new Set(ranks).size).toBe(5);
  });

  it.each([['TLS1.2', 'TLS 1.2'], ['DTLS1.0', 'DTLS 1.0'], ['SSL3.0', 'SSL 3.0'], ['0x7f1c', '0x7f1c']])('%s is told as %s', (version, told) => {
    expect(tellVersion(version)).toBe(told);
  });

  it('that nobody knows has no rank', () => {
    expect(rankOf('0x7f1c')).toBeUndefined();
  });
});
