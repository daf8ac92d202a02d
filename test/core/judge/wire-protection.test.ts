import { describe, expect, it } from 'vitest';
import { isOpaque, protectionOf } from '../../../src/core/judge/wire-protection.ts';
import { buildRun } from '../../build/judged-run.ts';

describe('the protection of a protocol', () => {
  it.each([
    ['tls', 'encrypted'],
    ['quic', 'encrypted'],
    ['http', 'clear'],
    ['dns', 'exempt'],
    ['ntp', 'exempt'],
    ['unknown', 'unknown'],
    ['zzz', 'unknown'],
    ['constructor', 'unknown'],
    ['', 'unknown'],
  ] as const)('%s is %s', (protocol, protection) => expect(protectionOf(protocol)).toBe(protection));

  it.each([
    ['unknown', 10, true],
    ['unknown', 0, false],
    ['tls', 10, false],
  ] as const)('%s with %d bytes is opaque: %s', (protocol, up, opaque) => {
    const [destination] = buildRun({ destinations: [{ verdict: 'cannot-judge', protocol, up }] }).destinations;
    expect(destination && isOpaque(destination)).toBe(opaque);
  });
});
