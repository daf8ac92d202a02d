/** Whatever bytes come: no exception, bounded work, and the same answer however a client cuts its hello. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recogniseQuic } from '../../../../../src/core/decode/payloads/quic/recognise.ts';
import { bytes } from '../../../../build/bytes.ts';
import { crypto, handshakePacket, initial, negotiation, retry, shortPacket, V1, V2 } from '../../../../build/quic.ts';
import { ascii, helloFor, helloOfServer, play, type Datagram } from './play.ts';

const ID = ascii('chosen-id');
const CLIENT = ascii('client');
const SERVER = ascii('server-id');
const HELLO = helloFor('app.example.com', { size: 1900 });
const RUNS = { numRuns: 150, seed: 23 };

/** The hello as frames cut at these places, in this order, so many to a packet. */
function cutHello(cuts: readonly number[], order: readonly number[], perPacket: number): Uint8Array[] {
  const places = [0, ...new Set(cuts)].sort((one, other) => one - other);
  const pieces = places.map((from, index) => crypto(from, HELLO.subarray(from, places[index + 1] ?? HELLO.length)));
  const shuffled = pieces.map((piece, index) => ({ piece, rank: order[index % order.length] ?? 0 })).sort((one, other) => one.rank - other.rank).map(({ piece }) => piece);
  const packets: Uint8Array[] = [];
  for (let at = 0; at < shuffled.length; at += perPacket) packets.push(initial({ to: ID, from: CLIENT, number: packets.length, frames: bytes(...shuffled.slice(at, at + perPacket)), size: 0 }));
  return packets;
}

describe('a hello', () => {
  it('is read the same however it is split, shuffled, spread, repeated and coalesced', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: HELLO.length - 1 }), { maxLength: 30 }), fc.array(fc.nat(1000), { minLength: 1, maxLength: 31 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 4 }), fc.boolean(),
        (cuts, order, perPacket, perDatagram, twice) => {
          const packets = cutHello(cuts, order, perPacket).flatMap((packet) => (twice ? [packet, packet] : [packet])).slice(0, 60);
          const datagrams: Datagram[] = [];
          for (let at = 0; at < packets.length; at += perDatagram) datagrams.push(['up', bytes(...packets.slice(at, at + perDatagram))]);
          const { facts, problems } = play(datagrams);
          expect([facts.tls?.hello?.sni, facts.tls?.hello?.length, problems]).toEqual(['app.example.com', HELLO.length - 4, []]);
        },
      ),
      RUNS,
    );
  });
});

const TALK: readonly Datagram[] = [
  ...cutHello([700, 1400], [2, 0, 1], 1).map((packet): Datagram => ['up', packet]),
  ['down', retry(CLIENT, SERVER, ascii('token'))],
  ['down', negotiation(CLIENT, ID, V1, V2)],
  ['down', bytes(initial({ side: 'down', to: CLIENT, from: SERVER, key: ID, frames: crypto(0, helloOfServer()), size: 0 }), handshakePacket(CLIENT, SERVER))],
  ['up', shortPacket(SERVER)],
];

describe('hostile bytes', () => {
  it('never make the session throw, whatever is changed, cut, swapped or mixed in', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...TALK, ...TALK], { minLength: 1 }),
        fc.array(fc.record({ at: fc.nat(1300), byte: fc.nat(255), datagram: fc.nat(20), cut: fc.boolean() }), { maxLength: 12 }),
        fc.boolean(),
        (talk, changes, swapped) => {
          const datagrams = talk.map(([side, data]): [Datagram[0], Uint8Array] => [swapped ? (side === 'up' ? 'down' : 'up') : side, new Uint8Array(data)]);
          for (const { at, byte, datagram, cut } of changes) {
            const target = datagrams[datagram % datagrams.length];
            if (target === undefined) continue;
            target[1][at % Math.max(1, target[1].length)] = byte;
            if (cut) target[1] = target[1].subarray(0, at % (target[1].length + 1));
          }
          const { facts, session } = play(datagrams);
          expect(facts.protocol).toMatch(/^g?quic$/);
          for (const [side, data] of datagrams) expect(typeof session.begins?.(side, data)).toBe('boolean');
          // A name that stands there passed authentication, so nobody but its sender chose it.
          expect(['app.example.com', undefined]).toContain(facts.tls?.hello?.sni);
        },
      ),
      RUNS,
    );
  });

  it('inside a packet that opens never make it throw either', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }), (payloads) => {
        const { facts } = play(payloads.map((frames, number): Datagram => [number % 2 === 0 ? 'up' : 'down', initial({ side: number % 2 === 0 ? 'up' : 'down', to: ID, number, frames })]));
        expect(facts.protocol).toBe('quic');
      }),
      RUNS,
    );
  });

  it('are never recognised by throwing', () => {
    const ports = fc.constantFrom<readonly [number, number]>([443, 50_000], [50_000, 443]);
    const header = fc.tuple(fc.nat(255), fc.constantFrom([0, 0, 0, 0], [0, 0, 0, 1], [0x6b, 0x33, 0x43, 0xcf], [0x1a, 0x2a, 0x3a, 0x4a], [0x51, 0x30, 0x34, 0x33]), fc.uint8Array({ maxLength: 59 })).map(([first, version, rest]) => bytes(first, version, rest));
    fc.assert(
      fc.property(header, ports, (data, both) => {
        expect(['client', 'server', 'no']).toContain(recogniseQuic(data, both));
      }),
      { numRuns: 500, seed: 24 },
    );
  });
});
