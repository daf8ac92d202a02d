/** What egret's proxy and packets beside it tell of a long run: tunnels that live for seconds to hours, their packets, and connections that go around. */
import { SECOND } from '../../src/core/base/time.ts';
import { wireText } from '../../src/core/base/wire-text.ts';
import type { FlowObservation, Observation, TunnelObservation } from '../../src/core/observe/observation.ts';
import { tlsOf, partOf } from '../build/flow.ts';
import { START } from '../build/pcap.ts';

const PROXY = { address: '127.0.0.1', port: 8888 };
/** One connection in this many has a host of its own, one goes around, one is long. */
const NEW_HOST_EVERY = 50;
const AROUND_EVERY = 40;
const LONG_EVERY = 200;
const HOSTS = 300;
/** A captured flow is told so long after its end. */
const LINGER = 5 * SECOND;

/** In order of time. */
export function* dayOf(minutes: number, perMinute: number): Generator<Observation> {
  /** What is told later, by the second in which it is due. */
  const later = new Map<number, Observation[]>();
  let flow = 0;
  let seq = 0;
  const plan = (at: number, observation: Observation): void => {
    const second = Math.floor(at / SECOND);
    later.set(second, [...(later.get(second) ?? []), observation]);
  };
  for (let second = 0; second < minutes * 60; second++) {
    const base = START + second * SECOND;
    const due = later.get(Math.floor(base / SECOND)) ?? [];
    later.delete(Math.floor(base / SECOND));
    yield* due.toSorted((one, other) => one.at - other.at);
    for (let index = 0; index < Math.round(perMinute / 60); index++) {
      const opened = base + index * 30_000;
      const told = connectionOf(++flow, opened, () => ++seq);
      yield* told.now;
      for (const one of told.later) plan(one.at, one);
    }
    yield { kind: 'tick', at: base + SECOND - 1, seq: ++seq, from: [0, 0] };
  }
  yield* [...later.values()].flat().toSorted((one, other) => one.at - other.at);
}

function connectionOf(flow: number, opened: number, next: () => number): { readonly now: readonly Observation[]; readonly later: readonly Observation[] } {
  const host = flow % NEW_HOST_EVERY === 0 ? `host${flow}.elsewhere.example` : `host${flow % HOSTS}.example`;
  const address = `203.0.113.${flow % 250}`;
  const life = flow % LONG_EVERY === 0 ? 3600 * SECOND : (1 + (flow % 20)) * SECOND;
  const own = { address: '10.0.0.2', port: 20_000 + (flow % 40_000) };
  const server = { address, port: 443 };
  const captured = (client: FlowObservation['client'], to: FlowObservation['server']): FlowObservation => flowOf({ flow, opened, at: opened + life + LINGER, seq: next(), source: 1, client, server: to, host });
  if (flow % AROUND_EVERY === 0) return { now: [], later: [captured(own, server)] };
  const client = { address: '127.0.0.1', port: 20_000 + (flow % 40_000) };
  const dialled = { name: wireText(host), port: 443, by: 'egret' as const, address, from: own };
  const begun: TunnelObservation = { kind: 'tunnel', at: opened + 100, seq: next(), from: [0, flow], flow, client, server: PROXY, opened, form: 'authority', dialled, looksUp: wireText(host) };
  const leg: TunnelObservation = { ...begun, at: opened + 200, seq: next(), looksUp: undefined, leg: { from: own, to: server } };
  const part = partOf(host, { form: 'authority', port: 443, methods: ['CONNECT'], first: { at: opened, frame: flow }, last: { at: opened + life, frame: flow } });
  const ended: FlowObservation = { ...flowOf({ flow, opened, at: opened + life, seq: next(), source: 0, client, server: PROXY, host }), protocol: 'http', http: { parts: [part], moreParts: 0, inner: 'tls' }, dialled };
  return { now: [begun, leg], later: [ended, captured(client, PROXY), captured(own, server)] };
}

interface FlowPlan {
  readonly flow: number;
  readonly opened: number;
  readonly at: number;
  readonly seq: number;
  readonly source: number;
  readonly client: FlowObservation['client'];
  readonly server: FlowObservation['server'];
  readonly host: string;
}

function flowOf({ flow, opened, at, seq, source, client, server, host }: FlowPlan): FlowObservation {
  return {
    kind: 'flow', at, seq, from: [source, flow], flow, transport: 'tcp', ipProtocol: 6, client, server, direction: 'syn', opened, last: at, closed: at, lastFrame: flow, startSeen: true, outcome: 'app-data',
    up: 2000, down: 9000, packetsUp: 9, packetsDown: 12, duplicates: 0, protocol: 'tls', tls: tlsOf(host),
  };
}
