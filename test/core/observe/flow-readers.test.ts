/** Readers are taken back as soon as they may be, and nobody can tell by what is observed. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dnsUdpDecoder } from '../../../src/core/decode/payloads/dns/session.ts';
import { FlowReader } from '../../../src/core/observe/flow-reader.ts';
import { ReaderBudget } from '../../../src/core/observe/reader-budget.ts';
import { bytes } from '../../build/bytes.ts';
import { message, name, question, record } from '../../build/dns.ts';
import { ethernet } from '../../build/frames.ts';
import { udp } from '../../build/packets.ts';
import { pcapFile, START } from '../../build/pcap.ts';
import { playSession, type Passage } from '../../build/play-session.ts';
import { dtlsMessage, dtlsRecord } from '../../build/stun.ts';
import { observeBytes } from '../../observe-file.ts';

const APP = '10.0.0.2:40000';
const RESOLVER = '10.0.0.53:53';

interface Step {
  readonly side: 'up' | 'down';
  readonly id: number;
  readonly name: number;
  readonly type: number;
}

const owner = (step: Step): Uint8Array => name(`n${step.name}`, 'example');
const bytesOf = (step: Step): Uint8Array => step.side === 'up'
  ? message({ id: step.id }, question(owner(step), step.type))
  : message({ id: step.id, flags: 0x8180, counts: [1, 1, 0, 0] }, question(owner(step), step.type), record(owner(step), 1, bytes(203, 0, 113, step.name)));

/** Lookups of one flow as all packets' observer tells them, and as one session tells that heard all of them. */
function bothWays(steps: readonly Step[]): { observed: unknown; played: unknown } {
  const first: Step = { side: 'up', id: 77, name: 7, type: 1 };
  const all = [first, ...steps];
  const packets = all.map((step, index) => ({ bytes: ethernet(udp(step.side === 'up' ? { from: APP, to: RESOLVER, payload: bytesOf(step), id: index, checksum: index } : { from: RESOLVER, to: APP, payload: bytesOf(step), id: index, checksum: index })), at: START + index * 200_000 }));
  const passages = all.map((step, index): Passage => ({ side: step.side, data: bytesOf(step), at: START + index * 200_000, frame: index + 1 }));
  const observed = observeBytes(pcapFile(packets)).lookups.map(({ name: asked, type, rcode, addresses, unasked, tries, client }) => ({ asked, type, rcode, addresses, unasked, tries, client: client.port }));
  const played = playSession(dnsUdpDecoder, passages).lookups.map(({ name: asked, type, rcode, addresses, unasked, tries }) => ({ asked, type, rcode, addresses, unasked, tries, client: 40_000 }));
  return { observed, played };
}

describe('a flow of DNS questions', () => {
  it('tells the same lookups as a session that hears all of it, whatever is answered, repeated, late or unasked', () => {
    const step = fc.record({ side: fc.constantFrom('up' as const, 'down' as const), id: fc.nat(2), name: fc.nat(2), type: fc.constantFrom(1, 252) });
    fc.assert(fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const { observed, played } = bothWays(steps);
      expect(observed).toEqual(played);
    }), { seed: 20_261_123, numRuns: 300 });
  });

  it('keeps its client when it goes on after all its questions were answered', () => {
    const { observed } = bothWays([{ side: 'down', id: 77, name: 7, type: 1 }, { side: 'down', id: 5, name: 1, type: 1 }, { side: 'up', id: 6, name: 2, type: 1 }, { side: 'down', id: 6, name: 2, type: 1 }]);
    expect(observed).toMatchObject([{ asked: 'n7.example', unasked: false, client: 40_000 }, { asked: 'n1.example', unasked: true, client: 40_000 }, { asked: 'n2.example', tries: 1, client: 40_000 }]);
  });
});

describe('what all open readers keep', () => {
  it('holds the fragments of DTLS handshakes', () => {
    const readers = Array.from({ length: 12 }, (_, slot) => {
      const reader = new FlowReader({ lookup: () => undefined, problem: () => undefined, connectionId: () => undefined, continued: () => undefined });
      reader.open(slot, 'udp', 40_000 + slot, 5000);
      for (let at = 0; at < 20; at++) reader.datagram(true, dtlsRecord({ type: 22 }, dtlsMessage(1, 0, new Uint8Array(60_000), at * 1000, at * 1000 + 1000)), 1, 1);
      return reader;
    });
    const shed: number[] = [];
    new ReaderBudget(120_000).count(readers, (slot, reader) => {
      shed.push(slot);
      reader.shed();
    });
    expect(shed.length).toBeGreaterThan(8);
    expect(readers.reduce((sum, { held }) => sum + held, 0)).toBeLessThanOrEqual(60_000);
  });
});
