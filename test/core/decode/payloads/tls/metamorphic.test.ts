/** The same facts however a handshake was cut into records and segments, and whatever the network did to those. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowObservation } from '../../../../../src/core/observe/observation.ts';
import { join } from '../../../../build/certificate.ts';
import { ethernet } from '../../../../build/frames.ts';
import { helloFixtures } from '../../../../build/hello-fixtures.ts';
import { tcp, type TcpFields } from '../../../../build/packets.ts';
import { pcapFile, START } from '../../../../build/pcap.ts';
import { record } from '../../../../build/tls-bytes.ts';
import type { Passage } from '../../../../build/tls-handshake.ts';
import { readWireFixture, wireFixtures } from '../../../../build/wire-fixture.ts';
import { observeBytes } from '../../../../observe-file.ts';
import { play } from './play.ts';

const hellos = helloFixtures().map(({ name, record: data }) => [name, data] as const);
const handshakes = wireFixtures('tls').map((name) => [name, readWireFixture(name).passages] as const);

describe('a hello of a real client', () => {
  it.each(hellos)('reads the same when %s is cut into two records or two pieces at every byte', (_name, data) => {
    const whole = JSON.stringify(play([{ side: 'up', data }]));
    const body = data.subarray(5);
    for (let cut = 1; cut < body.length; cut++) {
      const twoRecords = join(record(22, body.subarray(0, cut), 1), record(22, body.subarray(cut), 1));
      const readings = [play([{ side: 'up', data: twoRecords }]), play([{ side: 'up', data }], [cut, data.length])];
      expect(readings.map((reading) => JSON.stringify(reading))).toEqual([whole, whole]);
    }
  });

  it.each(hellos)('reads the same when %s comes in two segments, in order, swapped, or twice', (name, data) => {
    const whole = flowsOf([conversation(name, 0, [[0, data]])])[0]?.tls;
    expect(whole?.hello).toEqual(play([{ side: 'up', data }]).facts.hello);
    const orders: readonly (readonly number[])[] = [[0, 1], [1, 0], [0, 0, 1], [1, 0, 1, 0]];
    const step = name === 'curl-openssl' || name === 'go' ? 1 : STRIDE;
    const cuts = Array.from({ length: Math.floor((data.length - 2) / step) + 1 }, (_, index) => 1 + index * step);
    for (const order of orders) {
      const flows = flowsOf(cuts.map((cut) => {
        const parts = [[0, data.subarray(0, cut)], [cut, data.subarray(cut)]] as const;
        return conversation(name, cut, order.map((part) => parts[part] ?? parts[0]));
      }));
      expect(flows.length).toBe(cuts.length);
      expect(new Set(flows.map(({ tls }) => JSON.stringify(tls)))).toEqual(new Set([JSON.stringify(whole)]));
    }
  });
});

describe('a whole handshake', () => {
  it.each(handshakes)('reads the same when the handshake records of %s are cut anywhere and some are joined', (_name, passages) => {
    const { facts } = play(passages);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        expect(play(recut(passages, sizes), sizes).facts).toEqual(facts);
      }),
      { numRuns: 60, seed: 31 },
    );
  });

  it.each(handshakes)('reads the same when the segments of %s are late, swapped with a neighbour, sent again or cut', (_name, passages) => {
    const usual = flowsOf([exchange(passages, [1460], [])])[0];
    expect(usual?.tls?.server).toBeDefined();
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1460 }), { minLength: 1, maxLength: 6 }), fc.array(fc.constantFrom<Trouble>('none', 'swap', 'again', 'late'), { maxLength: 30 }), (sizes, troubles) => {
        const flow = flowsOf([exchange(passages, sizes, troubles)])[0];
        expect(flow?.tls).toEqual(usual?.tls);
        expect(flow?.outcome).toBe(usual?.outcome);
      }),
      { numRuns: 60, seed: 37 },
    );
  });
});

interface Timed {
  readonly bytes: Uint8Array;
  readonly at: number;
}

type Trouble = 'none' | 'swap' | 'again' | 'late';

function flowsOf(conversations: readonly (readonly Timed[])[]): readonly FlowObservation[] {
  return observeBytes(pcapFile(conversations.flat().toSorted((one, other) => one.at - other.at))).flows;
}

/** A client that says `parts`, each at its place in the stream, to a server that only accepts. */
function conversation(name: string, index: number, parts: ReadonlyArray<readonly [offset: number, data: Uint8Array]>): Timed[] {
  const client = `10.0.${index >> 8}.${index & 0xff}:${40_000 + name.length}`;
  return packets(client, [
    ['up', { flags: 'S', seq: 99 }],
    ['down', { flags: 'SA', seq: 499, ack: 100 }],
    ...parts.map(([offset, payload]) => ['up', { flags: 'PA', seq: 100 + offset, ack: 500, payload }] as const),
  ]);
}

