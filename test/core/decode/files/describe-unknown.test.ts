import { describe, expect, it } from 'vitest';
import { describeUnknown } from '../../../../src/core/decode/files/describe-unknown.ts';
import { bytes } from '../../../build/bytes.ts';

describe('describeUnknown', () => {
  it.each([
    ['JSON', bytes('  {"log": {}}')],
    ['an HTML page', bytes('<!DOCTYPE html>')],
    ['XML', bytes('<?xml version="1.0"?>')],
    ['YAML', bytes('egret: 1\n')],
    ['a Zeek log', bytes('#separator \\x09')],
    ['the printed output of tcpdump (record with -w FILE instead)', bytes('12:03:11.482233 IP 10.0.0.2.40000 > 203.0.113.7.443: Flags [S]')],
    ['text', bytes('hello\n')],
    ['a zip archive', bytes('PK\u0003\u0004rest')],
    ['a Linux program (ELF)', bytes('\u007fELF\u0002')],
    ['zstd data (decompress it first)', bytes(0x28, 0xb5, 0x2f, 0xfd, 0)],
    ['gzip data inside gzip data', bytes(0x1f, 0x8b)],
    ['bytes that start 00 1b 5d 00 ff 01 02 03', bytes(0, 0x1b, 0x5d, 0, 0xff, 1, 2, 3, 4)],
  ])('says %s', (text, head) => {
    expect(describeUnknown(head)).toBe(text);
  });

  it('never repeats the file’s own bytes as text', () => {
    expect(describeUnknown(bytes('\u001b]52;c;evil\u0007'))).toBe('bytes that start 1b 5d 35 32 3b 63 3b 65');
  });
});
