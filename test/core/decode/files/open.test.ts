import { describe, expect, it } from 'vitest';
import { sniffFile } from '../../../../src/core/decode/files/open.ts';
import { bytes } from '../../../build/bytes.ts';
import { pcapFile } from '../../../build/pcap.ts';
import { section } from '../../../build/pcapng.ts';

describe('sniffFile', () => {
  it.each([
    ['pcap', pcapFile([])],
    ['pcap', pcapFile([], { bigEndian: true, nanoseconds: true })],
    ['pcap', pcapFile([], { modified: true })],
    ['pcapng', section()],
    ['pcapng', section({ bigEndian: true })],
    ['gzip', bytes(0x1f, 0x8b, 8)],
    ['recording', bytes('{"egret":"recording","version":1}\n')],
    ['empty', bytes()],
    ['unknown', bytes('{"egret":"report"}')],
    ['unknown', bytes(0xa1, 0xb2, 0xc3)],
  ])('calls a file %s by its first bytes', (kind, head) => {
    expect(sniffFile(head)).toBe(kind);
  });
});
