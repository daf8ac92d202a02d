import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recognise } from '../../../../../src/core/decode/payloads/index.ts';
import { turned } from '../../../../../src/core/decode/payloads/media-facts.ts';
import { RECOGNISE_LIMIT } from '../../../../../src/core/decode/payloads/session.ts';
import type { RelayFacts } from '../../../../../src/core/decode/payloads/stun/facts.ts';
import { bytes, u16, u32 } from '../../../../build/bytes.ts';
import { decoderOf } from '../../../../build/decoder-of.ts';
import { down, lost, playSession, rechunked, up, type Passage, type Played } from '../../../../build/play-session.ts';
import { answer, attribute, channelData, check, dtlsMessage, dtlsRecord, integrity, stun, username, xorAddress } from '../../../../build/stun.ts';
import { clientHello } from '../../../../build/tls-bytes.ts';

const overUdp = (...passages: readonly Passage[]): Played => playSession(decoderOf('stun', 'udp'), passages);
const channelNumber = (number: number): Uint8Array => attribute(0x000c, u16(number), 0, 0);
const peer = (port: number): Uint8Array => xorAddress(0x12, '198.51.100.20', port);
/** What a TURN client says until its relay is up and one channel is bound. */
const RELAY: readonly Passage[] = [
  up(stun({ type: 0x0003, id: 1, attributes: [attribute(0x19, 17, 0, 0, 0), attribute(0x8022, 'werift')] })),
  down(stun({ type: 0x0113, id: 1, attributes: [attribute(9, u16(0), 4, 1), attribute(0x14, 'multiclaw.io'), attribute(0x15, 'nonce'), attribute(0x8022, 'Coturn-4')] })),
  up(stun({ type: 0x0003, id: 2, attributes: [username('1700000000:user'), integrity()] })),
  down(stun({ type: 0x0103, id: 2, attributes: [xorAddress(0x16, '203.0.113.40', 49_200), xorAddress(0x20, '192.0.2.9', 4000), integrity()] })),
  up(stun({ type: 0x0008, id: 3, attributes: [peer(0), integrity()] })),
  down(stun({ type: 0x0108, id: 3, attributes: [integrity()] })),
  up(stun({ type: 0x0009, id: 4, attributes: [channelNumber(0x4001), peer(6000), integrity()] })),
  down(stun({ type: 0x0109, id: 4, attributes: [integrity()] })),
];
const rtp = (sequence: number, source = 7): Uint8Array => bytes(0x80, 96, u16(sequence), u32(1), u32(source), 'media');
/** RFC 4571. */
const framed = (...parts: readonly Uint8Array[]): Uint8Array => bytes(...parts.flatMap((part) => [u16(part.length), part]));
const overTcp = (...passages: readonly Passage[]): Played => playSession(decoderOf('ice-tcp', 'tcp'), passages);
const relayedAs = (data: Uint8Array): readonly string[] | undefined => overUdp(...RELAY, up(channelData(0x4001, data))).facts.media?.relay?.carries;

describe('a STUN flow', () => {
  it('counts requests, answers and what the server said of the asker', () => {
    const { facts } = overUdp(up(stun({ type: 1, id: 1, attributes: [attribute(0x8022, 'client 1')] })), down(stun({ type: 0x0101, id: 1, attributes: [xorAddress(0x20, '192.0.2.9', 4000), attribute(0x8022, 'server 2')] })));
    expect(facts.protocol).toBe('stun');
    expect(facts.media?.stun).toMatchObject({ classic: false, methods: ['binding'], requests: [1, 0], answers: [0, 1], mapped: [{ address: '192.0.2.9', port: 4000 }], clientSoftware: 'client 1', serverSoftware: 'server 2', ice: undefined });
  });

  it('is no ICE for an unauthenticated Binding, and keeps no name of an account', () => {
    const { facts } = overUdp(up(stun({ type: 1, attributes: [username('someone@example.org'), integrity()] })), up(stun({ type: 1, id: 2, attributes: [username('abcd:efgh')] })), ...RELAY);
    expect(facts.media?.stun?.ice).toBeUndefined();
    expect(JSON.stringify(facts)).not.toContain('someone');
    expect(JSON.stringify(facts)).not.toContain('1700000000');
  });

  it('is named unknown when bytes that nothing knows follow its Binding', () => {
    const { facts } = overUdp(up(stun({ type: 1 })), down(stun({ type: 0x0101 })), up(bytes(0x05, 'a stranger')));
    expect([facts.protocol, facts.media?.beside]).toEqual(['unknown', ['other']]);
  });
});

