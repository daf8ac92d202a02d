/** What packets show of the tunnels of egret's proxy, in whatever order it is told: joined by both ends of a socket and the time, and nothing else. */
import { array, assert, integer, property, record, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/core/base/address.ts';
import { SECOND } from '../../../src/core/base/time.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import type { Connection } from '../../../src/core/observe/connection.ts';
import { Ledger } from '../../../src/core/observe/ledger.ts';
import type { FlowObservation, LookupObservation, Observation, SourceObservation, TunnelObservation } from '../../../src/core/observe/observation.ts';
import { Scope } from '../../../src/core/observe/scope.ts';
import { answerOf, BEGIN, flowOf, partOf } from '../../build/flow.ts';

const PROXY: Endpoint = { address: '127.0.0.1', port: 8888 };
const OWN = '10.0.0.2';
const HOST: Endpoint = { address: '203.0.113.7', port: 443 };

interface Told {
  readonly told: string[];
  readonly connections: Connection[];
}

/** What a ledger tells of these, in this order; source 0 is the proxy, source 1 a capture. */
function told(seen: readonly Observation[], isLate = false): Told {
  const lines: string[] = [];
  const connections: Connection[] = [];
  const scope = new Scope(0, { variables: {}, local: [], roots: [], components: [], clockOffset: 0, proxy: { ...PROXY, variablesSet: true } });
  scope.witnesses.opened(0, true);
  scope.witnesses.opened(1, false);
  scope.witnesses.isLate = isLate;
  const ledger = new Ledger(scope, {
    connection(found) {
      connections.push(found);
      lines.push(`connection ${found.id} ${found.names[0]?.name ?? '-'}${(found.alsoSeen ?? []).map(({ source, frames }) => ` +${source}:${frames[0]}`).join('')}`);
    },
    lookup: (found) => void lines.push(`lookup ${found.name}`),
    blindSpot: (code) => void lines.push(code),
    source: (found) => void lines.push(`source ${found.from[0]}`),
    joined: (what) => void lines.push(`joined ${what}`),
  });
  for (const one of seen) ledger.add(one);
  ledger.finish();
  return { told: lines, connections };
}

interface Plan {
  readonly flow: number;
  readonly at: number;
  readonly clientPort: number;
  readonly ownPort: number;
  readonly host?: string;
  readonly life?: number;
}

const end = (port: number, address = '127.0.0.1'): Endpoint => ({ address, port });

/** What the proxy tells of one tunnel, and what packets show of it. */
function tunnelOf({ flow, at, clientPort, ownPort, host = 'api.example', life = SECOND }: Plan): { readonly proxy: readonly [TunnelObservation, TunnelObservation, FlowObservation]; readonly packets: readonly FlowObservation[]; readonly lookup: LookupObservation } {
  const opened = BEGIN + at;
  const client = end(clientPort);
  const from = end(ownPort, OWN);
  const dialled = { name: wireText(host), port: 443, by: 'egret' as const };
  const step: TunnelObservation = { kind: 'tunnel', at: opened + 1000, seq: flow * 10, from: [0, flow], flow, client, server: PROXY, opened, form: 'authority', dialled, looksUp: wireText(host) };
  const leg: TunnelObservation = { ...step, at: opened + 20_000, seq: flow * 10 + 1, dialled: { ...dialled, address: HOST.address, from }, looksUp: undefined, leg: { from, to: HOST } };
  const closed = opened + life;
  const part = partOf(host, { form: 'authority', port: 443, methods: ['CONNECT'] });
  return {
    proxy: [step, leg, flowOf({ flow, seq: flow * 10 + 2, from: [0, flow], opened, last: closed, at: closed, client, server: PROXY, protocol: 'http', http: { parts: [part], moreParts: 0 }, dialled: leg.dialled })],
    packets: [
      flowOf({ flow: flow * 2, seq: flow * 2, from: [1, flow * 100], opened: opened - 300, last: closed, at: closed + 5 * SECOND, client, server: PROXY, protocol: 'http' }),
      flowOf({ flow: flow * 2 + 1, seq: flow * 2 + 1, from: [1, flow * 100 + 1], opened: opened + 20_100, last: closed, at: closed + 5 * SECOND, client: from, server: HOST }),
    ],
    lookup: answerOf(host, HOST.address, opened + 15_000, { from: [1, flow * 100 + 2], asked: { at: opened + 5000, frame: flow * 100 + 2 } }),
  };
}

const direct = (at: number, port: number): FlowObservation => flowOf({ flow: 900 + port % 100, seq: port, from: [1, 9000 + port % 100], opened: BEGIN + at, at: BEGIN + at + 6 * SECOND, client: end(port, OWN), server: HOST });

describe('a tunnel that packets show too', () => {
  it('is one connection with the evidence of both', () => {
    const { proxy, packets, lookup } = tunnelOf({ flow: 1, at: 0, clientPort: 40_001, ownPort: 50_001 });
    expect(told([...proxy, lookup, ...packets]).told).toEqual(['joined lookup', 'joined flow', 'joined flow', 'connection 0.1 api.example +1:100 +1:101']);
  });

  it('is one connection when its packets are read from a file afterwards', () => {
    const { proxy, packets } = tunnelOf({ flow: 1, at: 0, clientPort: 40_001, ownPort: 50_001 });
    const other = tunnelOf({ flow: 2, at: 60 * SECOND, clientPort: 40_002, ownPort: 50_002 });
    expect(told([...proxy, ...other.proxy, ...packets, ...other.packets], true).told).toEqual([
      'joined flow', 'joined flow', 'joined flow', 'joined flow', 'connection 0.1 api.example +1:100 +1:101', 'connection 0.2 api.example +1:200 +1:201',
    ]);
  });

  it('is joined with what a long one shows again after silence, without its start', () => {
    const { proxy: [step, leg, flow], packets: [first] } = tunnelOf({ flow: 1, at: 0, clientPort: 40_001, ownPort: 50_001, life: 7200 * SECOND });
    const again = flowOf({ flow: 77, from: [1, 770], startSeen: false, direction: 'port', opened: BEGIN + 3600 * SECOND, at: BEGIN + 3700 * SECOND, client: end(50_001, OWN), server: HOST });
    const turned = { ...again, flow: 78, seq: 2, from: [1, 780] as const, client: HOST, server: end(50_001, OWN) };
    const late = { ...again, flow: 79, seq: 3, opened: BEGIN + 7300 * SECOND, at: BEGIN + 7310 * SECOND };
    expect(told([step, leg, again, turned, flow, ...(first === undefined ? [] : [first]), late]).told).toEqual(['joined flow', 'joined flow', 'joined flow', 'connection 0.1 api.example +1:770 +1:780 +1:100', 'connection 1.79 -']);
  });

  it('takes from its packets why the network refused it', () => {
    const { proxy, packets } = tunnelOf({ flow: 1, at: 0, clientPort: 40_001, ownPort: 50_001 });
    expect(told([...proxy, ...packets.map((one) => flowOf(Object.assign({ icmpError: '3/13' }, one)))]).connections).toMatchObject([{ icmpError: '3/13' }]);
  });

  it('is told as it stood when its end was never told', () => {
    const { proxy: [step, leg], packets } = tunnelOf({ flow: 1, at: 0, clientPort: 40_001, ownPort: 50_001 });
    const { told: lines, connections } = told([step, leg, ...packets, { kind: 'tick', at: BEGIN + 3 * SECOND, seq: 99, from: [0, 0], moved: [[1, 700, 900]] }]);
    expect(lines).toEqual(['joined flow', 'joined flow', 'connection 0.1 api.example +1:100 +1:101']);
    expect(connections).toMatchObject([{ outcome: 'cut', up: 700, down: 900, via: PROXY, dialled: { address: HOST.address } }]);
  });
});

describe('what packets show beside tunnels', () => {
  it.each([
    ['the same server from another socket at the same moment', 30_000, 50_002, 'connection 1.902 -'],
    ['a socket of the tunnel that was used long before it', -60 * SECOND, 50_001, 'connection 1.901 -'],
    ['a socket of the tunnel that is used again after it', 60 * SECOND, 50_001, 'connection 1.901 -'],
  ])('is a connection of its own: %s', (_, at, port, line) => {
    const { proxy, packets } = tunnelOf({ flow: 1, at: 0, clientPort: 40_001, ownPort: 50_001 });
    expect(told([...proxy, ...packets, direct(at, port)]).told).toContain(line);
  });

  it('is a connection of its own where the ports of a tunnel are used again within the window, whatever is told first', () => {
    const { proxy, packets } = tunnelOf({ flow: 1, at: 0, clientPort: 40_001, ownPort: 50_001, life: SECOND / 2 });
    // As an app may: it asks for a host, waits for the end, binds the proxy's port and speaks to the same server.
    const again = direct(SECOND, 50_001);
    for (const seen of [[...proxy, ...packets, again], [...proxy, again, ...packets]]) expect(told(seen).told.filter((line) => line.startsWith('connection')).toSorted()).toEqual(['connection 0.1 api.example +1:100 +1:101', 'connection 1.901 -']);
  });

  it('goes to each of two tunnels that used a socket within the window, one after the other', () => {
    const first = tunnelOf({ flow: 1, at: 0, clientPort: 40_001, ownPort: 50_001, host: 'one.example', life: SECOND / 4 });
    const second = tunnelOf({ flow: 2, at: SECOND, clientPort: 40_001, ownPort: 50_001, host: 'two.example', life: SECOND / 4 });
    expect(told([...first.proxy, ...second.proxy, ...first.packets, ...second.packets]).told.filter((line) => line.startsWith('connection'))).toEqual(['connection 0.1 one.example +1:100 +1:101', 'connection 0.2 two.example +1:200 +1:201']);
  });

  it('goes to the latest tunnel where a socket was used twice', () => {
    const first = tunnelOf({ flow: 1, at: 0, clientPort: 40_001, ownPort: 50_001, host: 'one.example' });
    const second = tunnelOf({ flow: 2, at: 90 * SECOND, clientPort: 40_001, ownPort: 50_001, host: 'two.example' });
    expect(told([...first.proxy, ...first.packets, ...second.proxy, ...second.packets]).told.filter((line) => line.startsWith('connection'))).toEqual(['connection 0.1 one.example +1:100 +1:101', 'connection 0.2 two.example +1:200 +1:201']);
  });

  it('keeps the app\'s own lookups: another name, or another time', () => {
    const { proxy } = tunnelOf({ flow: 1, at: 0, clientPort: 40_001, ownPort: 50_001 });
    const own = [answerOf('other.example', '203.0.113.8', BEGIN + 5000, { from: [1, 5] }), answerOf('api.example', HOST.address, BEGIN + 300 * SECOND, { from: [1, 6] })];
    expect(told([...proxy, ...own]).told.filter((line) => line.includes('lookup'))).toEqual(['lookup other.example', 'lookup api.example']);
  });

  it('leaves a blind spot of the proxy standing unless packets came', () => {
    const alone: Observation = { kind: 'blind-spot', at: BEGIN, seq: 1, from: [0, 0], code: 'proxy-only', count: 1 };
    const totals: SourceObservation = { kind: 'source', at: BEGIN, seq: 9, from: [1, 9], packets: 7, duplicates: 0, midStream: 0, snapped: 0, linkTypes: [1] };
    expect([told([alone, { ...totals, packets: 0 }]).told, told([alone, totals]).told]).toEqual([['source 1', 'proxy-only'], ['source 1']]);
  });
});

describe('the join', () => {
  const plans = uniqueArray(record({ at: integer({ min: 0, max: 40 }), clientPort: integer({ min: 40_000, max: 40_004 }), ownPort: integer({ min: 50_000, max: 50_004 }) }), {
    minLength: 1, maxLength: 6, selector: ({ at }) => at,
  });

  it('tells the same in any order inside the window', () => {
    assert(property(plans, array(integer({ min: 0, max: 1_999_999 }), { minLength: 42, maxLength: 42 }), (drawn, delays) => {
      // A socket is free again once its tunnel is over: sixty seconds apart is what a system leaves between.
      const all = drawn.flatMap((plan, index) => {
        const { proxy, packets, lookup } = tunnelOf({ ...plan, flow: index + 1, at: plan.at * 60 * SECOND, host: `host${index}.example` });
        return [...proxy, ...packets, lookup, direct(plan.at * 60 * SECOND, 60_000 + index)];
      });
      const delayed = all.map((one, index) => ({ one, arrives: one.at + (delays[index] ?? 0) })).toSorted((one, other) => one.arrives - other.arrives).map(({ one }) => one);
      const straight = told(all.toSorted((one, other) => one.at - other.at));
      expect(told(delayed).told).toEqual(straight.told);
      expect(straight.told.filter((line) => line.startsWith('joined flow'))).toHaveLength(2 * drawn.length);
      expect(straight.connections).toHaveLength(2 * drawn.length);
      expect(straight.connections.filter(({ alsoSeen }) => alsoSeen?.length === 2)).toHaveLength(drawn.length);
    }), { seed: 20_261_122, numRuns: 200 });
  });
});