type Sent = readonly ['up' | 'down', Omit<TcpFields, 'from' | 'to'>];

function packets(client: string, sent: readonly Sent[]): Timed[] {
  const server = '203.0.113.7:443';
  return sent.map(([side, fields], index) => ({
    bytes: ethernet(tcp({ ...(side === 'up' ? { from: client, to: server } : { from: server, to: client }), id: index + 1, ...fields })),
    at: START + index * 1000,
  }));
}

/** Both sides of a recording as segments of at most the sizes given, round and round, with what happens to each of them. */
function exchange(passages: readonly Passage[], sizes: readonly number[], troubles: readonly Trouble[]): Timed[] {
  const next = { up: 100, down: 500 };
  const sent: Sent[] = [];
  for (const { side, data } of passages) {
    for (let at = 0; at < data.length;) {
      const payload = data.subarray(at, at + (sizes[sent.length % sizes.length] ?? 1460));
      sent.push([side, { flags: 'PA', seq: next[side], ack: next[side === 'up' ? 'down' : 'up'], payload }]);
      next[side] += payload.length;
      at += payload.length;
    }
  }
  for (const [index, trouble] of troubles.entries()) disturb(sent, index, trouble);
  return packets('10.0.0.2:40000', [['up', { flags: 'S', seq: 99 }], ['down', { flags: 'SA', seq: 499, ack: 100 }], ...sent]);
}

function disturb(sent: Sent[], index: number, trouble: Trouble): void {
  const one = sent[index];
  const after = sent[index + 1];
  if (one === undefined) return;
  if (trouble === 'again') sent.splice(Math.min(sent.length, index + 3), 0, one);
  // What an end says only after it has heard the other cannot come before it.
  if ((trouble === 'swap' || trouble === 'late') && after?.[0] === one[0]) sent.splice(index, 2, after, one);
}

/** Handshake records cut to other lengths; what one passage holds in neighbouring ones is joined first. Sealed records stay. */
function recut(passages: readonly Passage[], sizes: readonly number[]): Passage[] {
  let turn = 0;
  return passages.map(({ side, data }) => {
    const parts: Uint8Array[] = [];
    let open: Uint8Array[] = [];
    const flush = (): void => {
      const body = join(...open);
      for (let at = 0; at < body.length;) {
        const piece = body.subarray(at, at + (sizes[turn++ % sizes.length] ?? 1));
        parts.push(record(22, piece));
        at += piece.length;
      }
      open = [];
    };
    for (const whole of records(data)) {
      if (whole[0] === 22) open.push(whole.subarray(5));
      else {
        flush();
        parts.push(whole);
      }
    }
    flush();
    return { side, data: join(...parts) };
  });
}

function records(data: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < data.length;) {
    const end = at + 5 + (data[at + 3] ?? 0) * 256 + (data[at + 4] ?? 0);
    found.push(data.subarray(at, end));
    at = end;
  }
  return found;
}

/** Packets are slow to build: two clients are cut at every byte, the others at every so many. */
const STRIDE = 29;