describe('an ICE check', () => {
  it('counts when the other end answers it with integrity', () => {
    const { facts } = overUdp(up(check(1)), down(answer(1)), down(check(2, attribute(0x25))), up(answer(2)));
    expect(facts.media?.stun?.ice).toEqual({ usernames: ['abcd:efgh'], checks: [1, 1], answered: [1, 1], since: { at: 2, frame: 2 }, nominated: true });
  });

  it.each([
    ['nobody answers', []],
    ['the asker answers itself', [up(answer(1))]],
    ['the answer is to something else', [down(answer(9))]],
    ['the answer bears no integrity', [down(stun({ type: 0x0101, id: 1 }))]],
    ['the answer is an error', [down(stun({ type: 0x0111, id: 1, attributes: [attribute(9, u16(0), 4, 87), integrity()] }))]],
  ])('proves nothing when %s', (_what, more) => {
    expect(overUdp(up(check(1)), ...more).facts.media?.stun?.ice).toMatchObject({ checks: [1, 0], answered: [0, 0], since: undefined });
  });

  it('makes RTP believable, which nothing else does', () => {
    const packets = [1, 2, 3].map((sequence) => up(rtp(sequence)));
    const control = down(bytes(0x81, 201, u16(1), u32(7)));
    const { facts } = overUdp(up(check(1)), down(answer(1)), ...packets, control);
    expect([facts.protocol, facts.media?.rtp]).toEqual(['rtp', { rtp: [3, 0], rtcp: [0, 1], sources: 1 }]);
    expect(overUdp(up(check(1)), ...packets, control).facts).toMatchObject({ protocol: 'unknown', media: { rtp: undefined, beside: ['other'] } });
  });

  it('leads to DTLS, whose hello may come from either end', () => {
    const hello = dtlsRecord({ type: 22 }, dtlsMessage(1, 0, bytes(clientHello({ version: 0xfefd }).subarray(0, 35), 0, clientHello().subarray(35))));
    const { facts } = overUdp(up(check(1)), down(answer(1)), down(hello));
    expect([facts.protocol, facts.tls?.hello?.version, facts.media?.dtls?.helloFrom]).toEqual(['dtls', 'DTLS1.2', 'server']);
  });

  it('reads the same from the other end', () => {
    const straight = overUdp(up(check(1)), down(answer(1)), ...RELAY).facts.media;
    const swapped = overUdp(...[up(check(1)), down(answer(1)), ...RELAY].map(({ side, data }): Passage => ({ side: side === 'up' ? 'down' : 'up', data }))).facts.media;
    expect(straight && turned(straight)).toEqual(swapped);
  });
});

