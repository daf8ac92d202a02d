import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../../../src/core/base/bytes.ts';
import { Hpack } from '../../../../../src/core/decode/payloads/http2/hpack.ts';
import { readHuffman } from '../../../../../src/core/decode/payloads/http2/huffman.ts';
import { HUFFMAN_LENGTHS } from '../../../../../src/core/decode/payloads/http2/tables/huffman-lengths.ts';
import { STATIC_FIELDS } from '../../../../../src/core/decode/payloads/http2/tables/static-fields.ts';
import { bytes } from '../../../../build/bytes.ts';

/** `name: value` of the fields that are read in each block, `broken` where a block breaks the format. */
function read(...blocks: readonly (string | Uint8Array)[]): string[][] {
  const table = new Hpack();
  return blocks.map((block) => {
    const data = typeof block === 'string' ? (fromHex(block) ?? new Uint8Array()) : block;
    const fields: string[] = [];
    if (!table.read(data, 0, data.length, (name, value) => fields.push(`${name}: ${value}`))) fields.push('broken');
    return fields;
  });
}

const REQUEST = [':method: GET', ':scheme: http', ':authority: www.example.com'];

describe('the examples of RFC 7541 Appendix C', () => {
  it('C.3: requests without Huffman coding', () => {
    expect(read('828684410f7777772e6578616d706c652e636f6d', '828684be58086e6f2d6361636865', '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565'))
      .toEqual([REQUEST, REQUEST, [':method: GET', ':scheme: https', ':authority: www.example.com']]);
  });
  it('C.4: requests with Huffman coding', () => {
    expect(read('828684418cf1e3c2e5f23a6ba0ab90f4ff', '828684be5886a8eb10649cbf', '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf'))
      .toEqual([REQUEST, REQUEST, [':method: GET', ':scheme: https', ':authority: www.example.com']]);
  });
  it('C.6: responses with Huffman coding and eviction from a table of 256 bytes', () => {
    // The first block also makes the table 256 bytes, which the example takes for granted.
    expect(read(
      '3fe101488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
      '4883640effc1c0bf',
      '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
    )).toEqual([[':status: 302'], [':status: 307'], [':status: 200']]);
  });
});

describe('HPACK', () => {
  it('keeps the scheme of a credential and nothing of its secret, also in the table', () => {
    expect(read(bytes(0x40, 13, 'authorization', 16, 'Bearer s3cr3tXYZ'), bytes(0xbe), bytes(0x50 + 14 - 8, 0))).toEqual([['authorization: Bearer'], ['authorization: Bearer'], expect.any(Array)]);
    expect(read(bytes(0x57, 8, 's3cr3t!!'), bytes(0xbe))).toEqual([['authorization: other'], ['authorization: other']]);
  });
  it('counts fields that it does not read, so that indexes stay true', () => {
    expect(read(bytes(0x41, 9, 'a.example', 0x40, 30, 'x'.repeat(30), 3, 'abc'), bytes(0xbf))).toEqual([[':authority: a.example'], [':authority: a.example']]);
  });
  it('evicts by the size of the real fields', () => {
    // 4096 bytes hold the authority (51) no more behind a field of 4046 (1 + 4013 + 32).
    expect(read(bytes(0x41, 9, 'a.example'), long(4012), bytes(0xbf))).toEqual([[':authority: a.example'], [], [':authority: a.example']]);
    expect(read(bytes(0x41, 9, 'a.example'), long(4013), bytes(0xbf))).toEqual([[':authority: a.example'], [], ['broken']]);
  });
  it.each([
    ['index 0', '80'],
    ['an index behind the table', 'be'],
    ['an integer without an end', 'ffffffffffffff'],
    ['a string longer than the block', '41ff00'],
    ['a table larger than is followed', '3fe1ffff7f'],
    ['the end of string inside a string', '4184ffffffff'],
    ['padding of a whole byte', '4182f8ff'],
    ['padding that is not ones', '418118'],
  ])('refuses %s', (_what, block) => expect(read(block)).toEqual([['broken']]));
});

/** A field `x` of so many characters, added to the table. */
function long(length: number): Uint8Array {
  return bytes(0x40, 1, 'x', 0x7f, ((length - 127) % 128) | 0x80, Math.floor((length - 127) / 128), 'y'.repeat(length));
}

describe('the tables', () => {
  it('have a complete Huffman code and 61 static fields', () => {
    // Kraft's equality: a complete code leaves no bits without a meaning.
    expect(HUFFMAN_LENGTHS).toHaveLength(257);
    expect(HUFFMAN_LENGTHS.reduce((sum, bits) => sum + 2 ** (30 - bits), 0)).toBe(2 ** 30);
    expect(STATIC_FIELDS).toHaveLength(61);
  });
  it('read codes as Appendix B writes them', () => {
    // 010100 is a space, 00000 is 0, 1111111000 is !, 1111111111000 is NUL; ones fill the last byte.
    expect(readHuffman(Uint8Array.of(0b0101_0000, 0b0001_1111, 0b1100_0111), 0, 3, 9)).toEqual({ text: ' 0!', length: 3 });
    expect(readHuffman(Uint8Array.of(0b1111_1111, 0b1100_0111), 0, 2, 9)).toEqual({ text: '\0', length: 1 });
    expect(readHuffman(Uint8Array.of(0b0101_0000, 0b0001_1111, 0b1100_0111), 0, 3, 1)).toEqual({ text: ' ', length: 3 });
  });
});
