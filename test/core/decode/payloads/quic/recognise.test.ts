import { describe, expect, it } from 'vitest';
import { recogniseQuic } from '../../../../../src/core/decode/payloads/quic/recognise.ts';
import { versionLabel } from '../../../../../src/core/decode/payloads/quic/versions.ts';
import { bytes, u16, u32 } from '../../../../build/bytes.ts';
import { crypto, handshakePacket, initial, negotiation, retry, shortPacket, V1, V2 } from '../../../../build/quic.ts';
import { ascii, play } from './play.ts';

const ID = ascii('12345678');
const UP: readonly [number, number] = [40_000, 9999];
const DOWN: readonly [number, number] = [443, 40_000];
const frames = crypto(0, new Uint8Array(20));

/** A tag of a CHLO and where its value ends. */
const tag = (name: string, end: number): Uint8Array => bytes(name.padEnd(4, '\0'), u32(end, true));

describe('recogniseQuic', () => {
  it.each<readonly [what: string, data: Uint8Array, ports: readonly [number, number], found: string]>([
    ['an Initial on any port', initial({ to: ID, frames }), UP, 'client'],
    ['an Initial of version 2', initial({ to: ID, version: V2, frames }), UP, 'client'],
    ['an Initial of a server by its port', initial({ side: 'down', to: ID, from: ID, frames }), DOWN, 'server'],
    ['an Initial of a server by its short destination', initial({ side: 'down', to: ascii('abc'), from: ID, frames }), UP, 'server'],
    ['an Initial of a client by its token, whatever the ports', initial({ to: ID, token: ascii('token'), frames }), DOWN, 'client'],
    ['a Handshake packet', handshakePacket(ID, ID), UP, 'client'],
    ['a Retry', retry(ID, ID, ascii('token')), UP, 'server'],
    ['a Retry of version 2', retry(ID, ID, ascii('token'), V2), UP, 'server'],
    ['Version Negotiation', negotiation(ID, ID, V1, 0x1a2a3a4a), UP, 'server'],
    ['a reserved version', bytes(0xc0, u32(0x2a3a4a5a), 8, ID, 0, new Uint8Array(60)), UP, 'client'],
    ['Google QUIC with its old header', bytes(0x0d, ID, 'Q039', 1, new Uint8Array(60)), UP, 'client'],
    ['a short header', shortPacket(ID), UP, 'no'],
    ['a version that nobody speaks', bytes(0xc0, u32(0x01020304), 8, ID, 0, new Uint8Array(60)), UP, 'no'],
    ['a long header without the fixed bit', bytes(0x80, u32(1), 8, ID, 0, new Uint8Array(60)), UP, 'no'],
    ['an identifier that is too long', bytes(0xc0, u32(1), 21, new Uint8Array(60)), UP, 'no'],
    ['an RTP packet that begins like Version Negotiation', bytes(0x80, 0, u16(0), 0, 0, 0, 0, new Uint8Array(60)), UP, 'no'],
    ['Version Negotiation with versions that nobody speaks', negotiation(ID, ID, 0x01020304, V1), UP, 'no'],
    ['too few bytes', bytes(0xc0, u32(1), 2, 1, 1, 0), UP, 'no'],
    ['nothing', bytes(), UP, 'no'],
  ])('takes %s for what it is', (_, data, ports, found) => {
    expect(recogniseQuic(data, ports)).toBe(found);
  });
});

describe('versionLabel', () => {
  it.each([
    [1, 'v1'], [V2, 'v2'], [0xff000020, 'draft-32'], [0x51303433, 'Q043'], [0x54303530, 'T050'], [0xfaceb002, 'mvfst-2'], [0x0a1a2a3a, 'grease'], [0xfafafafa, 'grease'], [0xdeadbeef, '0xdeadbeef'],
  ])('calls %i what people call it', (version, label) => expect(versionLabel(version)).toBe(label));
});

describe('an old Google QUIC hello', () => {
  const hello = (...tags: readonly Uint8Array[]): Uint8Array =>
    bytes(0x0d, ID, 'Q043', 1, new Uint8Array(12), 0xa0, 1, u16(400), 'CHLO', u16(tags.length, true), 0, 0, ...tags, 'padpad', 'www.example.com', 'rest');

  it('gives its server name', () => {
    const { facts, problems } = play([['up', hello(tag('PAD', 6), tag('SNI', 21), tag('VER', 25))]]);
    expect(facts).toMatchObject({ protocol: 'gquic', quic: { version: 'Q043', sni: 'www.example.com' } });
    expect([facts.isGuessed, problems]).toEqual([undefined, []]);
  });

  it.each([
    ['has no name', hello(tag('PAD', 6))],
    ['ends beyond the packet', hello(tag('SNI', 9000))],
    ['goes backwards', hello(tag('PAD', 6), tag('SNI', 2))],
    ['announces more tags than it has', bytes(0x0d, ID, 'Q043', 1, 'CHLO', u16(100, true), 0, 0, tag('SNI', 2), 'ab')],
  ])('gives none when it %s', (_, data) => {
    const { facts, problems } = play([['up', data]]);
    expect([facts.quic?.sni, problems]).toEqual([undefined, ['quic-unread']]);
  });
});
