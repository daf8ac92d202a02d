import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Packet } from '../../../src/core/decode/headers/packet.ts';
import { ClosingQueue } from '../../../src/core/observe/closing-queue.ts';
import { DuplicateFilter } from '../../../src/core/observe/duplicate-filter.ts';
import { FlowTable } from '../../../src/core/observe/flow-table.ts';

function packetOf(from: number, fromPort: number, to: number, toPort: number, more: Partial<Packet> = {}): Packet {
  return Object.assign(new Packet(), { from2: 0xffff, from3: from, to2: 0xffff, to3: to, fromPort, toPort, protocol: 6, ...more });
}

function reversed(packet: Packet): Packet {
  return packetOf(packet.to3, packet.toPort, packet.from3, packet.fromPort);
}

describe('the flow table', () => {
  it('behaves like a map keyed by the unordered pair of ends, through growth and removal', () => {
    const operation = fc.record({ remove: fc.boolean(), from: fc.nat(40), fromPort: fc.nat(60), to: fc.nat(3), back: fc.boolean() });
    fc.assert(fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
      const table = new FlowTable(7);
      const model = new Map<string, number>();
      let number = 0;
      for (const { remove, from, fromPort, to, back } of operations) {
        const sent = packetOf(from + 100, fromPort + 1000, to, 443);
        const packet = back ? reversed(sent) : sent;
        const key = `${from}.${fromPort}.${to}`;
        const slot = table.find(packet);
        expect(slot >= 0 ? table.number[slot] : undefined).toBe(model.get(key));
        if (remove && slot >= 0) {
          table.remove(slot);
          model.delete(key);
        } else if (slot < 0) {
          const added = table.add(packet);
          table.number[added] = ++number;
          model.set(key, number);
        }
        expect(table.size).toBe(model.size);
      }
    }), { seed: 21, numRuns: 60 });
  });

  it('tells which end sent', () => {
    const table = new FlowTable(1);
    const packet = packetOf(1, 1000, 2, 443);
    table.add(packet);
    expect([table.find(packet), table.fromA, table.find(reversed(packet)), table.fromA]).toEqual([0, true, 0, false]);
  });

  it('keeps every flow when it grows', () => {
    const table = new FlowTable(3);
    for (let flow = 0; flow < 20_000; flow++) {
      const slot = table.add(packetOf(flow, 1000 + (flow & 0xfff), 9, 443));
      table.number[slot] = flow + 1;
    }
    for (let flow = 0; flow < 20_000; flow++) expect(table.number[table.find(packetOf(flow, 1000 + (flow & 0xfff), 9, 443))]).toBe(flow + 1);
  });

  it('refuses flows beyond its cap', () => {
    const table = new FlowTable(3, 2);
    expect([1, 2, 3].map((from) => {
      const slot = table.add(packetOf(from, 1, 9, 443));
      if (slot >= 0) table.number[slot] = from;
      return slot;
    })).toEqual([0, 1, -1]);
  });
});

describe('the duplicate filter', () => {
  const first = { sequence: 100, acknowledgement: 5, flags: 16, ipId: 77, payloadLength: 10, at: 1_000_000 };

  it('finds the copy of a packet within 5 ms and forgets it later', () => {
    const filter = new DuplicateFilter(5);
    expect(filter.isRepeat(packetOf(1, 2, 3, 4, first))).toBe(false);
    expect(filter.isRepeat(packetOf(1, 2, 3, 4, { ...first, at: first.at + 4000 }))).toBe(true);
    expect(filter.isRepeat(packetOf(1, 2, 3, 4, { ...first, at: first.at + 6000 }))).toBe(false);
  });

  it.each([['IP id', { ipId: 78 }], ['sequence number', { sequence: 101 }], ['acknowledgement', { acknowledgement: 6 }], ['flags', { flags: 17 }], ['length', { payloadLength: 11 }], ['port', { fromPort: 3 }]])('lets a packet with another %s pass', (_what, change) => {
    const filter = new DuplicateFilter(5);
    filter.isRepeat(packetOf(1, 2, 3, 4, first));
    expect(filter.isRepeat(packetOf(1, 2, 3, 4, { ...first, ...change }))).toBe(false);
  });

  it('tells datagrams apart by checksum', () => {
    const filter = new DuplicateFilter(5);
    filter.isRepeat(packetOf(1, 2, 3, 4, { ...first, protocol: 17, checksum: 1 }));
    expect(filter.isRepeat(packetOf(1, 2, 3, 4, { ...first, protocol: 17, checksum: 2 }))).toBe(false);
  });
});

describe('the closing queue', () => {
  it('gives back what was closed in time, in order, through growth', () => {
    const queue = new ClosingQueue();
    const got: number[] = [];
    for (let flow = 0; flow < 5000; flow++) {
      queue.add(flow, flow + 1, flow);
      if (flow % 3 === 0) got.push(queue.due(flow - 10));
    }
    for (let slot = queue.due(1e9); slot >= 0; slot = queue.due(1e9)) got.push(slot);
    expect(got.filter((slot) => slot >= 0)).toEqual(Array.from({ length: 5000 }, (_, index) => index));
    expect(queue.flow).toBe(5000);
  });
});

describe('the hash of IPv6 flows', () => {
  it.each([1, 0xdead_beef, 77])('has no collisions that a stranger could choose without knowing the seed %i', (seed) => {
    const table = new FlowTable(seed);
    const packet = new Packet();
    Object.assign(packet, { protocol: 6, from2: 1, from3: 1, to0: 0x2001_0db8, to1: 0, to2: 0, to3: 1, fromPort: 1, toPort: 443 });
    const seen = new Map<number, number>();
    for (let high = 0; high < 128; high++) {
      for (let low = 0; low < 128; low++) {
        packet.from0 = (high << 25) >>> 0;
        packet.from1 = (low << 25) >>> 0;
        const hash = table.hashes[table.add(packet)] ?? 0;
        seen.set(hash, (seen.get(hash) ?? 0) + 1);
      }
    }
    expect(Math.max(...seen.values())).toBeLessThan(4);
  });
});