describe('a TURN flow', () => {
  it('shows the allocation, its errors and permissions', () => {
    const { facts } = playSession(decoderOf('turn', 'udp'), RELAY);
    expect(facts.protocol).toBe('turn');
    expect(facts.media?.stun).toMatchObject({ methods: ['allocate', 'create-permission', 'channel-bind'], errors: [401], failures: [0, 1], realm: 'multiclaw.io', serverSoftware: 'Coturn-4' });
    expect(facts.media?.relay).toMatchObject({ allocated: true, relayed: [{ address: '203.0.113.40', port: 49_200 }], permitted: ['198.51.100.20'], peers: [], media: [0, 0] });
  });

  const carried: readonly Passage[] = [
    ...RELAY,
    up(stun({ type: 0x0016, id: 5, attributes: [peer(6000), attribute(0x13, check(9))] })),
    down(stun({ type: 0x0017, id: 6, attributes: [peer(6000), attribute(0x13, rtp(1))] })),
    up(channelData(0x4001, rtp(1))),
    down(channelData(0x4001, rtp(2))),
  ];
  const expected: Partial<RelayFacts> = {
    peers: [{ address: '198.51.100.20', port: 6000, up: check(9).length + 17, down: 34 }], bytes: [check(9).length + 17, 34], media: [17, 34], carries: ['stun', 'rtp'],
  };

  it('counts for each peer what went through, checks beside media', () => {
    expect(playSession(decoderOf('turn', 'udp'), carried).facts.media?.relay).toMatchObject(expected);
  });

  it('knows channels above 0x4fff where they were bound, as RFC 5766 allowed them', () => {
    const bound = [up(stun({ type: 0x0009, id: 7, attributes: [channelNumber(0x6abc), peer(6001), integrity()] })), down(stun({ type: 0x0109, id: 7, attributes: [integrity()] }))];
    expect(playSession(decoderOf('turn', 'udp'), [...RELAY, ...bound, up(channelData(0x6abc, rtp(1)))]).facts.media?.relay).toMatchObject({ media: [17, 0], peers: [{ port: 6001, up: 17 }] });
  });

  it('reads the same from a stream, however it is cut', () => {
    // Over TCP ChannelData is padded to four bytes (RFC 8656 §12.5).
    const stream = carried.map(({ side, data }): Passage => ({ side, data: typeof data === 'number' ? data : bytes(data, new Uint8Array(-data.length & 3)) }));
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }), (sizes) => {
      const { facts, problems } = playSession(decoderOf('turn', 'tcp'), rechunked(stream, sizes));
      expect(problems).toEqual([]);
      expect(facts.media?.relay).toMatchObject(expected);
    }), { numRuns: 60, seed: 11 });
  });

  it('samples relayed media over time, within its cap', () => {
    const flood = Array.from({ length: 2000 }, (_, index): Passage => ({ ...up(channelData(0x4001, rtp(index))), at: index * 100_000, frame: index }));
    const samples = playSession(decoderOf('turn', 'udp'), [...RELAY, ...flood]).facts.media?.relay?.mediaBy ?? [];
    expect(samples.length).toBeGreaterThan(30);
    expect(samples.length).toBeLessThanOrEqual(64);
    expect(samples.every(([at, sent], index) => at > (samples[index - 1]?.[0] ?? -1) && sent === (at / 100_000) * 17)).toBe(true);
  });

  it('counts peers past the cap in its sums', () => {
    const many = Array.from({ length: 40 }, (_, port) => up(stun({ type: 0x0016, id: port, attributes: [peer(port), attribute(0x13, rtp(1))] })));
    const relay = playSession(decoderOf('turn', 'udp'), many).facts.media?.relay;
    expect([relay?.peers.length, relay?.morePeers, relay?.media[0]]).toEqual([32, 8, 40 * 17]);
  });

  it('takes what follows a ConnectionBind for a peer\'s bytes', () => {
    const { facts } = playSession(decoderOf('turn', 'tcp'), [up(stun({ type: 0x000b, id: 1, attributes: [integrity()] })), down(stun({ type: 0x010b, id: 1 })), up('anything at all')]);
    expect(facts.media?.relay).toMatchObject({ media: [15, 0] });
  });

  it('gives up a side that lost bytes and says so once', () => {
    const { problems, taken } = playSession(decoderOf('turn', 'tcp'), [...RELAY, lost('up', 5), up('more'), lost('down', 1), down('x')]);
    expect(problems).toEqual([{ code: 'stun-damaged', detail: 'stream' }, { code: 'stun-damaged', detail: 'stream' }]);
    expect(taken).toBe(RELAY.length + 3);
  });
});

describe('any bytes', () => {
  it('never make a session throw, over UDP or TCP', () => {
    const passage = fc.record({ side: fc.constantFrom('up' as const, 'down' as const), data: fc.oneof(fc.uint8Array({ maxLength: 90 }), fc.constantFrom(...RELAY.map(({ data }) => data))) });
    fc.assert(fc.property(fc.array(passage, { maxLength: 12 }), (passages) => {
      for (const transport of ['udp', 'tcp'] as const) expect(playSession(decoderOf('turn', transport), passages).facts.protocol).toMatch(/^(?:turn|stun|dtls|unknown)$/);
    }), { numRuns: 1000, seed: 3 });
  });
});

