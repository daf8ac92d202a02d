import { describe, expect, it } from 'vitest';
import { Bytes } from '../../../../../src/core/base/bytes.ts';
import { readService } from '../../../../../src/core/decode/payloads/dns/service.ts';
import { bytes, u16 } from '../../../../build/bytes.ts';
import { name, service } from '../../../../build/dns.ts';

const read = (data: Uint8Array) => readService(new Bytes(data), 300);
const H2_H3: readonly [number, Uint8Array] = [1, bytes(2, 'h3', 2, 'h2')];

describe('a service binding', () => {
  it('gives target, protocols, port, hints and whether ECH is offered', () => {
    const six = bytes(0x20, 1, 0x0d, 0xb8, ...Array.from({ length: 11 }, () => 0), 9);
    const data = service(1, name('svc', 'example'), [H2_H3, [3, u16(8443)], [4, bytes(192, 0, 2, 1, 192, 0, 2, 2)], [5, bytes(0, 1, 2)], [6, six]]);
    expect(read(data)).toEqual({ priority: 1, target: 'svc.example', alpn: ['h3', 'h2'], ech: true, port: 8443, hints: ['192.0.2.1', '192.0.2.2', '2001:db8::9'], ttl: 300 });
  });

  it('passes over parameters it does not know', () => {
    expect(read(service(16, name(), [[0, u16(1)], H2_H3, [65_280, bytes('x')]]))).toEqual({ priority: 16, target: '.', alpn: ['h3', 'h2'], ech: false, hints: [], ttl: 300 });
  });

  it('ignores parameters in alias mode', () => {
    expect(read(service(0, name('other', 'test'), [H2_H3]))).toEqual({ priority: 0, target: 'other.test', alpn: [], ech: false, hints: [], ttl: 300 });
  });

  it.each([
    ['keys out of order', service(1, name(), [[3, u16(1)], H2_H3])],
    ['a repeated key', service(1, name(), [H2_H3, H2_H3])],
    ['a port of three bytes', service(1, name(), [[3, bytes(1, 2, 3)]])],
    ['a hint that is no address', service(1, name(), [[4, bytes(1, 2, 3)]])],
    ['no hint where one is promised', service(1, name(), [[6, bytes()]])],
    ['an empty protocol', service(1, name(), [[1, bytes(0)]])],
    ['no protocol at all', service(1, name(), [[1, bytes()]])],
    ['a protocol past its end', service(1, name(), [[1, bytes(9, 'h2')]])],
    ['a value past the end', bytes(service(1, name(), []), u16(1), u16(9), 1)],
    ['no target', u16(1)],
  ])('refuses %s', (_claim, data) => expect(read(data)).toBeUndefined());
});
