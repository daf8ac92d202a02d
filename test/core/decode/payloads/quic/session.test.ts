import { describe, expect, it } from 'vitest';
import { bytes, u32 } from '../../../../build/bytes.ts';
import { crypto, handshakePacket, initial, negotiation, retry, shortPacket, V1, V2, varint } from '../../../../build/quic.ts';
import { message, serverHello, extension } from '../../../../build/tls-bytes.ts';
import { ascii, helloFor, helloOfServer, play, type Datagram } from './play.ts';

const ID = ascii('chosen-by-client');
const CLIENT = ascii('client');
const SERVER = ascii('server-id');
const AGAIN = ascii('retry-id');
const HELLO = helloFor('app.example.com');

const asks = (frames: Uint8Array = crypto(0, HELLO), more: Partial<Parameters<typeof initial>[0]> = {}): Datagram => ['up', initial({ to: ID, from: CLIENT, frames, ...more })];
const answers = (more: Partial<Parameters<typeof initial>[0]> = {}): Datagram =>
  ['down', initial({ side: 'down', to: CLIENT, from: SERVER, key: ID, frames: crypto(0, helloOfServer()), size: 0, ...more })];
const sni = (...datagrams: readonly Datagram[]): string | undefined => play(datagrams).facts.tls?.hello?.sni;
/** A key_share extension with one share. */
const share = (group: number): readonly [number, Uint8Array] => [51, bytes(0, 5, 0, group, 0, 1, 9)];

