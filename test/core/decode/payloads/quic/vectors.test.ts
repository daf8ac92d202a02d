/** The worked examples of RFC 9001 appendix A and RFC 9369 appendix A: numbers that nobody here chose. */
import { describe, expect, it } from 'vitest';
import { initial, initialKeys, V1, V2 } from '../../../../build/quic.ts';
import { play } from './play.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const shown = (data: Uint8Array): string => Buffer.from(data).toString('hex');

const CLIENT_ID = hex('8394c8f03e515708');
const SERVER_ID = hex('f067a5502a4262b5');
/** CRYPTO frame with the hello of example.com. */
const CLIENT_FRAMES = hex(
  '060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff',
);
/** ACK and CRYPTO frame with the ServerHello. */
const SERVER_FRAMES = hex(
  '02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304',
);

describe('the key schedule', () => {
  it.each([
    ['version 1', V1, '1f369613dd76d5467730efcbe3b1a22d', 'fa044b2f42a3fd3b46fb255c', '9f50449e04a0e810283a1e9933adedd2'],
    ['version 2', V2, '8b1a0bc121284290a29e0971b5cd045d', '91f73e2351d8fa91660e909f', '45b95e15235d6f45a6b19cbcb0294ba9'],
  ])('of the test builder is that of the RFC for %s', (_, version, key, iv, hp) => {
    const keys = initialKeys(version, CLIENT_ID, 'up');
    expect([shown(keys.key), shown(keys.iv), shown(keys.hp)]).toEqual([key, iv, hp]);
  });
});

describe('the examples', () => {
  it.each([
    ['RFC 9001 §A.2', V1, 'c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9b', 'e221af44860018ab0856972e194cd934'],
    ['RFC 9369 §A.2', V2, 'd76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485dd04de806071', ''],
  ])('%s: the client Initial is built and read as there', (_, version, begin, tag) => {
    const packet = initial({ version, to: CLIENT_ID, number: 2, numberLength: 4, frames: CLIENT_FRAMES });
    expect(packet.length).toBe(1200);
    expect(shown(packet).slice(0, begin.length)).toBe(begin);
    expect(shown(packet).endsWith(tag)).toBe(true);
    const { facts, problems } = play([['up', packet]]);
    expect(facts.tls?.hello).toMatchObject({ sni: 'example.com', alpn: ['alpn'], version: 'TLS1.3', keyShareGroups: [29], ech: false });
    expect(problems).toEqual([]);
  });

  it.each([
    [
      'RFC 9001 §A.3', V1,
      'cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee',
    ],
    [
      'RFC 9369 §A.3', V2,
      'dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf87263017915358230035f7fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140',
    ],
  ])('%s: the server Initial is opened with the keys of the client', (_, version, packet) => {
    expect(shown(initial({ side: 'down', version, to: new Uint8Array(0), from: SERVER_ID, key: CLIENT_ID, number: 1, frames: SERVER_FRAMES, size: 0 }))).toBe(packet);
    const { facts, ids } = play([['up', initial({ version, to: CLIENT_ID, frames: CLIENT_FRAMES })], ['down', hex(packet)]]);
    expect(facts.tls?.server).toMatchObject({ version: 'TLS1.3', cipher: 0x1301, group: 29, helloRetry: false });
    expect(facts.quic?.version).toBe(version === V1 ? 'v1' : 'v2');
    expect(ids).toEqual(['f067a5502a4262b5']);
  });
});
