import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import { DirectPairs, RelayMeter, type RelayUse } from '../../../src/core/judge/relay-meter.ts';
import type { RelayFacts } from '../../../src/core/decode/payloads/stun/facts.ts';
import type { Connection } from '../../../src/core/observe/connection.ts';
import { connection, START, type ConnectionParts } from '../../build/connection.ts';

const at = (second: number): number => START + second * SECOND;

/** A direct pair whose check was answered `second` seconds in. */
function direct(second: number, more: ConnectionParts = {}): Connection {
  const ice = { usernames: [wireText('abcd:efgh')], checks: [1, 1], answered: [1, 1], since: { at: at(second), frame: 1 }, nominated: false } as const;
  const stun = { classic: false, methods: [], requests: [1, 1], answers: [1, 1], indications: [0, 0], failures: [0, 0], errors: [], integrity: true, fingerprint: true, mapped: [], ice } as const;
  return connection({ second, transport: 'udp', protocol: 'dtls', to: { address: '198.51.100.20', port: 50_123 }, last: at(60), phasesAtOpening: ['task'], media: { stun, beside: [] }, ...more });
}

/** A relayed flow of 1,000 bytes of media a second from `from` on. */
function relayed(from: number, seconds: number, more: ConnectionParts = {}, relay: Partial<RelayFacts> = {}): Connection {
  const facts: RelayFacts = {
    allocated: true, relayed: [{ address: '203.0.113.40', port: 49_200 }], permitted: [], peers: [{ address: '198.51.100.20', port: 50_124, up: 10, down: seconds * 1000 }], morePeers: 0,
    bytes: [10, seconds * 1000], media: [0, seconds * 1000], mediaBy: Array.from({ length: seconds }, (_, index) => [at(from + index), index * 1000] as const), carries: ['dtls'], ...relay,
  };
  return connection({ second: from, transport: 'udp', protocol: 'turn', to: { address: '203.0.113.13', port: 3478 }, last: at(from + seconds), phasesAtOpening: ['task'], media: { relay: facts, beside: [] }, ...more });
}

function measure(...connections: readonly Connection[]): RelayUse {
  const [pairs, meter] = [new DirectPairs(), new RelayMeter()];
  for (const each of connections) {
    pairs.add(each);
    meter.add(each);
  }
  return meter.use(pairs);
}

describe('relayed media beside a direct pair', () => {
  it('counts from the pair\'s success on, as a lower bound', () => {
    const use = measure(direct(12), relayed(10, 30));
    expect(use).toMatchObject({ media: 30_000, whileDirect: 28_000, broken: true, directSince: at(12), direct: ['198.51.100.20'], stillAlive: true, evidenceCount: 2 });
    expect(use.peers).toEqual([{ address: '198.51.100.20', port: 50_124, up: 10, down: 30_000 }]);
  });

  it.each<[what: string, connections: readonly Connection[], whileDirect: number]>([
    ['without a direct pair', [relayed(10, 30)], 0],
    ['of another phase', [direct(12, { phasesAtOpening: ['idle'] }), relayed(10, 30)], 0],
    ['of another scope', [direct(12, { scope: 1 }), relayed(10, 30)], 0],
    ['that came up after the media', [direct(50), relayed(10, 30)], 0],
    ['that leads to the relay itself', [direct(12, { to: { address: '203.0.113.40', port: 49_200 } }), relayed(10, 30)], 0],
    ['on loopback', [direct(12, { to: { address: '127.0.0.1', port: 50_123 } }), relayed(10, 30)], 0],
    ['while gathering only', [direct(12), relayed(10, 30, {}, { media: [0, 0], mediaBy: [] })], 0],
    ['no more than 4 KiB of it', [direct(12), relayed(10, 6)], 4000],
  ])('is no breach %s', (_what, connections, whileDirect) => expect(measure(...connections)).toMatchObject({ whileDirect, broken: false }));

  it('is surely a breach only where the pair outlived it', () => expect(measure(direct(12, { last: at(13) }), relayed(10, 30))).toMatchObject({ broken: true, stillAlive: false }));

  it('adds up over the flows of a phase', () => expect(measure(direct(5), relayed(10, 3), relayed(20, 3))).toMatchObject({ whileDirect: 6000, broken: true }));

  it('does not depend on the order of telling', () => {
    const all = [direct(12), direct(15, { to: { address: '198.51.100.21', port: 9 } }), relayed(10, 30), relayed(14, 8, { phasesAtOpening: ['idle'] }), relayed(20, 9)];
    const expected = measure(...all);
    fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
      expect(measure(...shuffled)).toEqual(expected);
    }), { numRuns: 60, seed: 4 });
  });
});