describe('a QUIC session', () => {
  it('reads both hellos', () => {
    const { facts, problems } = play([asks(), answers()]);
    expect(facts).toMatchObject({
      protocol: 'quic',
      tls: { hello: { sni: 'app.example.com', alpn: ['h3'], version: 'TLS1.3' }, server: { version: 'TLS1.3', cipher: 0x1302, group: 29 }, applicationData: 'none' },
      quic: { version: 'v1' },
    });
    expect(facts.tls?.hello?.ja4).toMatch(/^q13d0204h3_/);
    expect([facts.quic?.asked, facts.quic?.retry, facts.isGuessed, problems]).toEqual([undefined, undefined, undefined, []]);
  });

  it.each([
    ['in two frames', [asks(bytes(crypto(0, HELLO.subarray(0, 50)), crypto(50, HELLO.subarray(50))))]],
    ['shuffled, with PING and PADDING between', [asks(bytes(crypto(80, HELLO.subarray(80)), 1, 0, 0, crypto(0, HELLO.subarray(0, 40)), 1, crypto(40, HELLO.subarray(40, 80))))]],
    ['over two packets, the later one first', [asks(crypto(60, HELLO.subarray(60)), { number: 1 }), asks(crypto(0, HELLO.subarray(0, 60)))]],
    ['sent twice', [asks(), asks(undefined, { number: 1 })]],
    ['in pieces that overlap', [asks(bytes(crypto(0, HELLO.subarray(0, 70)), crypto(30, HELLO.subarray(30))))]],
    ['behind an ACK', [asks(bytes(2, 5, 0, 1, 0, 0, 0, crypto(0, HELLO)))]],
    ['behind an ACK with ECN counts', [asks(bytes(3, 5, 0, 0, 0, 1, 2, 3, crypto(0, HELLO)))]],
    ['with a packet number of one byte', [asks(undefined, { number: 7, numberLength: 1 })]],
    ['with a packet number of four bytes', [asks(undefined, { number: 1_311_084_749, numberLength: 4 })]],
    ['with a token', [asks(undefined, { token: ascii('a token of an earlier connection, longer than sixty-three bytes, so its length takes two') })]],
    ['in a datagram with another packet behind', [['up', bytes(initial({ to: ID, frames: crypto(0, HELLO), size: 0 }), handshakePacket(ID, CLIENT))] as const]],
  ] satisfies [string, Datagram[]][])('reads a hello %s', (_, datagrams) => {
    const { facts, problems } = play(datagrams);
    expect([facts.tls?.hello?.sni, problems]).toEqual(['app.example.com', []]);
  });

  it('reads packet numbers that are cut to their last byte', () => {
    const cut: Datagram = ['up', initial({ to: ID, number: 260, numberLength: 1, frames: crypto(60, HELLO.subarray(60)) })];
    expect(sni(asks(crypto(0, HELLO.subarray(0, 60)), { number: 250 }), cut)).toBe('app.example.com');
  });

  it('takes new keys after a Retry', () => {
    const { facts, problems } = play([
      asks(), ['down', retry(CLIENT, AGAIN, ascii('token'))], asks(undefined, { to: AGAIN, token: ascii('token'), number: 1 }), answers({ key: AGAIN }),
    ]);
    expect(facts).toMatchObject({ tls: { hello: { sni: 'app.example.com' }, server: { version: 'TLS1.3' } }, quic: { version: 'v1', retry: true } });
    expect(problems).toEqual([]);
  });

  it('takes them where the Retry itself was not captured', () => {
    expect(play([asks(), asks(undefined, { to: AGAIN, token: ascii('token'), number: 1 }), answers({ key: AGAIN })]).problems).toEqual([]);
  });

  it('begins again with the version that was negotiated', () => {
    const odd: Datagram = ['up', bytes(0xc3, u32(0x1a2a3a4a), ID.length, ID, CLIENT.length, CLIENT, new Uint8Array(1180))];
    const { facts, problems } = play([odd, ['down', negotiation(CLIENT, ID, V2, 0xff00001d, 0x5a6a7a8a)], asks(undefined, { version: V2 }), answers({ version: V2 })]);
    expect(facts.quic).toMatchObject({ version: 'v2', asked: 'grease', serverVersions: ['v2', 'draft-29', 'grease'] });
    expect([facts.tls?.hello?.sni, facts.tls?.server?.cipher, problems]).toEqual(['app.example.com', 0x1302, []]);
  });

  it('follows a server that answers in another version', () => {
    const { facts, problems } = play([asks(), answers({ version: V2 }), asks(bytes(2, 0, 0, 0, 0), { to: SERVER, key: ID, version: V2, number: 1 })]);
    expect(facts.quic).toMatchObject({ version: 'v2', asked: 'v1' });
    expect([facts.tls?.server?.cipher, problems]).toEqual([0x1302, []]);
  });

  it('joins the second hello after a HelloRetryRequest', () => {
    const first = helloFor('app.example.com', { more: [share(23)] });
    const random = Uint8Array.from(Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex'));
    const request = message(2, serverHello(0x1301, [extension.selected(0x0304), [51, bytes(0, 29)]], random));
    const { facts, problems } = play([
      asks(crypto(0, first)), answers({ frames: crypto(0, request) }), asks(crypto(first.length, helloFor('app.example.com', { more: [share(29)] })), { to: SERVER, key: ID, number: 1 }),
      answers({ frames: crypto(request.length, helloOfServer()), number: 1 }),
    ]);
    expect(facts.tls).toMatchObject({ hello: { keyShareGroups: [23, 29] }, server: { cipher: 0x1302, helloRetry: true } });
    expect(problems).toEqual([]);
  });

  it('sees data both ways in packets with short headers', () => {
    expect(play([asks(), answers(), ['up', shortPacket(SERVER)]]).facts.tls?.applicationData).toBe('one-way');
    const both = play([asks(), answers(), ['up', shortPacket(SERVER)], ['down', shortPacket(CLIENT)]]);
    expect([both.facts.tls?.applicationData, both.session.settled]).toEqual(['both', true]);
  });

  it.each([
    ['a TLS alert of the server', bytes(0x1c, varint(0x178), 0, 0), { from: 'server', code: 0x178 }, { from: 'server', level: 2, code: 120 }],
    ['a refusal', bytes(0x1c, 2, 0, 4, 'busy'), { from: 'server', code: 2 }, undefined],
  ])('reads %s', (_, frames, close, alert) => {
    const { facts } = play([asks(), answers({ frames })]);
    expect([facts.quic?.close, facts.tls?.alert]).toEqual([close, alert]);
  });

  it.each([
    ['two names for one offset', [asks(), asks(crypto(0, helloFor('bad.example.com')), { number: 1 })], 'stream-overlap'],
    ['a later hello with another name', [asks(bytes(crypto(0, HELLO), crypto(HELLO.length, helloFor('bad.example.com'))))], 'quic-damaged'],
    ['a beginning after a Retry with another name', [asks(), ['down', retry(CLIENT, AGAIN, ascii('token'))], asks(crypto(0, helloFor('bad.example.com')), { to: AGAIN, token: ascii('token') })], 'quic-damaged'],
    ['a packet that does not open', [asks(), ['up', initial({ to: ID, key: SERVER, frames: crypto(0, HELLO) })]], 'quic-damaged'],
    ['a frame that has no place there', [asks(bytes(0x08, 0, 1, 2))], 'quic-damaged'],
    ['a frame longer than its packet', [asks(bytes(crypto(0, HELLO), 6, 0, varint(9000), 1))], 'quic-damaged'],
    ['another message than a hello', [asks(crypto(0, message(11, new Uint8Array(40))))], 'quic-damaged'],
    ['a hello past the bound', [asks(crypto(16_000, new Uint8Array(900)))], 'quic-cap'],
    ['a hello that announces too much', [asks(crypto(0, bytes(1, 1, 0, 0)))], 'quic-cap'],
    ['more packets than a handshake takes', Array.from({ length: 70 }, (_, number) => asks(crypto(number, HELLO.subarray(number, number + 1)), { number })), 'quic-cap'],
    ['hundreds of frames', [asks(bytes(...Array.from({ length: 260 }, (_, at) => crypto(2 * at + 1, bytes(0))))), asks(bytes(1))], 'quic-cap'],
    ['no hello at all', [['up', handshakePacket(SERVER, CLIENT)]], 'quic-unread'],
    ['a version that it only names', [['up', bytes(0xc3, 'Q050', ID.length, ID, 0, new Uint8Array(1180))]], 'quic-unread'],
  ] satisfies [string, Datagram[], string][])('counts %s', (_, datagrams, code) => {
    expect(play(datagrams).problems).toContain(code);
  });

  it.each([
    ['v1', V1], ['v2', V2], ['draft-29', 0xff00001d], ['draft-27', 0xff00001b], ['draft-22', 0xff000016],
  ])('opens %s', (label, version) => {
    const { facts } = play([asks(undefined, { version })]);
    expect([facts.quic?.version, facts.tls?.hello?.sni]).toEqual([label, 'app.example.com']);
  });

  it.each([
    ['Q050', 'gquic', 'Q050'], ['T051', 'gquic', 'T051'], ['\u00fa\u00ce\u00b0\u0007', 'quic', 'mvfst-7'], ['\u00ff\u0000\u0000\u0012', 'quic', 'draft-18'],
  ])('names %j without opening it', (version, protocol, label) => {
    const { facts } = play([['up', bytes(0xc3, version, ID.length, ID, 0, new Uint8Array(1180))]]);
    expect([facts.protocol, facts.quic?.version, facts.tls, facts.isGuessed]).toEqual([protocol, label, undefined, true]);
  });

  it('tells what the server may be addressed by, once', () => {
    expect(play([asks(), answers(), answers({ number: 1 })]).ids).toEqual([Buffer.from(SERVER).toString('hex')]);
  });
});

describe('another connection between the same ends', () => {
  const known = [asks(), answers()];
  const other = ascii('another-choice');

  it.each([
    ['begins with an Initial of its own', known, initial({ to: other, frames: crypto(0, helloFor('bad.example.com')) }), true],
    ['begins when the first was never answered', [asks()], initial({ to: other, frames: crypto(0, helloFor('bad.example.com')) }), true],
    ['does not begin with a repetition', known, initial({ to: ID, number: 1, frames: crypto(0, HELLO) }), false],
    ['does not begin with a later packet of the first', known, initial({ to: SERVER, key: ID, number: 1, frames: bytes(1) }), false],
    ['does not begin with a packet that nobody can open', known, initial({ to: other, key: SERVER, frames: bytes(1) }), false],
    ['does not begin with the answer to a Retry that was not seen', [asks()], initial({ to: AGAIN, token: ascii('token'), frames: crypto(0, HELLO) }), false],
    ['does not begin with a short header', known, shortPacket(other), false],
  ])('%s', (_, datagrams, next, expected) => {
    const { session } = play(datagrams);
    expect(session.begins?.('up', next)).toBe(expected);
    expect(session.begins?.('down', next)).toBe(false);
  });
});
