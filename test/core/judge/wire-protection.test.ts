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
    ['unknown', { protocol: 'unknown', up: 10 }, true],
    ['unknown without a byte', { protocol: 'unknown', up: 0 }, false],
    ['TLS whose server took part', { protocol: 'tls', version: 'TLS1.3', up: 10 }, false],
    ['TLS whose server was not seen to take part, with data', { protocol: 'tls', up: 10 }, true],
    ['TLS that carried no data', { protocol: 'tls', up: 10, reached: 'established' }, false],
    ['DNS', { protocol: 'dns', up: 10 }, false],
  ] as const)('%s is opaque or not', (_what, sketch, opaque) => {
    const [destination] = buildRun({ destinations: [{ verdict: 'cannot-judge', ...sketch }] }).destinations;
    expect(destination && isOpaque(destination)).toBe(opaque);
  });
});
