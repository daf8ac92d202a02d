/** Bundles by hand: what egret's proxy would tell of tunnels, and packets of the same sockets. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { wireText } from '../../src/core/base/wire-text.ts';
import { headerLine, observationLine, type RecordedSource } from '../../src/core/observe/recording.ts';
import type { FlowObservation, Observation, SourceObservation, TunnelObservation } from '../../src/core/observe/observation.ts';
import { ethernet } from './frames.ts';
import { tcp } from './packets.ts';
import { START } from './pcap.ts';
import { partOf } from './flow.ts';

const PROXY = { address: '127.0.0.1', port: 8888 };
const PROXY_SOURCE: RecordedSource = {
  id: 0, path: 'proxy 127.0.0.1:8888', bytes: 0, linkTypes: [], scope: 0, witness: 'proxy',
  sheet: { scope: 'app', variables: {}, local: ['10.0.0.0/24'], roots: [], components: [], clockOffset: 0, proxy: { ...PROXY, variablesSet: true, noProxy: [] } },
};

export interface TunnelPlan {
  readonly flow: number;
  /** µs after the start. */
  readonly at: number;
  readonly host: string;
  readonly address: string;
}

interface Frame {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** What the proxy tells of a tunnel that lives for a second. */
export function tunnelLines({ flow, at, host, address }: TunnelPlan): readonly [TunnelObservation, TunnelObservation, FlowObservation] {
  const opened = START + at;
  const client = { address: '127.0.0.1', port: 40_000 + flow };
  const from = { address: '10.0.0.2', port: 50_000 + flow };
  const asked = { name: wireText(host), port: 443, by: 'egret' as const };
  const dialled = { ...asked, address, from };
  const begun = { kind: 'tunnel', at: opened + 100, seq: flow * 10, from: [0, flow], flow, client, server: PROXY, opened, form: 'authority', dialled: asked, looksUp: wireText(host) } as const;
  const part = partOf(host, { form: 'authority', port: 443, methods: ['CONNECT'], switched: true, status: 200, first: { at: opened, frame: flow }, last: { at: opened + 900_000, frame: flow } });
  return [
    begun,
    { ...begun, at: opened + 2000, seq: flow * 10 + 1, dialled, looksUp: undefined, leg: { from, to: { address, port: 443 } } },
    {
      kind: 'flow', at: opened + 1_000_000, seq: flow * 10 + 2, from: [0, flow], flow, transport: 'tcp', ipProtocol: 6, client, server: PROXY, direction: 'syn', opened, last: opened + 900_000, closed: opened + 1_000_000,
      lastFrame: flow, startSeen: true, outcome: 'app-data', up: 700, down: 900, packetsUp: 3, packetsDown: 3, duplicates: 0, protocol: 'http', http: { parts: [part], moreParts: 0, inner: 'tls' }, dialled,
    },
  ];
}

/** Packets of a TCP connection that lives for some 900 ms: opened, a piece each way, closed. */
export function conversation(from: string, to: string, at: number, up: Uint8Array, down: Uint8Array): readonly Frame[] {
  const base = START + at;
  const steps: readonly (readonly [way: 'up' | 'down', flags: string, seq: number, ack: number, payload: Uint8Array])[] = [
    ['up', 'S', 100, 0, NOTHING], ['down', 'SA', 300, 101, NOTHING], ['up', 'A', 101, 301, NOTHING], ['up', 'PA', 101, 301, up], ['down', 'PA', 301, 101 + up.length, down],
    ['up', 'FA', 101 + up.length, 301 + down.length, NOTHING], ['down', 'FA', 301 + down.length, 102 + up.length, NOTHING], ['up', 'A', 102 + up.length, 302 + down.length, NOTHING],
  ];
  return steps.map(([way, flags, seq, ack, payload], step) => ({
    at: base + step * 100_000,
    bytes: ethernet(tcp({ from: way === 'up' ? from : to, to: way === 'up' ? to : from, flags, seq, ack, payload })),
  }));
}

/** What the proxy tells at its end. */
export function totals(connections: number): readonly Observation[] {
  const source: SourceObservation = { kind: 'source', at: START + 60_000_000, seq: 1000, from: [0, 0], packets: connections, first: START, last: START + 60_000_000, duplicates: 0, midStream: 0, snapped: 0, linkTypes: [] };
  return [{ kind: 'blind-spot', at: START + 60_000_000, seq: 999, from: [0, 0], code: 'proxy-only', count: 1 }, source];
}

/** Writes the folder; `ended`: the run ended by itself. */
export function writeBundle(folder: string, lines: readonly Observation[], capture: Uint8Array | undefined, ended = true): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'events.ndjson'), `${[headerLine('0.0.0', [PROXY_SOURCE]), ...lines.map((line) => observationLine(line))].join('\n')}\n`);
  if (capture !== undefined) writeFileSync(path.join(folder, 'capture.pcapng'), capture);
  const run = { egret: 'run', version: 1, tool: { name: 'egret', version: '0.0.0' }, mode: 'proxy', started: '2026-01-01T00:00:00Z', ...(ended ? { ended: '2026-01-01T00:01:00Z' } : {}), sheet: PROXY_SOURCE.sheet, sources: [PROXY_SOURCE] };
  writeFileSync(path.join(folder, 'run.json'), JSON.stringify(run));
}

const NOTHING = new Uint8Array(0);
