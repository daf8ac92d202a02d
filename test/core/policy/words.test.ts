import { assert, constantFrom, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEnd, readAddress, readCidr, readEnd } from '../../../src/core/policy/words/address-word.ts';
import { endOfDay, readDate, readDuration, readMoment, readSize } from '../../../src/core/policy/words/amount-word.ts';
import { readEndpoint, readHost, readHostPattern } from '../../../src/core/policy/words/host-word.ts';
import { formatPort, readPort } from '../../../src/core/policy/words/port-word.ts';
import type { Reading } from '../../../src/core/policy/words/reading.ts';

describe('ports', () => {
  it.each([
    ['443/tcp', { from: 443, to: 443, transport: 'tcp' }],
    ['3478-3481/udp', { from: 3478, to: 3481, transport: 'udp' }],
    ['1-65535/tcp', { from: 1, to: 65_535, transport: 'tcp' }],
  ])('reads %s', (text, range) => {
    expect(readPort(text)).toEqual({ ok: true, value: range });
  });

  it.each(['443', '443/sctp', '0/tcp', '65536/tcp', '2-1/tcp', '', '443/tcp ', '-1/tcp', '4e2/tcp', '٤٤٣/tcp'])('refuses %j with a help', (text) => {
    expect(refusalOf(readPort(text)).help).not.toBe('');
  });

  it('writes what it reads', () => {
    assert(
      property(integer({ min: 1, max: 65_535 }), integer({ min: 0, max: 100 }), constantFrom('tcp' as const, 'udp' as const), (from, width, transport) => {
        const range = { from, to: Math.min(65_535, from + width), transport };
        expect(readPort(formatPort(range))).toEqual({ ok: true, value: range });
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('hosts', () => {
  it.each([
    ['api.example.com', { text: 'api.example.com', wildcard: false, host: 'api.example.com' }],
    ['*.example.com', { text: '*.example.com', wildcard: true, host: 'example.com' }],
    ['*.github.io', { text: '*.github.io', wildcard: true, host: 'github.io' }],
    ['localhost', { text: 'localhost', wildcard: false, host: 'localhost' }],
  ])('reads %s', (text, pattern) => {
    expect(readHostPattern(text)).toEqual({ ok: true, value: pattern });
  });

  it.each(['*', '*.', '*.com', '*.co.uk', 'a.*.com', '*example.com', '*.*.example.com', 'example.*'])('refuses the wildcard %s', (text) => {
    expect(readHostPattern(text).ok).toBe(false);
  });

  it.each(['10.0.0.1', '127.1', '0x7f.1', '[::1]', '2001:db8::1', 'http://a.example', 'a.example:443', 'a.example/x', '.example', 'a..example', '-a.example', ''])('refuses %j as a host', (text) => {
    expect(readHost(text).ok).toBe(false);
  });

  it('prints the normal form of what it refuses', () => {
    expect(refusalOf(readHost('API.Example.com')).help).toBe('write api.example.com');
    expect(refusalOf(readHostPattern('*.Bücher.example')).help).toBe('write *.xn--bcher-kva.example');
  });

  it('reads endpoints with their port', () => {
    expect(readEndpoint('mcp.example.com:8443/tcp')).toEqual({ ok: true, value: { text: 'mcp.example.com', wildcard: false, host: 'mcp.example.com', port: { from: 8443, to: 8443, transport: 'tcp' } } });
    expect(refusalOf(readEndpoint('mcp.example.com')).help).toContain('mcp.example.com:443/tcp');
    expect(refusalOf(readEndpoint('mcp.example.com:443')).help).toContain('443/tcp');
    expect(readEndpoint('192.0.2.7:443/tcp').ok).toBe(false);
  });

  it('never throws, whatever the text', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const read of [readHost, readHostPattern, readEndpoint, readPort, readCidr, readEnd, readAddress, readSize, readDuration, readDate, readMoment]) {
          const reading = read(text);
          expect(reading.ok || reading.message !== '').toBe(true);
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

describe('addresses', () => {
  it('reads blocks, and single addresses as blocks of themselves', () => {
    expect(readCidr('10.0.0.0/8')).toMatchObject({ ok: true, value: { length: 8 } });
    expect(readCidr('2001:db8::1')).toMatchObject({ ok: true, value: { length: 128 } });
    expect(refusalOf(readCidr('10.1.2.3/8')).help).toContain('first address');
    expect(readCidr('10.0.0.0/33').ok).toBe(false);
  });

  it.each([
    ['127.0.0.1/tcp', '127.0.0.1/tcp'],
    ['10.0.0.2:41234/tcp', '10.0.0.2:41234/tcp'],
    ['[2001:DB8::1]:53/udp', '[2001:db8::1]:53/udp'],
  ])('reads the end %s', (text, written) => {
    const reading = readEnd(text);
    expect(reading.ok && formatEnd(reading.value)).toBe(written);
  });

  it.each(['127.0.0.1', '127.0.0.1:0/tcp', '127.0.0.1:70000/tcp', '::1/tcp', 'localhost:1/tcp'])('refuses the end %s', (text) => {
    expect(readEnd(text).ok).toBe(false);
  });
});

describe('amounts', () => {
  it.each([
    ['512B', 512],
    ['16KiB', 16_384],
    ['1.5MB', 1_500_000],
  ])('reads the size %s', (text, bytes) => {
    expect(readSize(text)).toEqual({ ok: true, value: bytes });
  });

  it.each([
    ['1.5s', 1_500_000],
    ['-250ms', -250_000],
    ['2h', 7_200_000_000],
  ])('reads the duration %s', (text, micros) => {
    expect(readDuration(text)).toEqual({ ok: true, value: micros });
  });

  it.each(['16', '16K', '1constructor', '999999999999GiB'])('refuses the size %s', (text) => {
    expect(readSize(text).ok).toBe(false);
  });

  it('refuses days that no calendar has', () => {
    expect(readDate('2028-02-29')).toEqual({ ok: true, value: 1_835_395_200_000_000 });
    expect(['2027-02-29', '2027-04-31', '2027-13-01', '31.01.2027'].filter((text) => readDate(text).ok)).toEqual([]);
  });

  it('lets a day end where the next begins', () => {
    expect(endOfDay(1_835_395_200_000_000)).toBe(1_835_481_600_000_000);
  });
});

function refusalOf(reading: Reading<unknown>): { readonly message: string; readonly help: string } {
  if (reading.ok) throw new Error('it was accepted');
  return reading;
}