describe('ICE over TCP', () => {
  const hello = dtlsRecord({ type: 22 }, dtlsMessage(1, 0, bytes(clientHello({ version: 0xfefd }).subarray(0, 35), 0, clientHello().subarray(35))));
  const pair = [up(framed(check(1), bytes())), down(framed(answer(1))), up(framed(hello))];

  it('is told by a check behind its own length, of either end, however it is cut', () => {
    const first = framed(check(1));
    expect(recognise('tcp', first.subarray(0, RECOGNISE_LIMIT), [40_000, 9])).toMatchObject({ decoder: { protocol: 'ice-tcp' }, sender: 'client' });
    expect(recognise('tcp', framed(answer(1)).subarray(0, RECOGNISE_LIMIT), [9, 40_000])).toMatchObject({ decoder: { protocol: 'ice-tcp' }, sender: 'server' });
    for (let length = 0; length < 10; length++) expect(recognise('tcp', first.subarray(0, length), [40_000, 9])).toBe('more');
  });

  it.each([
    ['another length in front', bytes(u16(99), check(1))],
    ['TURN', framed(stun({ type: 0x0003 }))],
    ['no length', check(1)],
  ])('is not seen in %s', (_what, data) => {
    const found = recognise('tcp', data.subarray(0, RECOGNISE_LIMIT), [40_000, 9]);
    expect(typeof found === 'string' ? found : found.decoder.protocol).not.toBe('ice-tcp');
  });

  it('shows what the same datagrams would, in whatever pieces they come', () => {
    const { facts } = overTcp(...pair);
    expect([facts.protocol, facts.tls?.hello?.version, facts.media?.stun?.ice?.answered, facts.media?.beside]).toEqual(['dtls', 'DTLS1.2', [1, 0], []]);
    expect(overTcp(...rechunked(pair, [1, 2, 7])).facts).toEqual(facts);
  });

  it('is unknown with anything else in a frame, and proves nothing of a frame that never came whole', () => {
    expect(overTcp(...pair.slice(0, 2), up(framed(bytes('a stranger')))).facts).toMatchObject({ protocol: 'unknown', media: { beside: ['other'] } });
    expect(overTcp(...pair.slice(0, 2), up('{"text":1}')).facts).toMatchObject({ media: { beside: ['other'] } });
  });

  it('is read no further on a side where bytes are missing', () => {
    const { facts, problems } = overTcp(...pair.slice(0, 2), lost('up', 9), up(framed(hello)));
    expect([facts.protocol, problems]).toEqual(['stun', [{ code: 'stun-damaged', detail: 'stream' }]]);
  });
});

describe('what a relay carries', () => {
  it.each([
    ['a connectivity check', check(1), 'stun'],
    ['a DTLS record', dtlsRecord({ type: 23, epoch: 1 }, new Uint8Array(40).fill(0x9c)), 'dtls'],
    ['two DTLS records', bytes(dtlsRecord({ type: 20 }, bytes(1)), dtlsRecord({ type: 22, epoch: 1 }, new Uint8Array(40))), 'dtls'],
    ['a DTLS 1.3 record with its length', bytes(0x2f, u16(7), u16(24), new Uint8Array(24).fill(0x9c)), 'dtls'],
    ['a DTLS 1.3 record without a length', bytes(0x2b, u16(7), new Uint8Array(24).fill(0x9c)), 'other'],
    ['a DTLS record that is cut', dtlsRecord({ type: 23, epoch: 1 }, new Uint8Array(40)).subarray(0, 40), 'other'],
    ['text in a DTLS record', dtlsRecord({ type: 23, epoch: 1 }, bytes('text that a cipher would never have made')), 'other'],
    ['text that begins as a record would', bytes('1 is its first letter'), 'other'],
    ['RTP', rtp(1), 'rtp'],
    ['RTP with sources and an extension', bytes(0x92, 96, u16(1), u32(1), u32(7), u32(8), u32(9), u16(0xbede), u16(1), u32(0), 'media'), 'rtp'],
    ['RTP whose extension is cut', bytes(0x90, 96, u16(1), u32(1), u32(7), u16(0xbede), u16(9), 'media'), 'other'],
    ['RTCP', bytes(0x81, 201, u16(1), u32(7)), 'rtcp'],
    ['RTCP that is cut', bytes(0x81, 201, u16(9), u32(7)), 'other'],
  ])('is told by its whole form: %s', (_what, data, kind) => expect(relayedAs(data)).toEqual([kind]));
});
