/** What only a live capture needs of the observer: a clock where packets are silent, and owners of flows. */
import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../../../src/core/base/address.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import type { FlowOwner, FlowOwners, OpenedFlow } from '../../../src/core/observe/flow-owners.ts';
import type { Observation } from '../../../src/core/observe/observation.ts';
import { Observer } from '../../../src/core/observe/observer.ts';
import { PcapReader } from '../../../src/core/decode/files/pcap.ts';
import { ethernet } from '../../build/frames.ts';
import { FLAGS, message, name, question, record } from '../../build/dns.ts';
import { tcp, udp } from '../../build/packets.ts';
import { pcapFile, START } from '../../build/pcap.ts';

const SECOND = 1_000_000;
const at = (second: number): number => START + second * SECOND;

class Live {
  readonly told: Observation[] = [];
  readonly observer: Observer;
  readonly asked: string[] = [];

  constructor(judge?: (flow: OpenedFlow) => FlowOwner['whose']) {
    const { asked } = this;
    const owners: FlowOwners = {
      opened: (flow, from, to, transport) => void asked.push(`opened ${flow} ${formatEndpoint(from.address, from.port)} ${formatEndpoint(to.address, to.port)} ${transport}`),
      judge: (flow) => ({ whose: judge?.(flow) ?? 'own', process: flow.number === 2 ? { pid: 7, name: wireText('seven') } : undefined }),
      sealed: (flow) => void asked.push(`sealed ${flow}`),
    };
    this.observer = new Observer({ seed: 1, local: [], clockOffset: 0, emit: (seen) => void this.told.push(seen), ...(judge === undefined ? {} : { owners }) });
    this.observer.begin(0);
  }

  see(...packets: readonly (readonly [second: number, packet: Uint8Array])[]): void {
    new PcapReader(this.observer).push(pcapFile(packets.map(([second, packet]) => ({ bytes: ethernet(packet), at: at(second) }))));
  }

  /** Ports of clients of the flows that were told, and when. */
  get flows(): string[] {
    return this.told.filter((seen) => seen.kind === 'flow').map((flow) => `${flow.client.port} ${flow.outcome} at ${(flow.at - START) / SECOND}`);
  }

  finish(): void {
    this.observer.finish();
    this.observer.end();
  }
}

const closed = (port: number): readonly (readonly [number, Uint8Array])[] => [
  [0, tcp({ from: `10.0.0.2:${port}`, to: '203.0.113.7:443', flags: 'S', seq: 1 })], [0.1, tcp({ from: '203.0.113.7:443', to: `10.0.0.2:${port}`, flags: 'SA', seq: 9, ack: 2 })],
  [0.2, tcp({ from: `10.0.0.2:${port}`, to: '203.0.113.7:443', flags: 'FA', seq: 2, ack: 10 })], [0.3, tcp({ from: '203.0.113.7:443', to: `10.0.0.2:${port}`, flags: 'FA', seq: 10, ack: 3 })],
];

describe('the clock of a live capture', () => {
  it('tells a flow that is over although no packet follows', () => {
    const live = new Live();
    live.see(...closed(40000));
    live.observer.clock(at(4));
    expect(live.flows).toEqual([]);
    live.observer.clock(at(6));
    expect(live.flows).toEqual(['40000 established at 6']);
  });

  it.each([
    ['an attempt nobody answered', [[0, tcp({ from: '10.0.0.2:40000', to: '203.0.113.7:443', flags: 'S', seq: 1 })]] as const, 129, 131, 'timeout'],
    ['datagrams that ceased', [[0, udp({ from: '10.0.0.2:40000', to: '203.0.113.7:9999', payload: 'data', id: 1 })]] as const, 299, 301, 'sent-only'],
  ])('tells %s', (_, packets, before, after, outcome) => {
    const live = new Live();
    live.see(...packets);
    live.observer.clock(at(before));
    expect(live.flows).toEqual([]);
    live.observer.clock(at(after));
    expect(live.flows).toEqual([`40000 ${outcome} at ${after}`]);
  });

  it('never runs backwards, and leaves the time of the last packet as it was', () => {
    const live = new Live();
    live.see(...closed(40000));
    live.observer.clock(at(10));
    live.observer.clock(at(2));
    live.finish();
    expect(live.told.at(-1)).toMatchObject({ kind: 'source', packets: 4, last: at(0.3) });
  });
});

describe('owners of captured flows', () => {
  const old = [0.5, tcp({ from: '10.0.0.2:50000', to: '203.0.113.7:443', seq: 5, ack: 5, payload: 'x' })] as const;

  it('are asked at a flow\'s first packet, by who sent it to whom', () => {
    const live = new Live(() => 'own');
    live.see(...closed(40000), [0.4, udp({ from: '10.0.0.2:40001', to: '203.0.113.7:9', payload: 'data', id: 1 })]);
    live.finish();
    expect(live.asked).toEqual(['opened 1 10.0.0.2:40000 203.0.113.7:443 tcp', 'opened 2 10.0.0.2:40001 203.0.113.7:9 udp', 'sealed 1', 'sealed 2']);
    expect(live.told.filter((seen) => seen.kind === 'flow').map(({ process }) => process?.pid)).toEqual([undefined, 7]);
  });

  it.each<readonly [string, FlowOwner['whose'], readonly string[], readonly string[]]>([
    ['own flows are told', 'own', ['40000', '50000'], []],
    ['those of others are left out and counted', 'others', [], ['flows-of-others 2']],
    ['legs of tunnels are told, for the ledger to join', 'leg', ['40000', '50000'], []],
    ['those of nobody known are told and counted', 'unknown', ['40000', '50000'], ['capture-ownerless 2']],
  ])('%s', (_, whose, flows, spots) => {
    const live = new Live(() => whose);
    live.see(...closed(40000), old);
    live.finish();
    expect(live.flows.map((flow) => flow.split(' ')[0])).toEqual(flows);
    expect(live.told.filter((seen) => seen.kind === 'blind-spot').map(({ code, count }) => `${code} ${count}`)).toEqual(spots);
  });

  it('whose flows were there before are not missed at the start', () => {
    const others = new Live(({ isOld }) => (isOld ? 'others' : 'own'));
    others.see(...closed(40000), old);
    others.finish();
    const own = new Live(() => 'own');
    own.see(...closed(40000), old);
    own.finish();
    expect([others.told.at(-1), own.told.at(-1)]).toMatchObject([{ kind: 'source', midStream: 0 }, { kind: 'source', midStream: 1 }]);
  });

  it('keep the lookups of others back with their flow', () => {
    const asked = [[0, udp({ from: '10.0.0.2:40000', to: '10.0.0.1:53', payload: message({}, question(name('a', 'example'), 1)), id: 1 })], [0.1, udp({ from: '10.0.0.1:53', to: '10.0.0.2:40000', payload: message({ flags: FLAGS.response, counts: [1, 1, 0, 0] }, question(name('a', 'example'), 1), record(name('a', 'example'), 1, Uint8Array.of(203, 0, 113, 7))), id: 2 })]] as const;
    const lookups = ['own', 'unknown', 'others'].map((whose) => {
      const live = new Live(() => (whose === 'own' || whose === 'unknown' ? whose : 'others'));
      live.see(...asked);
      live.finish();
      return live.told.filter((seen) => seen.kind === 'lookup').length;
    });
    expect(lookups).toEqual([1, 1, 0]);
  });
});
